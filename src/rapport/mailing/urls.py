"""What readers reach from a letter, and before the first one."""

from django.urls import path
from django.views.generic import TemplateView

gone = TemplateView.as_view(template_name="mailing/letters/base.html")

urlpatterns = [
    path("<str:token>/preferences/", gone, name="letter_preferences"),
    path("<str:token>/unsubscribe/", gone, name="letter_unsubscribe"),
    path("<str:token>/answer/", gone, name="letter_answer"),
    path("<str:token>/", gone, name="letter_web"),
]
