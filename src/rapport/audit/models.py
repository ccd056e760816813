"""Who did what, and when; and how the jobs of the schedule are doing.

Events are append-only: the database itself refuses to change or delete one.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

SCHEDULE = "the schedule"


class Event(models.Model):
    """One thing that somebody, or the schedule, did.

    `who` is an account's number and `name` the name it had then; both stay when the account goes. `about` names the
    thing, for example “entry:alliance-matters”; `did` the deed, for example “entry.approved”.
    """

    stream = models.CharField(max_length=20, help_text="One for each side: digest, clinical.")
    at = models.DateTimeField(default=timezone.now)
    who = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    did = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["stream", "about", "-id"], name="audit_about"),
            models.Index(fields=["stream", "-id"], name="audit_stream"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.did} {self.about}"

    @property
    def told_name(self) -> str:
        """Who did it; the schedule, which has no account, in the page's language."""
        return self.name if self.who or self.name != SCHEDULE else _("the schedule")


class JobRun(models.Model):
    """How one job of the schedule is doing: when it was last asked for, done, and why it failed.

    One row a job. `due_at` is the moment of its rhythm that was last taken care of, so that two schedulers never
    ask for the same one twice, and one that was stopped for a week asks once and not for each day.
    """

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField(null=True)
    task = models.CharField(max_length=40, blank=True, help_text="The task that the schedule left for a worker.")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When it was last done, well or not.")
    problem = models.TextField(blank=True, help_text="Why it failed when it was last done.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
