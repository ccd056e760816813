# Residual structures of nlme and glmmTMB. Tolerances are tight, so that a figure is that of an optimum.
suppressMessages({library(nlme); library(glmmTMB); library(jsonlite)})

tight <- lmeControl(maxIter = 500, msMaxIter = 500, msMaxEval = 5000, niterEM = 50, tolerance = 1e-11, msTol = 1e-13,
                    opt = "nlminb", returnObject = TRUE)
from_csv <- function(name) read.csv(paste0("data/", name, ".csv"), stringsAsFactors = FALSE)

figures <- function(fit) list(
  log_likelihood = as.numeric(logLik(fit)),
  coefficients = unname(fixef(fit)),
  se = unname(sqrt(diag(vcov(fit)))),
  sigma = fit$sigma)
# Approximate intervals, on nlme's unconstrained scales and back.
with_intervals <- function(found, fit) {
  told <- intervals(fit, which = "var-cov")
  ends <- function(rows) if (is.null(rows)) NULL else unname(as.matrix(rows)[1, c("lower", "upper")])
  c(found, list(intervals = list(sigma = unname(told$sigma[c("lower", "upper")]), correlation = ends(told$corStruct),
                                 ratio = ends(told$varStruct))))
}
ratio <- function(fit) unname(coef(fit$modelStruct$varStruct, unconstrained = FALSE))
correlation <- function(fit) unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE))
out <- list()

# One variance for each role: Pinheiro & Bates (2000), section 5.2.1.
orthodont <- from_csv("orthodont")
fit <- lme(distance ~ age, random = ~ age | Subject, weights = varIdent(form = ~ 1 | Sex), data = orthodont,
           control = tight)
out$orthodont <- c(figures(fit), levels = list(attr(fit$modelStruct$varStruct, "groupNames")), ratio = ratio(fit))

# Correlation over unequal distances.
ovary <- from_csv("ovary")
fit <- lme(follicles ~ sine + cosine, random = ~ 1 | Mare, correlation = corCAR1(form = ~ Time), data = ovary,
           control = tight)
out$ovary <- c(figures(fit), phi = correlation(fit))
bodyweight <- from_csv("bodyweight")
for (method in c("REML", "ML")) {
  fit <- lme(weight ~ Time + Diet2 + Diet3, random = ~ 1 | Rat, correlation = corCAR1(form = ~ Time),
             data = bodyweight, method = method, control = tight)
  out[[paste0("bodyweight_", method)]] <- c(figures(fit), phi = correlation(fit))
}

# Two raters of each session, some sessions and some raters missing.
missed <- from_csv("dyads_missed")
missed <- missed[order(missed$therapist, missed$client, missed$session, missed$role), ]
missed$is_therapist <- as.numeric(missed$role == "therapist")
by_role <- varIdent(form = ~ 1 | role)
within <- ~ 1 | therapist / client / session
fit <- lme(wellbeing ~ session + is_therapist, random = ~ 1 | therapist / client, weights = by_role, data = missed,
           control = tight)
out$by_role <- with_intervals(c(figures(fit), ratio = ratio(fit)), fit)
fit <- lme(wellbeing ~ session + is_therapist, random = ~ 1 | therapist / client, weights = by_role,
           correlation = corCompSymm(form = within), data = missed, control = tight)
out$distinguishable <- with_intervals(c(figures(fit), ratio = ratio(fit), r = correlation(fit)), fit)
fit <- lme(wellbeing ~ session + is_therapist, random = ~ 1 | therapist / client,
           correlation = corCompSymm(form = within), data = missed, control = tight)
out$exchangeable <- c(figures(fit), r = correlation(fit))
fit <- lme(wellbeing ~ session + is_therapist, random = ~ session | client, weights = by_role,
           correlation = corCompSymm(form = ~ 1 | client / session), data = missed, control = tight)
out$slopes <- c(figures(fit), ratio = ratio(fit), r = correlation(fit))
missed$alone <- interaction(missed$client, missed$role, drop = TRUE)
fit <- lme(wellbeing ~ session + is_therapist, random = ~ 1 | therapist / client, weights = by_role,
           correlation = corCAR1(form = ~ session | therapist / client / alone), data = missed, control = tight)
out$uncorrelated_over_sessions <- with_intervals(c(figures(fit), ratio = ratio(fit), phi = correlation(fit)), fit)

fit <- lme(wellbeing ~ session + is_therapist, random = ~ session | client, weights = by_role,
           correlation = corCAR1(form = ~ session | client / alone), data = missed, control = tight)
out$slopes_over_sessions <- c(figures(fit), ratio = ratio(fit), phi = correlation(fit))

# The same by maximum likelihood in glmmTMB, where the session is a random effect and nothing is left over.
missed$together <- interaction(missed$client, missed$session, drop = TRUE)
fit <- glmmTMB(wellbeing ~ session + is_therapist + (1 | therapist / client) + us(0 + role | together),
               dispformula = ~ 0, data = missed)
covariance <- VarCorr(fit)$cond$together
out$distinguishable_ML <- list(
  log_likelihood = as.numeric(logLik(fit)), coefficients = unname(fixef(fit)$cond),
  sds = unname(attr(covariance, "stddev")), r = attr(covariance, "correlation")[1, 2])

# The product of roles and sessions has no function in R. With both raters at every session, the sum and the
# difference of equally spread raters are two independent series; unequal spread is searched for from outside.
dyads <- from_csv("dyads")
dyads <- dyads[order(dyads$client, dyads$session, dyads$role), ]
turned <- function(spread) {
  ours <- dyads[dyads$role == "client", ]; theirs <- dyads[dyads$role == "therapist", ]
  mix <- function(a, b) c((a + b / spread) / sqrt(2), (a - b / spread) / sqrt(2))
  n <- nrow(ours)
  data.frame(client = rep(ours$client, 2), session = rep(ours$session, 2), kind = rep(c("sum", "difference"), each = n),
             y = mix(ours$wellbeing, theirs$wellbeing), one = mix(rep(1, n), rep(1, n)),
             time = mix(ours$session, theirs$session), who = mix(rep(0, n), rep(1, n)))
}
product <- function(spread) {
  long <- turned(spread)
  long$series <- interaction(long$client, long$kind, drop = TRUE)
  lme(y ~ 0 + one + time + who, random = ~ 0 + one | client, data = long, control = tight,
      weights = varIdent(form = ~ 1 | kind), correlation = corCAR1(form = ~ session | client / series))
}
of_product <- function(spread) {
  fit <- product(spread)
  level <- attr(fit$modelStruct$varStruct, "groupNames")
  variances <- setNames(c(1, ratio(fit)^2) * fit$sigma^2, level)
  found <- figures(fit)
  found$log_likelihood <- found$log_likelihood - nrow(dyads) / 2 * log(spread)
  found$sigma <- sqrt(sum(variances) / 2)
  c(found, ratio = spread, r = unname((variances["sum"] - variances["difference"]) / sum(variances)),
    phi = correlation(fit))
}
out$product_exchangeable <- of_product(1)
best <- optimize(function(s) -of_product(exp(s))$log_likelihood, c(0, 0.7), tol = 1e-7)
out$product <- of_product(exp(best$minimum))

cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
