# R's own functions on the answers that bench/statistics_speed.py wrote.
# Rscript multilevel.R FOLDER ROWS ITEMS: prints seconds, writes what they found.
# Means, rwg.j and ad.m do all teams; ICC1 and ICC2 the first 250, as aov takes a time
# that grows faster than the square of the number of teams.
suppressMessages(library(multilevel))
asked <- commandArgs(TRUE)
path <- function(name) file.path(asked[1], name)
rows <- as.integer(asked[2])
items <- as.integer(asked[3])
team <- readBin(path("teams"), "integer", rows)
x <- matrix(readBin(path("ratings"), "double", rows * items), rows, items)
x[is.nan(x)] <- NA
took <- function(work) system.time(work)[["elapsed"]]

told <- function(name, seconds) cat(name, seconds, "\n")
told("means", took(sums <- rowsum(x, team, na.rm = TRUE) / rowsum(1 * !is.na(x), team)))
told("rwg_j", took(agreed <- rwg.j(x, team, ranvar = 2)))
told("average_deviation", took(away <- ad.m(x, team)))
part <- team < 250
score <- rowMeans(x[part, ], na.rm = TRUE)
told("icc_of_250_teams", took({
  model <- aov(score ~ factor(team[part]))
  found <- c(ICC1(model), ICC2(model))
}))
complete <- x[stats::complete.cases(x), ]
told("factor", took(factanal(complete, factors = 1)))
writeBin(as.integer(as.character(agreed$grpid)), path("labels"))
writeBin(agreed$rwg.j, path("rwg_j"))
writeBin(away$AD.M, path("average_deviation"))
