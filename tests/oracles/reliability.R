# Alpha, its intervals, omega and item diagnostics, by multilevel, psych and factanal.

source("common.R")
need("multilevel", "psych")

survey <- lq2002()
climate <- as.matrix(survey[leadership])
holes <- list(LEAD03 = c(7, 7), LEAD09 = c(5, 11))
with_holes <- climate
with_holes[seq(7, nrow(climate), 7), 3] <- NA
with_holes[seq(5, nrow(climate), 11), 9] <- NA
unturned <- as.matrix(carry("bfi", bfi[1:200, c("A1", "A2", "A3", "A4", "A5")],
                            "psych::bfi, 200 rows, A1 not turned"))
answers <- as.matrix(carry("attitude", attitude, "datasets::attitude"))
answers_of <- ratings_of("attitude", colnames(answers))
climate_of <- ratings_of("lq2002", leadership)
holes_of <- ratings_of("lq2002", leadership, holes = holes)
hostility_of <- ratings_of("lq2002", hostility)
unturned_of <- ratings_of("bfi", colnames(unturned))

feldt <- function(alpha, df, n_items, confidence = 0.95) {
  tail <- (1 - confidence) / 2
  interval(1 - (1 - alpha) * qf(c(1 - tail, tail), df, df * (n_items - 1)))
}

alpha <- function(name, ratings, argument = ratings, confidence = 0.95) {
  complete <- na.omit(ratings)
  estimate <- cronbach(complete)$Alpha
  ends <- feldt(estimate, nrow(complete) - 1, ncol(complete), confidence)
  by_psych <- alpha.ci(estimate, nrow(complete), ncol(complete), 1 - confidence)
  agree(ends, c(by_psych$lower.ci, by_psych$upper.ci))
  case(name, "reliability.cronbach_alpha",
       list(ratings = argument, confidence = confidence),
       list(estimate = estimate, interval = ends, n_raters = nrow(complete),
            n_items = ncol(complete)),
       "multilevel::cronbach(x), psych::alpha.ci(a, n, J)")
}

alpha("alpha of eleven leadership items", climate, climate_of)
alpha("alpha of three items of task significance", as.matrix(survey[significance]),
      ratings_of("lq2002", significance))
alpha("alpha of five items of hostility at 90 percent", as.matrix(survey[hostility]),
      hostility_of, confidence = 0.90)
alpha("alpha leaves out raters who skipped an item", with_holes, holes_of)
alpha("alpha of seven items over thirty departments", answers, answers_of)
alpha("alpha with an item that was not turned and skipped answers", unturned,
      unturned_of)
two <- climate[1:50, 1:2]
alpha("alpha of two items is their Spearman-Brown reliability", two,
      ratings_of("lq2002", leadership[1:2], first = 50))
small <- rbind(c(4, 5, 3), c(2, 2, 3))
alpha("alpha of two raters", small)
alpha("alpha of three raters at 99 percent", rbind(small, c(5, 4, 5)),
      confidence = 0.99)
alpha("alpha is negative where items contradict each other",
      cbind(c(1, 2, 3, 5), c(5, 5, 3, 2), c(3, 2, 4, 4)))
alpha("alpha is 1 where items say the same", cbind(c(1, 3, 5), c(2, 4, 6)))
alpha("an item that everybody answers alike is no obstacle to alpha",
      cbind(c(1, 2, 5, 4), c(3, 3, 3, 3), c(2, 2, 4, 5)))

flat <- cbind(c(1, 2, 3), c(5, 4, 3))
refused("alpha without any spread of totals is refused", "reliability.cronbach_alpha",
        list(ratings = flat), "ZeroVarianceError", var(rowSums(flat)) == 0,
        "var(rowSums(x)) is 0")
refused("alpha of one item is refused", "reliability.cronbach_alpha",
        list(ratings = cbind(c(1, 2, 3))), "TooFewItemsError", is.nan(0 / (1 - 1)),
        "J / (J - 1) has no value")
lone <- rbind(c(1, 2), c(3, NA), c(NA, 4))
refused("alpha of one complete rater is refused", "reliability.cronbach_alpha",
        list(ratings = lone), "TooFewRatersError",
        is.na(cronbach(lone)$Alpha), "multilevel::cronbach(x) is NA")

within <- function(name, ratings, argument) {
  kept <- complete.cases(ratings)
  complete <- ratings[kept, ]
  teams <- survey$COMPID[kept]
  estimate <- cronbach(apply(complete, 2, function(x) x - ave(x, teams)))$Alpha
  df <- nrow(complete) - length(unique(teams))
  case(name, "reliability.alpha_within_teams",
       list(ratings = argument, groups = column_of("lq2002", "COMPID")),
       list(estimate = estimate, interval = feldt(estimate, df, ncol(complete)),
            n_raters = nrow(complete), n_items = ncol(complete)),
       "multilevel::cronbach(x - ave(x, team)), qf")
}
within("alpha of differences inside companies", climate, climate_of)
within("alpha inside companies leaves out raters who skipped an item", with_holes,
       holes_of)

bonett <- function(name, estimate, n, items, confidence = 0.95) {
  half <- qnorm((1 + confidence) / 2) * sqrt(2 * items / ((items - 1) * (n - 2)))
  case(name, "reliability.alpha_interval_bonett",
       list(estimate = estimate, n_raters = n, n_items = items,
            confidence = confidence),
       interval(1 - exp(log(1 - estimate) + c(half, -half))),
       "1 - exp(log(1 - a) -+ qnorm(.975) * sqrt(2 J / ((J - 1) (n - 2))))")
}
bonett("Bonett's interval of a good scale", 0.85, 60, 5)
bonett("Bonett's interval of a poor scale at 90 percent", 0.32, 24, 8, 0.90)
bonett("Bonett's lower end is not cut off at 0", 0.10, 12, 3)
bonett("Bonett's interval of a negative alpha", -0.40, 30, 4)
bonett("Bonett's interval of three raters and two items", 0.7, 3, 2)

# As strict as the search can be before its line search gives up, which factanal takes
# for a failure; where that is depends on the machine.
one_factor <- function(covariances) {
  for (factr in c(10, 1e4, 1e6)) {
    control <- list(opt = list(factr = factr, pgtol = 0, maxit = 1000))
    fit <- try(factanal(covmat = covariances, factors = 1, control = control),
               silent = TRUE)
    if (!inherits(fit, "try-error")) break
  }
  stopifnot(fit$converged)
  fit
}
# factanal fits the correlation matrix; the standard deviations bring the loadings back
# to scale points, where omega is defined. ML does not care which one is fitted.
omega <- function(name, ratings, argument = unname(ratings), least_unique = 0.006) {
  complete <- na.omit(ratings)
  fit <- one_factor(cov(complete))
  stopifnot(fit$uniquenesses > least_unique)
  sds <- apply(complete, 2, sd)
  true <- sum(fit$loadings * sds)^2
  case(name, "reliability.mcdonald_omega", list(ratings = argument),
       true / (true + sum(fit$uniquenesses * sds^2)),
       "factanal(covmat = cov(x), factors = 1), loadings times sd", tolerance = 1e-4)
}
omega("omega of eleven leadership items", climate, climate_of)
omega("omega of five items of hostility", as.matrix(survey[hostility]), hostility_of)
omega("omega of three items, which fit exactly", as.matrix(survey[significance]),
      ratings_of("lq2002", significance))
omega("omega leaves out raters who skipped an item", with_holes, holes_of)
omega("omega of seven items over thirty departments", answers, answers_of)
omega("omega with an item that was not turned and skipped answers", unturned,
      unturned_of)
# Left alone, the second item would have no error of its own; factanal holds it at .005.
omega("omega of twenty raters with an item held at its bound", climate[221:240, 1:5],
      least_unique = 0)

# A one-factor model of three items fits exactly: loadings are ratios of covariances.
closed <- cov(survey[significance])
loadings <- sqrt(c(closed[1, 2] * closed[1, 3] / closed[2, 3],
                   closed[1, 2] * closed[2, 3] / closed[1, 3],
                   closed[1, 3] * closed[2, 3] / closed[1, 2]))
case("omega of three items equals the ratios of their covariances",
     "reliability.mcdonald_omega", list(ratings = ratings_of("lq2002", significance)),
     sum(loadings)^2 / (sum(loadings)^2 + sum(diag(closed) - loadings^2)),
     "cov(x), l1 = sqrt(s12 s13 / s23)", tolerance = 1e-4)
no_omega <- function(name, ratings, error, how) {
  reason <- inherits(try(factanal(ratings, 1), silent = TRUE), "try-error")
  refused(name, "reliability.mcdonald_omega", list(ratings = unname(ratings)), error,
          reason, how)
}
no_omega("omega of two items is refused", two, "TooFewItemsError",
         "factanal: at least three variables are needed")
no_omega("omega with an item asked twice is refused", climate[1:10, c(1:3, 1)],
         "CollinearError", "factanal: the correlations are singular")

diagnose <- function(name, ratings, argument = ratings) {
  table <- item.total(na.omit(ratings))
  how <- "multilevel::item.total(x)"
  case(paste("item-rest correlations", name), "reliability.item_rest_correlations",
       list(ratings = argument), table$Item.Total, how)
  case(paste("alpha without each item", name), "reliability.alpha_if_dropped",
       list(ratings = argument), table$Alpha.Without, how)
}
diagnose("of eleven leadership items", climate, climate_of)
diagnose("where raters skipped items", with_holes, holes_of)
diagnose("of seven items over thirty departments", answers, answers_of)
diagnose("with an item that was not turned", unturned, unturned_of)
three <- rbind(c(4, 5, 3), c(2, 2, 3), c(5, 5, 4))
colnames(three) <- c("a", "b", "c")
diagnose("of three items and three raters", three, unname(three))

case("item-rest correlations of two items are their correlation",
     "reliability.item_rest_correlations",
     list(ratings = ratings_of("lq2002", leadership[1:2], first = 50)),
     rep(cor(two)[1, 2], 2), "cor(x)[1, 2]")
constant <- cbind(c(1, 2, 4), c(3, 3, 3), c(2, 1, 5))
refused("item-rest correlations with an item without spread are refused",
        "reliability.item_rest_correlations", list(ratings = constant),
        "ZeroVarianceError", suppressWarnings(is.na(cor(constant)[1, 2])),
        "cor(x) is NA")
cancelling <- cbind(c(1, 2, 3), c(3, 2, 1), c(1, 3, 2))
refused("alpha without an item whose rest has no spread is refused",
        "reliability.alpha_if_dropped", list(ratings = cancelling),
        "ZeroVarianceError", var(rowSums(cancelling[, 1:2])) == 0,
        "var(rowSums(x[, -3])) is 0")

write_figures()
