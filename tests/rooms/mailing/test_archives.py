"""Letters and the files of the digest."""

from __future__ import annotations

import datetime as dt

import pytest

from rapport.digest.exchange.importing import import_folder
from rapport.digest.exchange.problems import ContentProblems
from rapport.digest.models import Issue
from rapport.mailing.actions.editions import edition_of
from tests.making import make_folder

pytestmark = pytest.mark.django_db


def test_an_issue_that_went_out_by_mail_is_not_pruned(tmp_path):
    folder = make_folder(tmp_path / "content")
    import_folder(folder)
    issue = Issue.objects.get()
    edition_of(issue=issue, now=dt.datetime(2024, 6, 7, tzinfo=dt.UTC))
    path = folder / "issues" / f"{issue}.yml"
    path.rename(path.with_name("2030-01.yml"))
    with pytest.raises(ContentProblems, match=f"{issue} cannot be removed"):
        import_folder(folder, prune=True)
    assert Issue.objects.filter(pk=issue.pk).exists()
