"""How an entry is made: its versions, its stage, who wrote and approved it, what was asked and acknowledged.

What readers see is the digest's (`digest.models`). An entry that has never been published is a draft there, and each
saved version is copied into it, so that exports have it. A published entry keeps its text until a correction is
published; until then the newest version is what the desk works on.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Person
from rapport.digest.models import Entry, Issue
from rapport.literature.models import Notice


class DeskRules(models.Model):
    """What this network asks of its desk: one row."""

    second_person_approves = models.BooleanField(
        _("an entry is approved by somebody other than its author"), default=True
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="desk_rules_are_one_row")]

    def __str__(self) -> str:
        return "rules of the desk"

    @classmethod
    def current(cls) -> DeskRules:
        """The network's, or those that hold before it has any of its own."""
        return cls.objects.first() or cls()


class Progress(models.Model):
    """Where an entry's newest text stands on its way to readers. An entry without a row has not been at the desk."""

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        APPROVED = "approved", _("approved")
        OUT = "out", _("published")  # what readers see is the newest text

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200, blank=True, help_text="Where that is no account here, by an import.")
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by_name = models.CharField(max_length=200, blank=True, help_text="As for the author.")
    approved_at = models.DateTimeField(null=True)
    approved_versions = models.JSONField(
        default=dict,
        help_text="By language, the number of the version that was last approved. Kept when the approval lapses: who "
        "wrote since is asked by it.",
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "progress"
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["draft", "in-review", "approved", "out"]), name="progress_stage_known"
            ),
            models.CheckConstraint(
                condition=~Q(stage="approved") | Q(approved_at__isnull=False), name="progress_approval_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.stage}"


class Version(models.Model):
    """An entry's words in one language as they were saved once. `words` has the fields of `EntryText`.

    What somebody types in one stretch is one version; a pause, another person or a deed (review, approval,
    publishing) ends the stretch.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    words = models.JSONField()
    of_original = models.PositiveIntegerField(
        null=True, help_text="Of a translation: the number of the original's version that it translates."
    )
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(
        max_length=200, blank=True, help_text="Who wrote it where that is no account here: it came by an import."
    )
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    saves = models.PositiveIntegerField(
        default=1, help_text="Counts up with each save; an editor saves on what it read."
    )
    closed = models.BooleanField(default=False, help_text="Whether the stretch of writing is over.")
    restored_from = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["entry", "language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "language", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} ({self.language}) version {self.number}"


class Presence(models.Model):
    """Who has an entry open in the editor, and when we last heard of them."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "language", "person"], name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.entry_id} ({self.language})"


class Note(models.Model):
    """What author and editor say to each other beside a paragraph. `field` and `quote` say which."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="notes")
    language = models.CharField(max_length=8)
    field = models.CharField(max_length=20)
    quote = models.TextField(help_text="The paragraph's first words, by which it is found again.")
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    answers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answered_by")
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.entry_id}"


class Acknowledgement(models.Model):
    """A figure that nothing supports, or of which sources disagree: somebody answers for it, by name, with a reason.

    It holds for `figure` as it stands in `sentence`: when either changes, the figure is asked about again.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="acknowledgements")
    language = models.CharField(max_length=8)
    figure = models.CharField(max_length=200)
    sentence = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(
        max_length=200, blank=True, help_text="Who answers where that is no account here: it came by an import."
    )
    made_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.figure} in {self.entry_id}"


class PreviewLink(models.Model):
    """An address by which somebody without an account reads a draft until a day. We keep no copy of its token."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="preview_links")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200, blank=True, help_text="For whom.")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"preview of {self.entry_id} until {self.expires_at:%Y-%m-%d}"


class IssuePlan(models.Model):
    """When an issue is to go out, and when it did."""

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, primary_key=True, related_name="plan")
    release_at = models.DateTimeField(null=True)
    scheduled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    held_back = models.TextField(blank=True, help_text="Why it did not go out when it was due.")

    class Meta:
        ordering = ["release_at"]

    def __str__(self) -> str:
        return f"plan of {self.issue_id}"


class DeskTask(models.Model):
    """Something that waits for a person: a retraction arrived, an issue was held back."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("a notice about an article")
        HELD_BACK = "held-back", _("an issue was held back")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.CASCADE, related_name="tasks")
    issue = models.ForeignKey(Issue, null=True, on_delete=models.CASCADE, related_name="tasks")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="tasks")
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_by_name = models.CharField(max_length=200, blank=True, help_text="As for an acknowledgement.")
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "notice"], condition=Q(notice__isnull=False), name="one_task_for_a_notice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry_id or self.issue_id}"
