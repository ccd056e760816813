# Effect sizes by metafor's escalc, and exact intervals by base R's noncentral distributions.
suppressMessages(library(metafor))

es <- function(...) {
  found <- escalc(...)
  list(estimate = as.vector(found$yi), variance = as.vector(found$vi))
}

means <- list(m1i = c(10, 3.52, -0.4, 52.1), m2i = c(8, 3.9, 0.2, 52.0), sd1i = c(3, 0.48, 1.1, 9.3),
              sd2i = c(5, 0.61, 0.7, 11.8), n1i = c(20, 34, 5, 412), n2i = c(31, 33, 7, 98))
over_time <- list(m1i = c(10, 12.4, 3), m2i = c(8, 17.7, 3.1), sd1i = c(3, 6.2, 0.4), sd2i = c(5, 5.9, 0.5),
                  ni = c(20, 117, 6), ri = c(0.4, 0.62, -0.1))
counts <- list(ai = c(5, 0, 40, 12), n1i = c(20, 20, 60, 12), ci = c(9, 9, 22, 30), n2i = c(31, 31, 58, 40))
r <- list(ri = c(0.28, -0.21, 0.9, 0), ni = c(136, 96, 12, 40))

by <- function(measure, of) do.call(es, c(list(measure = measure), of))
# SMCR is in units of the SD before, which escalc reads from sd1i.
before <- over_time
before[c("sd1i", "sd2i")] <- over_time[c("sd2i", "sd1i")]

limits <- function(cdf, q, step) {
  at <- function(p) uniroot(function(ncp) cdf(ncp) - p, c(q - step, q + step), extendInt = "yes", tol = 1e-13)$root
  c(at(0.975), at(0.025))
}
nct <- lapply(list(c(2.8, 29), c(-1.3, 8), c(0, 10), c(5, 2.5), c(12.2, 134)), function(x)
  list(t = x[1], df = x[2], limits = limits(function(ncp) pt(x[1], x[2], ncp), x[1], 3)))

from_zero <- function(cdf, p) if (cdf(0) <= p) 0 else
  uniroot(function(ncp) cdf(ncp) - p, c(0, 400), tol = 1e-12)$root
ncf <- lapply(list(c(5.1, 2, 134), c(0.1, 2, 134), c(4.02, 1, 58), c(21.3, 3, 96)), function(x) {
  cdf <- function(ncp) pf(x[1], x[2], x[3], ncp)
  list(f = x[1], df1 = x[2], df2 = x[3], lambda = c(from_zero(cdf, 0.95), from_zero(cdf, 0.05)))
})
nchi <- lapply(list(c(12, 4), c(1, 3), c(55.5, 2)), function(x) {
  cdf <- function(ncp) pchisq(x[1], x[2], ncp)
  list(chi2 = x[1], df = x[2], lambda = c(from_zero(cdf, 0.975), from_zero(cdf, 0.025)))
})
ci <- psych::d.ci(0.6, n1 = 25, n2 = 31)

cat(jsonlite::toJSON(list(
  means = means, over_time = over_time, counts = counts, r = r,
  SMD = by("SMD", means), SMDH = by("SMDH", means), SMD1 = by("SMD1", means), MD = by("MD", means),
  RPB = by("RPB", means), RBIS = by("RBIS", means), D2ORL = by("D2ORL", means), D2ORN = by("D2ORN", means),
  SMCC = by("SMCC", over_time), SMCR = by("SMCR", before),
  COR = by("COR", r), ZCOR = by("ZCOR", r),
  OR = by("OR", counts), RR = by("RR", counts), RD = by("RD", counts), OR2DL = by("OR2DL", counts),
  OR2DN = by("OR2DN", counts),
  PCOR = es(measure = "PCOR", ti = 2.8, ni = 33, mi = 3),
  wilson = lapply(list(c(0, 20), c(5, 20), c(40, 60)), function(x)
    list(events = x[1], n = x[2], limits = prop.test(x[1], x[2], correct = FALSE)$conf.int)),
  nct = nct, ncf = ncf, nchi = nchi,
  t2d = psych::t2d(2.8, n1 = 16, n2 = 15), d_ci = as.vector(ci)
), digits = NA, auto_unbox = TRUE, na = "null"))
