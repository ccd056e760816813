"""What is due to be read: what has arrived, in the order in which mailing saw it, and the editions made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.digest.models import Entry, Issue


class Arrival(models.Model):
    """An entry that readers of one language can read from now on, in the order in which mailing saw it.

    The order is mailing's own, given while nobody else gives any, so that an import of old months, a translation made
    later, or a clock that is set back neither repeats nor skips an entry.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="arrivals")
    language = models.CharField(max_length=8)
    is_news = models.BooleanField(help_text="Whether it goes into letters: an archive that comes in late does not.")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "language"], name="arrival_once_a_language")]

    def __str__(self) -> str:
        return f"{self.entry_id} ({self.language})"


class Edition(models.Model):
    """What is due to be read: an issue, the entries since the last letter of a rhythm, or the recall of an entry."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("issue")
        MONTHLY = "monthly", _("monthly letter")
        QUARTERLY = "quarterly", _("quarterly letter")
        QUIET = "quiet", _("line to those for whom there was nothing")
        RECALL = "recall", _("recall")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7, blank=True, help_text="2026-11, or 2026-Q4.")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.CASCADE, related_name="+", help_text="Of a recall.")
    revision = models.PositiveSmallIntegerField(null=True, help_text="Of a recall: the one that is told.")
    through = models.PositiveBigIntegerField(help_text="The last arrival that it takes in.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["issue"], name="one_edition_an_issue"),
            models.UniqueConstraint(fields=["kind", "period"], condition=~Q(period=""), name="one_edition_a_period"),
            models.UniqueConstraint(fields=["entry", "revision"], name="one_recall_a_revision"),
            models.CheckConstraint(
                condition=Q(kind="issue", issue__isnull=False, period="", entry__isnull=True)
                | (
                    Q(kind__in=["monthly", "quarterly", "quiet"], issue__isnull=True, entry__isnull=True)
                    & ~Q(period="")
                )
                | Q(kind="recall", issue__isnull=True, period="", entry__isnull=False, revision__isnull=False),
                name="edition_is_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.issue or self.period or f'{self.entry} revision {self.revision}'}"
