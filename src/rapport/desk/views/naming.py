"""The words of an article's findings, given to all of them on the article's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.accounts.policies import requires, signed_in
from rapport.desk.actions.articles import change_article
from rapport.desk.article_forms.naming_form import NamingForm
from rapport.desk.policies import MAY_WRITE
from rapport.desk.refusals import Refused
from rapport.desk.views.article import article_page, first_language, found_article
from rapport.digest.exchange.database import article_value
from rapport.digest.exchange.schema import ArticleFile


@requires(MAY_WRITE)
@require_POST
def name_findings(request: HttpRequest, key: str) -> HttpResponse:
    """Save the words that were typed, all of them or none. Of a published entry they are left to a correction."""
    of = found_article(key)
    form = NamingForm(request.POST, stored=article_value(of), own=first_language(of))
    if not form.is_valid() or form.value is None:
        return article_page(request, of, status=422, naming=form)
    try:
        is_changed = change_article(article=of, value=form.value, by=signed_in(request), now=timezone.now())
    except Refused as refused:
        for reason in refused.reasons:
            form.add_error(None, reason)
        return article_page(request, of, status=422, naming=form)
    if is_changed:
        messages.success(request, _("Your words are saved."))
    else:
        messages.info(request, _("Nothing was typed, so nothing was changed."))
    return redirect(f"{reverse('desk_article', args=[key])}#{_where_next(form.value, form.own)}")


def _where_next(value: ArticleFile, own: str) -> str:
    """The next field to fill in; where all have names, the way on to writing, if there is an entry to write."""
    left = next((row for row in NamingForm(stored=value, own=own).rows if row.claim), None)
    return left.claim.auto_id if left and left.claim else "go-on"
