# Shrunken means: one-way REML by lme4, two stages by the restricted likelihood itself.

source("common.R")
need("lme4")

survey <- lq2002()
teams_of <- column_of("lq2002", "COMPID")
strict <- lmerControl(optCtrl = list(xtol_abs = 1e-13, ftol_abs = 1e-14, maxeval = 1e4),
                      check.conv.singular = "ignore")

eb <- function(name, scores, argument, groups, groups_of) {
  labels <- as.character(unique(groups))
  team <- factor(groups, levels = labels)
  fit <- lmer(score ~ 1 + (1 | team), data.frame(score = scores, team), REML = TRUE,
              control = strict)
  spread <- as.data.frame(VarCorr(fit))$vcov
  blup <- ranef(fit, condVar = TRUE)$team
  place <- match(labels, rownames(blup))
  mu <- fixef(fit)[[1]]
  case(name, "shrinkage.empirical_bayes", list(scores = argument, groups = groups_of),
       list(mean = mu, mean_se = sqrt(vcov(fit)[1, 1]), tau2 = spread[1],
            sigma2 = spread[2], labels = unique(groups),
            sizes = as.vector(tapply(!is.na(scores), team, sum)),
            raw = as.vector(tapply(scores, team, mean, na.rm = TRUE)),
            estimates = mu + blup[place, 1],
            variances = as.vector(attr(blup, "postVar"))[place]),
       "lme4::lmer(score ~ 1 + (1 | team)), ranef(condVar = TRUE)", tolerance = 1e-4)
  invisible(spread)
}
eb("leadership of 49 companies, shrunken", survey$LEAD, column_of("lq2002", "LEAD"),
   survey$COMPID, teams_of)
eb("hostility of 49 companies, shrunken", survey$HOSTILE,
   column_of("lq2002", "HOSTILE"), survey$COMPID, teams_of)
for (set in c("Dyestuff", "Dyestuff2")) {
  yields <- getExportedValue("lme4", set)
  batches <- as.character(yields$Batch)
  carry(set, data.frame(Batch = batches, Yield = yields$Yield), paste0("lme4::", set))
  told <- c(Dyestuff = "batches that differ, shrunken",
            Dyestuff2 = "batches that do not differ are all the average")[[set]]
  spread <- eb(told, yields$Yield, column_of(set, "Yield"), batches,
               column_of(set, "Batch"))
  if (set == "Dyestuff2") stopifnot(spread[1] == 0)
}
data(klein2000, package = "multilevel")
balanced <- klein2000[1:150, c("GRPID", "JOBSAT")]
carry("klein2000", balanced, "multilevel::klein2000, 10 groups of 15")
spread <- eb("ten groups of fifteen, shrunken", balanced$JOBSAT,
             column_of("klein2000", "JOBSAT"), balanced$GRPID,
             column_of("klein2000", "GRPID"))
# With groups of one size REML is the analysis of variance.
table <- anova(aov(JOBSAT ~ factor(GRPID), balanced))[["Mean Sq"]]
agree(spread, c((table[1] - table[2]) / 15, table[2]), 1e-6)
scores <- c(3, 4, 3.5, 1.5, 2, NA, 4.5, 5, 4.8, 4, NA, NA, 2.5, 1, 2.2)
groups <- c("a", "a", "a", "b", "b", "b", "c", "c", "c", "one", "one", "none", "d", "d",
            "d")
eb("teams of one, of two and without any score", scores, scores, groups, groups)
eb("two teams, shrunken", c(3, 4, 3.5, 1.5, 2, 2.2), c(3, 4, 3.5, 1.5, 2, 2.2),
   c(2, 2, 2, 1, 1, 1), c(2, 2, 2, 1, 1, 1))

no_eb <- function(name, scores, groups, error, because, how) {
  refused(name, "shrinkage.empirical_bayes", list(scores = scores, groups = groups),
          error, because, how)
}
lmer_refuses <- function(scores, groups) {
  inherits(try(lmer(scores ~ 1 + (1 | groups)), silent = TRUE), "try-error")
}
no_eb("one team cannot be shrunken", c(3, 4, 5), c(1, 1, 1), "TooFewGroupsError",
      lmer_refuses(c(3, 4, 5), c(1, 1, 1)), "lmer refuses such data")
no_eb("teams of one cannot be shrunken", c(3, 4, 5), c(1, 2, 3), "TooFewRatersError",
      lmer_refuses(c(3, 4, 5), c(1, 2, 3)), "lmer refuses such data")
no_eb("teams that agree wholly cannot be shrunken", c(3, 3, 5, 5), c(1, 1, 2, 2),
      "ZeroVarianceError", sum((c(3, 3, 5, 5) - ave(c(3, 3, 5, 5), gl(2, 2)))^2) == 0,
      "no spread inside teams")

# Two stages: y_i normal around mu with variance tau2 + v_i.
by_weights <- function(y, v, tau2) {
  w <- 1 / (v + tau2)
  list(w = w, mu = sum(w * y) / sum(w))
}
deviance <- function(tau2, y, v) {
  fit <- by_weights(y, v, tau2)
  sum(log(v + tau2)) + log(sum(fit$w)) + sum(fit$w * (y - fit$mu)^2)
}
# The lowest point of a fine grid, sharpened where the slope is 0; 0 if none is lower.
reml <- function(y, v) {
  grid <- c(0, 10^seq(-6, 2, length.out = 4000) * var(y))
  best <- which.min(vapply(grid, deviance, 0, y, v))
  if (best == 1) return(0)
  slope <- function(tau2) {
    fit <- by_weights(y, v, tau2)
    sum(fit$w) - sum(fit$w^2) / sum(fit$w) - sum(fit$w^2 * (y - fit$mu)^2)
  }
  near <- grid[c(best - 1, best + 1)]
  tau2 <- uniroot(slope, near, tol = 1e-14 * near[2])$root
  agree(tau2, optimize(deviance, near, y, v, tol = 1e-10)$minimum, 1e-5)
  tau2
}
laird <- function(y, v) {
  fit <- by_weights(y, v, 0)
  over <- sum(fit$w * (y - fit$mu)^2) - (length(y) - 1)
  max(0, over / (sum(fit$w) - sum(fit$w^2) / sum(fit$w)))
}
two_stage <- function(name, y, v) {
  kept <- !is.na(y) & !is.na(v)
  for (method in c("reml", "dl")) {
    tau2 <- match.fun(c(reml = "reml", dl = "laird")[[method]])(y[kept], v[kept])
    fit <- by_weights(y[kept], v[kept], tau2)
    lambda <- tau2 / (tau2 + v)
    lambda[!kept] <- NA
    case(paste0(name, " (", method, ")"), "shrinkage.empirical_bayes_two_stage",
         list(estimates = y, variances = v, method = method),
         list(mean = fit$mu, mean_se = 1 / sqrt(sum(fit$w)), tau2 = tau2,
              estimates = fit$mu + lambda * (y - fit$mu), variances = lambda * v),
         c(reml = "the restricted likelihood, by grid, uniroot and optimize",
           dl = "the moment of DerSimonian and Laird")[[method]],
         tolerance = c(reml = 1e-4, dl = 1e-8)[[method]])
  }
}
# Rubin (1981): coaching in eight schools, the textbook case of no difference.
two_stage("eight schools are all the average", c(28, 8, -3, 7, -1, 1, 18, 12),
          c(15, 10, 16, 11, 9, 11, 10, 18)^2)
# Colditz et al. (1994): thirteen trials of a vaccine, the example of the paper on
# metafor (Viechtbauer 2010), which prints tau2 .3132, mu -.7145 and its error .1798.
vaccine <- rbind(
  c(4, 119, 11, 128), c(6, 300, 29, 274), c(3, 228, 11, 209),
  c(62, 13536, 248, 12619), c(33, 5036, 47, 5761), c(180, 1361, 372, 1079),
  c(8, 2537, 10, 619), c(505, 87886, 499, 87892), c(29, 7470, 45, 7232),
  c(17, 1699, 65, 1600), c(186, 50448, 141, 27197), c(5, 2493, 3, 2338),
  c(27, 16886, 29, 17825)
)
treated <- vaccine[, 1] + vaccine[, 2]
others <- vaccine[, 3] + vaccine[, 4]
risk <- signif(log(vaccine[, 1] / treated) - log(vaccine[, 3] / others), 10)
noise <- signif(1 / vaccine[, 1] - 1 / treated + 1 / vaccine[, 3] - 1 / others, 10)
found <- by_weights(risk, noise, reml(risk, noise))
stopifnot(round(reml(risk, noise), 4) == 0.3132, round(found$mu, 4) == -0.7145,
          round(1 / sqrt(sum(found$w)), 4) == 0.1798)
two_stage("thirteen trials of a vaccine", risk, noise)
within <- lm(LEAD ~ factor(COMPID), survey)
means <- tapply(survey$LEAD, survey$COMPID, mean)
sizes <- table(survey$COMPID)
two_stage("49 company means with pooled noise", signif(as.vector(means), 8),
          signif(as.vector(sigma(within)^2 / sizes), 8))
two_stage("equal noise leaves plain moments", c(2, 3.5, 4, 3, 4.5), rep(0.3, 5))
two_stage("two figures", c(2, 4), c(0.2, 0.3))
two_stage("a figure and a noise are missing", c(2, NA, 4, 3, 4.4),
          c(0.2, 0.3, 0.1, NA, 0.25))
# Sure figures near each other and vague ones far off: the likelihood has two hollows,
# of which the left is deeper in the first case and the right in the second.
two_stage("noise of very unequal size", c(0, 0.1, 5, 5.2, 4.9), c(1e-4, 1e-4, 9, 9, 9))
two_stage("vague figures on both sides of sure ones", c(0, 0.02, 8, 9, -8.2, -7.9),
          c(1e-3, 1e-3, 9, 9, 9, 9))
refused("one figure cannot be shrunken", "shrinkage.empirical_bayes_two_stage",
        list(estimates = I(3), variances = I(0.2)), "TooFewGroupsError", is.na(var(3)),
        "var(3) is NA")

write_figures()
