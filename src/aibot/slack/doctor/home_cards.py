"""The Home tab and the search, over whatever fact base there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.core.answers import FactAnswer
from aibot.core.daily import Deck, next_slots
from aibot.core.daily.today import fact_of_day
from aibot.slack.cards import CardMaker, Recall
from aibot.slack.cards.home import AS_ASKED, HomeCards, HomePage
from aibot.slack.cards.search import SearchCards
from aibot.slack.doctor.daily_cards import sample_subscription
from aibot.slack.doctor.sample import Sample, of_view
from aibot.storage import Listed, Report

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases


def home_samples(
    base: FactBase, phrases: Phrases, command: str, language: Language, now: datetime
) -> dict[str, Sample]:
    """Views by the name of their kind."""
    home, search, today = HomeCards(base, phrases, command), SearchCards(base, phrases, language), now.date()
    subscription, entries = sample_subscription(language, now), list(base.entries)[:8]
    listed = (Listed(subscription, tuple(next_slots(subscription, now, 1)), Report()),)
    bare = HomePage(language, now, today, "0123456789ab")
    full = HomePage(
        language, now, today, "0123456789ab", zone="Asia/Tokyo", fact=fact_of_day(Deck(base), "T1", today),
        daily=listed, visible=frozenset({"C1"}), user="U1", recent=tuple(entries), chosen=AS_ASKED, contact="U1",
    )  # fmt: skip
    told = HomePage(
        language, now, today, "0123456789ab", daily=(), chosen="zh", told=("<#C1>: &lt;done&gt;",)
    )
    views = {
        "home full": home.view(full),
        "home bare": home.view(bare),
        "home told": home.view(told),
        "home search": search.view(),
    }
    if entries:
        card = CardMaker(base, phrases, command).card_for(FactAnswer(entries[0]), language)
        views["home found"] = search.view(card, Recall(language, entry=entries[0]), count=1)
    return {kind: of_view(view) for kind, view in views.items()}
