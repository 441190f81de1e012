# Runs and spread of one rater's answers, by rle and sd.

source("common.R")
need("psych")

# rle takes each missing answer for a run of its own, as careless::longstring does.
runs <- function(name, ratings, argument = ratings) {
  longest <- apply(as.matrix(ratings), 1, function(row) max(rle(row)$lengths))
  case(paste("longest run:", name), "careless.longest_run", list(ratings = argument),
       I(unname(longest)), "max(rle(x)$lengths)")
  spread <- apply(as.matrix(ratings), 1, sd, na.rm = TRUE)
  case(paste("spread:", name), "careless.intra_individual_sd",
       list(ratings = argument), I(unname(spread)), "sd(x, na.rm = TRUE)")
}

survey <- lq2002()
runs("sixty soldiers on nineteen items in their order",
     head(survey[c(leadership, significance, hostility)], 60),
     ratings_of("lq2002", c(leadership, significance, hostility), first = 60))
asked <- names(bfi)[1:25]
gaps <- which(!complete.cases(bfi[asked]))
people <- bfi[c(1:20, head(gaps[gaps > 20], 20)), asked]
carry("bfi", people, "psych::bfi, 40 rows, as answered")
runs("forty people who skipped items, on items keyed both ways", people,
     ratings_of("bfi", asked))
runs("raters at the edges", rbind(
  c(3, 3, 3, 3, 3), c(1, 2, 1, 2, 1), c(NA, NA, NA, NA, NA), c(4, NA, NA, 4, 4),
  c(NA, NA, 2, NA, NA), c(5, 5, NA, 5, 5), c(1, 1, 2, 2, 2)
))
runs("one item", cbind(c(3, NA, 5)))
runs("one rater", rbind(c(2, 2, 3)))

write_figures()
