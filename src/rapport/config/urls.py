from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("rapport.digest.api.urls")),  # one address for all languages
    *i18n_patterns(path("", include("rapport.digest.urls")), prefix_default_language=False),
]

handler400 = "rapport.web.views.bad_request"
handler404 = "rapport.web.views.not_found"
handler500 = "rapport.web.views.server_error"
