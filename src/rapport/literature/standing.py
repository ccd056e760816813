"""What the notices about an article come to."""

from __future__ import annotations

from collections.abc import Iterable

from rapport.literature.models import Notice, Standing

_COMES_TO = {
    Notice.Kind.RETRACTION: Standing.RETRACTED,
    Notice.Kind.CONCERN: Standing.QUESTIONED,
    Notice.Kind.CORRECTION: Standing.CORRECTED,
    Notice.Kind.REINSTATEMENT: Standing.REINSTATED,
}


def standing_of(notices: Iterable[Notice]) -> str:
    """What notices come to: the gravest of those after the last reinstatement; a correction changes nothing graver."""
    standing = ""
    for notice in _in_time(notices):
        now = _COMES_TO.get(Notice.Kind(notice.kind), "")
        if now == Standing.REINSTATED:
            standing = now if standing in (Standing.RETRACTED, Standing.QUESTIONED) else standing
        elif now and (standing in ("", Standing.REINSTATED) or _gravity(now) > _gravity(standing)):
            standing = now
    return standing


def retraction_of(notices: Iterable[Notice]) -> Notice | None:
    """The notice that retracted the article, while that stands: the first since the last reinstatement."""
    retraction: Notice | None = None
    for notice in _in_time(notices):
        if notice.kind == Notice.Kind.REINSTATEMENT:
            retraction = None
        elif notice.kind == Notice.Kind.RETRACTION:
            retraction = retraction or notice
    return retraction


def _in_time(notices: Iterable[Notice]) -> list[Notice]:
    """By their days, then as we heard of them. Of those that tell of one day at once, the gravest has the last word."""
    return sorted(
        notices,
        key=lambda notice: (
            notice.published_on or notice.noticed_at.date(),
            notice.noticed_at,
            _gravity(_COMES_TO.get(Notice.Kind(notice.kind), Standing.REINSTATED)),
        ),
    )


def _gravity(standing: str) -> int:
    return [Standing.REINSTATED, Standing.CORRECTED, Standing.QUESTIONED, Standing.RETRACTED].index(Standing(standing))
