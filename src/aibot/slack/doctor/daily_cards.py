"""Everything that is shown of daily posts, over whatever fact base there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

from aibot.core.daily import Choice, Deck, Subscription, next_slots
from aibot.core.daily.requests import Offer, Problem
from aibot.slack.cards.daily.cards import DailyCards
from aibot.slack.cards.daily.list import list_card, list_file
from aibot.slack.cards.daily.modal import FormContext, form
from aibot.slack.cards.daily.post import DailyPost
from aibot.slack.doctor.sample import Sample, of_card, of_view
from aibot.storage import Listed, Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.cards import Card


def sample_subscription(language: Language, now: datetime) -> Subscription:
    """A channel's daily post, with everything that can be chosen."""
    tomorrow = (now + timedelta(days=1)).date()
    return Subscription(
        id="T1.C1", team="T1", channel="C1", creator="U1", at=time(9), zone="Asia/Tokyo", created=now, since=now,
        seed="seed", days=frozenset(range(5)), topics=("model",), language=language, holidays="US",
        skip_dates=frozenset({tomorrow}),
    )  # fmt: skip


def daily_samples(
    base: FactBase, phrases: Phrases, command: str, language: Language, now: datetime
) -> dict[str, Sample]:
    """Posts, cards and the form, by the name of their kind; no posts where the base has no fact for one."""
    subscription, cards = sample_subscription(language, now), DailyCards(base, phrases, command)
    slots, words = tuple(next_slots(subscription, now)), cards.words(language)
    day, skipped = slots[0].day, sorted(subscription.skip_dates)
    posts = dict(_posts(base, phrases, command, subscription, day))
    listed = [Listed(subscription, slots, Report(day, "sent", "1.2", "", 12, 1, 1))]
    offers = (Offer("America/Chicago", "subscribe 9 America/Chicago"),)
    problems = (Problem("which-zone", "cst", offers), Problem("bad-time", "25:00"))
    made: dict[str, Card] = {
        "subscribed": cards.state(
            subscription, slots, language, now=now, done="subscribed", zone_from="profile"
        ),
        "skipped-and-waiting": cards.state(
            subscription, slots, language, now=now, done="skipped", days=skipped
        ),
        "stopped-by-slack": cards.state(
            replace(subscription, paused=True, problem="is_archived"),
            (),
            language,
            now=now,
            zone_from="default",
        ),
        "intro": cards.intro(subscription, slots, language, now),
        "unclear": cards.unclear(problems, language, now),
        "list": list_card(listed, words, scope="workspace", visible={"C1"}, now=now),
        "list-csv": list_file(listed, words, "csv", now),
        "why": cards.why(subscription, language, now),
        "tell": cards.tell(subscription, "not_in_channel", language),
        "refused": cards.refused("past-date", language, day=""),
        "policy": cards.policy("anyone", "repost", language),
    }
    if "post" in posts:
        slot = words.slot(slots[0], subscription.zone)
        post = {"text": "", "blocks": posts["post"].content}
        made["preview"] = cards.shown("preview", post, language, slot=slot)
    view = form(words, subscription, FormContext("C1", language, "https://hooks", 3))
    return {
        **{f"daily {kind}": sample for kind, sample in posts.items()},
        **{f"daily {kind}": of_card(card) for kind, card in made.items()},
        "daily form": of_view(view),
    }


def _posts(
    base: FactBase, phrases: Phrases, command: str, subscription: Subscription, day: date
) -> Iterator[tuple[str, Sample]]:
    """The post with most to say, in one language and in both, and one of a fact that is disputed."""
    post, found = DailyPost(base, phrases, command), list(Deck(base).cards.values())
    if not found:
        return
    fullest = max(found, key=lambda card: len(str(card.fact)) + len(str(card.notes)))
    disputed = next((card for card in found if any(note.verdict == "disputed" for note in card.notes)), None)
    chosen = Choice(fullest, 0, on_this_day=True, starts_again=True)
    yield "post", Sample("blocks", post.render(chosen, subscription, day)["blocks"])
    both = replace(subscription, language="both")
    yield "post-both", Sample("blocks", post.render(chosen, both, day)["blocks"])
    if disputed is not None:
        yield "post-disputed", Sample("blocks", post.render(Choice(disputed, 0), subscription, day)["blocks"])
