"""The desk's addresses, below `/desk/`."""

from __future__ import annotations

from django.urls import path

from rapport.desk.views import article, articles, findings, home

urlpatterns = [
    path("", home.desk, name="desk"),
    path("articles/", articles.articles, name="desk_articles"),
    path("articles/new/", articles.new_article, name="desk_new_article"),
    path("articles/new/draft/", articles.new_draft, name="desk_new_draft"),
    path("articles/<slug:key>/", article.article, name="desk_article"),
    path("articles/<slug:key>/details/", article.details, name="desk_article_details"),
    path("articles/<slug:key>/figures/", article.figures, name="desk_article_figures"),
    path("articles/<slug:key>/read-level/", article.read_level, name="desk_article_read_level"),
    path("articles/<slug:key>/abstract/", article.abstract, name="desk_article_abstract"),
    path("articles/<slug:key>/suggestions/", findings.suggestions, name="desk_suggestions"),
    path("articles/<slug:key>/new-finding/", findings.new_finding, name="desk_new_finding"),
    path("articles/<slug:key>/findings/<slug:finding>/", findings.finding, name="desk_finding"),
    path("articles/<slug:key>/findings/<slug:finding>/move/", findings.move_finding, name="desk_move_finding"),
]
