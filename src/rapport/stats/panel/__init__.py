"""Change within persons over sessions: who moves first, apart from how persons differ for good.

    random_intercept_cross_lagged   Hamaker, Kuiper & Grasman (2015)
    latent_curve                    the latent curve model with structured residuals: Curran et al. (2014)
    compare                         a smaller model against a larger one
    wide                            long rows to one row a person

Both models take any number of persons with any waves missing, by full-information maximum likelihood, which is right
where what is missing depends on nothing but what was seen (missing at random).
"""

from rapport.stats.panel.models import latent_curve, random_intercept_cross_lagged
from rapport.stats.panel.results import Comparison, PanelFit, Parameter, compare
from rapport.stats.panel.waves import wide
from rapport.stats.structural.fit_indices import FitIndices

__all__ = [
    "Comparison",
    "FitIndices",
    "PanelFit",
    "Parameter",
    "compare",
    "latent_curve",
    "random_intercept_cross_lagged",
    "wide",
]
