"""Who did what, and when. Append-only: the database itself refuses to change or delete a row."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


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
