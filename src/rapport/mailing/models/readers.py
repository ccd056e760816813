"""Who gets the digest by mail, how each wants it, and who must get none."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.literature.models import ResearchType, Topic


class Subscriber(models.Model):
    """Somebody who asked for the digest by mail, with their wishes. No topics means all topics; so for types."""

    class State(models.TextChoices):
        READING = "reading", _("gets letters")
        STOPPED = "stopped", _("unsubscribed")  # is still told when an entry they had turns out wrong
        SILENT = "silent", _("wants no mail at all")
        FAILING = "failing", _("mail does not arrive")

    class Rhythm(models.TextChoices):
        PUBLISHED = "published", _("as each issue is published")
        MONTHLY = "monthly", _("once a month")
        QUARTERLY = "quarterly", _("once a quarter")

    class Evidence(models.TextChoices):
        ANY = "any", _("any")
        EFFECT_SIZES = "effect-sizes", _("with effect sizes only")

    class Source(models.TextChoices):
        FORM = "form", _("asked on the site, and confirmed by mail")
        IMPORT = "import", _("came from a list, with its consent")

    address = models.CharField(max_length=254, help_text="As it is written on an envelope; the domain in lower case.")
    folded = models.CharField(max_length=254, unique=True, help_text="The address by which we tell people apart.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    language = models.CharField(max_length=8)
    takes_other_languages = models.BooleanField(
        default=False, help_text="Whether an entry that is not in their language comes in its own."
    )
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    research_types = models.ManyToManyField(ResearchType, related_name="+", blank=True)
    # Without these, the end of the last topic that somebody had chosen would send them everything.
    chose_topics = models.BooleanField(default=False, help_text="Whether having no topics means that theirs are gone.")
    chose_types = models.BooleanField(default=False, help_text="Whether having no types means that theirs are gone.")
    evidence = models.CharField(max_length=12, choices=Evidence.choices, default=Evidence.ANY)
    rhythm = models.CharField(max_length=9, choices=Rhythm.choices, default=Rhythm.PUBLISHED)
    paused_until = models.DateField(null=True, help_text="The first day on which letters come again.")
    seen_through = models.PositiveBigIntegerField(
        default=0, help_text="The last arrival that was considered for a letter to them."
    )
    source = models.CharField(max_length=6, choices=Source.choices)
    consent = models.CharField(max_length=300, blank=True, help_text="Of an import: where they agreed.")
    consented_at = models.DateTimeField()
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, help_text="When they stopped, or their mail did.")
    soft_bounces = models.PositiveSmallIntegerField(
        default=0, help_text="In a row: a letter that arrives sets them to none."
    )

    class Meta:
        ordering = ["folded"]
        indexes = [models.Index(fields=["state", "rhythm", "id"], name="subscriber_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["reading", "stopped", "silent", "failing"]), name="subscriber_state_known"
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=["published", "monthly", "quarterly"]), name="subscriber_rhythm_known"
            ),
            models.CheckConstraint(condition=Q(evidence__in=["any", "effect-sizes"]), name="subscriber_evidence_known"),
            models.CheckConstraint(
                condition=Q(state="reading") | Q(ended_at__isnull=False), name="subscriber_end_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def has_left(self) -> bool:
        """Whether they said that they want no more letters."""
        return self.state in (self.State.STOPPED, self.State.SILENT)

    @property
    def is_paused(self) -> bool:
        """Whether they get letters, and none today."""
        reads = self.state == self.State.READING
        return reads and self.paused_until is not None and self.paused_until > timezone.localdate()

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class MailedLink(models.Model):
    """A link that was mailed to an address and acts once, on a press of a button, until it expires.

    Only a digest of its token is kept. `wishes` is what happens when it is used: the wishes of a new subscriber, the
    new address of one who moves.
    """

    class Purpose(models.TextChoices):
        CONFIRM = "confirm"  # a subscription
        MOVE = "move"  # to another address: sent to the new one when the old one has agreed
        AGREE = "agree"  # to a move: sent to the address on record
        DOWNLOAD = "download"  # all that is held
        DELETE = "delete"
        READING_LOG = "reading-log"

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=254)
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.CASCADE, related_name="mailed_links")
    wishes = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d}"


class Suppression(models.Model):
    """An address that must never get mail from us again, as a keyed hash: it can be recognised, and not read."""

    class Why(models.TextChoices):
        COMPLAINT = "complaint", _("a letter was reported as unwanted")
        ASKED = "asked", _("asked for no mail at all")

    key = models.CharField(max_length=64, unique=True)
    why = models.CharField(max_length=9, choices=Why.choices)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.why
