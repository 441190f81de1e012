# A leader's gap and its verdict, and categories of leaders, by the stated formulas.

source("common.R")

# The rules in their order; the first that holds is the verdict.
verdict <- function(gap, low, high, p, practical) {
  side <- if (gap > 0) "higher" else "lower"
  large <- abs(gap) >= practical - 1e-9
  inside <- low <= 0 && 0 <= high
  if (-practical < low && high < practical) "seen_alike"
  else if (!inside && large) paste0(if (p <= .025) "clearly_" else "probably_", side)
  else if (!inside) paste0("slightly_", side)
  else if (large) paste0("may_be_", side)
  else "cannot_tell"
}

gap <- function(name, wanted, self, scores, n_invited, scale = c(1, 5),
                reliability = 0.80, sd = NULL, df = NULL, practical = NULL) {
  x <- scores[!is.na(scores)]
  n <- length(x)
  matters <- if (is.null(practical)) diff(scale) / 8 else practical
  unsure <- if (is.null(n_invited)) 1 else 1 - reliability * n / n_invited
  se <- (if (is.null(sd)) stats::sd(x) else sd) / sqrt(n) * sqrt(unsure)
  free <- if (is.null(df)) n - 1 else df
  g <- self - mean(x)
  ends <- g + c(-1, 1) * qt(.975, free) * se
  p <- 2 * pt(-abs(g / se), free)
  if (is.null(n_invited) && is.null(sd)) {
    test <- t.test(self - x)
    agree(c(ends, p), c(test$conf.int, test$p.value))
  }
  found <- verdict(g, ends[1], ends[2], p, matters)
  if (found != wanted) stop(name, ": ", found)
  silent <- if (is.null(n_invited)) NULL else n_invited - n
  bounds <- if (!is.null(silent)) {
    interval(self - (n * mean(x) + silent * rev(scale)) / n_invited)
  }
  case(name, "gaps.leader_gap",
       list(self_score = self, scores = scores, n_invited = n_invited, scale = scale,
            reliability = reliability, sd = sd, df = df, practical = practical),
       list(self_score = self, group_mean = mean(x), estimate = g,
            interval = interval(c(max(ends[1], self - scale[2]),
                                  min(ends[2], self - scale[1]))),
            p = p, verdict = found, nonresponse_bounds = bounds, n = n),
       "t.test(self - scores) where nobody is counted; sd, qt, pt with a known team")
}

team <- c(3.2, 3.6, 2.8, 3.4, 3.0, 3.8, 3.2, 3.4)
gap("a leader clearly above eight of nine", "clearly_higher", 4.6, team, 9)
gap("a leader clearly below eight of nine", "clearly_lower", 2.2, team, 9)
gap("a leader seen alike", "seen_alike", 3.4, team, 9)
gap("a leader slightly above", "slightly_higher", 3.7, team, 9)
gap("a leader slightly below", "slightly_lower", 2.9, team, 9)
gap("a leader who may be above three of nine", "may_be_higher", 4.6,
    c(3.2, 4.8, 3.4), 9)
gap("a leader who may be below three of nine", "may_be_lower", 2.4, c(3.2, 4.8, 2.6), 9)
gap("a leader of whom nobody can tell", "cannot_tell", 3.6, c(3.2, 4.8, 2.6), 9)
gap("nobody knows how many were asked", "clearly_higher", 4.6, team, NULL)
gap("everybody answered", "clearly_higher", 4.0, team, 8)
gap("answers free of noise", "clearly_higher", 4.2, team, 10, reliability = 1)
gap("three answers and a pooled spread", "may_be_higher", 4.4, c(3.4, 3.8, 4.2), 5,
    sd = 0.7841, df = 1993)
gap("one answer and a pooled spread", "may_be_lower", 3, I(4), 4, sd = 0.6, df = 30)
gap("a team all alike and a pooled spread", "clearly_higher", 5, rep(3, 5), 7,
    sd = 0.5, df = 40)
gap("skipped scores are left out of a gap", "clearly_higher", 4.6, c(team, NA, NA), 11)
gap("an interval is cut at the end of the scale", "clearly_higher", 5,
    c(1.2, 1.6, 1, 1.4), 12)
gap("a self rating at the lower end", "clearly_lower", 1, c(3, 2.4, 3.8, 2), 6)
gap("a gap on a scale from 0 to 4", "clearly_higher", 3.2, team - 1, 9,
    scale = c(0, 4))
gap("a gap on a scale from 1 to 7", "seen_alike", 3.6, team, 9, scale = c(1, 7))
gap("a gap exactly as large as what matters", "clearly_higher", 3.8,
    c(3.1, 3.3, 3.5, 3.3, 3.3), 6)
refused("a gap of a team all alike is refused", "gaps.leader_gap",
        list(self_score = 4, scores = c(3, 3, 3), n_invited = 5, scale = c(1, 5)),
        "ZeroVarianceError",
        inherits(try(t.test(c(3, 3, 3)), silent = TRUE), "try-error"),
        "t.test refuses such data")
refused("a gap of one answer is refused", "gaps.leader_gap",
        list(self_score = 4, scores = I(3), n_invited = 5, scale = c(1, 5)),
        "TooFewRatersError", is.na(sd(3)), "sd(3) is NA")

categories <- function(name, selfs, means, rule) {
  both <- !is.na(selfs) & !is.na(means)
  x <- selfs[both]
  y <- means[both]
  distance <- switch(rule, difference = as.vector(scale(x - y)),
                     z = as.vector(scale(x)) - as.vector(scale(y)))
  labels <- rep("", length(selfs))
  labels[both] <- ifelse(distance > 0.5 + 1e-9, "over",
                         ifelse(distance < -0.5 - 1e-9, "under", "in_agreement"))
  case(name, "gaps.agreement_categories",
       list(self_scores = selfs, group_means = means, rule = rule),
       list(over = sum(labels == "over"), in_agreement = sum(labels == "in_agreement"),
            under = sum(labels == "under"), labels = labels),
       c(difference = "scale(self - mean) against .5",
         z = "scale(self) - scale(mean) against .5")[[rule]])
}
# No public data set holds leaders with their own view: a department's rating stands for
# the leader, its complaints handled for the team; both run to 100.
rating <- attitude$rating
handled <- attitude$complaints
for (rule in c("difference", "z")) {
  told <- c(difference = "by differences", z = "by z scores")[[rule]]
  categories(paste("thirty departments", told), rating, handled, rule)
  categories(paste("a missing side is not sorted", told), c(NA, 4, 3.5, 5, 2, 4.5),
             c(3, NA, 3.6, 3.2, 3.9, 4.1), rule)
  categories(paste("two leaders", told), c(3, 4), c(3.5, 3.2), rule)
}
# These differences have the standard deviation 1, so that a half is on the line.
apart <- c(-1.5, 1.5, -0.5, 0.5, 0, 0)
stopifnot(mean(apart) == 0, sd(apart) == 1)
categories("half a standard deviation away is still in agreement", 3.5 + apart,
           rep(3, 6), "difference")
refused("leaders who all differ alike cannot be sorted", "gaps.agreement_categories",
        list(self_scores = c(4, 3, 5), group_means = c(3, 2, 4)), "ZeroVarianceError",
        all(is.nan(scale(c(1, 1, 1)))), "scale(self - mean) is NaN")
refused("one leader cannot be sorted", "gaps.agreement_categories",
        list(self_scores = I(4), group_means = I(3)), "TooFewRatersError",
        is.na(scale(1)), "scale(1) is NA")

write_figures()
