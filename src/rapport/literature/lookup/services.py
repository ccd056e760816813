"""The four services, at the addresses that the host's settings name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from rapport.literature.lookup.crossref import Crossref
from rapport.literature.lookup.europe_pmc import EuropePmc
from rapport.literature.lookup.openalex import OpenAlex
from rapport.literature.lookup.pubmed import PubMed
from rapport.literature.lookup.service import Patience, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    crossref: Crossref
    openalex: OpenAlex
    pubmed: PubMed
    europe_pmc: EuropePmc

    @property
    def patience(self) -> Patience:
        return self.crossref.patience


_CLASSES: Final[dict[str, type[Service]]] = {
    "crossref": Crossref,
    "openalex": OpenAlex,
    "pubmed": PubMed,
    "europe_pmc": EuropePmc,
}


def services(*, contact: str = "", patience: Patience | None = None) -> Services:
    """The services of `settings.LOOKUP_SERVICES`, asked in the name of `contact`, the network's mail address."""
    made = {
        name: kind(
            settings.LOOKUP_SERVICES[name],
            contact=contact,
            secret=settings.LOOKUP_KEYS.get(name, ""),
            patience=patience,
        )
        for name, kind in _CLASSES.items()
    }
    return Services(**made)  # type: ignore[arg-type]  # each under its own class's name
