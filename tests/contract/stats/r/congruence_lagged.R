# The lagged agreement model as a structural equation model in lavaan, given the first session.
suppressMessages({library(jsonlite); library(lavaan)})
d <- read.csv("data/congruence_lagged.csv")
w <- reshape(d[, c("client", "session", "outcome", "agreement")], idvar = "client", timevar = "session", direction = "wide", sep = "")
names(w) <- sub("outcome", "y", sub("agreement", "a", names(w)))
steps <- 1:4
# A trend over sessions: s and q, which do not vary; the levels u and v have the intercepts.
# lavaan searches better where variables have like variances; figures are turned back below.
w[grep("^y", names(w))] <- w[grep("^y", names(w))] / 10
lines <- c(
  paste("u =~", paste0("1*y", steps + 1, collapse = " + ")),
  paste("v =~", paste0("1*a", steps + 1, collapse = " + ")),
  paste0("y", steps + 1, " ~ phi*y", steps, " + beta*a", steps),
  paste0("a", steps + 1, " ~ psi0*y", steps + 1, " + psi1*y", steps, " + rho*a", steps),
  "u ~ pi1*y1 + pi2*a1", "v ~ la1*y1 + la2*a1", "u ~~ u", "v ~~ v", "u ~~ v", "u ~ ui*1", "v ~ vi*1",
  paste0("y", steps + 1, " ~~ se*y", steps + 1), paste0("a", steps + 1, " ~~ sf*a", steps + 1),
  "s =~ 0*y2 + 1*y3 + 2*y4 + 3*y5", "s ~~ 0*s", "s ~ ts*1", "q =~ 0*a2 + 1*a3 + 2*a4 + 3*a5", "q ~~ 0*q", "q ~ tq*1",
  "s ~~ 0*u", "s ~~ 0*v", "q ~~ 0*u", "q ~~ 0*v", "q ~~ 0*s")
m <- lavaan(paste(lines, collapse = "\n"), w, fixed.x = TRUE, meanstructure = TRUE, information = "observed",
  auto.cov.lv.x = FALSE, auto.cov.y = FALSE)
p <- parameterEstimates(m)
p <- p[p$label != "" & !duplicated(p$label), ]
pick <- c("phi", "beta", "psi0", "psi1", "rho", "ts", "tq", "pi1", "pi2", "la1", "la2")
p <- p[match(pick, p$label), ]
unit <- c(phi = 1, beta = 10, psi0 = .1, psi1 = .1, rho = 1, ts = 10, tq = 1, pi1 = 1, pi2 = 10, la1 = .1, la2 = 1)[pick]
stopifnot(lavInspect(m, "converged"))
cat(toJSON(list(estimate = as.list(setNames(p$est * unit, pick)), se = as.list(setNames(p$se * unit, pick)),
  log_likelihood = as.numeric(logLik(m)) - 4 * 150 * log(10)), digits = NA, auto_unbox = TRUE, na = "null"))
