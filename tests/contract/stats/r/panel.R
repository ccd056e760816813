suppressPackageStartupMessages({library(lavaan); library(jsonlite)})

# The model of `series` over `waves`, and the name in words of each of its parameters.
panel <- function(series, waves, means_by_wave = TRUE, slope = FALSE, equal = FALSE) {
  lines <- c(); names <- list()
  say <- function(left, op, right, name, label = "") {
    lines <<- c(lines, paste(left, op, paste0(if (nzchar(label)) paste0(label, "*"), right)))
    names[[paste(left, op, right)]] <<- name
  }
  observed <- function(s, t) paste0(s, "_", t)
  within <- function(s, t) paste0("w", s, t)
  growth <- paste0("level", series)
  told <- paste0(series, if (means_by_wave) ", stable" else ", intercept")
  for (s in series) {
    lines <- c(lines, paste0("level", s, " =~ ", paste0("1*", observed(s, 1:waves), collapse = " + ")))
    if (slope) lines <- c(lines, paste0("slope", s, " =~ ", paste0(0:(waves - 1), "*", observed(s, 1:waves), collapse = " + ")))
    for (t in 1:waves) lines <- c(lines, paste0(within(s, t), " =~ 1*", observed(s, t)), paste0(observed(s, t), " ~~ 0*", observed(s, t)))
  }
  if (slope) { growth <- c(growth, paste0("slope", series)); told <- c(told, paste0(series, ", slope")) }
  for (i in seq_along(growth)) for (j in 1:i) {
    say(growth[j], "~~", growth[i], if (i == j) paste0(told[i], ", variance") else paste0(told[j], " with ", told[i]))
  }
  for (g in growth) for (s in series) lines <- c(lines, paste0(g, " ~~ 0*", within(s, 1)))
  for (t in 2:waves) for (to in series) for (of in series) {
    say(within(to, t), "~", within(of, t - 1), paste0(of, " → ", to, ", ", t - 1, " to ", t), if (equal) paste0("b", of, to) else "")
  }
  for (t in 1:waves) for (i in seq_along(series)) for (j in 1:i) {
    kind <- paste0(if (t > 1) "residual ", if (i == j) "variance at " else "covariance at ", t)
    say(within(series[j], t), "~~", within(series[i], t),
        if (i == j) paste0(series[i], ", ", kind) else paste0(series[j], " with ", series[i], ", ", kind))
  }
  for (s in series) for (t in 1:waves) {
    if (means_by_wave) say(observed(s, t), "~", "1", paste0(s, ", mean at ", t)) else lines <- c(lines, paste(observed(s, t), "~ 0*1"))
    lines <- c(lines, paste(within(s, t), "~ 0*1"))
  }
  for (i in seq_along(growth)) {
    if (means_by_wave) lines <- c(lines, paste(growth[i], "~ 0*1")) else say(growth[i], "~", "1", paste0(told[i], ", mean"))
  }
  list(text = paste(lines, collapse = "\n"), names = names)
}

fitted_by <- function(model, data, ..., group_equal = "") {
  fit <- lavaan(model$text, data = data, meanstructure = TRUE, group.equal = group_equal, em.h1.tol = 1e-10, em.h1.iter.max = 5000,
                control = list(rel.tol = 1e-10, eval.max = 20000, iter.max = 10000), ...)
  found <- parameterEstimates(fit, remove.eq = FALSE, remove.system.eq = FALSE)
  found$std <- standardizedSolution(fit, se = FALSE, remove.eq = FALSE)$est.std[seq_len(nrow(found))]
  found <- found[found$op %in% c("~", "~~", "~1"), ]
  key <- ifelse(found$op == "~1", paste(found$lhs, "~", "1"), paste(found$lhs, found$op, found$rhs))
  turned <- paste(found$rhs, found$op, found$lhs)
  name <- sapply(seq_along(key), function(i) { n <- model$names[[key[i]]]; if (is.null(n)) n <- model$names[[turned[i]]]; if (is.null(n)) "" else n })
  found$name <- name
  found <- found[nzchar(name), ]
  labels <- lavInspect(fit, "group.label")
  rows <- lapply(seq_len(nrow(found)), function(i) list(
    name = found$name[i], group = if (length(labels)) labels[found$group[i]] else "",
    estimate = found$est[i], se = found$se[i], standardised = found$std[i]))
  measures <- fitMeasures(fit)
  scaled <- "chisq.scaled" %in% names(measures)
  get <- function(n) unname(measures[[if (scaled && paste0(n, ".scaled") %in% names(measures)) paste0(n, ".scaled") else n]])
  list(parameters = rows, information = lavInspect(fit, "options")$information[1], log_likelihood = unname(measures[["logl"]]),
       aic = unname(measures[["aic"]]), bic = unname(measures[["bic"]]),
       fit = list(chi_square = get("chisq"), df = get("df"), p = get("pvalue"),
                  scaling = if (scaled) unname(measures[["chisq.scaling.factor"]]) else 1, cfi = get("cfi"), tli = get("tli"),
                  rmsea = get("rmsea"), rmsea_low = get("rmsea.ci.lower"), rmsea_high = get("rmsea.ci.upper"),
                  srmr = unname(measures[["srmr_bentler"]]), baseline_chi_square = get("baseline.chisq"), baseline_df = get("baseline.df")),
       fit_object = fit)
}
difference <- function(smaller, larger) {
  tested <- if (lavInspect(smaller$fit_object, "options")$test[1] == "standard") lavTestLRT(smaller$fit_object, larger$fit_object) else lavTestLRT(smaller$fit_object, larger$fit_object, method = "satorra.bentler.2001")
  list(chi_square = tested[2, "Chisq diff"], df = tested[2, "Df diff"], p = tested[2, "Pr(>Chisq)"])
}
both <- c("client", "therapist")
four <- read.csv("data/panel_four.csv"); six <- read.csv("data/panel_six.csv")
free4 <- panel(both, 4); equal4 <- panel(both, 4, equal = TRUE); free6 <- panel(both, 6); equal6 <- panel(both, 6, equal = TRUE)

out <- list(
  complete = fitted_by(free4, four),
  complete_equal = fitted_by(equal4, four),
  complete_robust = fitted_by(free4, four, estimator = "MLR"),
  complete_equal_robust = fitted_by(equal4, four, estimator = "MLR"),
  complete_cluster = fitted_by(free4, four, cluster = "office", estimator = "MLR"),
  complete_groups = fitted_by(free4, four, group = "training"),
  complete_groups_equal = fitted_by(free4, four, group = "training", group_equal = "regressions"),
  residuals = fitted_by(panel(both, 4, means_by_wave = FALSE, slope = TRUE, equal = TRUE), four),
  growth = fitted_by(panel("score", 4, means_by_wave = FALSE, slope = TRUE, equal = TRUE), read.csv("data/demo_growth.csv")),
  one_series = fitted_by(panel("score", 4, equal = TRUE), read.csv("data/demo_growth.csv")),
  residuals_intercept = fitted_by(panel(both, 4, means_by_wave = FALSE), four),
  missing_robust = fitted_by(equal6, six, missing = "fiml", estimator = "MLR"),
  missing = fitted_by(free6, six, missing = "fiml"),
  missing_equal = fitted_by(equal6, six, missing = "fiml"),
  residuals_missing_cluster = fitted_by(panel(both, 6, means_by_wave = FALSE, slope = TRUE, equal = TRUE), six, missing = "fiml", cluster = "office", estimator = "MLR")
)
out$difference <- difference(out$complete_equal, out$complete)
out$difference_robust <- difference(out$complete_equal_robust, out$complete_robust)
out$difference_missing <- difference(out$missing_equal, out$missing)
out <- lapply(out, function(x) { x$fit_object <- NULL; x })
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
