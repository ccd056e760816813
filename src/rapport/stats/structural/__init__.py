"""Multivariate normal models of means and covariances: the engine of `panel`, not a public module.

model        which parameters make which means and covariances, with first and second derivatives
sample       rows by their pattern of missing values: the sufficient statistics of the likelihood
likelihood   the full-information likelihood, its gradient and its information
search       the maximum, and whether it is one
saturated    the model that says nothing, and the one that says nothing is related
fit_indices  χ², CFI, TLI, RMSEA, SRMR
"""
