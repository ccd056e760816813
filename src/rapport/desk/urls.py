"""The desk's addresses, below `/desk/`."""

from __future__ import annotations

from django.urls import path

from rapport.desk.views import home

urlpatterns = [
    path("", home.desk, name="desk"),
]
