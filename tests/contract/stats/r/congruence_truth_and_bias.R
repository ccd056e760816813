# The truth-and-bias model by lme4, degrees of freedom by lmerTest.
suppressMessages({library(jsonlite); library(lmerTest)})
d <- read.csv("data/congruence_network.csv")
d$J <- d$therapist_rating - mean(d$client_rating)
d$truth <- d$client_rating - mean(d$client_rating)
d$usual <- ave(d$client_rating, d$client) - mean(d$client_rating)
d$inside <- d$client_rating - ave(d$client_rating, d$client)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))
figures <- function(m) {
  s <- coef(summary(m))
  v <- as.data.frame(VarCorr(m))
  list(estimate = as.list(s[, 1]), se = as.list(s[, 2]), df = as.list(s[, 3]),
       variance = as.list(setNames(v$vcov[is.na(v$var2)], v$grp[is.na(v$var2)])), log_likelihood = as.numeric(logLik(m)))
}
overall <- lmer(J ~ truth * trained + (1 | therapist) + (1 | client), d, control = tight)
apart <- lmer(J ~ (inside + usual) * trained + (1 | therapist) + (1 | client), d, control = tight)
cat(toJSON(list(overall = figures(overall), apart = figures(apart)), digits = NA, auto_unbox = TRUE, na = "null"))
