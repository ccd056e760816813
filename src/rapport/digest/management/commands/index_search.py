from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from rapport.digest.actions import mark_changed
from rapport.digest.search.documents import rebuild


class Command(BaseCommand):
    help = "Make the search index anew. Needed after an upgrade that changes it; otherwise it follows every change."

    @transaction.atomic
    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        entries = rebuild()
        mark_changed()
        if verbosity:
            self.stdout.write(f"{entries} entries can be searched.")
