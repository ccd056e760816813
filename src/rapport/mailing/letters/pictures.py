"""The drawing of a finding as a picture, for mail programs: they show no SVG and know none of our style sheets."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import resvg_py
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rapport.literature.presenting import FindingRow

FONTS = Path(__file__).parents[1] / "fonts"
WIDTH, HEIGHT = 560, 64
SHARPNESS = 2  # for screens that have two dots where a page counts one


def picture_of(row: FindingRow) -> bytes:
    """One estimate with its interval on its axis, as PNG on paper of its own: it reads in light and in dark."""
    return _png(render_to_string("mailing/letters/picture.svg", {"row": row, "width": WIDTH, "height": HEIGHT}))


def words_of(row: FindingRow) -> str:
    """What the picture shows, for those who do not see it."""
    if row.interval:
        message = _("Drawing: %(estimate)s, %(interval_label)s %(interval)s.")
        return message % {
            "estimate": row.estimate,
            "interval_label": row.interval_label,
            "interval": row.interval,
        }
    return _("Drawing: %(estimate)s.") % {"estimate": row.estimate}


@lru_cache(maxsize=512)
def _png(svg: str) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=SHARPNESS,
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
            font_family="Rapport Sans",
            sans_serif_family="Rapport Sans",
        )
    )
