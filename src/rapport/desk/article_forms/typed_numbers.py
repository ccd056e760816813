"""A number as a person types it from an article, with the decimals it was printed with.

>>> read_typed_number("−.30", "en")
Decimal('-0.30')
>>> read_typed_number("0,30", "fr")
Decimal('0.30')
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

_MINUSES: Final = str.maketrans(dict.fromkeys("−–‐‑﹣－", "-"))
_POINTS: Final = str.maketrans(dict.fromkeys("·∙⋅", "."))
_SPACES: Final = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)")
_GROUPED: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
LONGEST: Final = 40


def read_typed_number(text: str, language: str) -> Decimal:
    """Read what was typed in a page of `language`. Raises ValueError, in words, where it is no number or two.

    Every minus sign, a percent sign at the end, spaces between thousands and a missing zero before the point
    are understood; “1,234” is a thousand in English where more than one comma or a point says so, and else
    asked about, because it may as well be 1.234.
    """
    typed = _bare(text)
    if language != "fr" and _GROUPED.fullmatch(typed):
        if typed.count(",") == 1 and "." not in typed:
            raise ValueError(
                _("“%(typed)s” may be %(decimal)s or %(whole)s: type the one that is printed, without the comma.")
                % {"typed": text.strip(), "decimal": typed.replace(",", "."), "whole": typed.replace(",", "")}
            )
        typed = typed.replace(",", "")
    if not _NUMBER.fullmatch(typed):
        raise ValueError(
            _("“%(typed)s” is not a number: type it as it is printed, for example 0.30 or −0.16.")
            % {"typed": text.strip()[:LONGEST]}
        )
    typed = typed.lstrip("+").replace(",", ".")
    return Decimal(re.sub(r"^(-?)\.", r"\g<1>0.", typed))


def read_typed_count(text: str, language: str) -> int:
    """Read a number of people, studies or anything else that is whole: “1,234” is a thousand in any language."""
    typed = re.sub(r"(?<=\d)[,'’](?=\d{3}(?!\d))", "", _bare(text))
    if not re.fullmatch(r"\+?[0-9]+", typed):
        raise ValueError(
            _("“%(typed)s” is not a whole number: type it in digits, for example 231.")
            % {"typed": text.strip()[:LONGEST]}
        )
    return int(typed[:LONGEST])


def _bare(text: str) -> str:
    typed = text.strip().translate(_MINUSES).translate(_POINTS)
    typed = re.sub(r"[ \u00a0\u202f]*%$", "", typed)
    typed = re.sub(r"^([+-])\s+(?=[\d.,])", r"\1", typed)
    return _SPACES.sub("", typed)
