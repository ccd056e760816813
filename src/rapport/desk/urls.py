"""The desk's addresses, below `/desk/`."""

from __future__ import annotations

from django.urls import include, path

from rapport.desk.views import home, network

urlpatterns = [
    path("", home.desk, name="desk"),
    path("articles/", include("rapport.desk.article_urls")),
    # the network's own
    path("network/", network.network, name="desk_network"),
    path("network/identity/", network.site, name="desk_site"),
    path("network/pages/", network.pages, name="desk_pages"),
    path("network/pages/new/", network.new_page, name="desk_new_page"),
    path("network/pages/<slug:slug>.<str:language>/", network.one_page, name="desk_page"),
    path("network/<slug:slug>/", network.listed, name="desk_network_list"),
    path("network/<slug:slug>/new/", network.new_listed, name="desk_network_new"),
    path("network/<slug:slug>/<slug:key>/", network.one_listed, name="desk_network_one"),
    path("network/<slug:slug>/<slug:key>/remove/", network.remove_listed, name="desk_network_remove"),
]
