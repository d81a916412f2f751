"""What people type, and what it asks for: `grammar.tsv` is the table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aibot.core.daily import Deck
from aibot.core.daily.grammar import parse_request
from aibot.core.daily.requests import (
    Holidays,
    ListSubscriptions,
    Pause,
    Resume,
    SkipDays,
    SkipWeekly,
    Subscribe,
    Unclear,
    Unskip,
    Unsubscribe,
)
from aibot.core.daily.topics import Topics
from aibot.core.daily.zones import known_zone, zone_at

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge
    from aibot.core.daily.dates import DayAsked
    from aibot.core.daily.requests import Request

TABLE = Path(__file__).with_name("grammar.tsv").read_text("utf-8")
ROWS = [line.split("\t") for line in TABLE.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def topics(knowledge: Knowledge) -> Topics:
    return Topics(knowledge.matcher, Deck(knowledge.base))


def shown_day(day: DayAsked) -> str:
    if day.period is not None:
        return f"{day.period}+{day.ahead}"
    if day.months is not None:
        return f"+{day.months}m"
    if day.ahead is not None:
        return f"+{day.ahead}"
    if day.weekday is not None:
        return f"weekday {day.weekday}"
    end = f"{day.month:02}-{day.day:02}"
    return f"{day.year}-{end}" if day.year else end


def shown(request: Request | None) -> str:  # noqa: C901  # a `match` over a closed union
    """A request as the table writes it."""
    match request:
        case None:
            return "question"
        case Unclear():
            problem = request.problems[0]
            offers = ",".join(offer.value for offer in problem.offers)
            return f"{problem.kind}:{problem.word}" + (f" offers={offers}" if offers else "")
        case Subscribe():
            return shown_subscribe(request)
        case Unsubscribe():
            return "Unsubscribe all" if request.everything else "Unsubscribe"
        case ListSubscriptions():
            return f"List {'everywhere' if request.everywhere else 'here'} {request.form}"
        case Pause():
            kind = "Pause through" if request.through else "Pause"
            return f"{kind} {shown_day(request.until)}" if request.until else "Pause"
        case Resume():
            return f"Resume {shown_day(request.on)}" if request.on else "Resume"
        case SkipWeekly():
            return f"SkipWeekly days={''.join(map(str, sorted(request.days)))}"
        case Unskip(everything=True):
            return "Unskip all"
        case SkipDays() | Unskip():
            through = [f"to {shown_day(request.through)}"] if request.through else []
            return " ".join([type(request).__name__, *map(shown_day, request.days), *through])
        case Holidays():
            return f"Holidays {request.country}"
        case _:
            return type(request).__name__


def shown_subscribe(request: Subscribe) -> str:
    if request.is_bare:
        return "bare"
    parts = []
    if request.at is not None:
        parts.append(f"at={request.at:%H:%M}")
    if request.zone is not None:
        parts.append(f"zone={request.zone}")
    if request.days is not None:
        parts.append("days=" + "".join(map(str, sorted(request.days))))
    if request.topics is not None:
        parts.append(f"topics={','.join(request.topics)}")
    if request.language is not None:
        parts.append(f"language={request.language}")
    if request.starts is not None:
        parts.append(f"starts={shown_day(request.starts)}")
    return " ".join(parts)


def expected(text: str) -> str:
    """The table writes days as they run ("60123"); here they are sorted."""
    return " ".join(
        f"days={''.join(sorted(part[5:]))}" if part.startswith("days=") else part for part in text.split(" ")
    )


@pytest.mark.parametrize(("typed", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_line(typed: str, wanted: str, topics: Topics) -> None:
    assert shown(parse_request(typed, topics)) == expected(wanted)


def test_the_table_is_long_and_in_both_languages() -> None:
    assert len(ROWS) > 150
    assert sum(1 for typed, _ in ROWS if any("一" <= letter <= "鿿" for letter in typed)) > 60


@pytest.mark.parametrize("typed", [row[0] for row in ROWS if "offers=" in row[1]])
def test_every_offer_is_a_line_that_is_understood_or_has_one_problem_less(typed: str, topics: Topics) -> None:
    asked = parse_request(typed, topics)
    assert isinstance(asked, Unclear)
    for problem in asked.problems:
        for offer in problem.offers:
            again = parse_request(offer.line, topics)
            assert again is not None, offer
            left = again.problems if isinstance(again, Unclear) else ()
            assert len(left) < len(asked.problems), offer


def test_no_name_in_the_fact_base_is_taken_for_a_place(knowledge: Knowledge) -> None:
    taken = [
        name.text
        for name in knowledge.base.names
        if (zone := zone_at(name.text.lower(), 0)) is not None and zone.end == len(name.text) and zone.zones
    ]
    assert taken == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=400))
def test_any_text_is_read_without_failing(topics: Topics, text: str) -> None:
    for line in (
        text,
        f"subscribe {text}",
        f"订阅{text}",
        f"pause until {text}",
        f"skip {text}",
        f"holidays {text}",
    ):
        parse_request(line, topics)


@given(st.integers(-720, 840))
def test_every_offset_is_a_zone_or_refused(minutes: int) -> None:
    sign, (hours, part) = "+" if minutes >= 0 else "-", divmod(abs(minutes), 60)
    found = zone_at(f"utc{sign}{hours}:{part:02}", 0)
    assert found is not None
    assert all(known_zone(zone) for zone in found.zones)


@pytest.mark.parametrize(
    ("today", "typed", "wanted"),
    [
        (date(2026, 11, 23), "12 jan", date(2027, 1, 12)),
        (date(2026, 1, 12), "12 jan", date(2026, 1, 12)),
        (date(2026, 11, 23), "monday", date(2026, 11, 30)),
        (date(2026, 11, 23), "friday", date(2026, 11, 27)),
        (date(2026, 11, 23), "下周一", date(2026, 11, 30)),
        (date(2026, 11, 23), "下周五", date(2026, 12, 4)),
        (date(2026, 11, 23), "29 feb", date(2028, 2, 29)),
        (date(2026, 11, 23), "next week", date(2026, 11, 30)),
    ],
)
def test_a_day_without_its_year_is_the_next_one(
    today: date, typed: str, wanted: date, topics: Topics
) -> None:
    found = parse_request(f"pause until {typed}", topics)
    assert isinstance(found, Pause)
    assert found.until is not None
    assert found.until.on(today) == wanted
