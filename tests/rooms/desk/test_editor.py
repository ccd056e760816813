"""The page on which an entry is written: who may, what is saved, what is shown, what happens when two write at once."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.test import Client

from rapport.desk.actions import acknowledge, approve, save_words, submit_for_review, write_note
from rapport.desk.models import Acknowledgement, Note, Presence, Version
from rapport.digest.models import Entry
from rapport.literature.actions import keep_abstract
from tests.making import finding, make_article, make_entry, make_person, make_site

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
PAGE = "/desk/entries/alliance-matters/en/"
WORDS = {
    "title": "Alliance and outcome go together",
    "author": "Edith",
    "design": "Meta-analysis",
    "who": "Adults",
    "how_many": "",
    "measured": "",
    "summary": "A stronger alliance goes with a better outcome.",
    "implications": "- **Ask.** You might ask how the work together feels.",
    "limitations": "Correlations only.",
    "disagreements": "",
}


@pytest.fixture
def entry() -> Entry:
    """A draft about an article that found r = 0.28 (0.26 to 0.30) in 295 samples."""
    make_site()
    article = make_article("rosa-2020", findings=[finding("link", k=295)])
    return make_entry("alliance-matters", article=article)


@pytest.fixture
def alice(client: Client):
    alice = make_person("Alice", "author")
    client.force_login(alice)
    return alice


def on(language: str = "en") -> str:
    """What the page of a text that nobody else has open would send."""
    newest = Version.objects.filter(language=language).order_by("-number").first()
    return f"{newest.number}.{newest.saves}" if newest else "0.0"


def sent(**changed: str) -> dict[str, str]:
    return {**WORDS, "on": on(), "do": "save", **changed}


def words_now(language: str = "en") -> dict[str, str]:
    return Version.objects.filter(language=language).order_by("-number").first().words


def text_of(response) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


# --- who may ----------------------------------------------------------------------------------------

ADDRESSES = [PAGE, f"{PAGE}versions/"]
DEEDS = [PAGE, f"{PAGE}live/", f"{PAGE}here/", f"{PAGE}versions/1/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", ["author", "editor", "administrator"])
def test_whoever_writes_for_the_digest_sees_it(client, entry, address, role):
    client.force_login(make_person("Somebody", role))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [*ADDRESSES, *DEEDS])
def test_who_is_signed_in_without_a_role_is_refused(client, entry, address):
    client.force_login(make_person("Charlie"))
    assert (client.get(address).status_code, client.post(address, sent()).status_code) == (403, 403)
    assert Version.objects.count() == 0


@pytest.mark.parametrize("address", [*ADDRESSES, *DEEDS])
def test_who_is_not_signed_in_is_led_to_signing_in_and_back(client, entry, address):
    response = client.post(address, sent())
    assert (response.status_code, response["Location"]) == (302, f"/account/sign-in/?next={address}")
    assert Version.objects.count() == 0


@pytest.mark.parametrize("address", DEEDS[1:])
def test_looking_changes_nothing(client, entry, alice, address):
    assert client.get(address).status_code == 405
    client.get(PAGE)
    assert (Version.objects.count(), Presence.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "address",
    ["/desk/entries/no-such-entry/en/", "/desk/entries/alliance-matters/de/", "/desk/entries/alliance-matters/EN/"],
)
def test_an_entry_or_a_language_that_is_not_there_is_told(client, entry, alice, address):
    assert client.get(address).status_code == 404


def test_pages_of_the_desk_are_kept_by_no_cache(client, entry, alice):
    assert "no-store" in client.get(PAGE)["Cache-Control"]


# --- what it shows --------------------------------------------------------------------------------


def test_the_article_the_text_and_what_readers_see_stand_beside_one_another(client, entry, alice):
    page = client.get(PAGE).content.decode()
    assert re.search(r'id="finding-link".*?r = 0\.28', page, re.DOTALL)
    assert f'data-words="summary">\n{WORDS["summary"]}</textarea>' in page.replace(
        ' aria-describedby="hint-summary"', ""
    )
    preview = page[page.index('class="preview__page"') :]
    assert "<p>A stronger alliance goes with a better outcome.</p>" in preview


def test_what_readers_see_is_the_page_they_get_once_it_is_out(client, alice):
    make_site()
    entry = make_entry("alliance-matters", issue="2024-05", topics=["alliance"])
    desk, page = client.get(PAGE).content.decode(), Client().get(entry.get_absolute_url()).content.decode()
    public = page[page.index('<article class="page entry">') : page.index("</article>")]
    shown = desk[desk.index('<article class="page entry">') : desk.rindex("</article>")]
    on_paper = re.compile(r'<p class="on-paper">.*?</p>')  # it names the address it was printed from
    title = re.compile(r'<h2 class="entry__title">(.*?)</h2>')  # the page that it is written on has its own
    assert title.sub(r"<h1>\1</h1>", on_paper.sub("", shown)) == on_paper.sub("", public)


def test_a_french_text_is_shown_as_readers_of_french_see_it(client, entry, alice):
    page = client.get("/desk/entries/alliance-matters/fr/").content.decode()
    preview = page[page.index('class="preview__page" lang="fr"') :]
    assert "Implications pour la pratique" in preview


def test_a_figure_is_listed_with_its_verdict_and_leads_to_its_finding(client, entry, alice):
    save_words(entry=entry, language="en", words={"summary": "In 295 samples, r = 0.82."}, on=None, by=alice, now=NOW)
    page = client.get(PAGE).content.decode()
    marks = re.findall(r'data-field="summary" data-start="(\d+)" data-end="(\d+)" data-mark="([a-z-]+)"', page)
    assert sorted((int(start), int(end), mark) for start, end, mark in marks) == [
        (3, 6, "supported"),
        (20, 24, "contradicted"),
    ]
    assert 'href="#finding-link"' in page


def test_places_count_as_scripts_count_behind_an_emoji(client, entry, alice):
    response = client.post(f"{PAGE}live/", sent(summary="😀 In 295 samples."))
    assert 'data-start="6" data-end="9"' in response.content.decode()


def test_without_a_script_the_text_is_shown_again_with_its_figures_marked(client, entry, alice):
    response = client.post(PAGE, sent(do="check", summary="In 295 samples."))
    page = response.content.decode()
    assert re.search(
        r'<noscript>.*?In <a class="mark mark--supported" href="#figure-[0-9a-f]+">295</a> samples', page, re.DOTALL
    )
    assert (response.status_code, Version.objects.count()) == (200, 0)
    assert "Checked, and not saved yet." in text_of(response)


ABSTRACT = "In 231 clients the alliance went with outcome (r = 0.41); drop-out was lower (OR = 1.82)."
WAITING = "3 numbers read from the abstract wait for you on the article’s page."


@pytest.mark.parametrize("language", ["en", "fr"])
def test_how_many_numbers_of_the_abstract_wait_to_be_accepted_is_said_with_the_way_there(
    client, entry, alice, language
):
    assert "wait for you" not in text_of(client.get(PAGE))
    keep_abstract(article=entry.article, text=ABSTRACT, source="PubMed", by=alice, now=NOW)
    response = client.get(f"/desk/entries/alliance-matters/{language}/")
    way = '<a class="button button--main button--small" href="/desk/articles/rosa-2020/#suggestions">'
    assert (WAITING in text_of(response), response.content.decode().count(way)) == (True, 1)
    client.post("/desk/articles/rosa-2020/suggestions/", {"deed": "set-aside", "name": suggested(client, "1.82")})
    assert "2 numbers read from the abstract wait for you" in text_of(client.get(PAGE))


def suggested(client: Client, number: str) -> str:
    """The name of the suggestion that was read from `number`."""
    page = client.get("/desk/articles/rosa-2020/").content.decode()
    one = re.search(rf'data-suggestion="(finding-[0-9a-f]+)"(?:(?!</li>).)*{re.escape(number)}', page, re.DOTALL)
    assert one
    return one[1]


def test_a_finding_without_words_of_its_own_is_said_with_the_way_there(client, entry, alice):
    entry.article.findings.update(claim={"en": "Correlation, from the abstract"})
    response = client.get(PAGE)
    assert "1 finding has no words of its own yet" in text_of(response)
    assert 'href="/desk/articles/rosa-2020/#naming">Say what was found</a>' in response.content.decode()


def test_what_waits_is_not_looked_for_while_somebody_types(client, entry, alice, monkeypatch):
    monkeypatch.setattr("rapport.desk.views.editor.sheet.waiting_with", lambda *_: pytest.fail("looked for"))
    assert client.post(f"{PAGE}live/", sent()).status_code == 200


def test_a_finding_is_called_by_its_claim_and_not_by_its_key(client, entry, alice):
    entry.article.findings.update(key="d-1", claim={"en": "Alliance and outcome"})
    save_words(entry=entry, language="en", words={"summary": "In 295 samples, r = 0.28."}, on=None, by=alice, now=NOW)
    words = text_of(client.get(PAGE))
    assert ("Alliance and outcome" in words, "d-1" in words) == (True, False)


# --- saving -----------------------------------------------------------------------------------------


def test_saving_keeps_the_words_and_leads_back_to_the_page(client, entry, alice):
    response = client.post(PAGE, sent(summary="One.\r\n\r\nTwo."))
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert words_now() == {**WORDS, "translator": "", "summary": "One.\n\nTwo."}
    assert "Saved" in text_of(client.get(PAGE))


def test_a_page_that_saves_by_itself_hears_when_and_what_to_save_on_next(client, entry, alice):
    response = client.post(PAGE, sent(title="Another title"), headers={"HX-Request": "true"})
    answer = response.content.decode()
    newest = Version.objects.latest("number")
    assert (
        f'<input type="hidden" name="on" id="on" value="{newest.number}.{newest.saves}" hx-swap-oob="true">' in answer
    )
    assert re.search(r'<span id="saved" hx-swap-oob="innerHTML">Saved \d\d:\d\d', answer)
    assert '"saved"' in response["HX-Trigger"]


def test_a_page_that_saves_by_itself_hears_that_the_approval_lapsed(client, entry, alice):
    client.post(PAGE, sent())
    submit_for_review(entry=entry, by=alice, now=NOW)
    approve(entry=entry, by=make_person("Bob", "editor"), now=NOW)
    answer = client.post(PAGE, sent(summary="Said anew."), headers={"HX-Request": "true"})
    assert "In review" in text_of(answer)


def test_words_that_do_not_fit_are_refused_by_name_and_nothing_typed_is_lost(client, entry, alice):
    response = client.post(PAGE, sent(title="x" * 201, summary="Kept as typed."))
    page = response.content.decode()
    assert "Title has 201 characters; shorten it to 200." in text_of(response)
    assert ("x" * 201 in page, "Kept as typed.</textarea>" in page, Version.objects.count()) == (True, True, 0)


def test_a_page_that_saves_by_itself_is_told_of_words_that_do_not_fit(client, entry, alice):
    response = client.post(PAGE, sent(title="x" * 201), headers={"HX-Request": "true"})
    assert "Not saved: Title has 201 characters; shorten it to 200." in text_of(response)
    assert '"refused"' in response["HX-Trigger"]
    assert 'id="on"' not in response.content.decode()


@pytest.mark.parametrize(
    ("summary", "refused"),
    [
        ("a\x00b", True),
        ("😀" * 10_000, False),
        ("1 2 3 " * 300, False),
        ("1 2 3 " * 2_000, True),
        ("x" * 50_001, True),
        ("<script>&\u2028", False),
    ],
)
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}live/"])
def test_odd_words_are_taken_or_refused_in_words(client, entry, alice, address, summary, refused):
    response = client.post(address, sent(summary=summary), follow=True)
    assert response.status_code == 200
    assert "<script>&\u2028" not in response.content.decode()
    if address == PAGE:
        assert (Version.objects.count() == 0) is refused


@pytest.mark.parametrize("odd", ["", "x", "1", "1.x", "-1.-1", "9" * 30 + ".1", "1.1.1", "٣.١"])
def test_a_form_that_says_nothing_sensible_of_what_it_was_made_from_overwrites_nobody(client, entry, alice, odd):
    edith = make_person("Edith", "editor")
    save_words(entry=entry, language="en", words={"title": "Edith’s"}, on=None, by=edith, now=NOW)
    response = client.post(PAGE, sent(on=odd, title="Alice’s"))
    assert (response.status_code, words_now()["title"]) == (409, "Edith’s")


def test_a_deed_that_there_is_not_saves_the_words_and_does_no_more(client, entry, alice):
    assert client.post(PAGE, sent(do="explode:1", title="New")).status_code == 302
    assert words_now()["title"] == "New"


# --- two at once ------------------------------------------------------------------------------------


@pytest.fixture
def opened_before_edith_saved(entry, alice):
    """What Alice's page sends, opened before Edith changed who took part."""
    save_words(entry=entry, language="en", words=WORDS, on=None, by=alice, now=NOW)
    form = sent(limitations="Correlations only. Few trials.")
    edith = make_person("Edith", "editor")
    number, saves = (int(part) for part in form["on"].split("."))
    save_words(entry=entry, language="en", words={"who": "Adolescents"}, on=(number, saves), by=edith, now=NOW)
    return form


def test_who_saves_after_somebody_else_chooses_between_the_two(client, opened_before_edith_saved):
    response = client.post(PAGE, opened_before_edith_saved)
    page = response.content.decode()
    assert response.status_code == 409
    assert words_now()["limitations"] == "Correlations only."
    assert re.search(r"<ins>\s*Few trials\.</ins>|<ins>.*Few trials\.</ins>", page)
    assert "<del>Adolescents</del>" in page
    assert f'name="on" value="{on()}"' in page


def test_what_both_changed_in_different_places_is_put_together(client, opened_before_edith_saved):
    page = client.post(PAGE, opened_before_edith_saved).content.decode()
    proposals = dict(
        re.findall(r'<textarea id="words-[a-z]+" name="([a-z]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    )
    assert proposals == {"who": "Adolescents", "limitations": "Correlations only. Few trials."}


def test_they_are_put_together_too_where_the_text_came_from_files(client, alice):
    make_site()
    entry = make_entry("alliance-matters", issue="2024-05")
    edith = make_person("Edith", "editor")
    save_words(entry=entry, language="en", words={"who": "Adolescents"}, on=(0, 0), by=edith, now=NOW)
    page = client.post(PAGE, sent(on="0.0", limitations="Correlations only. Few trials.")).content.decode()
    proposals = dict(
        re.findall(r'<textarea id="words-[a-z]+" name="([a-z]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    )
    assert proposals == {"who": "Adolescents", "limitations": "Correlations only. Few trials."}


def test_mine_can_be_kept_whole(client, opened_before_edith_saved):
    client.post(PAGE, opened_before_edith_saved)
    assert client.post(PAGE, {**opened_before_edith_saved, "on": on()}).status_code == 302
    assert (words_now()["who"], words_now()["limitations"]) == ("Adults", "Correlations only. Few trials.")


def test_a_page_that_saves_by_itself_is_told_and_keeps_its_words(client, opened_before_edith_saved):
    response = client.post(PAGE, opened_before_edith_saved, headers={"HX-Request": "true"})
    assert "Edith saved this text at" in text_of(response)
    assert 'value="compare"' in response.content.decode()
    assert ('"conflict"' in response["HX-Trigger"], words_now()["limitations"]) == (True, "Correlations only.")


@pytest.mark.parametrize(("do", "headers"), [("save", {}), ("save", {"HX-Request": "true"}), ("compare", {})])
@pytest.mark.parametrize(("language", "time"), [("", r"\d\d?:\d\d"), ("/fr", r"\d\d? h \d\d")])
def test_times_are_told_as_the_page_s_language_does(client, opened_before_edith_saved, do, headers, language, time):
    page = text_of(client.get(f"{language}{PAGE}"))
    answer = text_of(client.post(f"{language}{PAGE}", {**opened_before_edith_saved, "do": do}, headers=headers))
    told = [re.findall(r"\d\d? ?[:h] ?\d\d", said) for said in (page, answer)]
    assert all(told)
    assert [one for one in (*told[0], *told[1]) if not re.fullmatch(time, one)] == []


def test_comparing_shows_both_without_saving(client, opened_before_edith_saved):
    response = client.post(PAGE, {**opened_before_edith_saved, "do": "compare"})
    assert (response.status_code, words_now()["limitations"]) == (409, "Correlations only.")


def test_who_else_has_the_text_open_is_told_once(client, entry, alice):
    edith = make_person("Edith", "editor")
    other = Client()
    other.force_login(edith)
    other.post(f"{PAGE}here/")
    first = client.post(f"{PAGE}here/", {"told": ""})
    again = client.post(f"{PAGE}here/", {"told": str(edith.pk)})
    assert "Edith has this text open too." in text_of(first)
    assert (again.status_code, again.content) == (204, b"")


def test_alone_nobody_is_named(client, entry, alice):
    assert client.post(f"{PAGE}here/", {"told": ""}).status_code == 204


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}versions/", f"/fr{PAGE}"])
def test_a_page_has_one_title(client, entry, alice, address):
    client.post(PAGE, sent())
    assert client.get(address).text.count("<h1") == 1


# --- figures that nothing supports -------------------------------------------------------------------


def key_of(client, figure: str) -> str:
    page = client.get(PAGE).content.decode()
    return re.search(rf'id="figure-([0-9a-f]+)"(?:(?!</li>).)*?>{re.escape(figure)}<', page, re.DOTALL)[1]


def test_a_figure_is_acknowledged_with_a_reason_and_the_words_are_saved_with_it(client, entry, alice):
    client.post(PAGE, sent(summary="About 37 clients took part."))
    key = key_of(client, "37")
    response = client.post(
        PAGE,
        sent(do=f"acknowledge:{key}", summary="About 37 clients took part.", title="New")
        | {f"reason:{key}": "Table 2."},
    )
    kept = Acknowledgement.objects.get()
    assert (kept.figure, kept.sentence, kept.reason, kept.by) == (
        "37",
        "About 37 clients took part.",
        "Table 2.",
        alice,
    )
    assert (response.status_code, response["Location"], words_now()["title"]) == (302, f"{PAGE}#check", "New")
    assert "Alice answers for it: Table 2." in text_of(client.get(PAGE))


def test_a_reason_is_offered_again_when_its_sentence_is_put_in_other_words(client, entry, alice):
    client.post(PAGE, sent(summary="About 37 clients took part."))
    key = key_of(client, "37")
    reason = {f"reason:{key}": "Table 2."}
    client.post(PAGE, sent(do=f"acknowledge:{key}", summary="About 37 clients took part.") | reason)
    client.post(PAGE, sent(summary="Only 37 clients took part."))
    page = client.get(PAGE)
    assert "Alice answered for it in other words: “About 37 clients took part.”" in text_of(page)
    key = key_of(client, "37")
    offered = re.search(rf'name="reason:{key}"[^>]*>\s*(.*?)</textarea>', page.content.decode(), re.DOTALL)
    assert (offered[1], Acknowledgement.objects.count()) == ("Table 2.", 1)


def test_an_unsupported_figure_that_the_abstract_counts_is_led_to_it(client, entry, alice):
    keep_abstract(article=entry.article, text="Five community clinics took part.", source="PubMed", by=alice, now=NOW)
    client.post(PAGE, sent(design="Trial in five clinics", summary="At six clinics."))
    said = text_of(client.get(PAGE))
    assert said.count("The abstract says “Five community clinics”: it is only not stored yet.") == 1
    assert "2 figures to resolve" in said


def test_who_stores_a_number_for_a_figure_comes_back_to_it(client, entry, alice):
    client.post(PAGE, sent(summary="At five clinics."))
    key = key_of(client, "five")
    place = f"/desk/articles/rosa-2020/figures/?back=en.{key}"
    assert f'href="{place}#number-1"' in client.get(PAGE).content.decode()
    stored = client.post(place, {"figure_0_value": "5", "figure_0_what_en": "clinics"})
    assert (stored.status_code, stored["Location"]) == (302, f"{PAGE}#figure-{key}")
    assert "Every figure is accounted for" in text_of(client.get(PAGE))


SAID = "Of the 61 who began, 44 (72%) finished. Results differed (I2 = 41%). <b>Five clinics</b> took part."


def way_to_store(client, figure: str) -> str:
    """The address behind “Store it with the article” of a figure."""
    line = client.get(PAGE).content.decode().partition(f'id="figure-{key_of(client, figure)}"')[2]
    return html.unescape(re.search(r'figure__store"><a href="([^"]*)"', line)[1])


@pytest.mark.parametrize(
    ("sentence", "figure", "value", "words", "stored"),
    [
        ("In all, 61 clients began.", "61", "61", "people who began", {"en": "people who began"}),
        ("Of them, 72% finished.", "72", "72%", "people who finished (%)", {"en": "people who finished (%)"}),
        ("I² was 41%.", "41", "41%", "percent of heterogeneity (I²)", {"en": "percent of heterogeneity (I²)"}),
    ],
)
def test_a_figure_that_the_abstract_gives_is_stored_by_one_press_and_nothing_before(
    client, entry, alice, sentence, figure, value, words, stored
):
    keep_abstract(article=entry.article, text=SAID, source="PubMed", by=alice, now=NOW)
    client.post(PAGE, sent(summary=sentence))
    key, place = key_of(client, figure), way_to_store(client, figure)
    shown = client.get(place)
    form = shown.context["form"]
    assert (form["figure_0_value"].value(), form["figure_0_what_en"].value()) == (value, words)
    assert re.findall(r'<input[^>]*name="([^"]*)"[^>]*autofocus', shown.content.decode()) == ["figure_0_value"]
    entry.article.refresh_from_db()
    assert entry.article.figures == []
    pressed = client.post(place, {"figure_0_value": value, "figure_0_what_en": words})
    entry.article.refresh_from_db()
    assert (pressed["Location"], entry.article.figures) == (
        f"{PAGE}#figure-{key}",
        [{"value": value.removesuffix("%"), "what": stored}],
    )
    assert "Every figure is accounted for" in text_of(client.get(PAGE))


def test_a_name_that_is_none_begins_no_row_and_words_of_an_abstract_are_no_markup(client, entry, alice):
    keep_abstract(article=entry.article, text=SAID, source="PubMed", by=alice, now=NOW)
    place = "/desk/articles/rosa-2020/figures/?from="
    for name in ("", "figure-0123456789", "<b>", "finding-1"):
        shown = client.get(place, {"from": name})
        assert (shown.context["form"]["figure_0_value"].value(), "autofocus" in shown.content.decode()) == (None, False)
    client.post(PAGE, sent(summary="At five clinics."))
    shown = client.get(way_to_store(client, "five")).content.decode()
    assert ("“Five clinics”" in shown, "<b>Five" in shown) == (True, False)


def test_a_number_typed_with_a_percent_sign_stays_a_percentage(client, entry, alice):
    place = "/desk/articles/rosa-2020/figures/"
    client.post(place, {"figure_0_value": "41 %", "figure_0_what_en": "left early", "figure_0_what_fr": "parties"})
    entry.article.refresh_from_db()
    assert entry.article.figures == [{"value": "41", "what": {"en": "left early (%)", "fr": "parties (%)"}}]
    client.post(PAGE, sent(summary="Of them, 41% left early."))
    assert "Every figure is accounted for" in text_of(client.get(PAGE))


@pytest.mark.parametrize("back", ["//elsewhere.example", "en", "en.xyz", "../..", "en.0123456789ab.de"])
def test_an_odd_way_back_leads_to_the_article(client, entry, alice, back):
    place = f"/desk/articles/rosa-2020/figures/?back={back}"
    stored = client.post(place, {"figure_0_value": "5", "figure_0_what_en": "clinics"})
    assert stored["Location"] == "/desk/articles/rosa-2020/"


def test_a_figures_sentence_is_shown_without_half_a_mark_of_emphasis(client, entry, alice):
    client.post(PAGE, sent(implications="- **Look twice.** **When you differ**: 37 clients did."))
    line = re.search(r'class="figure__sentence"[^>]*>(.*?)</p>', client.get(PAGE).content.decode())[1]
    assert line == "When you differ: <b>37</b> clients did."


def test_without_a_reason_it_is_refused_and_the_words_are_saved_all_the_same(client, entry, alice):
    client.post(PAGE, sent(summary="About 37 clients took part."))
    key = key_of(client, "37")
    form = sent(do=f"acknowledge:{key}", summary="About 37 clients took part.", title="New") | {f"reason:{key}": " "}
    response = client.post(PAGE, form)
    assert (response.status_code, Acknowledgement.objects.count(), words_now()["title"]) == (200, 0, "New")
    assert "The words are saved. What you asked beyond that was not done:" in text_of(response)
    assert f'name="on" id="on" value="{on()}"' in response.content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["without script", "with script"])
def test_a_figure_of_which_sources_disagree_is_answered_for_on_the_page(client, entry, alice, headers):
    entry.article.figures = [
        {"value": "37", "what": {"en": "sites"}, "also": [{"value": "38", "source": "the abstract"}]}
    ]
    entry.article.save()
    client.post(PAGE, sent(summary="In all, 37 sites took part."))
    key = key_of(client, "37")
    line = re.search(rf'<li [^>]*id="figure-{key}".*?</li>', client.get(PAGE).text, re.DOTALL)[0]
    assert ("figure--disagree" in line, f'value="acknowledge:{key}"' in line, "store the number" in line) == (
        True,
        True,
        False,  # it is stored, twice
    )
    answer = {f"reason:{key}": "One site closed before the trial began."}
    client.post(PAGE, sent(do=f"acknowledge:{key}", summary="In all, 37 sites took part.") | answer, headers=headers)
    assert Acknowledgement.objects.get().reason == "One site closed before the trial began."
    assert "Alice answers for it: One site closed" in text_of(client.get(PAGE))


def test_a_contradicted_figure_is_not_offered_an_answer(client, entry, alice):
    client.post(PAGE, sent(summary="The link was r = 0.31."))
    page = client.get(PAGE).text
    assert ("figure--contradicted" in page, "acknowledge:" in page) == (True, False)


def test_a_figure_that_is_gone_from_the_text_is_not_acknowledged(client, entry, alice):
    client.post(PAGE, sent(summary="About 37 clients took part."))
    key = key_of(client, "37")
    response = client.post(PAGE, sent(do=f"acknowledge:{key}", summary="Nobody.") | {f"reason:{key}": "Table 2."})
    assert "This figure does not stand in the text any more." in text_of(response)
    assert Acknowledgement.objects.count() == 0


def test_an_acknowledgement_is_taken_back(client, entry, alice):
    client.post(PAGE, sent(summary="About 37 clients took part."))
    kept = acknowledge(
        entry=entry,
        language="en",
        figure="37",
        sentence="About 37 clients took part.",
        reason="Table 2.",
        by=alice,
        now=NOW,
    )
    client.post(PAGE, sent(do=f"take-back:{kept.pk}", summary="About 37 clients took part."))
    kept.refresh_from_db()
    assert kept.taken_back_at is not None


# --- notes ------------------------------------------------------------------------------------------


def test_a_note_stands_beside_its_paragraph_is_answered_and_settled(client, entry, alice):
    quote = "A stronger alliance goes with a better outcome."
    client.post(PAGE, sent(do="note:summary") | {"note:summary": "Stronger than what?", "note-at:summary": quote})
    note = Note.objects.get()
    assert (note.field, note.quote, note.text, note.by) == ("summary", quote, "Stronger than what?", alice)

    client.post(PAGE, sent(do=f"answer:{note.pk}") | {f"answer:{note.pk}": "Than weaker ones."})
    assert "Than weaker ones." in text_of(client.get(PAGE))

    response = client.post(PAGE, sent(do=f"settle:{note.pk}"))
    assert response["Location"] == f"{PAGE}#notes-summary"
    assert "Settled by Alice." in text_of(client.get(PAGE))


def test_a_note_says_when_its_paragraph_has_changed(client, entry, alice):
    write_note(entry=entry, language="en", field="summary", quote="As it was", text="Why?", by=alice, now=NOW)
    assert "The paragraph has changed; it began: “As it was…”" in text_of(client.get(PAGE))


def test_an_empty_note_is_refused_and_where_it_was_to_stand_is_kept(client, entry, alice):
    quote = "A stronger alliance goes with a better outcome."
    response = client.post(PAGE, sent(do="note:summary") | {"note:summary": " ", "note-at:summary": quote})
    assert "The note is empty; write it." in text_of(response)
    assert f'<option value="{quote}" selected>' in response.content.decode()


def test_a_note_on_another_entry_is_out_of_reach(client, entry, alice):
    other = make_entry("leaving-early")
    note = write_note(entry=other, language="en", field="summary", quote="", text="Why?", by=alice, now=NOW)
    response = client.post(PAGE, sent(do=f"settle:{note.pk}"))
    note.refresh_from_db()
    assert ("This note is not here any more." in text_of(response), note.settled_at) == (True, None)


@pytest.mark.parametrize(
    "do", ["settle:x", "settle:", "answer:999999999999999999999", "take-back:x", "acknowledge:", "note:no-field"]
)
def test_deeds_about_nothing_are_refused_in_words_or_do_nothing(client, entry, alice, do):
    assert client.post(PAGE, sent(do=do)).status_code in (200, 302)


# --- translations -------------------------------------------------------------------------------------

FRENCH = "/desk/entries/alliance-matters/fr/"


def test_a_translation_begins_beside_its_original_and_names_who_translates(client, entry, alice):
    page = client.get(FRENCH).content.decode()
    assert re.search(r'data-original="summary".*?A stronger alliance goes with a better outcome\.', page, re.DOTALL)
    assert re.search(r'name="translator".*?>\nAlice</textarea>', page, re.DOTALL)
    assert Version.objects.count() == 0


def test_a_translation_says_which_paragraphs_of_its_original_changed_until_it_fits_again(client, entry, alice):
    client.post(PAGE, sent(summary="The same.\n\nOf 211 clients."))
    client.post(FRENCH, {"summary": "Pareil.\n\nSur 211 clients.", "on": "0.0"})
    edith = make_person("Edith", "editor")
    newest = Version.objects.filter(language="en").latest("number")
    words = {"summary": "The same.\n\nOf 231 clients."}
    save_words(entry=entry, language="en", words=words, on=(newest.number, newest.saves), by=edith, now=NOW)

    page = client.get(FRENCH)
    assert "The original changed since this translation was made: 1 paragraph is marked beside its field." in text_of(
        page
    )
    assert "<ins>231</ins>" in page.content.decode()

    original = re.search(r'name="original" value="(\d+)"', page.content.decode())[1]
    form = {"summary": "Pareil.\n\nSur 231 clients.", "on": on("fr"), "original": original, "do": "up-to-date"}
    assert client.post(FRENCH, form).status_code == 302
    assert "The original changed" not in text_of(client.get(FRENCH))
    assert words_now("fr")["summary"] == "Pareil.\n\nSur 231 clients."


# --- versions -----------------------------------------------------------------------------------------


@pytest.fixture
def two_versions(entry, alice):
    save_words(entry=entry, language="en", words={"summary": "Of 211 clients."}, on=None, by=alice, now=NOW)
    client = Client()
    client.force_login(make_person("Edith", "editor"))
    client.post(PAGE, sent(summary="Of 231 clients."))
    return list(Version.objects.order_by("-number"))


def test_the_newest_version_is_compared_with_the_one_before(client, two_versions):
    page = client.get(f"{PAGE}versions/").content.decode()
    assert "<del>211</del>" in page
    assert "<ins>231</ins>" in page


@pytest.mark.parametrize("query", ["?old=1&new=2", "?old=x&new=-1", "?old=999&new=1", "?old=2&new=2", "?new=1"])
def test_any_two_versions_can_be_asked_for(client, two_versions, query):
    assert client.get(f"{PAGE}versions/{query}").status_code == 200


def test_going_back_makes_an_old_version_the_newest_text(client, two_versions):
    newest, older = two_versions[:2]
    response = client.post(f"{PAGE}versions/{older.number}/", {"on": f"{newest.number}.{newest.saves}"})
    assert response["Location"] == PAGE
    assert (words_now()["summary"], Version.objects.latest("number").restored_from) == ("Of 211 clients.", older.number)


def test_going_back_overwrites_nobody_who_saved_meanwhile(client, two_versions):
    response = client.post(f"{PAGE}versions/{two_versions[1].number}/", {"on": "1.1"}, follow=True)
    assert words_now()["summary"] == "Of 231 clients."
    assert "Edith" in text_of(response)


def test_a_version_that_is_not_there_is_told(client, two_versions):
    newest = two_versions[0]
    response = client.post(f"{PAGE}versions/99/", {"on": f"{newest.number}.{newest.saves}"}, follow=True)
    assert "There is no version 99 of this text." in text_of(response)


# --- how much it asks of the database ---------------------------------------------------------------


def asked(client, django_assert_max_num_queries, address: str) -> int:
    client.get(address)
    with django_assert_max_num_queries(60) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_page_makes_no_more_queries_for_more_of_everything(client, alice, django_assert_max_num_queries):
    make_site()
    few = make_entry("few", article=make_article("few", findings=[finding("f-0")]))
    many = make_entry("many", article=make_article("many", findings=[finding(f"f-{n}") for n in range(30)]))
    for entry, notes in ((few, 2), (many, 30)):
        summary = " ".join(f"Of {n} clients." for n in range(101, 101 + notes))
        save_words(entry=entry, language="en", words={"summary": summary}, on=None, by=alice, now=NOW)
        for n in range(notes):
            write_note(entry=entry, language="en", field="summary", quote="", text=f"Note {n}", by=alice, now=NOW)
    counts = [asked(client, django_assert_max_num_queries, f"/desk/entries/{slug}/en/") for slug in ("few", "many")]
    assert counts[0] == counts[1]
    assert counts[0] <= 40


def test_the_list_of_versions_makes_no_more_queries_for_more_of_them(
    client, entry, alice, django_assert_max_num_queries
):
    people = [make_person("Edith", "editor"), alice]
    counts = []
    for wanted in (2, 30):
        for number in range(Version.objects.count(), wanted):
            client.force_login(people[number % 2])
            client.post(PAGE, sent(title=f"Title {number}"))
        counts.append((Version.objects.count(), asked(client, django_assert_max_num_queries, f"{PAGE}versions/")))
    assert counts[1][0] - counts[0][0] > 25
    assert counts[0][1] == counts[1][1]
