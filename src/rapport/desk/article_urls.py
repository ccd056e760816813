"""The addresses of articles at the desk, below `/desk/articles/`."""

from __future__ import annotations

from django.urls import path

from rapport.desk.views import article, articles, findings

urlpatterns = [
    path("", articles.articles, name="desk_articles"),
    path("new/", articles.new_article, name="desk_new_article"),
    path("new/draft/", articles.new_draft, name="desk_new_draft"),
    path("<slug:key>/", article.article, name="desk_article"),
    path("<slug:key>/details/", article.details, name="desk_article_details"),
    path("<slug:key>/figures/", article.figures, name="desk_article_figures"),
    path("<slug:key>/read-level/", article.read_level, name="desk_article_read_level"),
    path("<slug:key>/abstract/", article.abstract, name="desk_article_abstract"),
    path("<slug:key>/suggestions/", findings.suggestions, name="desk_suggestions"),
    path("<slug:key>/new-finding/", findings.new_finding, name="desk_new_finding"),
    path("<slug:key>/findings/<slug:finding>/", findings.finding, name="desk_finding"),
    path("<slug:key>/findings/<slug:finding>/move/", findings.move_finding, name="desk_move_finding"),
]
