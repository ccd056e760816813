"""Make the pictures of the editors' guide anew: the demo's desk, walked as in the guide, from a DOI to an issue.

The articles are the invented ones that the demo's stand-in knows, so the pictures tell of nobody's work.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page
from showing import chromium, demo, in_few_colours

PICTURES = Path(__file__).parent / "images" / "editor"
SIZE = {"width": 1200, "height": 720}
SAVED = re.compile(r"Saved \d")
ROOMY = {"width": 1480, "height": 830}  # the editing page has three columns

ARTICLE, DIFFERING = "10.5555/rapport.2026.0231", "10.5555/inv(2025)07:3,211"
TITLE = "Asking both about the alliance keeps more clients in therapy"
ENTRY = "/desk/entries/asking-both-about-the-alliance-keeps-more-clients-in-therapy/"
OTHER_TITLE = "A rupture that was talked about is remembered as a repair"
OTHER = "/desk/entries/a-rupture-that-was-talked-about-is-remembered-as-a-repair/"
FINDINGS = {
    "d-1": "The alliance at session 6, as rated by clients",
    "percent-1": "Completed therapy, with feedback",
    "percent-2": "Completed therapy, usual care",
    "or-1": "Completing therapy, with feedback or without",
    "d-2": "Symptoms at the end of therapy",
}
WORDS = {
    "design": "Randomised trial in community clinics",
    "who": "Adults in out-patient therapy",
    "how_many": "213 clients of 38 therapists",
    "measured": "The alliance, rated by client and therapist after every session; drop-out; symptoms",
    "summary": "Many clients leave therapy early, and a weak alliance is one of the few signs. Here 231 clients were "
    "randomised: both client and therapist rated the alliance after every session, and with feedback the therapist "
    "saw the two ratings side by side.\n\nAt session 6 the alliance was stronger with feedback (d = 0.43, 95% CI "
    "[0.21, 0.65]). More clients completed therapy: 68%, compared with 54% in usual care (OR = 1.82). They stayed "
    "four sessions longer.",
    "implications": "- Ask both for their view after each session, and look at the two together.\n"
    "- Where the two differ early, say so: there drop-out fell most.\n"
    "- Do not expect fewer symptoms from asking alone.",
    "limitations": "We read the abstract only.",
}
IN_FRENCH = {
    "title": "Interroger les deux sur l’alliance retient plus de patients en thérapie",
    "design": "Essai randomisé dans des centres communautaires",
    "who": "Adultes en thérapie ambulatoire",
    "how_many": "231 patients de 38 thérapeutes",
}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser, demo(port=8643) as address:
        with signed_in(browser, address, "alice") as page:
            look_up(page)
            accept(page)
            write(page)
            be_checked(page)
            translate(page)
        with signed_in(browser, address, "edith") as page:
            approve(page)
            plan_issue(page)
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture} written, {picture.stat().st_size} bytes")


@contextmanager
def signed_in(browser: Browser, address: str, who: str) -> Iterator[Page]:
    """A page of the desk, as one of the demo's people."""
    context = browser.new_context(base_url=address, viewport=SIZE, color_scheme="light", locale="en-GB")
    page = context.new_page()
    page.goto("/account/sign-in/?next=/desk/")
    page.locator(f"form[action$='/demo/{who}/'] button").click()
    yield page
    context.close()


def look_up(page: Page) -> None:
    """Two drafts; of the second article the services tell different things."""
    ask(page, ARTICLE)
    page.get_by_label("Randomised trial").check()
    make_draft(page, TITLE)
    ask(page, DIFFERING)
    take(page, "look-up")
    for choice in ("2025", "211–224", "Survey"):
        page.get_by_label(choice).check()
    make_draft(page, OTHER_TITLE)


def ask(page: Page, doi: str) -> None:
    page.goto("/desk/")
    page.get_by_label("New entry").fill(doi)
    page.get_by_role("button", name="Look it up").click()
    page.get_by_label("Working title").wait_for()


def make_draft(page: Page, title: str) -> None:
    page.get_by_role("button", name="Accept these suggestions").click()
    page.get_by_label("Working title").fill(title)
    page.get_by_role("button", name="Make the draft").first.click()
    page.locator("#suggestions").wait_for()


def accept(page: Page) -> None:
    """What the abstract seems to say; each finding then gets words of its own."""
    page.goto("/desk/articles/ferreira-lund-2026/")
    take(page, "suggestions")
    accepting = page.get_by_role("button", name="Accept")
    while (left := accepting.count()) > 0:
        accepting.first.click()
        accepting.nth(left - 1).wait_for(state="detached")
    for key, claim in FINDINGS.items():
        page.locator(f"#id_claim-{key}_en").fill(claim)
    page.get_by_role("button", name="Save these words").click()
    page.get_by_text("Your words are saved.").wait_for()


def write(page: Page) -> None:
    """The text, with a figure whose digits are swapped and one that the article does not report."""
    page.set_viewport_size(ROOMY)
    page.goto(f"{ENTRY}en/")
    for field, words in WORDS.items():
        page.locator(f"#words-{field}").fill(words)
    page.locator("#sum", has_text="2 figures to resolve").wait_for()
    page.get_by_role("button", name="Save").first.click()
    page.locator("#saved", has_text=SAVED).wait_for()
    top(page.locator(".editor__columns"))
    take(page, "check")


def be_checked(page: Page) -> None:
    """Both figures mended; to an editor."""
    page.locator("#words-how_many").fill(WORDS["how_many"].replace("213", "231"))
    page.locator("#words-summary").fill(WORDS["summary"].replace(" They stayed four sessions longer.", ""))
    page.locator("#sum", has_text="Every figure is accounted for").wait_for()
    page.get_by_role("button", name="Save").first.click()
    page.locator("#saved", has_text=SAVED).wait_for()
    page.goto(ENTRY)
    page.get_by_role("button", name="Submit for review").click()


def translate(page: Page) -> None:
    page.goto(f"{ENTRY}fr/")
    for field, words in IN_FRENCH.items():
        page.locator(f"#words-{field}").fill(words)
    page.locator("#saved", has_text=SAVED).wait_for()
    top(page.locator(".editor__columns"))
    take(page, "translation")


def approve(page: Page) -> None:
    page.goto(ENTRY)
    take(page, "review")
    page.get_by_role("button", name="Approve").click()


def plan_issue(page: Page) -> None:
    """An issue of both entries, of which one still needs something."""
    month = (dt.date.today().replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    page.goto("/desk/issues/")
    page.get_by_label("Month").fill(f"{month:%Y-%m}")
    page.get_by_role("button", name="Plan it").click()
    for title in (TITLE, OTHER_TITLE):
        page.locator("#entries select").select_option(label=title)
        page.get_by_role("button", name="Add", exact=True).click()
    page.set_viewport_size({**SIZE, "height": 900})
    page.evaluate("window.scrollTo(0, 0)")
    take(page, "issue")


def top(of: Locator) -> None:
    of.evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 16)")


def take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(400)  # the live parts settle
    browser = page.context.browser
    assert browser is not None, "the page is of a browser of ours"
    (PICTURES / f"{name}.png").write_bytes(in_few_colours(page.screenshot(), browser))


if __name__ == "__main__":
    main()
