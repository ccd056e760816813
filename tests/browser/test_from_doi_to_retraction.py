"""From a pasted DOI to a retraction, in the demo as it is started: its worker, its schedule, its stand-in.

Edith writes, Ada approves, a reader reads. Whatever they do they do on the pages; only that a notice arrives, and
that its hour comes, is brought about from outside, as the demo says on its first lines.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

UNTIL_PUBLISHED = 75  # seconds: to the full minute, and what the schedule and the worker take
AS_IT_SAYS = re.compile(r"curl -d doi=\S+ (?P<retract>\S+)\s+RAPPORT_CROSSREF_ADDRESS=(?P<crossref>\S+)")


STORIES: dict[bool, dict[str, Any]] = {
    True: {
        "doi": "10.5555/rapport.2026.0231",
        "choose": "",
        "type": "Randomised trial",
        "topic": "Attendance, Attrition, and Drop-Out",
        "title": "Asking about the alliance keeps more clients in therapy",
        "suggestions": 8,
        "findings": [
            "The alliance at session 6, with feedback",
            "Completed therapy, with feedback",
            "Completed therapy, in usual care",
            "Completing therapy, with feedback",
            "Symptoms at the end, with feedback",
        ],
        "text": {
            "Design": "Randomised trial in community clinics",
            "Who": "Clients of community clinics",
            "How many": "211 clients of 38 therapists",
            "Measured": "The alliance, after every session; who completed therapy",
            "Summary": "Therapists were told after every session how they and their client saw the alliance. Of the "
            "clients who were asked, 68% completed therapy; in usual care, 54% did (OR = 1.82, 95% CI [1.07, 3.12]). "
            "By session 6 the alliance was stronger with feedback (d = 0.43, 95% CI [0.21, 0.65]).",
            "Practice implications": "- Ask at every session.\n- Look at both answers, side by side.",
            "Limitations": "We read the abstract only.",
        },
        "told": "The text has 211; stored is 231",
        "mended": {"How many": "231 clients of 38 therapists"},
        "shown": "231 clients of 38 therapists",
    },
    False: {
        "doi": "https://doi.org/10.5555/RAPPORT.META.118",
        "choose": re.compile("Crossref, PubMed"),
        "type": "Meta-analysis",
        "topic": "Client Preferences",
        "title": "Clients who get the therapy they prefer do a little better",
        "suggestions": 6,
        "findings": ["Outcome, where preferences are met", "Drop-out, where preferences are met"],
        "text": {
            "Design": "Meta-analysis of 28 randomised trials",
            "Who": "Clients in randomised trials",
            "How many": "3,412 clients in 28 trials",
            "Measured": "Outcome, and dropping out",
            "Summary": "Clients whose preference was met did a little better than others "
            "(d = 0.21, 95% CI [0.12, 0.30]), and fewer of them dropped out (OR = 0.46, 95% CI [0.50, 0.82]).",
            "Practice implications": "- Ask which kind of therapy a client would prefer.",
            "Limitations": "We read the abstract only.",
        },
        "told": "0.46",
        "mended": {
            "Summary": "Clients whose preference was met did a little better than others "
            "(d = 0.21, 95% CI [0.12, 0.30]), and fewer of them dropped out (OR = 0.64, 95% CI [0.50, 0.82]).",
        },
        "shown": "OR = 0.64",
    },
}


@pytest.fixture
def arrives(site: str, log: Path, demo_environment: dict[str, str]) -> Callable[[str], None]:
    """Let a retraction arrive, by what the demo says when it starts."""

    def retract(doi: str) -> None:
        said = AS_IT_SAYS.search(log.read_text(encoding="utf-8"))
        assert said
        urllib.request.urlopen(said["retract"], data=urllib.parse.urlencode({"doi": doi}).encode(), timeout=10).close()
        command = [sys.executable, "-m", "rapport.config.command", "run_job", "check-notices", "--verbosity", "0"]
        environment = {**demo_environment, "RAPPORT_CROSSREF_ADDRESS": said["crossref"]}
        subprocess.run(command, env=environment, check=True, timeout=60)

    return retract


@pytest.fixture
def come_in(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Come to the desk as one of the demo's people; at the end, the console must have been silent."""
    here = site.replace("127.0.0.1", "localhost")
    opened: list[BrowserContext] = []
    said: list[str] = []

    def heard(message: Any) -> None:
        # What is refused is answered with 409, which is meant; a page that is not there yet with 404.
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            said.append(f"{message.type}: {message.text}")

    def open_desk(name: str | None, *, javascript: bool) -> Page:
        context = browser.new_context(
            base_url=here, viewport={"width": 1280, "height": 900}, java_script_enabled=javascript
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: said.append(f"script error: {error}"))
        if name:
            page.goto("/desk/")
            press(page, name)
            expect(heading(page)).to_have_text("Today at the desk")
        return page

    yield open_desk
    for context in opened:
        context.close()
    assert said == []


def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def press(within: Any, name: str) -> None:
    within.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()


def follow(within: Any, name: str) -> None:
    within.get_by_role("link", name=name).first.click()


def write(page: Page, words: dict[str, str]) -> None:
    for label, text in words.items():
        page.get_by_role("textbox", name=label, exact=True).fill(text)


def accept_all(page: Page, number: int) -> None:
    """Accept what the abstract seems to say, one after the other."""
    for left in range(number, 0, -1):
        expect(page.locator("[data-suggestion]")).to_have_count(left)
        press(page.locator("[data-suggestion]").first, "Accept")
    expect(page.locator("#suggestions")).to_contain_text("No suggestion is open.")


def name_findings(page: Page, names: list[str]) -> None:
    """Say in one's own words what each of the accepted findings is, all in one form."""
    fields = page.get_by_role("textbox", name="What was found, in your words", exact=True)
    expect(fields).to_have_count(len(names))
    for place, name in enumerate(names):
        fields.nth(place).fill(name)
    press(page, "Save these words")
    expect(page.locator("#findings .stored__claim")).to_contain_text(names)


def resolved(page: Page, expected: str) -> None:
    """What the number check comes to; without a script, once it is asked for."""
    ask = page.get_by_role("button", name="Check", exact=True)
    if ask.is_visible():
        ask.click()
    expect(page.locator("#sum")).to_contain_text(expected)


@pytest.mark.parametrize("javascript", [True, False], ids=["with a script", "without a script"])
def test_an_entry_is_written_stopped_mended_approved_published_and_its_article_retracted(come_in, arrives, javascript):
    story = STORIES[javascript]
    edith = come_in("Edith Martin", javascript=javascript)

    # --- from a DOI to a draft
    edith.get_by_label("New entry").fill(story["doi"])
    press(edith, "Look it up")
    if story["choose"]:  # the services differ
        edith.get_by_role("radio", name=story["choose"]).check()
    press(edith, "Accept these suggestions")
    expect(edith.get_by_label(story["type"])).to_be_checked()
    expect(edith.get_by_label(story["topic"])).to_be_checked()
    edith.get_by_label("Working title").fill(story["title"])
    press(edith, "Make the draft")

    # --- its findings, from the abstract
    expect(edith.locator("[aria-current=step]")).to_have_text("Accept what the abstract says")
    accept_all(edith, story["suggestions"])
    name_findings(edith, story["findings"])
    follow(edith, "Go on to writing")
    expect(heading(edith)).to_have_text(story["title"])

    # --- the text, with a wrong figure in it
    write(edith, story["text"])
    resolved(edith, "1 figure to resolve")
    wrong = edith.locator("#check .figure--contradicted")
    expect(wrong).to_contain_text(story["told"])
    press(edith, "Save, and see what it still needs")
    expect(edith.locator("#readiness .is-blocking").first).to_contain_text(story["told"])
    press(edith, "Submit for review")
    expect(edith.locator("#stage")).to_contain_text("this network asks for another editor’s approval")
    expect(edith.get_by_role("button", name="Approve")).to_have_count(0)

    # --- who else approves is stopped by it too
    ada = come_in("Ada Okafor", javascript=javascript)
    follow(ada.locator("[aria-labelledby=in-review]"), story["title"])
    press(ada, "Approve")
    expect(ada.get_by_role("alert")).to_contain_text(story["told"])
    expect(ada.locator("[aria-current=step]")).to_contain_text("In review")

    # --- mended, and approved
    follow(edith.locator("#readiness .is-blocking").first, "Go there")
    write(edith, story["mended"])
    resolved(edith, "Every figure is accounted for")
    press(edith, "Save, and see what it still needs")
    expect(edith.locator("#readiness .is-blocking")).to_have_text(re.compile("It is not approved yet"))
    ada.reload()
    press(ada, "Approve")
    expect(ada.locator("[aria-current=step]")).to_contain_text("Approved")

    # --- into an issue
    follow(edith.get_by_role("navigation", name="Desk"), "Issues")
    month = edith.get_by_label("Month").input_value()
    press(edith, "Plan it")
    expect(heading(edith)).to_have_text(f"{dt.date.fromisoformat(f'{month}-01'):%B %Y}")
    edith.get_by_label("Entry", exact=True).select_option(label=story["title"])
    press(edith.locator("#entries"), "Add")
    press(edith.locator("#teaser"), "Take this line")
    expect(edith.locator("#readiness")).to_contain_text("Ready to go out")
    reader = come_in(None, javascript=javascript)
    if javascript:
        schedule(edith)
        wait_for_the_worker(reader, f"/{month.replace('-', '/')}/")
    else:
        press(edith.locator("#schedule"), "Publish it now…")
        press(edith, "Publish now")
        expect(edith.get_by_role("status")).to_have_text("The issue is published. Readers see it now.")

    # --- readers see it
    reader.goto("/")
    expect(heading(reader)).to_have_text(f"This month …{story['title'][0].lower()}{story['title'][1:]}")
    follow(reader, story["title"])
    entry = reader.url
    expect(heading(reader)).to_have_text(story["title"])
    expect(reader.get_by_role("main")).to_contain_text(story["shown"])
    expect(reader.get_by_role("heading", name="The article has been retracted")).to_have_count(0)
    assert story["title"] in titles_in_feed(reader)

    # --- and that its article was retracted
    arrives(story["doi"].removeprefix("https://doi.org/"))
    reader.goto(entry)
    expect(reader.get_by_role("heading", name="The article has been retracted")).to_be_visible()
    reader.goto("/")
    expect(reader.get_by_role("main")).to_contain_text("Article retracted")
    assert f"Article retracted: {story['title']}" in titles_in_feed(reader)
    follow(edith.get_by_role("navigation", name="Desk"), "Tasks")
    task = edith.get_by_role("region", name=f"Retraction · {story['title']}")
    task.get_by_label("What was done").fill("Read the notice; the entry stands as it was written.")
    press(task, "Mark as done")
    expect(edith.get_by_role("region", name="Done", exact=True)).to_contain_text(story["title"])


def schedule(page: Page) -> None:
    """To the next full minute that is not just beginning, which is as soon as the page takes it."""
    page.get_by_text("Time zone: UTC.").wait_for()
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=65)
    page.get_by_label("Day").fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{at:%H:%M}")
    press(page.locator("#schedule"), "Schedule")
    expect(page.get_by_role("status").first).to_contain_text("Scheduled. It goes out by itself")


def wait_for_the_worker(page: Page, address: str) -> None:
    until = time.monotonic() + UNTIL_PUBLISHED
    while (answer := page.goto(address)) is None or answer.status != 200:
        assert time.monotonic() < until, "the worker has not published the issue"
        time.sleep(1)


def titles_in_feed(page: Page) -> list[str]:
    """What a feed reader lists."""
    return [item["title"] for item in page.request.get("/feeds/entries.json").json()["items"]]
