"""The statistics of practice research: congruence, change, effect sizes. `from rapport import stats`.

Each module is one idea and is loaded when it is first named, so that a web process which only reads statistics
in text does not load SciPy.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rapport.stats import change as change
    from rapport.stats import congruence as congruence
    from rapport.stats import consistency as consistency
    from rapport.stats import design as design
    from rapport.stats import effects as effects
    from rapport.stats import errors as errors
    from rapport.stats import mediation as mediation
    from rapport.stats import meta as meta
    from rapport.stats import mixed as mixed
    from rapport.stats import panel as panel
    from rapport.stats import reliability as reliability
    from rapport.stats import reported as reported
    from rapport.stats import results as results
    from rapport.stats import simulate as simulate
    from rapport.stats import tables as tables

_MODULES: Final = (
    "change",
    "congruence",
    "consistency",
    "design",
    "effects",
    "errors",
    "mediation",
    "meta",
    "mixed",
    "panel",
    "reliability",
    "reported",
    "results",
    "simulate",
    "tables",
)


def __getattr__(name: str) -> ModuleType:
    if name in _MODULES:
        return importlib.import_module(f"rapport.stats.{name}")
    raise AttributeError(f"rapport.stats has no module {name!r}; it has {', '.join(_MODULES)}")


def __dir__() -> list[str]:
    return list(_MODULES)
