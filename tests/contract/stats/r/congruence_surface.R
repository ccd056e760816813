# Response surfaces by lm and by lme4, their geometry with the delta method by numerical derivatives.
suppressMessages({library(jsonlite); library(lme4)})
d <- read.csv("data/congruence_surface.csv")
d$C <- d$client_rating - 4
d$T <- d$therapist_rating - 4
d$previous <- d$previous_outcome - mean(d$previous_outcome)

geometry <- function(b) {
  b1 <- b[1]; b2 <- b[2]; b3 <- b[3]; b4 <- b[4]; b5 <- b[5]
  den <- 4 * b3 * b5 - b4^2
  c0 <- (b2 * b4 - 2 * b1 * b5) / den
  t0 <- (b1 * b4 - 2 * b2 * b3) / den
  root <- sqrt((b3 - b5)^2 + b4^2)
  p11 <- (b5 - b3 + root) / b4
  p21 <- (b5 - b3 - root) / b4
  p10 <- t0 - p11 * c0
  p20 <- t0 - p21 * c0
  c(a1 = b1 + b2, a2 = b3 + b4 + b5, a3 = b1 - b2, a4 = b3 - b4 + b5, a5 = b3 - b5,
    stationary_client = c0, stationary_therapist = t0,
    first_axis_intercept = p10, first_axis_slope = p11,
    second_axis_intercept = p20, second_axis_slope = p21,
    lateral_shift = -p10 / (1 + p11))
}

jacobian <- function(f, x) {
  sapply(seq_along(x), function(i) {
    h <- 1e-5 * max(abs(x[i]), 0.1)
    e <- replace(numeric(length(x)), i, h)
    (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
  })
}

surface <- function(b, v) {
  J <- jacobian(geometry, b[2:6])
  list(b = unname(b), se = unname(sqrt(diag(v))),
       feature = as.list(geometry(unname(b[2:6]))), feature_se = as.list(sqrt(diag(J %*% v[2:6, 2:6] %*% t(J)))))
}

ols <- lm(outcome ~ C + T + I(C^2) + I(C * T) + I(T^2) + previous, d)
X <- model.matrix(ols)
bread <- solve(crossprod(X))
hc3 <- bread %*% crossprod(X * (residuals(ols) / (1 - hatvalues(ols)))) %*% bread
nested <- lmer(outcome ~ C + T + I(C^2) + I(C * T) + I(T^2) + previous + (1 | therapist) + (1 | therapist:client), d,
               control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5)))
out <- list(
  least_squares = c(surface(coef(ols), vcov(ols)), list(r_squared = summary(ols)$r.squared)),
  hc3_se = unname(sqrt(diag(hc3))),
  nested = surface(fixef(nested), as.matrix(vcov(nested)))
)
names(out$least_squares$feature_se) <- names(out$least_squares$feature)
names(out$nested$feature_se) <- names(out$nested$feature)
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"))
