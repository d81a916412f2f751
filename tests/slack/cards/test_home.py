"""The Home tab and the search, word for word in both languages, and always inside Slack's limits.

`make update-cards` writes the golden files anew; their diff is the review of a card.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.blocks.build import build

from aibot.core.answers import FactAnswer
from aibot.core.answers.prominent import prominent
from aibot.core.daily import Deck, Subscription, next_slots
from aibot.core.daily.today import fact_of_day
from aibot.core.matching import Suggested
from aibot.playground.fake_slack import BlocksCheck
from aibot.playground.fake_slack.blocks_check import walk_limits
from aibot.slack.cards import CardMaker, Recall
from aibot.slack.cards.home import AS_ASKED, HomeCards, HomePage, contact_text
from aibot.slack.cards.search import SearchCards, block_id, read_block_id
from aibot.storage import Listed, Report

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases

HERE = Path(__file__).parent / "home"
NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BASIC = Subscription(
    id="T1.C1", team="T1", channel="C1", creator="U1", at=time(9), zone="Asia/Tokyo", created=NOW, since=NOW,
    seed="seed", days=frozenset(range(5)), topics=("model", "finance"),
)  # fmt: skip
MINE = (
    BASIC,
    replace(BASIC, channel="G9", paused=True),  # a private channel that its creator has left
    replace(BASIC, channel="C2", creator="U2", paused_until=date(2027, 1, 12), topics=(), language="both"),
    replace(BASIC, channel="C3", problem="is_archived", paused=True),
)
NAMES = ("full", "bare", "told", "search", "found", "typed", "untyped")


@pytest.fixture(scope="module")
def checks() -> BlocksCheck:
    return BlocksCheck(build())


def listed(*subscriptions: Subscription) -> tuple[Listed, ...]:
    report = Report(last_day=TODAY, last_state="sent", sent=3)
    return tuple(Listed(one, tuple(next_slots(one, NOW, 1)), report) for one in subscriptions)


def page(base: FactBase, language: Language, **more: Any) -> HomePage:
    given: dict[str, Any] = {
        "zone": "America/New_York", "fact": fact_of_day(Deck(base), "T1", TODAY), "daily": listed(*MINE),
        "visible": frozenset({"C1", "C2", "C3"}), "user": "U1", "recent": ("rag", "gone-since", "deepseek-v3"),
        "chosen": AS_ASKED, "contact": "U3", **more,
    }  # fmt: skip
    return HomePage(language, NOW, TODAY, "0123456789ab", **given)


def drawn(name: str, language: Language, base: FactBase, phrases: Phrases) -> dict[str, Any]:
    home, search = HomeCards(base, phrases), SearchCards(base, phrases, language)
    match name:
        case "full":
            return home.view(page(base, language))
        case "bare":  # no database, no users:read, nobody to ask
            return home.view(HomePage(language, NOW, TODAY, "0123456789ab"))
        case "told":
            return home.view(
                page(base, language, told=("<#C1>: &lt;done&gt;",), daily=(), recent=(), chosen="zh")
            )
        case "search":
            return search.view()
        case "found":
            card = CardMaker(base, phrases).card_for(FactAnswer("rag"), language)
            return search.view(card, Recall(language, entry="rag"), count=3)
        case "typed":
            return search.options(
                [Suggested("deepseek", "深度求索"), Suggested("deepseek-v3", "DeepSeek V3 base")]
            )
        case _:
            return search.groups(("rag", "gone-since"), prominent(base, 27))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_golden(
    name: str, language: Language, base: FactBase, phrases: Phrases, pytestconfig: pytest.Config
) -> None:
    shown, golden = drawn(name, language, base, phrases), HERE / f"{name}.{language}.json"
    if pytestconfig.getoption("--update-cards", default=False):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(golden.read_text("utf-8")) == shown, (
        "if the change is meant: make update-cards, read the diff"
    )


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in HERE.glob("*.json")} == {
        f"{name}.{language}.json" for name in NAMES for language in ("en", "zh")
    }


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["full", "bare", "told", "search", "found"])
def test_slack_takes_every_view(
    name: str, language: Language, base: FactBase, phrases: Phrases, checks: BlocksCheck
) -> None:
    assert checks.view(drawn(name, language, base, phrases)) == []


def test_the_fullest_home_there_can_be_is_inside_the_limits(
    base: FactBase, phrases: Phrases, checks: BlocksCheck
) -> None:
    deck = Deck(base)
    longest = max(deck.cards.values(), key=lambda card: len(str(card.fact)) + len(str(card.notes)))
    choice = replace(fact_of_day(deck, "T1", TODAY), card=longest)  # type: ignore[type-var]
    many = listed(*(replace(BASIC, channel=f"C{n}", topics=tuple(base.entries)[:60]) for n in range(40)))
    full = page(
        base,
        "en",
        fact=choice,
        daily=many,
        recent=tuple(base.entries)[:8],
        told=("x" * 5_000,),
        contact="a" * 300,
    )
    view = HomeCards(base, phrases).view(full)
    assert checks.view(view) == []
    assert "… and 32 more" in json.dumps(view, ensure_ascii=False)


def test_a_channel_somebody_is_not_in_is_no_link(base: FactBase, phrases: Phrases) -> None:
    shown = json.dumps(
        HomeCards(base, phrases).view(page(base, "en", visible=frozenset({"C1"}))), ensure_ascii=False
    )
    assert "<#C1>" in shown
    assert "<#G9>" not in shown
    assert "<#C2>" not in shown


def test_the_search_field_says_its_language_and_is_emptied_by_another_name() -> None:
    assert read_block_id(block_id("zh", 12)) == ("zh", 12)
    for name in ("", "find", "find.en", "find.fr.1", "find.en.x", "find.en.²", "other.en.1"):
        assert read_block_id(name) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_options_are_inside_the_limits_whatever_is_found(
    language: Language, base: FactBase, phrases: Phrases
) -> None:
    search = SearchCards(base, phrases, language)
    found = search.options([Suggested(entry, "x" * 300) for entry in base.entries])
    assert len(found["options"]) == 100
    assert list(walk_limits({"type": "options", **found}, "")) == []
    grouped = search.groups(list(base.entries)[:8], prominent(base, 500))
    assert list(walk_limits({"type": "options", **grouped}, "")) == []
    values = [option["value"] for group in grouped["option_groups"] for option in group["options"]]
    assert len(values) == len(set(values)) <= 100


def test_an_empty_base_offers_nothing(base: FactBase, phrases: Phrases) -> None:
    assert SearchCards(base, phrases, "en").groups((), ()) == {"options": []}


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("U012AB3CD", "<@U012AB3CD>"),
        ("bots@example.org", "<mailto:bots@example.org|bots@example.org>"),
        ("https://example.org/help?a=1&b", "<https://example.org/help?a=1&amp;b|example.org/help?a=1&amp;b>"),
    ],
)
def test_who_to_ask(contact: str, said: str) -> None:
    assert contact_text(contact) == said
