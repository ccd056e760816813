from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.accounts.policies import requires
from rapport.desk.policies import MAY_WRITE


@requires(MAY_WRITE)
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/home.html")
