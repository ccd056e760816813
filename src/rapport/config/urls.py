from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from rapport.desk.views import previews
from rapport.digest import sitemap
from rapport.mailing import provider

# In no language, or in all of them at once.
urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-pages.xml", sitemap.pages, name="sitemap_pages"),
    path("sitemap-entries-<int:part>.xml", sitemap.entries, name="sitemap_entries"),
    path("api/v1/", include("rapport.digest.api.urls")),
    path("demo/mail/", include("rapport.mailing.catcher.urls")),
    *provider.webhook(),
]
urlpatterns += i18n_patterns(
    path("account/", include("rapport.accounts.urls")),
    path("desk/letters/", include("rapport.mailing.desk_urls")),
    path("desk/subscribers/", include("rapport.mailing.desk_subscribers_urls")),
    path("desk/", include("rapport.desk.urls")),
    path("letters/", include("rapport.mailing.urls")),
    path("preview/<str:token>/", previews.preview, name="preview"),
    path("", include("rapport.digest.urls")),
    prefix_default_language=False,
)

handler400 = "rapport.web.views.bad_request"
handler403 = "rapport.accounts.views.entering.refused"
handler404 = "rapport.web.views.not_found"
handler500 = "rapport.web.views.server_error"
handler429 = "rapport.accounts.views.entering.too_often"  # allauth's, for who tries too often
