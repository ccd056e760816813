suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
table <- read.csv("data/mediation.csv")
one <- "alliance ~ a*trained + age
wellbeing ~ c*trained + b*alliance + age
indirect := a*b
total := c + a*b"
two <- "alliance ~ a1*trained
insight ~ a2*trained
alliance ~~ insight
wellbeing ~ c*trained + b1*alliance + b2*insight
first := a1*b1
second := a2*b2
indirect := a1*b1 + a2*b2
total := c + a1*b1 + a2*b2"
chain <- "alliance ~ a*trained
insight ~ b*alliance
wellbeing ~ c*insight + d*age
chain := a*b*c"
fitted_by <- function(text, ...) {
  fit <- sem(text, data = table, meanstructure = TRUE, ...)
  found <- standardizedSolution(fit, se = FALSE)$est.std
  rows <- parameterEstimates(fit)
  rows$std <- found
  rows <- rows[rows$op %in% c("~", ":="), ]
  list(effects = lapply(seq_len(nrow(rows)), function(i) list(
         name = if (rows$op[i] == ":=") rows$lhs[i] else paste0(rows$rhs[i], " → ", rows$lhs[i]),
         estimate = rows$est[i], se = rows$se[i], standardised = rows$std[i])),
       chi_square = unname(fitMeasures(fit, "chisq")), df = unname(fitMeasures(fit, "df")), r_squared = as.list(lavInspect(fit, "r2")))
}
cat(toJSON(list(one = fitted_by(one), one_cluster = fitted_by(one, cluster = "therapist"), two = fitted_by(two),
                two_cluster = fitted_by(two, cluster = "therapist"), chain = fitted_by(chain)), digits = NA, auto_unbox = TRUE, na = "null"))
