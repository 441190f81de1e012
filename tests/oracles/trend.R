# Change between two cycles, by t.test.

source("common.R")

change <- function(name, call, before, after, of = list(before, after),
                   test = t.test(after, before)) {
  paired <- call == "paired_unit_change"
  names(of) <- if (paired) c("before_means", "after_means") else c("before", "after")
  kept <- test$estimate
  case(name, paste0("trend.", call), of,
       list(difference = if (paired) kept[[1]] else kept[[1]] - kept[[2]],
            statistic = test$statistic[[1]], df = test$parameter[[1]],
            p = test$p.value, interval = interval(test$conf.int)),
       if (paired) "t.test(after, before, paired = TRUE)" else "t.test(after, before)")
}
paired <- function(name, before, after, of = list(before, after)) {
  change(name, "paired_unit_change", before, after, of,
         t.test(after, before, paired = TRUE))
}

# No public survey holds two cycles of anonymous answers: two companies of one survey
# stand for one team then and now, two scales for the company means then and now.
survey <- lq2002()
then <- survey$LEAD[survey$COMPID == 2]
now <- survey$LEAD[survey$COMPID == 3]
change("one team then and now", "unlinked_change", then, now)
change("cycles of unequal size with a skipped answer", "unlinked_change",
       c(3.2, 4.1, NA, 2.6, 4.4, 3.5), c(4.2, 4.4, 3.9))
change("two answers in each cycle", "unlinked_change", c(3, 4), c(4, 4.5))
change("a cycle all alike after one that was not", "unlinked_change", c(2, 3, 4, 3.5),
       c(4, 4, 4))
change("scores that fell", "unlinked_change", sleep$extra[11:20], sleep$extra[1:10])
means <- function(column) {
  signif(as.vector(tapply(survey[[column]], survey$COMPID, mean)), 8)
}
paired("49 companies then and now", means("LEAD"), means("TSIG"))
paired("a team with a missing mean does not count", c(3.1, 3.5, NA, 4.2, 2.8),
       c(3.4, 3.3, 3.9, 4.6, NA))
paired("two teams", c(3, 4), c(3.5, 3.9))
data(chen2005, package = "multilevel")
carry("chen2005", chen2005[c("NCPRF.T1", "NCPRF.T2")], "multilevel::chen2005")
paired("newcomers' performance at two times", chen2005$NCPRF.T1, chen2005$NCPRF.T2,
       list(column_of("chen2005", "NCPRF.T1"), column_of("chen2005", "NCPRF.T2")))

no_change <- function(name, call, arguments, error, ...) {
  refused(name, paste0("trend.", call), arguments, error,
          inherits(try(t.test(...), silent = TRUE), "try-error"),
          "t.test refuses such data")
}
no_change("one answer before says nothing of a change", "unlinked_change",
          list(before = I(3), after = c(3, 4)), "TooFewRatersError", c(3, 4), 3)
no_change("cycles all alike say nothing of chance", "unlinked_change",
          list(before = c(3, 3), after = c(4, 4)), "ZeroVarianceError", c(4, 4),
          c(3, 3))
no_change("one team with both means is too few", "paired_unit_change",
          list(before_means = c(3, NA), after_means = c(4, 3)), "TooFewRatersError",
          c(4, 3), c(3, NA), paired = TRUE)
no_change("teams that all changed alike say nothing of chance", "paired_unit_change",
          list(before_means = c(3, 2, 4), after_means = c(4, 3, 5)),
          "ZeroVarianceError", c(4, 3, 5), c(3, 2, 4), paired = TRUE)

write_figures()
