# Alpha, omega, intraclass correlations and the reliability of repeated measures, by psych 2.2.9 and lavaan 0.6-14.
suppressPackageStartupMessages({library(psych); library(lavaan); library(jsonlite)})
bfi <- read.csv("data/bfi.csv")
reversed <- c("A1", "C4", "C5", "E1", "E2", "O2", "O5")
bfi[reversed] <- 7 - bfi[reversed]
scales <- list(A = paste0("A", 1:5), C = paste0("C", 1:5), E = paste0("E", 1:5), N = paste0("N", 1:5), O = paste0("O", 1:5))

alphas <- lapply(scales, function(items) {
  a <- suppressWarnings(psych::alpha(na.omit(bfi[items]), check.keys = FALSE))
  list(raw = a$total$raw_alpha, standardised = a$total$std.alpha, mean_r = a$total$average_r,
       feldt = c(a$feldt$lower.ci[[1]], a$feldt$upper.ci[[1]]),
       without = a$alpha.drop$raw_alpha, rest = a$item.stats$r.drop, n = nrow(na.omit(bfi[items])))
})

omegas <- lapply(scales, function(items) {
  x <- na.omit(bfi[items])
  model <- c(paste("f =~ NA*", items[1], "+", paste0("l", 1:5, "*", items, collapse = " + ")), "f ~~ 1*f",
             paste0(items, " ~~ u", 1:5, "*", items),
             "w := (l1+l2+l3+l4+l5)^2 / ((l1+l2+l3+l4+l5)^2 + u1+u2+u3+u4+u5)")
  ml <- cfa(paste(model, collapse = "\n"), data = x)
  w <- parameterEstimates(ml); w <- w[w$lhs == "w", ]
  minres <- fa(x, nfactors = 1, fm = "minres")
  l <- as.numeric(minres$loadings)
  total <- suppressWarnings(suppressMessages(omega(x, nfactors = 1, fm = "ml", plot = FALSE)$omega.tot))
  list(ml = w$est, ml_se = w$se, ml_loadings = as.numeric(inspect(ml, "std")$lambda),
       minres_loadings = l * sign(sum(l)), psych_total = total, observed = sum(cor(x)))
})

ratings <- read.csv("data/shrout_fleiss.csv")
wide <- reshape(ratings, idvar = "target", timevar = "rater", direction = "wide")[, -1]
set.seed(1)
icc <- function(m) {
  r <- suppressWarnings(ICC(m, lmer = FALSE))$results
  list(estimate = r$ICC, low = r[["lower bound"]], high = r[["upper bound"]], f = r$F, p = r$p)
}
iccs <- list(shrout_fleiss = icc(wide), sats = icc(as.matrix(na.omit(bfi[1:60, scales$N]))))

days <- read.csv("data/repeated_mood.csv")
m <- suppressWarnings(multilevel.reliability(days, grp = "person", Time = "session", items = paste0("mood", 1:4),
                                             aov = TRUE, lmer = FALSE, lme = TRUE, long = FALSE, alpha = FALSE))
within <- days[paste0("mood", 1:4)] - sapply(days[paste0("mood", 1:4)], function(x) ave(x, days$person))
repeated <- list(R_KF = m$RkF, R_1R = m$R1R, R_KR = m$RkR, R_C = m$Rc,
                 components = as.numeric(m$components$variance),
                 R_CN = m$Rcn, alpha = suppressWarnings(psych::alpha(within))$total$raw_alpha,
                 within_sd = sqrt(anova(lm(mood1 ~ factor(person), days))["Residuals", "Mean Sq"]))

cat(toJSON(list(alpha = alphas, omega = omegas, icc = iccs, repeated = repeated), digits = NA, auto_unbox = TRUE, na = "null"))
