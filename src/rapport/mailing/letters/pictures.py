"""The drawing of a finding as a picture, for mail programs: they show no SVG and know none of our style sheets."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import resvg_py
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rapport.literature.metrics import Scale
from rapport.literature.models import Favours
from rapport.literature.presenting import FindingRow

FONTS = Path(__file__).parents[1] / "fonts"
# As wide as a letter shows it; on a phone it is a fifth smaller, and its words can still be read.
WIDTH, HEIGHT, HEIGHT_WITH_SIDES = 440, 72, 96
SHARPNESS = 2  # for screens that have two dots where a page counts one


def picture_of(row: FindingRow) -> bytes:
    """One estimate with its interval on its axis, as PNG on paper of its own: it reads in light and in dark."""
    return _png(render_to_string("mailing/letters/picture.svg", drawn(row)))


def drawn(row: FindingRow) -> dict[str, object]:
    """What the drawing of a finding says: where it lies, what the dashed line is, and what lies to its sides."""
    left, right = _sides(row)
    return {
        "row": row,
        "width": WIDTH,
        "height": HEIGHT_WITH_SIDES if left or right else HEIGHT,
        "at_line": _at_line(row),
        "left": left,
        "right": right,
    }


def _is_link(row: FindingRow) -> bool:
    return row.finding.metric is not None and row.finding.metric.scale is Scale.CORRELATION


def _at_line(row: FindingRow) -> str:
    if row.axis is None or row.axis.null_at is None:
        return ""
    return pgettext("in a drawing", "no link") if _is_link(row) else pgettext("in a drawing", "no difference")


def _sides(row: FindingRow) -> tuple[str, str]:
    """What further to the left means, and to the right: which is better, or else how two things go together."""
    better = pgettext("in a drawing", "better for clients")
    if row.finding.favours == Favours.HIGHER:
        return "", better
    if row.finding.favours == Favours.LOWER:
        return better, ""
    if _is_link(row):
        return pgettext("in a drawing", "more of one, less of the other"), pgettext("in a drawing", "more of both")
    return "", ""


def words_of(row: FindingRow) -> str:
    """What the picture shows, for those who do not see it."""
    if row.interval:
        said = _("Drawing: %(estimate)s, %(interval_label)s %(interval)s.") % {
            "estimate": row.estimate,
            "interval_label": row.interval_label,
            "interval": row.interval,
        }
    else:
        said = _("Drawing: %(estimate)s.") % {"estimate": row.estimate}
    left, right = _sides(row)
    sides = [_("Further to the left: %(what)s.") % {"what": left}] if left else []
    sides += [_("Further to the right: %(what)s.") % {"what": right}] if right else []
    return " ".join([said, *sides])


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
