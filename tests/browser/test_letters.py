"""The digest by mail, in the demo as it is started: its worker, its schedule, its catcher of mail.

Léa reads French and asks for two topics, Max for another. Whatever they do they do on the pages, but for what their
mail programs do by themselves; and the correction comes as a changed content file.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rapport.digest.sample import sample_content

pytestmark = pytest.mark.browser

UNTIL_SENT = 100  # seconds: to the full minute, twice, and what the schedule and the worker take
LEA, MAX = "lea@example.org", "max@example.org"
ABOUT_ALLIANCE = "L’attachement insécurisant va de pair avec une alliance un peu plus faible"
ABOUT_OUTCOME = "Un attachement sécurisant au départ va de pair avec de meilleurs résultats"
CORRECTED = "secure-attachment-better-outcome"


@pytest.fixture
def address(demo_of_its_own) -> str:
    return demo_of_its_own[0]


@pytest.fixture
def page(browser: Browser, address: str):
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def mails_to(page: Page, reader: str) -> list[str]:
    """The addresses of the caught mails to somebody, the newest first."""
    page.goto("/demo/mail/")
    found = page.locator(".caught li", has_text=reader).locator("a").all()
    return [str(link.get_attribute("href")) for link in found]


def wait_for_mail(page: Page, reader: str, *, number: int) -> str:
    """The plain text of the newest mail to somebody, once there are so many."""
    until = time.monotonic() + UNTIL_SENT
    while len(found := mails_to(page, reader)) < number:
        assert time.monotonic() < until, f"{reader} has {len(found)} mails and not {number}"
        time.sleep(1)
    assert len(found) == number
    page.goto(found[0])
    return page.locator(".caught__text").inner_text()


def link_in(text: str, part: str) -> str:
    found = re.search(rf"http://localhost:\d+\S*/letters/{part}/\S+", text)
    assert found, f"no link to {part} in:\n{text}"
    return found.group(0)


def subscribe(page: Page, reader: str, *, topics: list[str]) -> str:
    """Ask in the foot of a page, choose topics, confirm by the mailed link. Returns the first letter's text."""
    page.goto("/fr/about/")
    page.get_by_label("Le bulletin par courriel").fill(reader)
    page.locator(".ask button").click()
    expect(page.get_by_label("Adresse électronique")).to_have_value(reader)
    page.get_by_text("Choisir ce que vous recevez").click()
    page.get_by_label("Français seulement").check()
    for topic in topics:
        page.get_by_role("group", name="Thèmes").get_by_label(topic, exact=True).check()
    time.sleep(1.6)  # somebody who reads needs longer; a form that is sent at once is taken for a program's
    page.get_by_role("button", name="Demander les lettres").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regardez")
    confirmation = wait_for_mail(page, reader, number=1)
    page.goto(link_in(confirmation, "confirm"))
    page.get_by_role("button", name="Oui, commencer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos lettres commencent")
    return confirmation


def post_as_a_mail_program(url: str) -> int:
    """What a mail program sends when its own button for unsubscribing is pressed (RFC 8058)."""
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=10) as answer:
        return int(answer.status)


def correct(environment: dict[str, str], tmp_path: Path) -> None:
    """An editor corrects an entry, in its content file, and imports it."""
    folder = tmp_path / "content"
    shutil.copytree(sample_content(), folder)
    entry = folder / "entries" / f"{CORRECTED}.md"
    text = entry.read_text(encoding="utf-8")
    revision = (
        "- number: 3\n  kind: corrected\n  date: 2024-09-02\n  by: the Rapport sample desk\n"
        "  account:\n    en: A sentence was put more carefully.\n"
        "    fr: Une phrase a été écrite avec plus de prudence.\n"
    )
    head, _, rest = text.partition("---\n\n")
    entry.write_text(f"{head}{revision}---\n\n{rest}", encoding="utf-8")
    command = [sys.executable, "-m", "rapport.config.command", "import_digest", str(folder)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_reader_subscribes_in_french_gets_only_their_topics_leaves_and_is_told_of_a_correction(
    demo_of_its_own: tuple[str, dict[str, str]], page: Page, tmp_path: Path
):
    _address, environment = demo_of_its_own
    subscribe(page, LEA, topics=["Attachement", "Alliance et relation thérapeutique"])
    letter = wait_for_mail(page, LEA, number=2)
    assert ABOUT_ALLIANCE in letter
    assert ABOUT_OUTCOME in letter

    subscribe(page, MAX, topics=["Alliance et relation thérapeutique"])
    other = wait_for_mail(page, MAX, number=2)
    assert ABOUT_ALLIANCE in other
    assert ABOUT_OUTCOME not in other

    page.goto(link_in(letter, "preferences"))
    page.get_by_label("une fois par trimestre").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    expect(page.get_by_label("une fois par trimestre")).to_be_checked()

    stop = link_in(letter, "unsubscribe")
    page.goto(stop)  # as a scanner of mail follows every link
    expect(page.get_by_role("heading", level=1)).to_contain_text("Se désabonner")
    assert [post_as_a_mail_program(stop) for _ in range(2)] == [200, 200]
    page.goto(stop)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous êtes désabonné·e")

    correct(environment, tmp_path)
    told = wait_for_mail(page, LEA, number=3)
    assert "Une phrase a été écrite avec plus de prudence." in told
    assert ABOUT_OUTCOME in told
    assert len(mails_to(page, MAX)) == 2
