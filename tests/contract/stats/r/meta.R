# Meta-analysis: metafor 3.8-1 and clubSandwich 0.5.8 on published data sets, solved tightly.
suppressPackageStartupMessages({ library(metafor); library(clubSandwich); library(jsonlite) })
data <- function(name) read.csv(file.path("data", paste0(name, ".csv")), na.strings = c("NA", ""))
tight <- list(threshold = 1e-14, maxiter = 1000, tol = 1e-14, REMLf = TRUE)

one <- function(d, method, test, mods = NULL) {
  args <- list(yi = d$yi, vi = d$vi, method = method, test = test, control = tight)
  if (!is.null(mods)) args$mods <- mods
  do.call(rma, args)
}

figures <- function(fit) {
  p <- fit$p
  found <- list(
    estimate = as.vector(fit$beta), se = fit$se, statistic = as.vector(fit$zval), p = as.vector(fit$pval),
    low = fit$ci.lb, high = fit$ci.ub, tau2 = fit$tau2, i2 = fit$I2 / 100, h2 = fit$H2, q = fit$QE, q_p = fit$QEp
  )
  if (fit$method != "FE") {
    limits <- confint(fit, control = list(tol = 1e-13, maxiter = 10000, tau2.max = 1000))$random
    found$tau2_limits <- as.vector(limits[1, 2:3])
    found$i2_limits <- as.vector(limits[3, 2:3]) / 100
  }
  if (p == 1) {
    predicted <- predict(fit)
    if (fit$method != "FE") {
      found$prediction <- c(predicted$pi.lb, predicted$pi.ub)
      hts <- predict(fit, pi.type = "riley")
      found$hts <- c(hts$pi.lb, hts$pi.ub)
    }
    left <- leave1out(fit)
    found$left <- list(estimate = left$estimate, se = left$se, low = left$ci.lb, high = left$ci.ub, p = left$pval,
                       q = left$Q, tau2 = if (fit$method == "FE") rep(0, fit$k) else left$tau2,
                       i2 = left$I2 / 100)
  } else {
    found$omnibus <- fit$QM
    found$omnibus_p <- fit$QMp
    found$r2 <- fit$R2 / 100
  }
  found
}

sets <- c("meta_bcg", "meta_normand", "meta_hackshaw", "meta_molloy", "meta_raudenbush")
pooled <- list()
for (name in sets) {
  d <- data(name)
  for (method in c("REML", "PM", "DL", "FE"))
    for (test in if (method == "REML") c("z", "knha", "adhoc", "t") else if (method == "FE") "z" else c("z", "knha"))
      pooled[[paste(name, method, test)]] <- figures(one(d, method, test))
}

moderated <- list()
bcg <- data("meta_bcg")
for (method in c("REML", "PM", "DL", "FE")) for (test in if (method == "FE") "z" else c("z", "knha")) {
  key <- paste(method, test)
  moderated[[paste("latitude", key)]] <- figures(one(bcg, method, test, cbind(bcg$ablat)))
  moderated[[paste("latitude year allocation", key)]] <-
    figures(one(bcg, method, test, model.matrix(~ ablat + year + alloc, bcg)[, -1]))
}

expected <- lapply(list(knha = "knha", z = "z"), function(test) {
  found <- predict(one(bcg, "REML", test, cbind(bcg$ablat, bcg$year)), newmods = c(33, 1960))
  list(estimate = as.vector(found$pred), se = found$se, low = found$ci.lb, high = found$ci.ub,
       prediction = c(found$pi.lb, found$pi.ub))
})

levels_of <- function(fit, limits = TRUE) {
  W <- diag(1 / fit$vi); X <- model.matrix(fit)
  P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
  typical <- (fit$k - fit$p) / sum(diag(P))
  found <- list(
    estimate = as.vector(fit$beta), se = fit$se, statistic = as.vector(fit$zval), p = as.vector(fit$pval),
    low = fit$ci.lb, high = fit$ci.ub, sigma2 = fit$sigma2, q = fit$QE, q_p = fit$QEp,
    i2 = fit$sigma2 / (sum(fit$sigma2) + typical)
  )
  if (fit$p > 1) return(c(found, list(omnibus = fit$QM, omnibus_p = fit$QMp)))
  predicted <- predict(fit)
  found$prediction <- c(predicted$pi.lb, predicted$pi.ub)
  if (limits) {
    profiled <- confint(fit, control = list(tol = 1e-10, maxiter = 10000))
    found$limits <- lapply(1:2, function(i) as.vector(profiled[[i]]$random[1, 2:3]))
  }
  found
}
# Tighter than this, nlminb says that it did not converge.
nlminb <- list(rel.tol = 1e-10)
three <- function(d, study, test, mods = NULL, V = d$vi) {
  d$group <- d[[study]]; d$one <- seq_len(nrow(d))
  args <- list(yi = d$yi, V = V, random = ~ 1 | group/one, data = d, test = test,
               dfs = if (test == "t") "contain" else "residual", control = nlminb)
  if (!is.null(mods)) args$mods <- mods
  do.call(rma.mv, args)
}
schools <- data("meta_konstantopoulos"); delinquency <- data("meta_assink")
nested <- list(
  "schools t" = levels_of(three(schools, "district", "t")),
  "schools z" = levels_of(three(schools, "district", "z"), FALSE),
  "delinquency t" = levels_of(three(delinquency, "study", "t")),
  "schools by year" = levels_of(three(schools, "district", "t", ~ year)),
  "delinquency by kind and year" = levels_of(three(delinquency, "study", "t", ~ deltype + year)),
  "delinquency correlated" = levels_of(three(
    delinquency, "study", "t", V = vcalc(vi, cluster = study, obs = id, rho = 0.6, data = delinquency)), FALSE)
)

cr2 <- function(fit, cluster) {
  test <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  limits <- conf_int(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  list(se = test$SE, df = if (is.null(test$df)) test$df_Satt else test$df, p = if (is.null(test$p_val)) test$p_Satt else test$p_val,
       low = limits$CI_L, high = limits$CI_U)
}
cr1 <- function(fit, cluster) {
  test <- do.call(robust, list(fit, cluster = cluster))
  list(se = test$se, df = test$dfs, p = as.vector(test$pval), low = test$ci.lb, high = test$ci.ub)
}
both <- function(fit, cluster) list(CR2 = cr2(fit, cluster), CR1 = cr1(fit, cluster))
clustered <- list(
  "schools" = both(three(schools, "district", "t"), schools$district),
  "delinquency" = both(three(delinquency, "study", "t", ~ deltype + year), delinquency$study),
  # metafor's robust would multiply with Knapp–Hartung's factor, which cluster-robust errors replace.
  "schools flat" = both(one(schools, "REML", "z"), schools$district),
  "latitude" = both(one(bcg, "REML", "z", cbind(bcg$ablat)), bcg$alloc),
  "latitude each" = both(one(bcg, "REML", "z", cbind(bcg$ablat)), bcg$trial)
)

egger <- lapply(setNames(sets, sets), function(name) {
  d <- data(name)
  test <- regtest(d$yi, d$vi, model = "lm")
  list(statistic = test$zval, p = test$pval, intercept = test$est, limits = c(test$ci.lb, test$ci.ub))
})

cat(toJSON(list(pooled = pooled, moderated = moderated, expected = expected, nested = nested, clustered = clustered, egger = egger),
           digits = NA, auto_unbox = TRUE, na = "null"))
