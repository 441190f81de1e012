# Agreement inside teams and intraclass correlations, by multilevel, psych and aov.

source("common.R")
need("multilevel", "psych")

survey <- lq2002()
teams_of <- column_of("lq2002", "COMPID")

null <- function(name, expected, how, arguments) {
  case(name, "agreement.null_variance", arguments, expected, how)
}
for (points in c(2, 3, 4, 5, 6, 7, 10)) {
  null(paste("the uniform null variance of", points, "points"),
       var(seq_len(points)) * (points - 1) / points, "variance of 1, 2 ... A",
       list(n_points = points))
}
# Proportions of LeBreton and Senter (2008), table 2.
proportions <- list(
  slight_skew = c(.05, .15, .20, .35, .25), moderate_skew = c(0, .10, .15, .40, .35),
  heavy_skew = c(0, 0, .10, .40, .50), triangular = c(.11, .22, .34, .22, .11),
  normal = c(.07, .24, .38, .24, .07)
)
for (shape in names(proportions)) {
  share <- proportions[[shape]]
  null(paste("the published null variance of the shape", shape),
       sum(share * (1:5)^2) - sum(share * 1:5)^2,
       "variance of LeBreton and Senter's proportions",
       list(n_points = 5, shape = shape))
}
refused("a skewed null variance of seven points is refused", "agreement.null_variance",
        list(n_points = 7, shape = "slight_skew"), "BadInputError",
        length(proportions$slight_skew) != 7, "published for five points only")

# multilevel's functions, which leave out raters with any missing answer.
indices <- list(
  rwg_j_by_group = function(x, g, ...) rwg.j(x, g, ...),
  rwg_star_j_by_group = function(x, g, ...) rwg.j.lindell(x, g, ...),
  awg_by_group = function(x, g, low, high) awg(x, g, range = c(low, high)),
  average_deviation_by_group = function(x, g, center) ad.m(x, g, type = center)
)
bulk <- function(name, index, argument, items, ..., groups = survey$COMPID,
                 groups_of = teams_of) {
  found <- indices[[index]](items, groups, ...)
  values <- found[[2]]
  sizes <- found[[if (index == "awg_by_group") "nraters" else "gsize"]]
  more <- list(...)
  names(more)[names(more) == "ranvar"] <- "null"
  case(name, paste0("agreement.", index),
       c(list(ratings = argument, groups = groups_of), more),
       by_group(groups, found$grpid, values, sizes),
       c(rwg_j_by_group = "multilevel::rwg.j(x, g, null)",
         rwg_star_j_by_group = "multilevel::rwg.j.lindell(x, g, null)",
         awg_by_group = "multilevel::awg(x, g, c(low, high))",
         average_deviation_by_group = "multilevel::ad.m(x, g, type)")[[index]])
}

climate <- survey[leadership]
climate_of <- ratings_of("lq2002", leadership)
bulk("rwg(j) of 49 companies, uniform null", "rwg_j_by_group", climate_of, climate,
     ranvar = 2)
bulk("rwg(j) of 49 companies, slight skew, cut off at 0", "rwg_j_by_group", climate_of,
     climate, ranvar = 1.34)
bulk("r*wg(j) of 49 companies, slight skew, not cut off", "rwg_star_j_by_group",
     climate_of, climate, ranvar = 1.34)
bulk("awg of 49 companies", "awg_by_group", climate_of, climate, low = 1, high = 5)
bulk("awg of hostility on a scale from 0 to 4", "awg_by_group",
     ratings_of("lq2002", hostility), survey[hostility], low = 0, high = 4)
bulk("deviations of 49 companies from their means", "average_deviation_by_group",
     climate_of, climate, center = "mean")
bulk("deviations of 49 companies from their medians", "average_deviation_by_group",
     climate_of, climate, center = "median")
bulk("rwg(j) of three items of task significance", "rwg_j_by_group",
     ratings_of("lq2002", significance), survey[significance], ranvar = 2)

# Units of eight to sixteen people of another army survey.
data(bhr2000, package = "multilevel")
asked <- c("AF06", "AF07", "AP12", "AP17")
unit_sizes <- table(bhr2000$GRP)
small <- bhr2000[bhr2000$GRP %in% names(unit_sizes)[unit_sizes <= 16], ]
carry("bhr2000", small[c("GRP", asked)], "multilevel::bhr2000, groups of 16 or fewer")
units <- small$GRP
units_of <- column_of("bhr2000", "GRP")
ask <- ratings_of("bhr2000", asked)
bulk("rwg(j) of small units", "rwg_j_by_group", ask, small[asked], ranvar = 2,
     groups = units, groups_of = units_of)
bulk("r*wg(j) of small units", "rwg_star_j_by_group", ask, small[asked], ranvar = 2,
     groups = units, groups_of = units_of)
bulk("awg of small units", "awg_by_group", ask, small[asked], low = 1, high = 5,
     groups = units, groups_of = units_of)
bulk("deviations of small units from their medians", "average_deviation_by_group",
     ask, small[asked], center = "median", groups = units, groups_of = units_of)

# What an item's own raters say, for data that multilevel would cut down: every item
# uses the answers it has, and counts from two answers on.
by_hand <- list(
  rwg_j_by_group = function(x, null) {
    s <- apply(x, 2, var, na.rm = TRUE)
    noise <- min(mean(s, na.rm = TRUE) / null, 1)
    signal <- sum(!is.na(s)) * (1 - noise)
    if (is.nan(noise)) NA else signal / (signal + noise)
  },
  rwg_star_j_by_group = function(x, null) {
    1 - mean(apply(x, 2, var, na.rm = TRUE), na.rm = TRUE) / null
  },
  awg_by_group = function(x, low, high) {
    mean(apply(x, 2, function(item) {
      item <- item[!is.na(item)]
      if (length(item) < 2) NA else awg(item, rep(1, length(item)), c(low, high))$a.wg
    }), na.rm = TRUE)
  },
  average_deviation_by_group = function(x, center) {
    mean(apply(x, 2, function(item) {
      item <- item[!is.na(item)]
      if (length(item) < 2) NA else mean(abs(item - match.fun(center)(item)))
    }), na.rm = TRUE)
  }
)
patchy <- function(name, index, items, argument, groups, groups_of, ...) {
  rows <- rows_of_groups(groups)
  items <- as.matrix(items)
  values <- vapply(rows, function(r) by_hand[[index]](items[r, , drop = FALSE], ...), 0)
  sizes <- vapply(rows, function(r) {
    sum(rowSums(!is.na(items[r, , drop = FALSE])) > 0)
  }, 0)
  case(name, paste0("agreement.", index),
       list(ratings = argument, groups = groups_of, ...),
       by_group(groups, names(rows), values, sizes),
       "var and mean of the answers that an item has")
}
each <- function(name, items, argument, groups, groups_of) {
  run <- function(what, index, ...) {
    patchy(paste(what, name), index, items, argument, groups, groups_of, ...)
  }
  run("rwg(j)", "rwg_j_by_group", null = 2)
  run("r*wg(j)", "rwg_star_j_by_group", null = 2)
  run("awg", "awg_by_group", low = 1, high = 5)
  run("mean deviations", "average_deviation_by_group", center = "mean")
  run("median deviations", "average_deviation_by_group", center = "median")
}
data(cohesion, package = "multilevel")
felt <- names(cohesion)[3:7]
cohesion$TEAM <- paste(cohesion$UNIT, cohesion$PLATOON)
carry("cohesion", cohesion[c("TEAM", felt)], "multilevel::cohesion")
each("of four platoons with a skipped answer", cohesion[felt],
     ratings_of("cohesion", felt), cohesion$TEAM, column_of("cohesion", "TEAM"))

# Teams of one, two and three raters; one all alike, one at an end, one without answers.
edge <- rbind(c(4, 2, 5), c(1, 5, NA), c(5, 1, NA), c(3, 3, 3), c(3, 3, 3),
              c(5, 5, 4), c(5, 5, 5), c(5, 5, 5), c(NA, NA, NA), c(NA, NA, NA),
              c(2, NA, 4), c(4, 3, NA), c(NA, NA, 5))
edge_teams <- c("one", "two", "two", "alike", "alike", "end", "end", "end", "silent",
                "silent", "patchy", "patchy", "patchy")
each("of teams at the edges", edge, edge, edge_teams, edge_teams)

# One item of a small team, by multilevel itself and listwise by definition.
single_score <- function(name, scores, argument, groups, groups_of, ranvar) {
  found <- rwg(scores, groups, ranvar)
  case(name, "agreement.rwg_by_group",
       list(scores = argument, groups = groups_of, null = ranvar),
       by_group(groups, found$grpid, found$rwg, found$gsize),
       "multilevel::rwg(x, g, null)")
}
single_score("rwg of one score in 49 companies", survey$LEAD,
             column_of("lq2002", "LEAD"), survey$COMPID, teams_of, 2)
lone <- c(3, 4, 2, 5, 5, 1, 5, NA, 4, 4)
lone_teams <- c("b", "a", "a", "c", "c", "d", "d", "a", "b", "e")
single_score("rwg of teams of one, two and three raters", lone, lone, lone_teams,
             lone_teams, 2)

# One team alone: the same functions on its rows.
alone <- function(name, index, items, ...) {
  by_index <- paste0(index, "_by_group")
  items <- as.matrix(items)
  expected <- by_hand[[by_index]](items, ...)
  case(name, paste0("agreement.", index), list(ratings = unname(items), ...), expected,
       "var and mean of the answers that an item has")
}
team <- unname(as.matrix(climate[survey$COMPID == 52, 1:5]))[1:6, ]
agree(by_hand$rwg_j_by_group(team, 2), rwg.j(team, rep(1, 6), 2)$rwg.j)
agree(by_hand$average_deviation_by_group(team, "mean"), ad.m(team, rep(1, 6))$AD.M)
agree(by_hand$awg_by_group(team, 1, 5), awg(team, rep(1, 6))$a.wg)
alone("rwg(j) of six soldiers", "rwg_j", team, null = 2)
alone("r*wg(j) of six soldiers", "rwg_star_j", team, null = 2)
alone("awg of six soldiers", "awg", team, low = 1, high = 5)
alone("mean deviation of six soldiers", "average_deviation", team, center = "mean")
alone("median deviation of six soldiers", "average_deviation", team, center = "median")
split_team <- rbind(c(1, 5, 1), c(5, 1, 5), c(1, 1, 5))
alone("rwg(j) of a split team is 0", "rwg_j", split_team, null = 2)
alone("r*wg(j) of a split team is negative", "rwg_star_j", split_team, null = 2)
alone("awg of a split team", "awg", split_team, low = 1, high = 5)
same <- matrix(3, 3, 2)
alone("rwg(j) of a team all alike is 1", "rwg_j", same, null = 2)
alone("r*wg(j) of a team all alike is 1", "rwg_star_j", same, null = 2)
alone("awg of a team all alike is 1", "awg", same, low = 1, high = 5)
alone("a team all alike does not deviate", "average_deviation", same, center = "mean")
high <- cbind(c(4, 4, 4))
refused("awg of a team all alike near an end is refused, as R has no value",
        "agreement.awg", list(ratings = high, low = 1, high = 5), "OutOfRangeError",
        is.na(awg(high[, 1], rep(1, 3))$a.wg), "multilevel::awg(x, g) is NA")
near <- cbind(c(5, 5, 5, 4.5), c(5, 5, 5, 5), c(2, 3, 4, 4))
alone("awg leaves out an item whose mean leaves no room", "awg", near, low = 1,
      high = 5)
nearly <- cbind(c(5, 5, 5, 4.5))
refused("awg is refused where no item leaves room", "agreement.awg",
        list(ratings = nearly, low = 1, high = 5), "OutOfRangeError",
        is.na(awg(nearly[, 1], rep(1, 4))$a.wg), "multilevel::awg(x, g) is NA")
for (index in c("rwg_j", "rwg_star_j")) {
  refused(paste(index, "of one rater is refused"), paste0("agreement.", index),
          list(ratings = rbind(c(3, 4)), null = 2), "TooFewRatersError",
          is.na(var(3)), "var(3) is NA")
}
refused("the average deviation of one rater is refused", "agreement.average_deviation",
        list(ratings = rbind(c(3, 4))), "TooFewRatersError",
        is.na(ad.m(3, 1)$AD.M), "multilevel::ad.m(3, 1) is NA")

# One-way analysis of variance with the effective team size k0, which multilevel::ICC1
# replaces by the plain mean; the interval is that of Thomas, Hultquist and Donner.
one_way <- function(scores, groups) {
  kept <- !is.na(scores)
  scores <- scores[kept]
  groups <- factor(groups[kept])
  n <- tapply(scores, groups, length)
  inside <- sum((scores - ave(scores, groups))^2)
  between <- sum(n * (tapply(scores, groups, mean) - mean(scores))^2)
  df <- c(length(n) - 1, sum(n) - length(n))
  table <- suppressWarnings(anova(aov(scores ~ groups)))
  agree(c(between, inside) / df, table[["Mean Sq"]], 1e-9)
  list(b = between / df[1], w = inside / df[2], df = df, n = n,
       k0 = (sum(n) - sum(n^2) / sum(n)) / df[1])
}
icc <- function(name, scores, argument, groups, groups_of, confidence = 0.95) {
  t <- one_way(scores, groups)
  share <- function(b) (b - t$w) / (b + (t$k0 - 1) * t$w)
  tail <- (1 - confidence) / 2
  ends <- share(t$b / qf(c(1 - tail, tail), t$df[1], t$df[2]))
  icc2 <- (t$b - t$w) / t$b
  case(name, "agreement.intraclass_correlation",
       list(scores = argument, groups = groups_of, confidence = confidence),
       list(icc1 = share(t$b), icc1_interval = interval(ends),
            icc2 = if (is.finite(icc2)) icc2 else infinite(icc2), k0 = t$k0,
            mean_square_between = t$b, mean_square_within = t$w,
            f = if (t$w > 0) t$b / t$w else infinite(1),
            p = pf(t$b / t$w, t$df[1], t$df[2], lower.tail = FALSE),
            n_groups = length(t$n), n_raters = sum(t$n)),
       "anova(aov(score ~ team)), k0, qf")
}
icc_of <- function(name, column, ...) {
  icc(name, survey[[column]], column_of("lq2002", column), survey$COMPID, teams_of, ...)
}
icc_of("ICC of leadership in companies of unequal size", "LEAD")
icc_of("ICC of hostility at 90 percent", "HOSTILE", confidence = 0.90)
data(klein2000, package = "multilevel")
balanced <- carry("klein2000", klein2000[1:150, c("GRPID", "JOBSAT")],
                  "multilevel::klein2000, 10 groups of 15")
icc("ICC of ten groups of fifteen", balanced$JOBSAT, column_of("klein2000", "JOBSAT"),
    balanced$GRPID, column_of("klein2000", "GRPID"))
agree(ICC1(aov(JOBSAT ~ factor(GRPID), balanced)),
      with(one_way(balanced$JOBSAT, balanced$GRPID), (b - w) / (b + 14 * w)), 1e-10)
for (set in c("Dyestuff", "Dyestuff2")) {
  yields <- getExportedValue("lme4", set)
  batches <- as.character(yields$Batch)
  carry(set, data.frame(Batch = batches, Yield = yields$Yield), paste0("lme4::", set))
  icc(paste("ICC of six batches of", set), yields$Yield, column_of(set, "Yield"),
      batches, column_of(set, "Batch"))
}
uneven <- c(3, 4, 5, 2, 2, 4.5, 1, 5, 3, NA)
uneven_teams <- c("a", "a", "a", "b", "b", "c", "d", "d", "d", "e")
icc("ICC with teams of one and a skipped answer", uneven, uneven, uneven_teams,
    uneven_teams)
icc("ICC of two teams that do not differ", c(1, 3, 1, 3), c(1, 3, 1, 3),
    c(1, 1, 2, 2), c(1, 1, 2, 2))
icc("ICC of two teams that agree wholly", c(1, 1, 3, 3), c(1, 1, 3, 3),
    c(1, 1, 2, 2), c(1, 1, 2, 2))
no_icc <- function(name, scores, groups, error, because, how) {
  refused(name, "agreement.intraclass_correlation",
          list(scores = scores, groups = groups), error, because, how)
}
no_icc("ICC of one team is refused", c(3, 4, 5), c(1, 1, 1), "TooFewGroupsError",
       length(unique(c(1, 1, 1))) - 1 == 0, "no df between")
no_icc("ICC of teams of one is refused", c(3, 4, 5), c(1, 2, 3), "TooFewRatersError",
       df.residual(lm(c(3, 4, 5) ~ factor(1:3))) == 0, "no df within")
no_icc("ICC of scores all alike is refused", rep(3, 4), c(1, 1, 2, 2),
       "ZeroVarianceError", is.nan((0 - 0) / (0 + 0)), "0 / 0")

# Targets in rows, judges in columns.
single <- c("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")
judges <- function(name, table) {
  found <- ICC(table, lmer = FALSE)$results
  fields <- lapply(seq_along(single), function(row) {
    list(estimate = found$ICC[row], interval = interval(unlist(found[row, 7:8])))
  })
  names(fields) <- single
  # The step-up of a lower end below -1 / (k - 1) turns over and comes out above 1.
  if (1 + (ncol(table) - 1) * fields$icc_2_1$interval$low <= 0) {
    fields$icc_2_k$interval$low <- infinite(-1)
  }
  case(name, "agreement.shrout_fleiss", list(table = unname(table)), fields,
       "psych::ICC(x, lmer = FALSE)$results")
  invisible(found$ICC)
}
published <- rbind(c(9, 2, 5, 8), c(6, 1, 3, 2), c(8, 4, 6, 8), c(7, 1, 2, 6),
                   c(10, 5, 6, 9), c(6, 2, 4, 7))
found <- judges("the table of Shrout and Fleiss", published)
agree(round(found, 2), c(.17, .29, .71, .44, .62, .91))
judges("seven judgements of twelve departments", as.matrix(attitude[1:12, ]))
judges("three targets seen by two judges", cbind(c(4, 2, 5), c(5, 2, 3)))
judges("judges who contradict each other", cbind(c(1, 4, 2, 3, 5), c(3, 2, 4, 5, 1),
                                                c(2, 3, 5, 1, 2)))
judges("judges who differ in level only a little", cbind(c(1, 3, 4), c(2, 4, 4)))
no_table <- function(name, table, error, because, how) {
  refused(name, "agreement.shrout_fleiss", list(table = table), error, because, how)
}
level <- outer(c(3, 3, 3), c(0, 1), "+")
no_table("judges who differ in level alone are refused", level, "ZeroVarianceError",
         all(sweep(level, 2, colMeans(level)) == 0), "no spread but between judges")
holed <- rbind(c(4, 5), c(2, NA), c(3, 3))
no_table("a table with a gap is refused", holed, "BadInputError",
         inherits(try(ICC(holed, lmer = FALSE), silent = TRUE), "try-error"),
         "psych::ICC refuses such data")
no_table("one judge is refused", cbind(c(4, 2, 3)), "TooFewRatersError",
         3 * (ncol(cbind(c(4, 2, 3))) - 1) == 0, "no df within")
no_table("one target is refused", rbind(c(4, 2, 3)), "TooFewGroupsError", is.na(var(3)),
         "no df between")

write_figures()
