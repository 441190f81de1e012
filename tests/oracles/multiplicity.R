# Adjusted p values, by p.adjust.

source("common.R")

adjusted <- function(name, p, argument = p) {
  for (rule in list(c("holm", "holm"), c("benjamini_hochberg", "BH"),
                    c("benjamini_yekutieli", "BY"))) {
    case(paste0(rule[2], ": ", name), paste0("multiplicity.", rule[1]),
         list(p = I(argument)), I(p.adjust(p, rule[2])),
         sprintf("p.adjust(p, '%s')", rule[2]))
  }
}

# Benjamini and Hochberg (1995), section 3.2: fifteen comparisons of two treatments, of
# which their rule at .05 rejects the first four and Bonferroni's the first three.
published <- c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240,
               .4262, .5719, .6528, .7590, 1.000)
stopifnot(sum(p.adjust(published, "BH") <= .05) == 4,
          sum(p.adjust(published, "holm") <= .05) == 3)
adjusted("fifteen comparisons of Benjamini and Hochberg", published)
adjusted("the same comparisons in another order",
         published[c(8, 3, 15, 1, 12, 5, 10, 2, 14, 7, 4, 11, 6, 13, 9)])
adjusted("tests that were not made do not count", c(.04, NA, .001, .03, NA, .2))
adjusted("ties share what is left of them", c(.01, .02, .02, .02, .5, .01))
adjusted("ends of the range stay within it", c(0, 1, .5, 1, 1e-300))
adjusted("one test keeps its p value", .03)
adjusted("no test was made", c(NA_real_, NA_real_))
adjusted("no p value at all", numeric())

# One p a company: leadership against the middle of the scale.
survey <- lq2002()
by_company <- sapply(rows_of_groups(survey$COMPID), function(rows) {
  t.test(survey$LEAD[rows], mu = 3)$p.value
})
adjusted("forty-nine companies against the middle of the scale",
         unname(signif(by_company, 6)))

write_figures()
