# The models of stats.py in R: Rscript stats_in_r.R CASE DATA.csv REPEATS
# Prints one JSON object: the seconds of each fit, which call it was, and the log-likelihood or estimate it reached.

asked <- commandArgs(trailingOnly = TRUE)
case <- asked[1]
rows <- read.csv(asked[2])
repeats <- as.integer(asked[3])

tight <- function() lme4::lmerControl(calc.derivs = TRUE)

cases <- list(
  three_levels = list(
    call = "lme4::lmer",
    fit = function() lme4::lmer(y ~ x + session + (session | therapist) + (session | client), rows, control = tight()),
    reached = function(fit) as.numeric(logLik(fit))
  ),
  large = list(
    call = "lme4::lmer",
    fit = function() lme4::lmer(
      y ~ x + session + (session | therapist) + (session | client), rows,
      control = lme4::lmerControl(calc.derivs = FALSE)
    ),
    reached = function(fit) as.numeric(logLik(fit))
  ),
  dyads = list(
    call = "nlme::lme, corCompSymm and varIdent",
    fit = function() nlme::lme(
      rating ~ session, rows, random = ~ 1 | client,
      correlation = nlme::corCompSymm(form = ~ 1 | client / session),
      weights = nlme::varIdent(form = ~ 1 | role)
    ),
    reached = function(fit) as.numeric(logLik(fit))
  ),
  panel = list(
    call = "lavaan, missing = \"fiml\"",
    fit = function() {
      waves <- 1:6
      both <- unlist(lapply(waves[-1], function(t) c(
        sprintf("wx%d ~ wx%d + wy%d", t, t - 1, t - 1), sprintf("wy%d ~ wx%d + wy%d", t, t - 1, t - 1),
        sprintf("wx%d ~~ wy%d", t, t)
      )))
      model <- paste(c(
        paste("ix =~", paste(sprintf("1*x%d", waves), collapse = " + ")),
        paste("iy =~", paste(sprintf("1*y%d", waves), collapse = " + ")),
        sprintf("wx%d =~ 1*x%d", waves, waves), sprintf("wy%d =~ 1*y%d", waves, waves),
        sprintf("x%d ~~ 0*x%d", waves, waves), sprintf("y%d ~~ 0*y%d", waves, waves),
        both, "wx1 ~~ wy1", "ix ~~ iy", "ix ~~ 0*wx1 + 0*wy1", "iy ~~ 0*wx1 + 0*wy1",
        sprintf("x%d ~ 1", waves), sprintf("y%d ~ 1", waves),
        sprintf("wx%d ~~ wx%d", waves, waves), sprintf("wy%d ~~ wy%d", waves, waves)
      ), collapse = "\n")
      lavaan::lavaan(model, rows, missing = "fiml", auto.var = TRUE, int.ov.free = TRUE)
    },
    reached = function(fit) as.numeric(lavaan::fitMeasures(fit, "logl"))
  ),
  bootstrap = list(
    call = "lavaan, se = \"bootstrap\", bootstrap = 2000",
    fit = function() lavaan::sem(
      "alliance ~ a*trained\nwellbeing ~ b*alliance + trained\nindirect := a*b", rows, se = "bootstrap", bootstrap = 2000
    ),
    reached = function(fit) lavaan::parameterEstimates(fit, boot.ci.type = "perc")[7, "est"]
  ),
  power = list(
    call = "lme4::lmer with lmerTest, 1,000 fits",
    fit = function() {
      set.seed(1)
      # As many fits as simulations, on the same data with fresh noise: what a power run costs is its fits.
      found <- vapply(seq_len(1000), function(n) {
        rows$y <- rows$y + rnorm(nrow(rows)) / 10
        fit <- suppressMessages(lmerTest::lmer(y ~ trained + (1 | therapist) + (1 | client), rows))
        coef(summary(fit))["trained", "Pr(>|t|)"] < 0.05
      }, logical(1))
      mean(found)
    },
    reached = function(fit) fit
  )
)

chosen <- cases[[case]]
seconds <- numeric(0)
for (n in seq_len(repeats)) {
  began <- proc.time()[["elapsed"]]
  fit <- suppressWarnings(suppressMessages(chosen$fit()))
  seconds <- c(seconds, proc.time()[["elapsed"]] - began)
}
cat(jsonlite::toJSON(list(call = chosen$call, seconds = seconds, reached = chosen$reached(fit)), digits = NA, auto_unbox = TRUE))
