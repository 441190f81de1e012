# What every script shares: the real survey, cases, and the file they are written to.
#
# A script is run in this folder as `Rscript agreement.R out.json`.

suppressPackageStartupMessages(library(jsonlite))

book <- new.env()
book$cases <- list()
book$data <- list()
book$used <- character()
book$packages <- "jsonlite"

# Load packages and remember them: their versions stand beside the figures.
need <- function(...) {
  for (package in c(...)) {
    suppressPackageStartupMessages(library(package, character.only = TRUE))
  }
  book$packages <- c(book$packages, ...)
}

# The survey that the project carries; its cells are never copied into the figures.
lq2002 <- function() {
  book$used <- union(book$used, "lq2002")
  read.csv("../data/lq2002/lq2002.csv")
}
leadership <- sprintf("LEAD%02d", 1:11)
significance <- sprintf("TSIG%02d", 1:3)
hostility <- sprintf("HOSTIL%02d", 1:5)

# Put a small data set of a package beside the figures; `source` says whose it is.
carry <- function(name, table, source) {
  stopifnot(!name %in% names(book$data))
  book$data[[name]] <- list(source = source, columns = lapply(as.list(table), I))
  invisible(table)
}

# References to a data set instead of its numbers.
ratings_of <- function(from, columns, ...) list(from = from, columns = I(columns), ...)
column_of <- function(from, column, ...) list(from = from, column = column, ...)
mean_of <- function(from, columns, ...) list(from = from, mean_of = I(columns), ...)

# Vectors stay arrays in JSON even when they hold one value.
as_array <- function(x) {
  if (is.atomic(x) && !is.null(x) && length(x) != 1) I(x) else x
}

case <- function(name, call, arguments, expected, how, tolerance = 1e-8) {
  stopifnot(!name %in% vapply(book$cases, function(one) one$name, ""))
  if (tolerance > 1e-8) expected <- seven(expected)
  expected <- if (is.list(expected)) lapply(expected, as_array) else as_array(expected)
  book$cases[[length(book$cases) + 1]] <- list(
    name = name, call = call, arguments = lapply(arguments, as_array),
    expected = expected, how = how, tolerance = tolerance
  )
}

# A figure that does not exist; `because` is R's own reason, and must hold.
refused <- function(name, call, arguments, error, because, how) {
  stopifnot(isTRUE(because))
  case(name, call, arguments, list(error = error), how)
}

# What an optimiser finds differs in the last digits from machine to machine.
seven <- function(x) {
  if (is.list(x)) lapply(x, seven) else if (is.double(x)) signif(x, 7) else x
}

interval <- function(ends) list(low = ends[[1]], high = ends[[2]])

# JSON has no infinity; the tests read this word as a number.
infinite <- function(sign) if (sign > 0) "Infinity" else "-Infinity"

# Values that R returns by sorted label, in the order in which labels first appear.
by_group <- function(groups, labels, values, sizes) {
  order <- match(as.character(unique(groups)), as.character(labels))
  list(labels = I(unique(groups)), values = I(unname(values)[order]),
       sizes = I(unname(sizes)[order]))
}

rows_of_groups <- function(groups) {
  split(seq_along(groups), factor(groups, levels = unique(groups)))
}

# Two ways to one figure must meet, or the script stops.
agree <- function(a, b, tolerance = 1e-12) {
  a <- as.vector(unlist(a))
  b <- as.vector(unlist(b))
  stopifnot(length(a) == length(b), identical(is.na(a), is.na(b)),
            all(abs(a - b) <= tolerance * pmax(1, abs(b)), na.rm = TRUE))
}

write_figures <- function() {
  versions <- vapply(book$packages, function(p) as.character(packageVersion(p)), "")
  figures <- list(
    r = as.character(getRversion()), packages = as.list(versions),
    used = I(book$used), data = book$data, cases = book$cases
  )
  if (!length(book$data)) figures$data <- NULL
  text <- toJSON(figures, digits = NA, auto_unbox = TRUE, na = "null", null = "null")
  writeLines(text, commandArgs(trailingOnly = TRUE)[1], useBytes = TRUE)
}
