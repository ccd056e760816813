"""Who gets which entries: none twice and none left out, whatever a subscriber changes in between."""

import datetime as dt

import pytest

from rapport.digest.actions import add_revision
from rapport.mailing.actions.editions import open_editions
from rapport.mailing.actions.preparing import prepare_batch, prepare_mailings, send_newest_issue
from rapport.mailing.models import Delivery, Edition, LedgerLine, Mailing, Subscriber
from tests.making import make_article, make_entry, make_issue, make_site, make_subscriber, text

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
JUNE = dt.datetime(2024, 6, 7, 9, tzinfo=dt.UTC)
JULY = dt.datetime(2024, 7, 2, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _site():
    make_site()
    open_editions(now=MAY - dt.timedelta(days=3))


def run(now: dt.datetime) -> None:
    open_editions(now=now)
    prepare_mailings(now=now)


def letters() -> list[tuple[str, str, list[str]]]:
    """Each letter: what it is, to whom, with which entries in which language."""
    return [
        (
            str(delivery.mailing.edition),
            delivery.subscriber.address.split("@")[0],
            [f"{line.entry.slug} ({line.language})" for line in delivery.lines.order_by("pk")],
        )
        for delivery in Delivery.objects.order_by("mailing", "subscriber__folded")
    ]


def sent(*deliveries: Delivery) -> None:
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries] or Delivery.objects.values("pk")).update(
        state=Delivery.State.SENT
    )


def test_each_gets_what_they_asked_for_and_who_asked_for_nothing_of_it_gets_no_letter():
    alliance = make_entry("alliance", topics=["alliance"], issue="2024-05", texts={"en": {}, "fr": {}})
    make_article("trial", findings=[])
    make_entry("trial", article="trial", topics=["drop-out"], research_type="trial", issue="2024-05")
    assert alliance.language == "en"
    make_subscriber("all")
    make_subscriber("dropout", topics=["drop-out"])
    make_subscriber("trials", types=["trial"])
    make_subscriber("french", language="fr")
    make_subscriber("frfirst", language="fr", takes_other_languages=True)
    make_subscriber("sized", evidence="effect-sizes")
    make_subscriber("both", topics=["alliance"], types=["trial"])
    run(MAY)
    assert letters() == [
        ("issue 2024-05", "all", ["alliance (en)", "trial (en)"]),
        ("issue 2024-05", "dropout", ["trial (en)"]),
        ("issue 2024-05", "french", ["alliance (fr)"]),
        ("issue 2024-05", "frfirst", ["alliance (fr)", "trial (en)"]),
        ("issue 2024-05", "trials", ["trial (en)"]),
    ]


def test_minimum_evidence_asks_for_a_finding_in_a_metric_that_compares():
    from tests.making import finding

    make_article("sized", findings=[finding()])
    make_article("counted", findings=[finding(metric_key="percent", estimate="84", interval=None)])
    make_entry("sized", article="sized", issue="2024-05")
    make_entry("counted", article="counted", issue="2024-05")
    make_subscriber("sam", evidence="effect-sizes")
    run(MAY)
    assert letters() == [("issue 2024-05", "sam", ["sized (en)"])]


def test_preparing_again_and_in_small_batches_gives_each_one_letter():
    make_entry("one", issue="2024-05")
    for number in range(7):
        make_subscriber(f"sam{number}")
    open_editions(now=MAY)
    key = Edition.objects.get(kind="issue").pk
    assert [prepare_batch(mailing=key, now=MAY, size=3) for _ in range(4)] == [3, 3, 1, None]
    run(MAY)
    assert Delivery.objects.count() == LedgerLine.objects.count() == 7


def test_changing_from_quarterly_to_each_issue_skips_nothing_and_repeats_nothing():
    sam = make_subscriber(rhythm="quarterly")
    make_entry("may", issue="2024-05")
    run(MAY)
    assert letters() == []
    Subscriber.objects.filter(pk=sam.pk).update(rhythm="published")
    make_entry("june", issue="2024-06")
    run(JUNE)
    assert letters() == [("issue 2024-06", "sam", ["may (en)", "june (en)"])]
    Subscriber.objects.filter(pk=sam.pk).update(rhythm="quarterly")
    run(JULY)
    assert len(letters()) == 1


def test_changing_from_each_issue_to_quarterly_repeats_nothing():
    sam = make_subscriber()
    make_entry("may", issue="2024-05")
    run(MAY)
    Subscriber.objects.filter(pk=sam.pk).update(rhythm="quarterly")
    make_entry("june", issue="2024-06")
    run(JUNE)
    run(JULY)
    assert letters() == [("issue 2024-05", "sam", ["may (en)"]), ("quarterly 2024-Q2", "sam", ["june (en)"])]


def test_new_topics_hold_from_the_next_letter_on_for_all_that_has_come_since_the_last():
    from rapport.literature.models import Topic

    sam = make_subscriber(rhythm="monthly", topics=["alliance"])
    make_entry("dropout", topics=["drop-out"], issue="2024-05")
    sam.topics.set(Topic.objects.filter(key="drop-out"))
    run(dt.datetime(2024, 6, 1, 9, tzinfo=dt.UTC))
    assert letters() == [("monthly 2024-05", "sam", ["dropout (en)"])]


def test_a_translation_comes_to_those_who_waited_for_it_and_not_to_those_who_had_the_original():
    make_subscriber("french", language="fr")
    make_subscriber("either", language="fr", takes_other_languages=True)
    may = make_entry("may", issue="2024-05")
    run(MAY)
    may.texts.create(**text("fr"), language="fr")
    make_entry("june", issue="2024-06")
    run(JUNE)
    assert letters() == [
        ("issue 2024-05", "either", ["may (en)"]),
        ("issue 2024-06", "either", ["june (en)"]),
        ("issue 2024-06", "french", ["may (fr)"]),
    ]


def test_who_pauses_gets_nothing_until_the_day_and_everything_then():
    make_subscriber(paused_until=dt.date(2024, 6, 1))
    make_entry("may", issue="2024-05")
    run(MAY)
    assert letters() == []
    make_entry("june", issue="2024-06")
    run(JUNE)
    assert letters() == [("issue 2024-06", "sam", ["may (en)", "june (en)"])]


def test_who_has_stopped_gets_nothing():
    for state in ("stopped", "silent", "failing"):
        make_subscriber(state, state=state, ended_at=MAY)
    make_entry("may", issue="2024-05")
    run(MAY)
    assert letters() == []


def test_an_old_archive_is_sent_to_nobody():
    make_subscriber(rhythm="monthly")
    make_entry("old", issue="2015-01")
    make_entry("may", issue="2024-05")
    run(dt.datetime(2024, 6, 1, 9, tzinfo=dt.UTC))
    assert letters() == [("monthly 2024-05", "sam", ["may (en)"])]


def test_an_entry_withdrawn_before_it_is_prepared_is_left_out():
    make_subscriber()
    make_entry("may", issue="2024-05")
    make_entry("gone", issue="2024-05", state="withdrawn")
    run(MAY)
    assert letters() == [("issue 2024-05", "sam", ["may (en)"])]


def test_who_has_just_subscribed_does_not_wait_for_an_issue_that_was_stopped():
    make_entry("old", issue="2023-01")
    make_issue("2023-01")
    assert send_newest_issue(subscriber=make_subscriber("dana"), now=MAY) is not None
    Mailing.objects.update(state=Mailing.State.STOPPED)
    sam = make_subscriber()
    assert send_newest_issue(subscriber=sam, now=MAY) is None
    assert sam.ledger.count() == 0


def test_who_has_just_subscribed_may_have_the_newest_issue_once_though_it_is_old():
    make_entry("old", topics=["alliance"], issue="2023-01")
    make_issue("2023-01")
    sam = make_subscriber(topics=["alliance"])
    nobody = make_subscriber("nobody", topics=["drop-out"], types=["trial"])
    assert send_newest_issue(subscriber=sam, now=MAY) is not None
    assert send_newest_issue(subscriber=sam, now=MAY) is None
    run(MAY)
    assert letters() == [("issue 2023-01", "sam", ["old (en)"])]
    assert Mailing.objects.get(edition__issue__year=2023).state == "going"
    assert nobody.ledger.count() == 0


def test_a_line_comes_once_a_quarter_to_those_who_had_nothing():
    long_ago = MAY - dt.timedelta(days=200)
    make_subscriber("quiet", topics=["drop-out"], types=["trial"], joined_at=long_ago)
    make_subscriber("served", joined_at=long_ago)
    make_subscriber("new", topics=["drop-out"], types=["trial"], joined_at=JUNE)
    make_entry("may", issue="2024-05")
    run(MAY)
    run(JULY)
    assert letters() == [("issue 2024-05", "served", ["may (en)"]), ("quiet 2024-Q2", "quiet", [])]


# --- recalls ----------------------------------------------------------------------------------------


def correct(entry, now):
    return add_revision(entry=entry, kind="corrected", by="Edith", now=now, account={"en": "231, not 211."})


def test_a_correction_is_told_to_those_who_had_the_entry_and_to_no_others():
    for name in ("had", "stopped", "silent", "never"):
        make_subscriber(name, topics=["alliance"] if name != "never" else ["drop-out"])
    may = make_entry("may", topics=["alliance"], issue="2024-05")
    make_entry("other", topics=["drop-out"], issue="2024-05")
    run(MAY)
    sent()
    Subscriber.objects.filter(address__startswith="stopped").update(state="stopped", ended_at=MAY)
    Subscriber.objects.filter(address__startswith="silent").update(state="silent", ended_at=MAY)
    correct(may, JUNE)
    run(JUNE)
    told = [(edition, name) for edition, name, _ in letters() if edition.startswith("recall")]
    assert told == [("recall may revision 2", "had"), ("recall may revision 2", "stopped")]
    run(JUNE)
    assert Edition.objects.filter(kind="recall").count() == 1


def test_two_corrections_in_one_minute_are_one_recall_and_a_translation_is_none():
    make_subscriber()
    may = make_entry("may", issue="2024-05")
    run(MAY)
    sent()
    add_revision(entry=may, kind="translated", by="Edith", now=JUNE, language="fr")
    run(JUNE)
    assert not Edition.objects.filter(kind="recall").exists()
    correct(may, JUNE)
    correct(may, JUNE)
    run(JUNE)
    assert [str(edition) for edition in Edition.objects.filter(kind="recall")] == ["recall may revision 4"]


def test_who_has_not_been_sent_their_letter_yet_needs_no_recall():
    make_subscriber()
    may = make_entry("may", issue="2024-05")
    run(MAY)
    correct(may, MAY)
    run(MAY)
    assert [edition for edition, *_ in letters()] == ["issue 2024-05"]
