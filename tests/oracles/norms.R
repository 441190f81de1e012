# Where a team stands among the others, by rank and quantile.

source("common.R")

stand <- function(name, values, argument = values) {
  known <- !is.na(values)
  share <- rep(NA_real_, length(values))
  share[known] <- (rank(values[known]) - 0.5) / sum(known)
  case(paste("percentiles:", name), "norms.mid_rank_percentiles",
       list(values = I(argument)), I(share), "(rank(x) - .5) / length(x)")
  if (any(known)) {
    quarters <- quantile(values, c(.25, .75), type = 7, na.rm = TRUE)
    band <- 1 - (values < quarters[1]) + (values > quarters[2])
    case(paste("bands:", name), "norms.percentile_bands", list(values = I(argument)),
         I(band), "x against quantile(x, c(.25, .75), type = 7)")
  }
}

survey <- lq2002()
stand("49 company means",
      signif(as.vector(tapply(survey$LEAD, survey$COMPID, mean)), 8))
stand("thirty departments with ties", attitude$rating)
stand("twenty points with many ties", rep(c(1, 2, 2, 3, 3, 3, 4, 4, 4, 5), 2))
stand("a team without a figure does not count", c(3.1, NA, 2.4, 4.2, 3.3, NA, 2.9))
stand("teams all alike are in the middle", rep(3.5, 6))
stand("five teams of which two lie on the quartiles", c(5, 1, 3, 2, 4))
stand("three teams", c(2, 9, 4))
stand("two teams", c(4, 2))
stand("one team", 3)

write_figures()
