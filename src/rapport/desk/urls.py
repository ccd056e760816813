"""The desk's addresses, below `/desk/`. Deeds are below `do/`: they are posted to, and lead back."""

from __future__ import annotations

from django.urls import path, register_converter

import rapport.digest.urls  # noqa: F401  # it registers the converters of months, which are needed here first
from rapport.desk.views import (
    article,
    articles,
    deeds,
    entries,
    findings,
    home,
    issues,
    naming,
    network,
    previews,
    records,
    tasks,
    versions,
)
from rapport.desk.views.editor import pages as editor


class LanguageCode:
    """Of an entry's text; two letters, so that it is no word of another address."""

    regex = r"[a-z]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageCode, "language")

ENTRY, ISSUE = "entries/<slug:slug>/", "issues/<yyyy:year>/<mm:month>/"

urlpatterns = [
    path("", home.desk, name="desk"),
    # entries, from draft to reader
    path("entries/", entries.entries, name="desk_entries"),
    path(ENTRY, entries.entry, name="desk_entry"),
    path(f"{ENTRY}do/submit/", deeds.submit, name="submit_entry"),
    path(f"{ENTRY}do/send-back/", deeds.send_back, name="send_back_entry"),
    path(f"{ENTRY}do/approve/", deeds.approve, name="approve_entry"),
    path(f"{ENTRY}do/approve-translation/", deeds.approve_translation, name="approve_translation"),
    path(f"{ENTRY}do/place/", deeds.place, name="place_entry"),
    path(f"{ENTRY}do/shelves/", deeds.shelves, name="set_shelves"),
    path(f"{ENTRY}do/correct/", deeds.correct, name="correct_entry"),
    path(f"{ENTRY}do/translate/", deeds.publish_translation, name="publish_translation"),
    path(f"{ENTRY}do/withdraw/", deeds.withdraw, name="withdraw_entry"),
    path(f"{ENTRY}do/preview/", deeds.make_preview, name="make_preview"),
    path(f"{ENTRY}do/revoke/<int:number>/", deeds.revoke_preview, name="revoke_preview"),
    path(f"{ENTRY}do/take-back/<int:number>/", deeds.take_back, name="take_back"),
    # an entry's words
    path("entries/<slug:slug>/<language:language>/", editor.edit, name="edit_entry"),
    path("entries/<slug:slug>/<language:language>/as-read/", previews.entry_as_read, name="entry_as_read"),
    path("entries/<slug:slug>/<language:language>/live/", editor.live, name="edit_entry_live"),
    path("entries/<slug:slug>/<language:language>/here/", editor.here, name="edit_entry_here"),
    path("entries/<slug:slug>/<language:language>/versions/", versions.versions, name="entry_versions"),
    path("entries/<slug:slug>/<language:language>/versions/<int:number>/", versions.restore, name="restore_version"),
    # issues
    path("issues/", issues.issues, name="desk_issues"),
    path("issues/do/plan/", issues.plan, name="plan_issue"),
    path(ISSUE, issues.issue, name="desk_issue"),
    path(f"{ISSUE}as-read/", previews.issue_as_read, name="issue_as_read"),
    path(f"{ISSUE}do/place/", issues.place, name="place_in_issue"),
    path(f"{ISSUE}do/take-out/", issues.take_out, name="take_out_of_issue"),
    path(f"{ISSUE}do/move/", issues.move, name="move_in_issue"),
    path(f"{ISSUE}do/line/", issues.write_line, name="write_line"),
    path(f"{ISSUE}do/schedule/", issues.schedule, name="schedule_issue"),
    path(f"{ISSUE}do/unschedule/", issues.unschedule, name="unschedule_issue"),
    path(f"{ISSUE}do/release/", issues.release, name="release_issue"),
    # what waits, what holds, who did what
    path("tasks/", tasks.tasks, name="desk_tasks"),
    path("tasks/<int:number>/do/close/", tasks.close, name="close_task"),
    path("rules/", records.rules, name="desk_rules"),
    path("audit/", records.audit, name="desk_audit"),
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
    # articles and what they found
    path("articles/", articles.articles, name="desk_articles"),
    path("articles/new/", articles.new_article, name="desk_new_article"),
    path("articles/new/draft/", articles.new_draft, name="desk_new_draft"),
    path("articles/<slug:key>/", article.article, name="desk_article"),
    path("articles/<slug:key>/details/", article.details, name="desk_article_details"),
    path("articles/<slug:key>/figures/", article.figures, name="desk_article_figures"),
    path("articles/<slug:key>/read-level/", article.read_level, name="desk_article_read_level"),
    path("articles/<slug:key>/abstract/", article.abstract, name="desk_article_abstract"),
    path("articles/<slug:key>/suggestions/", findings.suggestions, name="desk_suggestions"),
    path("articles/<slug:key>/names/", naming.name_findings, name="desk_name_findings"),
    path("articles/<slug:key>/new-finding/", findings.new_finding, name="desk_new_finding"),
    path("articles/<slug:key>/findings/<slug:finding>/", findings.finding, name="desk_finding"),
    path("articles/<slug:key>/findings/<slug:finding>/move/", findings.move_finding, name="desk_move_finding"),
]
