# Hedges' g with the exact correction, its interval from the noncentral t distribution.

source("common.R")

correction <- function(df) exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)

# pt(t, df, ncp) once more by its definition, over the spread that s / sigma may have.
by_integral <- function(t, df, ncp) {
  density <- function(u) pnorm(t * u - ncp) * 2 * u * df * dchisq(u^2 * df, df)
  integrate(density, 0, Inf, rel.tol = 1e-11)$value
}

# The noncentrality at which a share of the distribution lies below the statistic; the
# smaller tail is the one that pt knows to full precision.
centre <- function(t, df, share) {
  off <- function(ncp) {
    if (share > 0.5) (1 - share) - pt(t, df, ncp, lower.tail = FALSE)
    else pt(t, df, ncp) - share
  }
  # pt warns far out, where the search only needs to know on which side it is.
  root <- suppressWarnings(uniroot(off, t + c(-12, 12), tol = 1e-13)$root)
  agree(by_integral(t, df, root), share, 1e-8)
  root
}

standardised <- function(d, root_n, df, confidence) {
  tail <- (1 - confidence) / 2
  ends <- c(centre(d * root_n, df, 1 - tail), centre(d * root_n, df, tail))
  list(estimate = correction(df) * d,
       interval = interval(correction(df) * ends / root_n))
}
how <- "gamma, uniroot over pt(t, df, ncp)"

one <- function(name, sample, reference, argument = sample, confidence = 0.95) {
  x <- sample[!is.na(sample)]
  d <- (mean(x) - reference) / sd(x)
  agree(d * sqrt(length(x)), t.test(x, mu = reference)$statistic)
  case(name, "effects.hedges_g",
       list(sample = argument, reference = reference, confidence = confidence),
       standardised(d, sqrt(length(x)), length(x) - 1, confidence), how)
}
two <- function(name, a, b, argument_a = a, argument_b = b, confidence = 0.95) {
  x <- a[!is.na(a)]
  y <- b[!is.na(b)]
  df <- length(x) + length(y) - 2
  test <- t.test(x, y, var.equal = TRUE)
  root_n <- sqrt(length(x) * length(y) / (df + 2))
  case(name, "effects.hedges_g_two",
       list(a = argument_a, b = argument_b, confidence = confidence),
       standardised(test$statistic[[1]] / root_n, root_n, df, confidence), how)
}

by_drug <- split(sleep$extra, sleep$group)
gain <- by_drug[[2]] - by_drug[[1]]
one("ten paired gains of sleep against none", gain, 0)
one("ten paired gains of sleep at 90 percent", gain, 0, confidence = 0.90)
one("a mean below the reference gives a negative g", c(2.2, 3.1, 2.8, 1.9, 2.5), 4)
one("skipped answers are left out", c(3.2, NA, 4.1, 3.8, NA, 2.6, 4.4), 3)
one("three values are enough", c(3, 4, 4.5), 3)
one("a mean on the reference gives 0", c(2, 3, 4, 5, 1), 3)
one("a large effect of a small team", c(4.2, 4.9, 5, 4.4, 4.8, 4.6), 3)
one("two thousand soldiers against the middle of the scale", lq2002()$LEAD, 3,
    column_of("lq2002", "LEAD"))
refused("two values give no g", "effects.hedges_g",
        list(sample = c(3, 4), reference = 3), "TooFewRatersError",
        correction(1) == 0, "gamma(0) is infinite: the correction is 0")
refused("values all alike give no g", "effects.hedges_g",
        list(sample = c(4, 4, 4, 4), reference = 3), "ZeroVarianceError",
        sd(rep(4, 4)) == 0, "sd(x) is 0")

two("both drugs for sleep as separate groups", by_drug[[2]], by_drug[[1]])
two("both drugs for sleep at 99 percent", by_drug[[2]], by_drug[[1]],
    confidence = 0.99)
two("two sides of unequal size with a skipped answer", c(3.2, 4.1, NA, 2.6, 4.4),
    c(2.9, 3.1, 4.0, 2.2, 3.3, 2.0, 1.8))
two("two raters on either side", c(3, 4), c(2, 4.5))
two("one rater's side has no spread, the other has", c(4, 4, 4), c(2, 3, 5))
two("departments that raise and that do not", attitude$complaints[attitude$raises > 65],
    attitude$complaints[attitude$raises <= 65])
refused("sides all alike give no g", "effects.hedges_g_two",
        list(a = c(4, 4, 4), b = c(3, 3)), "ZeroVarianceError",
        var(rep(4, 3)) + var(rep(3, 2)) == 0, "var(a) and var(b) are 0")
refused("a side of one rater gives no g", "effects.hedges_g_two",
        list(a = c(4, 3, 2), b = I(3)), "TooFewRatersError", is.na(var(3)),
        "var(b) is NA")

write_figures()
