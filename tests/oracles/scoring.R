# Turned items and dimension scores, by psych and by base R.

source("common.R")
need("psych")

turn <- function(name, points, low, high) {
  keys <- rep(-1, NCOL(points))
  expected <- unname(reverse.code(keys, points, mini = low, maxi = high))
  agree(expected, low + high - points)
  expected <- if (is.matrix(points)) expected else c(expected)
  arguments <- list(points = points, low = low, high = high)
  case(name, "scoring.turn", arguments, expected, "psych::reverse.code(-1, x)")
}

turn("points from 1 to 5 turn round, a missing one stays missing",
     c(1, 2, 3, 4, 5, NA), 1, 5)
turn("points from 0 to 4 turn round", c(0, 1, 4, 2, 2), 0, 4)
turn("points from 1 to 7 of several items turn round",
     matrix(c(1, 7, 4, NA, 2, 6), 3), 1, 7)
turn("half points turn round as well", c(1.5, 2.5, 5), 1, 5)

# scoreItems prints the scale it was given; what it imputes is nothing at all.
mean_of_answered <- function(ratings) {
  ratings <- as.matrix(ratings)
  colnames(ratings) <- paste0("item", seq_len(ncol(ratings)))
  keys <- list(scale = colnames(ratings))
  scores <- scoreItems(keys, ratings, impute = "none", missing = TRUE, totals = FALSE,
                       min = 1, max = 6)$scores
  as.vector(scores)
}

score <- function(name, ratings, argument, min_share = 0.5, by_psych = TRUE) {
  ratings <- as.matrix(ratings)
  scores <- unname(rowMeans(ratings, na.rm = TRUE))
  if (by_psych) agree(scores, mean_of_answered(ratings))
  share <- rowMeans(!is.na(ratings))
  scores[share < min_share | share == 0] <- NA
  how <- "psych::scoreItems(impute = 'none', missing = TRUE, totals = FALSE), mean"
  if (!by_psych) how <- "rowMeans(x, na.rm = TRUE), NA below the share"
  arguments <- list(ratings = argument, min_share = min_share)
  case(name, "scoring.dimension_scores", arguments, I(scores), how)
}

# The first 40 people and 20 who skipped an item; A1 is reverse-keyed.
agreeable <- bfi[c("A1", "A2", "A3", "A4", "A5")]
gaps <- which(!complete.cases(agreeable))
agreeable <- agreeable[c(1:40, head(gaps[gaps > 40], 20)), ]
bfi_turned <- transform(agreeable, A1 = 7 - A1)
carry("bfi", bfi_turned, "psych::bfi, 60 rows, A1 turned by 7 - A1")
items <- names(agreeable)
score("people who skipped items are scored by the items they answered",
      bfi_turned, ratings_of("bfi", items))
by_keys <- scoreItems(list(A = c("-A1", items[-1])), agreeable, impute = "none",
                      missing = TRUE, totals = FALSE, min = 1, max = 6)$scores
agree(by_keys, rowMeans(bfi_turned, na.rm = TRUE))

survey <- head(lq2002()[leadership], 60)
score("eleven items of the first sixty soldiers", survey,
      ratings_of("lq2002", leadership, first = 60))
survey$LEAD03[seq(7, 60, 7)] <- NA
survey$LEAD09[seq(5, 60, 11)] <- NA
holes <- list(LEAD03 = c(7, 7), LEAD09 = c(5, 11))
score("a share of 95 percent admits complete raters only", survey,
      ratings_of("lq2002", leadership, first = 60, holes = holes), min_share = 0.95)

few <- rbind(c(4, 5, NA, NA), c(3, NA, NA, NA), c(NA, NA, NA, NA), c(1, 2, 3, 5))
score("exactly half of the items is enough, less is not", few, few, by_psych = FALSE)
score("with a share of 0 one answer is enough, none is not", few, few, min_share = 0,
      by_psych = FALSE)
score("with a share of 1 every item must be answered", few, few, min_share = 1,
      by_psych = FALSE)
odd <- rbind(c(5, 4, NA, NA, NA), c(5, 4, 3, NA, NA), c(2, 2, 2, 2, 2))
score("of five items three are needed, two are not enough", odd, odd, by_psych = FALSE)
one <- cbind(c(3, NA, 5))
score("a dimension of one item is that item", one, one, by_psych = FALSE)
score("a single rater has a score", rbind(c(2, 3, 3)), rbind(c(2, 3, 3)),
      by_psych = FALSE)

write_figures()
