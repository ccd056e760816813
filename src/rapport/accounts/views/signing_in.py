"""Signing in where the database is busy: the attempt can be neither counted nor taken, and nobody is to blame."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from rapport.web.busy import BUSY, STATUS, is_busy, told_busy

LONGEST_ADDRESS = 254


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):  # type: ignore[misc]  # allauth ships no types
    """allauth's page; what was typed stands in it again when the database could not be written to."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        except OperationalError as error:
            if request.method != "POST" or not is_busy(error):
                raise
            return self._busy(request)
        return answer

    def _busy(self, request: HttpRequest) -> HttpResponse:
        typed = {"login": request.POST.get("login", "")[:LONGEST_ADDRESS], "remember": "remember" in request.POST}
        form = self.get_form_class()(request=request, initial=typed)
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form, busy=BUSY), status=STATUS)
        return told_busy(answer)


sign_in = SignIn.as_view()
