"""The deck: no repeats, the same for a seed, today's anniversaries first, disputed facts with their dispute."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aibot.core.daily import Deck
from aibot.load import load_facts


@pytest.fixture(scope="module")
def deck() -> Deck:
    return Deck(load_facts())


def deal(
    deck: Deck, days: int, *, seed: str = "seed", topics: tuple[str, ...] = (), start: date = date(2026, 1, 5)
) -> list[str]:
    """What a channel sees, day after day."""
    return deal_on({}, deck, days, seed=seed, topics=topics, start=start)


def deal_on(
    posted: dict[str, int],
    deck: Deck,
    days: int,
    *,
    topics: tuple[str, ...],
    seed: str = "seed",
    start: date = date(2026, 1, 5),
) -> list[str]:
    """The same, after what was posted before; `posted` goes on with it."""
    found = []
    for offset in range(days):
        choice = deck.choose(seed=seed, day=start + timedelta(days=offset), topics=topics, posted=posted)
        assert choice is not None
        posted[choice.card.id] = choice.generation
        found.append(choice.card.id)
    return found


def test_nothing_is_repeated_until_the_deck_is_used_up(deck: Deck) -> None:
    cards = deck.of_topics(())
    dealt = deal(deck, 2 * len(cards))
    assert len(cards) > 300
    assert sorted(dealt[: len(cards)]) == sorted(cards)
    assert sorted(dealt[len(cards) :]) == sorted(cards)
    assert dealt[: len(cards)] != dealt[len(cards) :]


def test_a_seed_decides_and_another_decides_otherwise(deck: Deck) -> None:
    assert deal(deck, 30) == deal(deck, 30)
    assert deal(deck, 30) != deal(deck, 30, seed="other")


def test_the_deck_says_when_it_starts_again(deck: Deck) -> None:
    cards = deck.of_topics(("deepseek-v3",))
    choice = deck.choose(
        seed="s", day=date(2026, 1, 5), topics=("deepseek-v3",), posted=dict.fromkeys(cards, 0)
    )
    assert choice is not None
    assert choice.starts_again
    assert choice.generation == 1


@pytest.mark.parametrize("small", ["gpt-4", "openai", "finance"])  # a part of it, beside it, apart from it
def test_another_topic_for_a_while_brings_nothing_back_before_its_turn(deck: Deck, small: str) -> None:
    posted: dict[str, int] = {}
    cards = deck.of_topics(("model",))
    first = deal_on(posted, deck, 60, topics=("model",))
    between = deal_on(posted, deck, 3 * len(deck.of_topics((small,))), topics=(small,))
    rest = deal_on(posted, deck, len(set(cards) - set(first) - set(between)), topics=("model",))
    assert not set(rest) & (set(first) | set(between))
    assert set(first) | set(between) | set(rest) >= set(cards)


def test_when_a_topic_is_through_what_was_posted_longest_ago_comes_first(deck: Deck) -> None:
    posted: dict[str, int] = {}
    inside = deck.of_topics(("gpt-4",))
    deal_on(posted, deck, 2 * len(inside), topics=("gpt-4",))
    dealt = deal_on(posted, deck, len(deck.of_topics(("model",))) - len(inside), topics=("model",))
    assert not set(dealt) & set(inside)


def test_what_happened_on_this_day_comes_first_once(deck: Deck) -> None:
    day = date(2026, 12, 26)
    first = deck.choose(seed="s", day=day)
    assert first is not None
    assert first.on_this_day
    assert first.card.day is not None
    assert (first.card.day.month, first.card.day.day) == (12, 26)
    second = deck.choose(
        seed="s", day=day, posted={card: 0 for card in deck.cards if deck.cards[card].day == first.card.day}
    )
    assert second is not None
    assert second.card.day != first.card.day


def test_a_topic_is_only_itself(deck: Deck) -> None:
    for topic in ("model", "technique", "openai", "finance"):
        cards = deck.of_topics((topic,))
        assert 0 < len(cards) < len(deck.cards)
    assert {deck.base[deck.cards[card].entry].kind for card in deck.of_topics(("technique",))} == {
        "technique"
    }
    assert deck.choose(seed="s", day=date(2026, 1, 1), topics=("no-such-topic",)) is None


def test_a_new_fact_joins_without_moving_the_others(deck: Deck) -> None:
    cards = deck.of_topics(("technique",))
    without = cards[3]
    order = deal(deck, len(cards), topics=("technique",))
    posted = {without: 0}  # as if it were not in the base yet
    for offset in range(10):
        choice = deck.choose(
            seed="seed", day=date(2026, 1, 5) + timedelta(days=offset), topics=("technique",), posted=posted
        )
        assert choice is not None
        posted[choice.card.id] = 0
    assert [card for card in order if card in posted and card != without][:5] == [
        card for card in order if card != without
    ][:5]


def test_disputed_facts_carry_their_dispute_and_nothing_unstated_is_posted(deck: Deck) -> None:
    disputed = [card for card in deck.cards.values() if deck.base.status(card.fact) == "disputed"]
    assert disputed
    assert all(any(note.verdict == "disputed" for note in card.notes) for card in disputed)
    assert not any(card.fact.not_stated for card in deck.cards.values())
    assert all(card.fact.source and card.fact.en and card.fact.zh for card in deck.cards.values())


#  What is left of these without the text they speak of is nothing to read: its sections, its examples, what it omits
ABOUT_A_TEXT = {
    "F1.3-20", "F1.5-15", "F1.6-16", "geneformer.applied-in", "shukungpt.applied-in", "pangu.applied-in",
    "ant-financial-llm.applied-in", "qianying.applied-in", "ai-listening-speaking-classroom.applied-in",
    "ai-teaching-research-platform.applied-in", "baidu-ai-cloud.applied-in", "lepton-ai.applied-in", "F2.7-07",
    "F2.7-08", "F0.2-05", "F0.4-01", "F0.4-02", "F0.2-12", "source-article.sections", "F3.7-17", "F3.1-03",
    "ai-outlook-2025.themes",
}  # fmt: skip


def test_every_post_can_be_read_by_who_has_not_seen_its_source(deck: Deck) -> None:
    assert set(deck.left_out) == ABOUT_A_TEXT, "name the source in the sentence, so that it can be posted"
    for card in deck.cards.values():
        assert len(card.fact.en) >= 40, f"{card.id} is too short to say what it is about"
        for said in card.notes:
            assert "the article" not in said.en.lower(), card.id
            assert "文章" not in said.zh.replace("官方文章", ""), card.id


def test_nothing_is_posted_that_says_nothing_or_says_it_twice(deck: Deck) -> None:
    assert not [
        card.id
        for card in deck.cards.values()
        if card.fact.about in ("outlook", "status") and not card.fact.value
    ]
    assert "F1.1-10" in deck.cards  # the model's release
    assert "sora-release.date" not in deck.cards  # the same day again
    assert "F0.2-06" in deck.cards  # the day of an event that released nothing
