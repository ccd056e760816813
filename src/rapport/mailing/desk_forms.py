"""What editors fill in about letters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.digest.models import Issue
from rapport.mailing.forms import offer
from rapport.mailing.models import MailRules
from rapport.web.templatetags.web import month_name

FASTEST = 100_000
ISSUES_OFFERED = 12


class RulesForm(forms.Form):
    per_minute = forms.IntegerField(
        label=_("Letters a minute"),
        required=False,
        min_value=1,
        max_value=FASTEST,
        help_text=_("In all. Ask your mail provider how many it takes. Empty: as fast as it takes them."),
    )
    per_domain = forms.IntegerField(
        label=_("Letters a minute to one receiving domain"),
        required=False,
        min_value=1,
        max_value=FASTEST,
        help_text=_("Many at once to one place look like unwanted mail. Empty: no limit of its own."),
    )
    waits_for_go = forms.BooleanField(
        label=_("Each letter waits until an editor lets it go; a recall never waits"), required=False
    )

    @classmethod
    def of(cls, rules: MailRules) -> RulesForm:
        names = ("per_minute", "per_domain", "waits_for_go")
        return cls(initial={name: getattr(rules, name) for name in names})


class TestLetterForm(forms.Form):
    """Which letter somebody sends to themselves: of one of the newest issues, or of the one that was asked for."""

    issue = forms.ChoiceField(label=_("Issue"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, today: dt.date | None = None, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Issue.objects.published(today or timezone.localdate()).order_by("-year", "-month")
        offered = list(published[:ISSUES_OFFERED])
        if asked and asked not in map(str, offered):
            offered += [issue for issue in published[ISSUES_OFFERED:] if str(issue) == asked]
        self._issues = {str(issue): issue for issue in offered}
        choices = [(key, month_name(issue.first_day).capitalize()) for key, issue in self._issues.items()]
        offer(self, "issue", choices)

    @property
    def has_issues(self) -> bool:
        return bool(self._issues)

    @property
    def issue_chosen(self) -> Issue:
        return self._issues[self.cleaned_data["issue"]]
