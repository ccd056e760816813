from django.urls import path

from rapport.mailing.catcher import views

urlpatterns = [
    path("", views.caught, name="demo_mail"),
    path("<str:key>/", views.one, name="demo_mail_one"),
    path("<str:key>/shown/", views.as_shown, name="demo_mail_shown"),
]
