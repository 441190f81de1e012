# Means, tests, exact tests and intervals, by base R and boot.

source("common.R")
need("boot")

survey <- lq2002()
by_drug <- split(sleep$extra, sleep$group)
first <- c(3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9)
second <- c(2.9, 3.1, 4.0, 2.2, 3.3)

mean_of_team <- function(name, scores, ..., argument = scores, n_invited = NULL,
                         reliability = 0.80, sd = NULL, df = NULL, confidence = 0.95) {
  x <- scores[!is.na(scores)]
  unsure <- if (is.null(n_invited)) 1 else 1 - reliability * length(x) / n_invited
  se <- (if (is.null(sd)) stats::sd(x) else sd) / sqrt(length(x)) * sqrt(unsure)
  free <- if (is.null(df)) length(x) - 1 else df
  ends <- mean(x) + c(-1, 1) * qt((1 + confidence) / 2, free) * se
  if (is.null(n_invited) && is.null(sd)) {
    agree(ends, t.test(x, conf.level = confidence)$conf.int)
  }
  case(name, "inference.mean_with_interval",
       list(scores = argument, n_invited = n_invited, reliability = reliability,
            sd = sd, df = df, confidence = confidence),
       list(mean = mean(x), standard_error = se, df = free, interval = interval(ends),
            n = length(x)),
       "mean, sd, qt; t.test(x) without n_invited")
}
mean_of_team("a team's mean in general, without any correction", first)
mean_of_team("a team's mean in general at 90 percent", first, confidence = 0.90)
mean_of_team("a team's mean now, answers free of noise", first, n_invited = 9,
             reliability = 1)
mean_of_team("a team's mean now, answers with noise", first, n_invited = 9)
mean_of_team("everybody answered and answers are noisy", first, n_invited = 7,
             reliability = 0.9)
mean_of_team("everybody answered and nothing is unsure", first, n_invited = 7,
             reliability = 1)
mean_of_team("a pooled spread with its degrees of freedom", second, n_invited = 6,
             sd = 0.7841, df = 1993)
mean_of_team("one score with a pooled spread", I(4.2), n_invited = 3, sd = 0.6, df = 40)
mean_of_team("scores all alike with a pooled spread", c(4, 4, 4), sd = 0.5, df = 30)
mean_of_team("two scores and a skipped one", c(3, NA, 4.5), n_invited = 5)
mean_of_team("a mean of two thousand soldiers", survey$LEAD,
             argument = column_of("lq2002", "LEAD"))
refused("a mean of one score has no interval of its own",
        "inference.mean_with_interval", list(scores = I(4)), "TooFewRatersError",
        is.na(sd(4)), "sd(4) is NA")
refused("a mean of scores all alike has no interval of its own",
        "inference.mean_with_interval", list(scores = c(4, 4, 4)), "ZeroVarianceError",
        sd(c(4, 4, 4)) == 0, "sd(x) is 0")

within <- lm(LEAD ~ factor(COMPID), survey)
case("the spread inside companies, pooled", "inference.pooled_sd",
     list(scores = column_of("lq2002", "LEAD"), groups = column_of("lq2002", "COMPID")),
     list(sd = sigma(within), df = df.residual(within), n_teams = 49, n_raters = 2042),
     "sigma(lm(score ~ factor(team)))")

student <- function(name, call, arguments, test, minus = 0) {
  difference <- if (length(test$estimate) == 2) -diff(test$estimate) else test$estimate
  case(name, paste0("inference.", call), arguments,
       list(difference = difference[[1]] - minus, statistic = test$statistic[[1]],
            df = test$parameter[[1]], p = test$p.value,
            interval = interval(test$conf.int - minus)),
       "t.test")
}
against <- function(name, x, reference, argument = x) {
  student(name, "one_sample_test", list(scores = argument, reference = reference),
          t.test(x, mu = reference), reference)
}
against("seven scores against a self rating", first, 4.2)
against("two scores against a self rating", c(3, 4), 3)
against("skipped scores are left out of a test", c(first, NA), 3)
against("soldiers against the middle of the scale", survey$TSIG, 3,
        column_of("lq2002", "TSIG"))
student("two separate sides of unequal spread", "welch_test",
        list(a = first, b = second), t.test(first, second))
student("both drugs for sleep as separate sides", "welch_test",
        list(a = by_drug[[1]], b = by_drug[[2]]), t.test(by_drug[[1]], by_drug[[2]]))
student("a side of two raters all alike against another", "welch_test",
        list(a = c(3, 3), b = c(first, NA)), t.test(c(3, 3), first))
student("both drugs for sleep in the same people", "paired_test",
        list(a = by_drug[[1]], b = by_drug[[2]]),
        t.test(by_drug[[1]], by_drug[[2]], paired = TRUE))
student("pairs with a missing side are left out", "paired_test",
        list(a = c(first, 3, NA), b = c(first[2:7], 2.5, NA, 2)),
        t.test(first, c(first[2:7], 2.5), paired = TRUE))
student("three pairs", "paired_test", list(a = c(3, 4, 5), b = c(2, 4, 3.5)),
        t.test(c(3, 4, 5), c(2, 4, 3.5), paired = TRUE))
no_test <- function(name, call, arguments, error, x) {
  reason <- inherits(try(t.test(x), silent = TRUE), "try-error")
  refused(name, paste0("inference.", call), arguments, error, reason,
          "t.test refuses such data")
}
no_test("a test of scores all alike is refused", "one_sample_test",
        list(scores = c(4, 4, 4), reference = 3), "ZeroVarianceError", c(4, 4, 4))
no_test("a test of one score is refused", "one_sample_test",
        list(scores = I(4), reference = 3), "TooFewRatersError", 4)
no_test("a test of pairs that all differ alike is refused", "paired_test",
        list(a = c(4, 3, 5), b = c(3, 2, 4)), "ZeroVarianceError", c(1, 1, 1))
no_test("a test of a side of one rater is refused", "welch_test",
        list(a = first, b = I(3)), "TooFewRatersError", 3)

# Every choice of signs, and every way to deal the ranks; two-sided by the distance
# from the mean. Sums of mid-ranks are multiples of a half, so equal is equal.
signed <- function(values) {
  sums <- 0
  for (value in values) sums <- c(sums + value, sums - value)
  sums
}
flips <- function(name, d, argument = d) {
  d <- d[!is.na(d)]
  case(name, "inference.sign_flip_p", list(differences = argument),
       mean(abs(signed(d)) >= abs(sum(d)) - 1e-9), "every choice of signs")
}
signed_rank <- function(name, d, argument = d) {
  d <- d[!is.na(d) & d != 0]
  ranks <- rank(abs(d))
  p <- mean(abs(signed(ranks)) >= abs(sum(ranks * sign(d))))
  if (!anyDuplicated(abs(d))) agree(p, wilcox.test(d, exact = TRUE)$p.value)
  case(name, "inference.wilcoxon_p", list(differences = argument), p,
       "every choice of signs of rank(abs(d)); wilcox.test(exact = TRUE) without ties")
}
rank_sum <- function(name, a, b) {
  x <- a[!is.na(a)]
  y <- b[!is.na(b)]
  ranks <- rank(c(x, y))
  sums <- combn(ranks, length(x), sum)
  centre <- length(x) * mean(ranks)
  away <- abs(sum(ranks[seq_along(x)]) - centre)
  p <- mean(abs(sums - centre) >= away - 1e-9)
  if (!anyDuplicated(c(x, y))) agree(p, wilcox.test(x, y, exact = TRUE)$p.value)
  case(name, "inference.rank_sum_p", list(a = a, b = b), p,
       "every choice by combn(rank(c(a, b))); wilcox.test(exact = TRUE) without ties")
}
tied <- c(1, -1, 2, 0, 1, 3, -2, 1, 1)
distinct <- c(0.3, -0.1, 0.75, 1.2, -0.45, 0.9, 0.6)
gain <- round(by_drug[[2]] - by_drug[[1]], 1)
for (what in c("flips", "signed_rank")) {
  run <- match.fun(what)
  told <- c(flips = "sign flips", signed_rank = "signed ranks")[[what]]
  run(paste(told, "of gains of sleep with a zero and ties"), gain)
  run(paste(told, "of nine differences with ties"), tied)
  run(paste(told, "of seven differences without ties"), distinct)
  run(paste(told, "leave skipped answers out"), c(0.5, NA, -1, 2, 1.5))
  run(paste(told, "of one difference"), I(0.5))
  run(paste(told, "of three differences reach a quarter at least"), c(1, 2, 3))
  run(paste(told, "of differences that cancel out"), c(1, -1, 2, -2))
  run(paste(told, "of fifteen differences with many ties"),
      c(1, 1, 2, -1, 2, 3, 1, -2, 1, 1, 2, -1, 1, 2, 1))
}
# Beyond any enumeration wilcox.test counts by recursion; no ties there.
long <- (1:60) / 10 * ifelse(1:60 %% 3 == 0, -1, 1)
case("signed ranks of sixty differences without ties", "inference.wilcoxon_p",
     list(differences = long), wilcox.test(long, exact = TRUE)$p.value,
     "wilcox.test(d, exact = TRUE)")
rank_sum("rank sums of both drugs for sleep, with ties", by_drug[[1]][1:8],
         by_drug[[2]][1:7])
rank_sum("rank sums of two sides without ties", first, c(2.9, 3.1, 4.05, 2.2, 3.3))
rank_sum("rank sums of sides with whole points", c(4, 5, 4, 3, 5, NA), c(2, 3, 3, 4))
rank_sum("rank sums of two against one", c(4, 5), I(3))
rank_sum("rank sums of three against three reach a tenth at least", 4:6, 1:3)
rank_sum("rank sums of sides all alike say nothing", c(3, 3, 3), c(3, 3))
rank_sum("rank sums of skewed ties do not mirror", c(1, 1, 1, 5, 5), c(1, 1, 2, 1))
apart <- list(a = (1:30)^1.5, b = (1:25) * 7 + 0.5)
case("rank sums of thirty against twenty-five", "inference.rank_sum_p", apart,
     wilcox.test(apart$a, apart$b, exact = TRUE)$p.value,
     "wilcox.test(a, b, exact = TRUE)")
refused("sign flips of nothing are refused", "inference.sign_flip_p",
        list(differences = c(NA, NA)), "TooFewRatersError", length(na.omit(NA)) == 0,
        "no value")
refused("signed ranks of zeros only are refused", "inference.wilcoxon_p",
        list(differences = c(0, 0, 0)), "TooFewRatersError",
        length(setdiff(c(0, 0, 0), 0)) == 0, "no value other than 0")
refused("rank sums without a side are refused", "inference.rank_sum_p",
        list(a = c(1, 2), b = numeric()), "TooFewRatersError",
        inherits(try(wilcox.test(1:2, numeric()), silent = TRUE), "try-error"),
        "wilcox.test refuses such data")

bca <- function(name, sample, argument = sample, confidence = 0.95, resamples = 9999) {
  set.seed(20261124)
  means <- boot(sample, function(x, rows) mean(x[rows]), R = 99999)
  ends <- boot.ci(means, conf = confidence, type = "bca")$bca[4:5]
  case(name, "inference.bootstrap_bca",
       list(sample = argument, rng = list(seed = 5), n_resamples = resamples,
            confidence = confidence),
       interval(ends), "boot::boot.ci(boot(x, mean, R = 99999), type = 'bca')",
       tolerance = 1e-2)
}
bca("bootstrap of thirty departments' complaints", attitude$complaints)
bca("bootstrap of forty-nine company means at 90 percent",
    signif(tapply(survey$LEAD, survey$COMPID, mean), 6), confidence = 0.90)
# Means of whole points often equal the sample's own; boot.ci counts those as above it,
# others by half. So the skewed sample holds no ties.
bca("bootstrap of a skewed sample", signif(1 + qexp(ppoints(30)), 4), resamples = 99999)

share <- function(name, successes, n, confidence = 0.95) {
  test <- suppressWarnings(prop.test(successes, n, conf.level = confidence,
                                     correct = FALSE))
  case(name, "inference.wilson_interval",
       list(successes = successes, n = n, confidence = confidence),
       interval(test$conf.int), "prop.test(x, n, correct = FALSE)$conf.int")
}
share("a share of seven in nine", 7, 9)
share("a share of seven in nine at 90 percent", 7, 9, 0.90)
share("a share of none in five", 0, 5)
share("a share of all five", 5, 5)
share("a share of one in two hundred", 1, 200)
share("a share of one in one", 1, 1)
refused("a share of nobody is refused", "inference.wilson_interval",
        list(successes = 0, n = 0), "TooFewRatersError",
        inherits(try(prop.test(0, 0), silent = TRUE), "try-error"),
        "prop.test refuses such data")

correlate <- function(name, a, b, argument_a = a, argument_b = b, confidence = 0.95) {
  test <- cor.test(a, b, conf.level = confidence)
  case(name, "inference.correlation_with_interval",
       list(a = argument_a, b = argument_b, confidence = confidence),
       list(estimate = test$estimate[[1]], interval = interval(test$conf.int),
            p = test$p.value, n = test$parameter[[1]] + 2),
       "cor.test(a, b)")
}
carry("attitude", attitude, "datasets::attitude")
correlate("leadership and hostility of soldiers", survey$LEAD, survey$HOSTILE,
          column_of("lq2002", "LEAD"), column_of("lq2002", "HOSTILE"))
correlate("complaints and rating of departments at 90 percent", attitude$complaints,
          attitude$rating, column_of("attitude", "complaints"),
          column_of("attitude", "rating"), 0.90)
correlate("a correlation leaves out pairs with a missing side", c(first, NA, 3),
          c(first[c(2, 3, 1, 5, 4, 7, 6)], 3, NA))
correlate("a correlation of four pairs", c(1, 2, 3, 4), c(2, 1, 4, 3.5))
refused("a correlation with a side without spread is refused",
        "inference.correlation_with_interval",
        list(a = c(1, 2, 3, 4, 5), b = rep(3, 5)), "ZeroVarianceError",
        suppressWarnings(is.na(cor(1:5, rep(3, 5)))), "cor(a, b) is NA")
refused("a correlation of three pairs has no interval",
        "inference.correlation_with_interval", list(a = c(1, 2, 3), b = c(1, 3, 2)),
        "TooFewRatersError", is.null(cor.test(1:3, c(1, 3, 2))$conf.int),
        "cor.test has no interval below four pairs")

write_figures()
