"""The fields of an entry's text (`EntryText`): what each is called, what belongs in it, how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.digest.models import EntryText


@dataclass(frozen=True)
class FieldKind:
    """What one field is. A long one holds Markdown of any length; each other is one line."""

    name: str
    label: str | Promise
    hint: str | Promise = ""
    rows: int = 1

    @property
    def most(self) -> int | None:
        """How many characters fit into it; None for a long one."""
        return getattr(EntryText._meta.get_field(self.name), "max_length", None)

    @property
    def is_long(self) -> bool:
        return self.most is None


# In the order in which they stand in the editor.
FIELDS: Final[Mapping[str, FieldKind]] = {
    field.name: field
    for field in (
        FieldKind("title", _("Title"), _("What was found, in one line."), rows=2),
        FieldKind("design", _("Design"), _("For example: meta-analysis of 12 trials.")),
        FieldKind("who", _("Who"), _("For example: adults in out-patient therapy.")),
        FieldKind("how_many", _("How many"), _("For example: 231 clients of 40 therapists.")),
        FieldKind("measured", _("Measured"), _("For example: depressive symptoms, after each session.")),
        FieldKind("summary", _("Summary"), rows=12),
        FieldKind("implications", _("Practice implications"), _("One point a line, each begun with “- ”."), rows=7),
        FieldKind("limitations", _("Limitations"), rows=4),
        FieldKind(
            "disagreements",
            _("Where sources disagree"),
            _("Only when two sources give different values: readers are told both."),
            rows=2,
        ),
        FieldKind("author", pgettext_lazy("of an entry", "Author"), _("As readers see it.")),
        FieldKind("translator", _("Translator")),
    )
}
AT_A_GLANCE: Final = ("design", "who", "how_many", "measured")
LONG_FIELDS: Final = tuple(name for name, field in FIELDS.items() if field.is_long)
NOT_TRANSLATED: Final = ("author", "translator")
