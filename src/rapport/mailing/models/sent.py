"""What became of each letter, how fast letters go, and what their readers made of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.accounts.models import Person
from rapport.digest.models import Entry
from rapport.mailing.models.due import Edition
from rapport.mailing.models.readers import Subscriber


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

    @classmethod
    def current(cls) -> MailRules:
        """The network's, or those that hold before it has any of its own."""
        return cls.objects.filter(pk=1).first() or cls()


class Pace(models.Model):
    """How many letters have been claimed in one minute: in all (no domain), or to one domain that is limited."""

    domain = models.CharField(max_length=254, blank=True)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "minute"], name="one_pace_a_minute")]

    def __str__(self) -> str:
        return f"{self.domain or 'all'} {self.minute:%H:%M}: {self.count}"
