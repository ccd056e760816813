# The growth model behind an expected course by lme4, and reliable change in base R.
suppressPackageStartupMessages({library(lme4); library(jsonlite)})
d <- read.csv("data/course.csv")
d <- d[!is.na(d$core), ]
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5), calc.derivs = FALSE)
band <- function(x, random, level = 0.80) {
  d$time <- x(d$session)
  m <- lmer(core ~ time + (1 + time | client), d, control = tight)
  at <- as.numeric(names(which(table(d$session) >= 10)))
  X <- cbind(1, x(at))
  v <- diag(X %*% as.matrix(vcov(m)) %*% t(X)) + diag(X %*% as.matrix(VarCorr(m)$client) %*% t(X)) + sigma(m)^2
  mean <- as.numeric(X %*% fixef(m)); reach <- qnorm((1 + level) / 2) * sqrt(v)
  list(session = at, mean = mean, low = mean - reach, high = mean + reach)
}
first <- aggregate(core ~ client, d[order(d$session), ], head, 1)$core
last <- aggregate(core ~ client, d[order(d$session), ], tail, 1)$core
index <- (last - first) / sqrt(2 * (7.7 * sqrt(1 - 0.90))^2)
three <- d[ave(d$core, d$client, FUN = length) >= 3, ]
spread <- anova(lm(core ~ factor(client), three))
cat(toJSON(list(line = band(identity), log = band(log), before = first, after = last, index = index,
  reliable = c(sum(index < -1.96), sum(abs(index) <= 1.96), sum(index > 1.96)),
  within_sd = sqrt(spread["Residuals", "Mean Sq"]), within_df = spread["Residuals", "Df"]),
  digits = NA, auto_unbox = TRUE, na = "null"))
