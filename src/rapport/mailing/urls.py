"""What readers reach before their first letter, and from each."""

from django.urls import path

from rapport.mailing.views import letters, links, preferences, subscribing

urlpatterns = [
    path("subscribe/", subscribing.subscribe, name="letter_subscribe"),
    path("asked/", subscribing.asked, name="letter_asked"),
    path("confirm/<str:token>/", subscribing.confirm_page, name="letter_confirm"),
    path("link/<str:token>/", links.link, name="letter_link"),
    path("preferences/<str:token>/", preferences.preferences, name="letter_preferences"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe_page, name="letter_unsubscribe"),
    path("answer/<str:token>/", letters.answer_page, name="letter_answer"),
    path("read/<str:token>/", letters.as_page, name="letter_web"),
]
