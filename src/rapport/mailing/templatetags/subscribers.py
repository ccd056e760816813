"""What the desk's pages of subscribers ask for."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(counts: Mapping[str, int], value: str) -> int:
    """How many there are of that value: {{ counts|of:"reading" }}."""
    return counts.get(value, 0)
