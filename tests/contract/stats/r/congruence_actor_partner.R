# Actor-partner models by nlme: gls at one session, lme over sessions.
suppressMessages({library(jsonlite); library(nlme)})
w <- read.csv("data/congruence_network.csv")
w <- w[order(w$client, w$session), ]
# The outcome is the next session's rating of each, the predictor the rating before it.
last <- ave(w$session, w$client, FUN = max)
now <- w[w$session < last, ]
after <- w[w$session > 1, ]
long <- rbind(
  data.frame(client = now$client, session = now$session, role = "client", y = after$client_rating, actor = now$client_rating, partner = now$therapist_rating),
  data.frame(client = now$client, session = now$session, role = "therapist", y = after$therapist_rating, actor = now$therapist_rating, partner = now$client_rating))
long <- long[order(long$client, long$session, long$role), ]
long$role <- factor(long$role)
once <- long[long$session == 1, ]
strict <- glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500)
told <- function(method) gls(y ~ 0 + role + role:actor + role:partner, once, correlation = corSymm(form = ~ 1 | client),
  weights = varIdent(form = ~ 1 | role), method = method, control = strict)
alike <- function(method) gls(y ~ actor + partner, once, correlation = corCompSymm(form = ~ 1 | client), method = method, control = strict)
pairs <- read.csv("data/congruence_pairs.csv")
pairs <- pairs[order(pairs$dyad, pairs$session, pairs$role), ]
pairs$role <- factor(pairs$role)
nested <- lme(outcome ~ 0 + role + role:own + role:other, random = ~ 0 + role | dyad, pairs,
  correlation = corCompSymm(form = ~ 1 | dyad / session), weights = varIdent(form = ~ 1 | role), method = "REML",
  control = lmeControl(msMaxIter = 500, maxIter = 500, tolerance = 1e-12, msTol = 1e-14, opt = "nlminb"))
figures <- function(m, b) {
  r <- coef(m$modelStruct$corStruct, unconstrained = FALSE)
  list(estimate = as.list(b), se = as.list(sqrt(diag(vcov(m)))), log_likelihood = as.numeric(logLik(m)), correlation = unname(r))
}
out <- list(told = figures(told("REML"), coef(told("REML"))), told_ml = as.numeric(logLik(told("ML"))),
  alike = figures(alike("REML"), coef(alike("REML"))), alike_ml = as.numeric(logLik(alike("ML"))),
  nested = figures(nested, fixef(nested)))
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
