"""Who gets the digest by mail, what is due to be read by them, and what became of each letter.

What was sent to whom stands in two places with one meaning each. A *delivery* is one letter to one subscriber: it is
claimed before it is handed to a mail server and marked after. The *ledger* says which entries a subscriber has had,
and at which revision: no entry comes twice, and whoever has an older revision can be told of a correction.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Person
from rapport.digest.models import Entry, Issue
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
    changed_at = models.DateTimeField(default=timezone.now)
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


class Mailing(models.Model):
    """The sending of one edition."""

    class State(models.TextChoices):
        HELD = "held", _("waits for a go")
        GOING = "going", _("is being sent")
        PAUSED = "paused", _("paused")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, primary_key=True, related_name="mailing")
    state = models.CharField(max_length=7, choices=State.choices, default=State.GOING)
    prepared_through = models.PositiveBigIntegerField(
        default=0, help_text="The last subscriber for whom it has been prepared."
    )
    prepared_at = models.DateTimeField(null=True, help_text="When it had been prepared for all.")
    passed_over = models.PositiveIntegerField(default=0, help_text="Subscribers for whom nothing in it qualified.")
    problem = models.CharField(
        max_length=500, blank=True, help_text="What the mail server said when sending paused by itself."
    )
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-edition"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["held", "going", "paused", "stopped", "done"]), name="mailing_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.state}"


class Delivery(models.Model):
    """One letter to one subscriber.

    A worker that claims it writes so, durably, before it talks to a mail server. A claim whose worker is gone, or
    whose server did not say whether it took the letter, is *in doubt*: nothing sends it again but a person.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        CLAIMED = "claimed", _("is being handed over")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        IN_DOUBT = "in-doubt", _("in doubt")
        DROPPED = "dropped", _("no longer wanted")

    class Came(models.TextChoices):
        """What came back after it was sent."""

        NOTHING = "", _("nothing")
        SOFT = "soft", _("could not be delivered for now")
        HARD = "hard", _("could not be delivered")
        COMPLAINT = "complaint", _("reported as unwanted")

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    domain = models.CharField(max_length=254, help_text="Of the address: rates are limited by it.")
    seen_from = models.PositiveBigIntegerField(
        default=0, help_text="What the subscriber had been considered for before: a mailing that is stopped goes back."
    )
    due_at = models.DateTimeField(help_text="Not before then: a server that said “later” is asked again.")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True, help_text="Whose it is while it is being handed over.")
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True, help_text="What the mail server said.")
    came_back = models.CharField(max_length=9, choices=Came.choices, default=Came.NOTHING, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["mailing", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "mailing"], name="one_letter_an_edition"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "claimed", "sent", "failed", "in-doubt", "dropped"]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "in-doubt"]) | (~Q(claim="") & Q(claimed_at__isnull=False)),
                name="delivery_claimed_by_somebody",
            ),
        ]
        indexes = [
            # What a worker asks for between two letters: it must not grow with what has been sent.
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="delivery_claimed"),
            models.Index(fields=["mailing", "state"], name="delivery_progress"),
            # How many wait for a person stands on every page of the desk.
            models.Index(fields=["mailing", "id"], condition=Q(state="in-doubt"), name="delivery_in_doubt"),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id} to {self.subscriber_id}: {self.state}"


class LedgerLine(models.Model):
    """That an entry went, or is about to go, to a subscriber: in which language, by which letter, at which revision."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="ledger")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    language = models.CharField(max_length=8)
    revision = models.PositiveSmallIntegerField(help_text="Of the entry, when they last heard of it.")

    class Meta:
        ordering = ["delivery", "id"]
        constraints = [models.UniqueConstraint(fields=["subscriber", "entry"], name="an_entry_comes_once")]
        indexes = [models.Index(fields=["entry", "revision"], name="ledger_recall")]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.subscriber_id} (revision {self.revision})"


class Return(models.Model):
    """Something that came back: a bounce or a complaint, as a provider or a mailbox told it. Told twice, kept once."""

    class Kind(models.TextChoices):
        SOFT = "soft", _("could not be delivered for now")
        HARD = "hard", _("could not be delivered")
        COMPLAINT = "complaint", _("reported as unwanted")

    key = models.CharField(max_length=64, unique=True, help_text="A digest of what makes it this one.")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.SET_NULL, related_name="returns")
    said = models.CharField(max_length=500, blank=True)
    came_at = models.DateTimeField()

    class Meta:
        ordering = ["-came_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.came_at:%Y-%m-%d}"


class ReadingLogLine(models.Model):
    """What a subscriber said of an entry, for themselves; only counts of the answers reach the desk."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NOT_SURE = "not-sure", _("not sure")
        NO = "no", _("no")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="reading_log")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    answered_on = models.DateField()
    minutes = models.PositiveSmallIntegerField(null=True, help_text="As they estimate it themselves.")
    reflection = models.TextField(blank=True)

    class Meta:
        ordering = ["-answered_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "entry"], name="one_answer_an_entry"),
            models.CheckConstraint(condition=Q(answer__in=["yes", "not-sure", "no"]), name="answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.answer}"


class MailRules(models.Model):
    """How this network sends: one row. It is also what is held while arrivals are given their order."""

    per_minute = models.PositiveIntegerField(_("letters a minute"), null=True, blank=True, default=240)
    per_domain = models.PositiveIntegerField(
        _("letters a minute to one receiving domain"), null=True, blank=True, default=60
    )
    waits_for_go = models.BooleanField(_("a letter is held until an editor lets it go"), default=False)
    since = models.DateTimeField(null=True, editable=False, help_text="From when on letters are sent.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mail_rules_are_one_row")]

    def __str__(self) -> str:
        return "rules of mailing"


class Pace(models.Model):
    """How many letters have been claimed in one minute: in all (no domain), or to one domain that is limited."""

    domain = models.CharField(max_length=254, blank=True)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "minute"], name="one_pace_a_minute")]

    def __str__(self) -> str:
        return f"{self.domain or 'all'} {self.minute:%H:%M}: {self.count}"
