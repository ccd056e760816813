"""Where editors see to subscribers, below `/desk/subscribers/`. Deeds are below `do/`: posted to, they lead back."""

from __future__ import annotations

from django.urls import path

from rapport.mailing.views import desk_answers, desk_import, desk_subscribers, desk_suppressed

ONE = "<int:number>/"

urlpatterns = [
    path("", desk_subscribers.subscribers, name="desk_subscribers"),
    path("import/", desk_import.import_list, name="desk_letters_import"),
    path("import/sample.csv", desk_import.sample, name="desk_letters_import_sample"),
    path("answers/", desk_answers.answers, name="desk_letters_answers"),
    path("answers/answers.csv", desk_answers.answers_csv, name="desk_letters_answers_csv"),
    path("suppressed/", desk_suppressed.suppressed, name="desk_letters_suppressed"),
    path("suppressed/do/lift/", desk_suppressed.lift, name="desk_letters_lift"),
    path(ONE, desk_subscribers.subscriber, name="desk_subscriber"),
    path(f"{ONE}letter/", desk_subscribers.letter, name="desk_letter_preview"),
    path(f"{ONE}do/stop/", desk_subscribers.stop, name="desk_subscriber_stop"),
    path(f"{ONE}delete/", desk_subscribers.delete, name="desk_subscriber_delete"),
]
