# Polynomial regression and the lines across its surface, by lm and linear contrasts.

source("common.R")

# Along agreement: slope a1, curvature a2; across it: a3, a4; a5 for the ridge.
lines <- rbind(a1 = c(0, 1, 1, 0, 0, 0), a2 = c(0, 0, 0, 1, 1, 1),
               a3 = c(0, 1, -1, 0, 0, 0), a4 = c(0, 0, 0, 1, -1, 1),
               a5 = c(0, 0, 0, 1, 0, -1))

polynomial <- function(x, y, z, center) {
  data <- data.frame(x = x - center, y = y - center, z = z)
  data <- data[complete.cases(data), ]
  list(full = lm(z ~ x + y + I(x^2) + I(x * y) + I(y^2), data),
       plane = lm(z ~ x + y, data))
}
surface <- function(name, x, y, z, center, of = list(x, y, z)) {
  fit <- polynomial(x, y, z, center)
  df <- df.residual(fit$full)
  block <- anova(fit$plane, fit$full)
  fields <- lapply(rownames(lines), function(a) {
    estimate <- sum(lines[a, ] * coef(fit$full))
    se <- sqrt(drop(lines[a, ] %*% vcov(fit$full) %*% lines[a, ]))
    list(estimate = estimate, se = se, t = estimate / se,
         p = 2 * pt(-abs(estimate / se), df),
         interval = interval(estimate + c(-1, 1) * qt(.975, df) * se))
  })
  names(fields) <- rownames(lines)
  case(name, "surface.response_surface",
       list(x = of[[1]], y = of[[2]], z = of[[3]], center = center),
       c(list(coefficients = unname(coef(fit$full)),
              coefficient_se = unname(sqrt(diag(vcov(fit$full)))),
              r2 = summary(fit$full)$r.squared, quadratic_f = block$F[2],
              quadratic_p = block[["Pr(>F)"]][2]), fields),
       "lm(z ~ x + y + I(x^2) + I(x * y) + I(y^2)), vcov, anova")
}

carry("attitude", attitude, "datasets::attitude")
from_attitude <- function(...) lapply(c(...), function(one) column_of("attitude", one))
surface("rating of departments by complaints and learning", attitude$complaints,
        attitude$learning, attitude$rating, 50,
        from_attitude("complaints", "learning", "rating"))
surface("advance of departments by raises and critical", attitude$raises,
        attitude$critical, attitude$advance, 60,
        from_attitude("raises", "critical", "advance"))
survey <- lq2002()
from_survey <- function(...) lapply(c(...), function(one) column_of("lq2002", one))
surface("hostility of soldiers by leadership and task significance", survey$LEAD,
        survey$TSIG, survey$HOSTILE, 3, from_survey("LEAD", "TSIG", "HOSTILE"))
surface("the same surface around another point", survey$LEAD, survey$TSIG,
        survey$HOSTILE, 1, from_survey("LEAD", "TSIG", "HOSTILE"))
company <- function(column) {
  signif(as.vector(tapply(survey[[column]], survey$COMPID, mean)), 8)
}
surface("hostility of companies by their means", company("LEAD"), company("TSIG"),
        company("HOSTILE"), 3)
x <- c(2, 3, 4, 5, 1, 3, 4, 2, 5, NA)
y <- c(3, 3.5, 4, 2, 2.5, 4.5, 3, 1.5, 4.5, 3)
z <- c(3.1, 3.6, 4.4, 2.8, 2.2, 4, 3.5, 2.4, NA, 3)
surface("eight leaders, two with a missing figure", x, y, z, 3)
surface("seven leaders leave one degree of freedom", x[1:7], y[1:7], z[1:7], 3)

x <- c(2, 3, 4, 5, 1, 3, 4, 2)
y <- c(3, 3.5, 4, 2, 2.5, 4.5, 3, 1.5)
z <- c(3.1, 3.6, 4.4, 2.8, 2.2, 4, 3.5, 2.4)
no_surface <- function(name, x, y, z, error, because, how) {
  refused(name, "surface.response_surface", list(x = x, y = y, z = z, center = 3),
          error, because, how)
}
flat <- function(name, x, y) {
  no_surface(name, x, y, z, "CollinearError", polynomial(x, y, z, 3)$full$rank < 6,
             "lm finds a rank below 6")
}
flat("leaders who all rate themselves alike span no surface", rep(4, 8), y)
flat("leaders who use two points only span no curve", rep(c(3, 4), 4), y)
flat("teams that follow their leaders by a straight line span no surface", x, x / 2 + 1)
no_surface("an outcome without spread has no surface", x, y, rep(3, 8),
           "ZeroVarianceError", var(rep(3, 8)) == 0, "var(z) is 0")
few <- c(1:4, 6, 8)
no_surface("six leaders leave no degree of freedom", x[few], y[few], z[few],
           "TooFewRatersError",
           df.residual(polynomial(x[few], y[few], z[few], 3)$full) == 0,
           "df.residual is 0")

write_figures()
