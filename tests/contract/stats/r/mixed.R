# Mixed models of nested data, by lme4 and lmerTest at tight tolerances.
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})

tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5), calc.derivs = FALSE,
                     check.conv.singular = "ignore")

figures <- function(formula, data, REML = TRUE) {
  fit <- lmer(formula, data, REML = REML, control = tight)
  told <- coef(summary(fit))
  covariances <- lapply(VarCorr(fit), function(v) { m <- as.matrix(v); unname(m[seq_len(nrow(m)), , drop = FALSE]) })
  list(log_likelihood = as.numeric(logLik(fit)), deviance = if (REML) REMLcrit(fit) else deviance(fit, REML = FALSE),
       aic = AIC(fit), bic = BIC(fit), fixed = unname(told[, "Estimate"]), se = unname(told[, "Std. Error"]),
       df = unname(told[, "df"]), p = unname(told[, "Pr(>|t|)"]), covariance = unname(as.matrix(vcov(fit))),
       variances = covariances, residual_variance = sigma(fit)^2)
}

modes <- function(fit) {
  told <- as.data.frame(ranef(fit, condVar = TRUE))
  split <- lapply(split(told, told$grpvar), function(g) {
    list(labels = levels(droplevels(g$grp)), values = unname(sapply(split(g, droplevels(g$term)), function(t) t$condval[order(as.character(t$grp))])),
         se = unname(sapply(split(g, droplevels(g$term)), function(t) t$condsd[order(as.character(t$grp))])),
         order = sort(as.character(unique(g$grp))))
  })
  split
}

sleepstudy <- read.csv("data/sleepstudy.csv")
pastes <- read.csv("data/pastes.csv")
unbalanced <- read.csv("data/network_unbalanced.csv")
singular <- read.csv("data/network_singular.csv")
one_session <- read.csv("data/network_one_session.csv")
two <- read.csv("data/network_two_therapists.csv")

three <- wellbeing ~ session * trained + (session | therapist) + (session | client)
whole <- lmer(three, unbalanced, control = tight)
by_ml <- lmer(reaction ~ days + (days | subject), sleepstudy, REML = FALSE, control = tight)
profiled <- suppressMessages(confint(by_ml, method = "profile", oldNames = FALSE))
simple <- lmer(wellbeing ~ session + trained + (1 | therapist) + (1 | client), unbalanced, control = tight)
contrast <- contest1D(as_lmerModLmerTest(whole), c(0, 0, 1, 6))

smaller <- lmer(wellbeing ~ session + trained + (1 | therapist) + (1 | client), unbalanced, REML = FALSE, control = tight)
larger <- lmer(three, unbalanced, REML = FALSE, control = tight)
ratio <- anova(smaller, larger, refit = FALSE)

cat(toJSON(list(
  sleepstudy_reml = figures(reaction ~ days + (days | subject), sleepstudy),
  sleepstudy_ml = figures(reaction ~ days + (days | subject), sleepstudy, FALSE),
  sleepstudy_uncorrelated = figures(reaction ~ days + (days || subject), sleepstudy),
  pastes = figures(strength ~ 1 + (1 | batch) + (1 | sample), pastes),
  pastes_ml = figures(strength ~ 1 + (1 | batch) + (1 | sample), pastes, FALSE),
  unbalanced_reml = figures(three, unbalanced),
  unbalanced_ml = figures(three, unbalanced, FALSE),
  unbalanced_intercepts = figures(wellbeing ~ session + trained + (1 | therapist) + (1 | client), unbalanced),
  singular = figures(wellbeing ~ session + (1 | therapist) + (1 | client), singular),
  singular_slopes = figures(wellbeing ~ session + (session | therapist) + (1 | client), singular),
  one_session = figures(wellbeing ~ severity + (1 | therapist), one_session),
  two_therapists = figures(wellbeing ~ session + (1 | therapist) + (1 | client), two),
  profile = list(names = rownames(profiled), low = unname(profiled[, 1]), high = unname(profiled[, 2])),
  modes = modes(whole),
  predicted = unname(predict(whole)), predicted_average = unname(predict(whole, re.form = NA)),
  contrast = list(estimate = contrast$Estimate, se = contrast[["Std. Error"]], df = contrast$df, p = contrast[["Pr(>|t|)"]]),
  ratio = list(chi_square = ratio$Chisq[2], df = ratio$Df[2], p = ratio[["Pr(>Chisq)"]][2])
), digits = NA, auto_unbox = TRUE, na = "null"))
