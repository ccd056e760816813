"""Where editors see to letters, below `/desk/letters/`. Deeds are below `do/`: they are posted to, and lead back."""

from __future__ import annotations

from django.urls import path

from rapport.mailing.views import desk_deliveries, desk_mailings

MAILING = "<int:number>/"

urlpatterns = [
    path("", desk_mailings.mailings, name="desk_letters"),
    path("rules/", desk_mailings.rules, name="desk_letters_rules"),
    path("test/", desk_mailings.test_letter, name="desk_letter_test"),
    path(MAILING, desk_mailings.mailing, name="desk_letter"),
    path(f"{MAILING}progress/", desk_mailings.progress, name="desk_letter_progress"),
    path(f"{MAILING}readers/", desk_deliveries.deliveries, name="desk_letter_readers"),
    path(f"{MAILING}readers/<int:delivery>/", desk_deliveries.delivery, name="desk_letter_as_it_went"),
    path(f"{MAILING}do/let-go/", desk_mailings.let_it_go, name="desk_letter_let_go"),
    path(f"{MAILING}do/pause/", desk_mailings.pause, name="desk_letter_pause"),
    path(f"{MAILING}do/go-on/", desk_mailings.go_on, name="desk_letter_go_on"),
    path(f"{MAILING}do/stop/", desk_mailings.stop, name="desk_letter_stop"),
    path(f"{MAILING}do/all-arrived/", desk_mailings.all_arrived, name="desk_letter_all_arrived"),
    path(f"{MAILING}do/gone-already/", desk_mailings.gone_already, name="desk_letter_gone_already"),
    path(f"{MAILING}do/send-all-again/", desk_mailings.send_all_again, name="desk_letter_send_all_again"),
    path(f"{MAILING}do/try-all-again/", desk_mailings.try_all_again, name="desk_letter_try_all_again"),
    path(f"{MAILING}do/arrived/<int:delivery>/", desk_mailings.arrived, name="desk_letter_arrived"),
    path(f"{MAILING}do/send-again/<int:delivery>/", desk_mailings.send_again, name="desk_letter_send_again"),
    path(f"{MAILING}do/try-again/<int:delivery>/", desk_mailings.try_again, name="desk_letter_try_again"),
]
