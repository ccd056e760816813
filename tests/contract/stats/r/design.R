# Power of the t test on therapists' means, exact (strict) two-sided power of base R's power.t.test; Wilson's
# interval by prop.test without continuity correction.

cases <- expand.grid(n = c(2, 5, 20, 200), delta = c(0, 0.1, 0.5, 0.9, 1.5), level = c(0.05, 0.01))
power <- mapply(
  function(n, delta, level) {
    if (delta == 0) return(level)
    power.t.test(n = n, delta = delta, sd = 1, sig.level = level, strict = TRUE)$power
  },
  cases$n, cases$delta, cases$level
)

shares <- list(c(0, 10), c(10, 10), c(1, 30), c(83, 100), c(812, 1000))
wilson <- lapply(shares, function(s) as.numeric(prop.test(s[1], s[2], correct = FALSE)$conf.int))

cat(jsonlite::toJSON(
  list(
    power = list(n = cases$n, delta = cases$delta, level = cases$level, power = power),
    wilson = list(successes = sapply(shares, `[`, 1), count = sapply(shares, `[`, 2),
                  low = sapply(wilson, `[`, 1), high = sapply(wilson, `[`, 2))
  ),
  digits = NA, auto_unbox = TRUE, na = "null"
))
