"""Every card about daily posts, word for word in both languages, and all of them inside Slack's limits.

`make update-cards` writes the golden files anew; their diff is the review of a card.
"""

from __future__ import annotations

import csv
import html
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.blocks.build import build

from aibot.core.daily import Choice, Deck, Subscription, next_slots
from aibot.core.daily.requests import Offer, Problem
from aibot.playground.fake_slack import BlocksCheck
from aibot.slack.cards.daily.cards import DailyCards
from aibot.slack.cards.daily.list import list_card, list_file
from aibot.slack.cards.daily.modal import FormContext, form
from aibot.slack.cards.daily.post import DailyPost
from aibot.storage import FileForm, Listed, Report
from aibot.storage.listed import COLUMNS

if TYPE_CHECKING:
    from aibot.core.daily import DailyLanguage
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.cards.card import Card

HERE = Path(__file__).parent / "daily"
NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
BASIC = Subscription(
    id="T1.C1", team="T1", channel="C1", creator="U1", at=time(9), zone="Asia/Tokyo", created=NOW, since=NOW,
    seed="seed", days=frozenset(range(5)), topics=("model", "finance"),
)  # fmt: skip
SHAKY = replace(
    BASIC, holidays="US", skip_dates=frozenset({date(2026, 12, 24)}), paused_until=date(2027, 1, 12), zone="UTC",
    topics=(), language="both", days=frozenset({0, 2, 6}),
)  # fmt: skip
PROBLEMS = (
    Problem("which-zone", "cst", (Offer("America/Chicago", "subscribe 9 America/Chicago"),
                                  Offer("Asia/Shanghai", "subscribe 9 Asia/Shanghai"))),
    Problem("unknown-word", "finanse <!here>", (Offer("finance", "subscribe finance 9 cst"),)),
    Problem("bad-time", "25:00"),
)  # fmt: skip
FORMS: tuple[FileForm, ...] = ("csv", "json")
NAMES = (
    "post", "post-disputed", "post-both", "subscribed", "skipped-and-waiting", "stopped-by-slack", "intro", "unclear",
    "list", "list-csv", "why", "tell", "preview", "refused", "form",
)  # fmt: skip


@pytest.fixture(scope="module")
def deck(base: FactBase) -> Deck:
    return Deck(base)


@pytest.fixture(scope="module")
def checks() -> BlocksCheck:
    return BlocksCheck(build())


def chosen(deck: Deck, card: str = "", *, disputed: bool = False) -> Choice:
    found = deck.cards.values()
    if disputed:
        return Choice(
            next(one for one in found if any(n.verdict == "disputed" for n in one.notes)),
            0,
            on_this_day=True,
            starts_again=True,
        )
    return Choice(next(one for one in found if one.id == card or (not card and one.day)), 0)


def drawn(  # noqa: C901, PLR0912  # a card of each kind
    name: str, language: Language, deck: Deck, phrases: Phrases
) -> dict[str, Any]:
    """One card of each kind."""
    cards, post = DailyCards(deck.base, phrases), DailyPost(deck.base, phrases)
    words, slots = cards.words(language), tuple(next_slots(BASIC, NOW))
    spoken = replace(BASIC, language=language)
    listed = [
        Listed(BASIC, slots, Report(date(2026, 11, 23), "sent", "1.2", "", 12, 1, 1)),
        Listed(replace(SHAKY, channel="C2"), tuple(next_slots(SHAKY, NOW)), Report()),
    ]
    day = slots[0].day
    match name:
        case "post":
            return post.render(chosen(deck), spoken, day)
        case "post-disputed":
            return post.render(chosen(deck, disputed=True), spoken, day)
        case "post-both":
            return post.render(chosen(deck), replace(BASIC, language="both"), day)
        case "form":
            return {"text": "", "view": form(words, SHAKY, FormContext("C1", language, "https://hooks", 3))}
        case "subscribed":
            card = cards.state(BASIC, slots, language, now=NOW, done="subscribed", zone_from="profile")
        case "skipped-and-waiting":
            coming = tuple(next_slots(SHAKY, NOW))
            card = cards.state(SHAKY, coming, language, now=NOW, done="skipped", days=[date(2026, 12, 24)])
        case "stopped-by-slack":
            stopped = replace(BASIC, paused=True, problem="is_archived")
            card = cards.state(stopped, (), language, now=NOW, zone_from="default")
        case "intro":
            card = cards.intro(BASIC, slots, language, NOW)
        case "unclear":
            card = cards.unclear(PROBLEMS, language, NOW)
        case "list":
            card = list_card(listed, words, scope="workspace", visible={"C1"}, now=NOW)
        case "list-csv":
            card = list_file(listed, words, "csv", NOW)
        case "why":
            card = cards.why(BASIC, language, NOW)
        case "tell":
            card = cards.tell(BASIC, "not_in_channel", language)
        case "preview":
            shown = post.render(chosen(deck), spoken, day)
            card = cards.shown("preview", shown, language, slot=words.slot(slots[0], BASIC.zone))
        case _:
            card = cards.refused("past-date", language, day="")
    return card.message()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_card(  # noqa: PLR0917
    name: str,
    language: Language,
    deck: Deck,
    phrases: Phrases,
    checks: BlocksCheck,
    pytestconfig: pytest.Config,
) -> None:
    message = drawn(name, language, deck, phrases)
    shown = {**message, "text": message["text"].splitlines()}
    golden = HERE / f"{name}.{language}.json"
    if pytestconfig.getoption("--update-cards", default=False):
        golden.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(golden.read_text("utf-8")) == shown, (
        "if the change is meant: make update-cards, and read the diff"
    )
    problems = checks.view(message["view"]) if name == "form" else checks.message(message["blocks"])
    assert problems == []


def test_no_card_is_left_over() -> None:
    wanted = {f"{name}.{language}.json" for name in NAMES for language in ("en", "zh")}
    assert {path.name for path in HERE.glob("*.json")} == wanted


@pytest.mark.parametrize("language", ["en", "zh", "both"])
def test_every_fact_can_be_posted_and_previewed(
    language: DailyLanguage, deck: Deck, phrases: Phrases, checks: BlocksCheck
) -> None:
    post, cards = DailyPost(deck.base, phrases), DailyCards(deck.base, phrases)
    subscription = replace(BASIC, language=language)
    for card in deck.cards.values():
        message = post.render(
            Choice(card, 0, on_this_day=True, starts_again=True), subscription, date(2026, 11, 24)
        )
        assert checks.message(message["blocks"]) == [], card.id
        assert checks.message(cards.shown("preview", message, "en", slot="x").blocks) == [], card.id
        assert len(message["text"]) < 4_000, card.id
        for sentence in (card.fact.en,) if language == "en" else (card.fact.zh,):
            assert message["text"].startswith(sentence) or language == "both"
        for said in card.notes:
            assert (said.zh if language == "zh" else said.en) in message["text"].replace("&amp;", "&")


def test_a_list_of_hundreds_is_cut_and_says_so(deck: Deck, phrases: Phrases, checks: BlocksCheck) -> None:
    words = DailyCards(deck.base, phrases).words("en")
    items = [Listed(replace(SHAKY, channel=f"C{n}"), (), Report()) for n in range(500)]
    shown: list[Card] = [list_card(items, words, scope="workspace", visible=(), now=NOW)]
    shown += [list_file(items, words, form, NOW) for form in FORMS]
    for card in shown:
        assert checks.message(card.blocks) == []
        assert "aibot daily list" in card.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_that_does_not_fit_ends_after_a_whole_row(
    language: Language, deck: Deck, phrases: Phrases
) -> None:
    words = DailyCards(deck.base, phrases).words(language)
    items = [Listed(replace(SHAKY, channel=f"C{n}"), (), Report()) for n in range(500)]
    for sort in FORMS:
        card = list_file(items, words, sort, NOW)
        shown = html.unescape(card.text.split("```")[1]).strip()
        read = json.loads(shown) if sort == "json" else list(csv.DictReader(shown.splitlines()))
        assert 10 < len(read) < 500
        assert [row["channel"] for row in read] == [f"C{n}" for n in range(len(read))]
        assert set(read[-1]) == set(COLUMNS)
        assert None not in read[-1].values()
        told = words.say("list.file-cut", left=500 - len(read), form=sort)
        assert told in card.text
        assert told in json.dumps(card.blocks[-1], ensure_ascii=False)
    whole = list_file(items[:3], words, "json", NOW)
    assert len(json.loads(html.unescape(whole.text.split("```")[1]))) == 3
    assert "aibot daily list" not in whole.text


def test_a_list_is_drawn_where_the_sentence_has_not_said_it_all(deck: Deck, phrases: Phrases) -> None:
    def text(card: str) -> str:
        return str(DailyPost(deck.base, phrases).render(chosen(deck, card), BASIC, NOW.date())["text"])

    assert "◦" not in text(
        "R.neurips-2024-privacy-challenge.tracks"
    )  # “two tracks, a red team and a blue team”
    assert "◦ market interpretation" in text("ant-financial-llm.services")
