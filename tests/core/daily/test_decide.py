"""From a request to what is done, by whom, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from aibot.core.daily.dates import DayAsked
from aibot.core.daily.decide import decide
from aibot.core.daily.outcomes import (
    Around,
    AskBack,
    Asker,
    Begin,
    Change,
    ChangePolicy,
    Refused,
    Remove,
    RemoveAll,
    ShowList,
    ShowNext,
    TellPolicy,
)
from aibot.core.daily.requests import (
    Holidays,
    ListSubscriptions,
    Pause,
    Preview,
    Problem,
    Resume,
    SendTest,
    SetPolicy,
    ShowPolicy,
    SkipDays,
    SkipNext,
    Subscribe,
    Swap,
    Unclear,
    Unsubscribe,
)

if TYPE_CHECKING:
    from aibot.core.daily import Subscription
    from aibot.core.daily.requests import Request
    from aibot.core.policy import Who

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)  # Monday; 22:00 in Tokyo
ASKER = Asker("T1", "C1", "U1", is_admin=False, zone="Asia/Tokyo")
AROUND = Around(NOW, "seed")
CHANGES: tuple[Request, ...] = (
    Subscribe(at=time(10)), Unsubscribe(), Swap(), SkipNext(), SkipDays((DayAsked("", 0, ahead=1),)), Pause(),
    Resume(), Holidays("CN"),
)  # fmt: skip


def begun(**fields: Any) -> Subscription:
    found = decide(Subscribe(), None, ASKER, AROUND)
    assert isinstance(found, Begin)
    return replace(found.wanted, **fields)


def changed(request: Request, current: Subscription, around: Around = AROUND) -> Change:
    found = decide(request, current, ASKER, around)
    assert isinstance(found, Change), found
    return found


def test_a_bare_subscribe_takes_what_is_usual() -> None:
    found = decide(Subscribe(), None, ASKER, AROUND)
    assert isinstance(found, Begin)
    wanted = found.wanted
    assert (wanted.at, wanted.days, wanted.topics, wanted.language) == (
        time(9),
        frozenset(range(5)),
        (),
        "en",
    )
    assert (wanted.zone, found.zone_from) == ("Asia/Tokyo", "profile")
    assert [slot.day.day for slot in found.slots] == [24, 25, 26]


@pytest.mark.parametrize(
    ("said", "profile", "zone", "source"),
    [
        ("Europe/Berlin", "Asia/Tokyo", "Europe/Berlin", "said"),
        (None, "Asia/Tokyo", "Asia/Tokyo", "profile"),
        (None, None, "Asia/Seoul", "default"),
    ],
)
def test_where_the_zone_comes_from(said: str | None, profile: str | None, zone: str, source: str) -> None:
    asker, around = replace(ASKER, zone=profile), replace(AROUND, default_zone="Asia/Seoul")
    found = decide(Subscribe(zone=said), None, asker, around)
    assert isinstance(found, Begin)
    assert (found.wanted.zone, found.zone_from) == (zone, source)


def test_subscribing_again_changes_only_what_was_said() -> None:
    found = changed(Subscribe(at=time(10), language="both"), begun(topics=("model",)))
    assert found.fields == {"at": time(10), "language": "both"}
    assert (found.after.topics, found.after.zone, found.zone_from) == (("model",), "Asia/Tokyo", "kept")


def test_subscribing_again_to_the_same_is_nothing_to_do() -> None:
    found = changed(Subscribe(at=time(9)), begun())
    assert (found.done, found.fields) == ("same", {})


def test_who_subscribes_a_paused_channel_wants_its_posts() -> None:
    paused = begun(paused=True, problem="is_archived", paused_until=date(2027, 1, 1))
    found = changed(Subscribe(), paused)
    assert found.fields == {"paused": False, "problem": "", "paused_until": None}
    assert (found.done, bool(found.slots)) == ("resumed", True)


@pytest.mark.parametrize(
    ("silent", "done"),
    [
        ({"paused": True}, "changed-paused"),
        ({"paused": True, "problem": "is_archived"}, "changed-paused"),
        ({"paused_until": date(2027, 1, 12)}, "changed-waiting"),
        ({"paused_until": date(2026, 11, 23)}, "changed"),  # over
        ({}, "changed"),
    ],
)
def test_a_change_ends_no_pause_that_nobody_spoke_of(silent: dict[str, Any], done: str) -> None:
    found = changed(Subscribe(language="both"), begun(**silent))
    assert (found.fields, found.done) == ({"language": "both"}, done)
    starts = changed(Subscribe(starts=DayAsked("", 0, ahead=2)), begun(**silent))
    assert (starts.after.paused, starts.after.problem, starts.done) == (False, "", "changed")
    assert starts.after.paused_until == date(2026, 11, 25)


def test_starting_tomorrow_leaves_today_out() -> None:
    at = time(23)  # still to come today in Tokyo
    found = decide(Subscribe(at=at, starts=DayAsked("tomorrow", 0, ahead=1)), None, ASKER, AROUND)
    assert isinstance(found, Begin)
    assert [slot.day.day for slot in found.slots] == [24, 25, 26]
    today = decide(Subscribe(at=at), None, ASKER, AROUND)
    assert isinstance(today, Begin)
    assert [slot.day.day for slot in today.slots] == [23, 24, 25]


def test_a_day_that_had_its_post_is_no_next_post() -> None:
    around = replace(AROUND, taken=frozenset({date(2026, 11, 24)}))
    assert [slot.day.day for slot in changed(Subscribe(at=time(10)), begun(), around).slots] == [25, 26, 27]


def test_skipping_the_next_twice_leaves_two_days_out() -> None:
    once = changed(SkipNext(), begun())
    assert once.days == (date(2026, 11, 24),)
    twice = changed(SkipNext(), once.after)
    assert twice.after.skip_dates == {date(2026, 11, 24), date(2026, 11, 25)}


def test_days_left_out_in_the_past_are_forgotten() -> None:
    current = begun(skip_dates=frozenset({date(2026, 1, 1)}))
    assert changed(SkipNext(), current).after.skip_dates == {date(2026, 11, 24)}


def day(year: int | None, month: int, of_month: int) -> DayAsked:
    return DayAsked("", 0, year, month, of_month)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Pause(day(2020, 1, 1)), "past-date"),
        (Pause(DayAsked("today", 0, ahead=0)), "past-date"),
        (Pause(day(2030, 1, 1)), "too-far"),
        (Pause(day(2026, 2, 30)), "past-date"),
        (SkipDays((day(2026, 11, 22),)), "past-date"),
        (SkipDays((day(2026, 11, 23),)), "hour-past"),  # 09:00 in Tokyo is over
        (SkipDays((day(2026, 12, 24), day(2020, 1, 1))), "past-date"),
        (SkipDays(tuple(DayAsked("", 0, ahead=n) for n in range(1, 70))), "too-many-days"),
        (Subscribe(starts=day(2020, 1, 1)), "past-date"),
        (Resume(), "not-paused"),
    ],
)
def test_days_that_will_not_do(request_: Request, reason: str) -> None:
    found = decide(request_, begun(), ASKER, AROUND)
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_a_row_of_days_goes_into_the_next_year_and_not_on_for_ever() -> None:
    through = SkipDays((day(None, 12, 30),), day(None, 1, 2))
    days = (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2))
    assert changed(through, begun()).after.skip_dates == frozenset(days)
    assert changed(through, begun()).days == days
    one = SkipDays((day(2026, 12, 1), day(2026, 12, 24)), day(2026, 12, 24))
    assert changed(one, begun()).days == (date(2026, 12, 1), date(2026, 12, 24))
    for first, last, reason in (
        (day(2026, 12, 24), day(2026, 12, 23), "past-date"),
        (day(2026, 12, 24), day(2027, 12, 1), "too-many-days"),
        (day(2026, 12, 24), day(2029, 12, 24), "too-far"),
        (day(2020, 12, 24), day(2027, 1, 1), "past-date"),
    ):
        found = decide(SkipDays((first,), last), begun(), ASKER, AROUND)
        assert isinstance(found, Refused)
        assert found.reason == reason


def test_a_pause_and_its_end() -> None:
    paused = changed(Pause(), begun())
    assert (paused.after.paused, paused.slots) == (True, ())
    assert decide(Pause(), paused.after, ASKER, AROUND) == Refused("already-paused")
    assert decide(SkipNext(), paused.after, ASKER, AROUND) == Refused("no-next")
    assert changed(Resume(), paused.after).slots
    until = changed(Pause(day(None, 1, 12)), begun())
    assert until.after.paused_until == date(2027, 1, 12)
    assert until.slots[0].day == date(2027, 1, 12)
    assert changed(Resume(), until.after).after.paused_until is None


@pytest.mark.parametrize("request_", CHANGES)
def test_policies(request_: Request) -> None:
    current = begun(creator="U9", paused=isinstance(request_, Resume))
    admin, unknown = replace(ASKER, is_admin=True), replace(ASKER, is_admin=None)
    creator, admins, members = (replace(AROUND, who=who) for who in ("creator", "admins", "members"))
    assert not isinstance(decide(request_, current, ASKER, AROUND), Refused)
    assert decide(request_, current, ASKER, creator) == Refused("creator-only", creator="U9")
    assert not isinstance(decide(request_, current, replace(ASKER, user="U9"), creator), Refused)
    assert decide(request_, current, ASKER, admins) == Refused("admins-only")
    assert decide(request_, current, unknown, admins) == Refused("admins-unknown")
    assert decide(request_, current, ASKER, members) == Refused("members-unknown")
    assert decide(request_, current, replace(ASKER, is_member=False), members) == Refused("members-only")
    assert not isinstance(decide(request_, current, replace(ASKER, is_member=True), members), Refused)
    for around in (creator, admins, members):
        assert not isinstance(decide(request_, current, admin, around), Refused)


@pytest.mark.parametrize(
    ("who", "asker", "outcome"),
    [
        ("anyone", ASKER, RemoveAll()),
        ("creator", ASKER, RemoveAll()),
        ("members", ASKER, RemoveAll(where_member=True)),
        ("members", replace(ASKER, is_admin=True), RemoveAll()),
        ("admins", ASKER, Refused("admins-only")),
        ("admins", replace(ASKER, is_admin=None), Refused("admins-unknown")),
        ("admins", replace(ASKER, is_admin=True), RemoveAll()),
    ],
)
def test_stopping_everything_obeys_the_policy_too(
    who: Who, asker: Asker, outcome: RemoveAll | Refused
) -> None:
    assert decide(Unsubscribe(everything=True), None, asker, replace(AROUND, who=who)) == outcome


def test_anyone_may_ask_who_may() -> None:
    assert (
        decide(ShowPolicy(), None, replace(ASKER, channel="D1"), replace(AROUND, who="admins"))
        == TellPolicy()
    )


@pytest.mark.parametrize("request_", [SetPolicy("members"), SetPolicy(on_unknown="repost")])
def test_only_admins_decide_who_may(request_: SetPolicy) -> None:
    for asker in (ASKER, replace(ASKER, is_admin=None)):
        assert decide(request_, None, asker, AROUND) == Refused("policy")
    admin = replace(ASKER, is_admin=True)
    assert decide(request_, None, admin, AROUND) == ChangePolicy(request_.who, request_.on_unknown)


@pytest.mark.parametrize("request_", [*CHANGES, Preview(), SendTest()])
def test_in_a_direct_message_nothing_is_set_up(request_: Request) -> None:
    assert decide(request_, None, replace(ASKER, channel="D1"), AROUND) == Refused("direct-message")


@pytest.mark.parametrize("request_", [*CHANGES[1:], Preview(), SendTest()])
def test_what_needs_a_subscription(request_: Request) -> None:
    assert decide(request_, None, ASKER, AROUND) == Refused("not-subscribed")


def test_the_rest() -> None:
    current = begun()
    admin = replace(ASKER, is_admin=True)
    problems = (Problem("bad-time", "25:00"),)
    assert decide(Unclear(problems), current, ASKER, AROUND) == AskBack(problems)
    assert decide(Unsubscribe(), current, ASKER, AROUND) == Remove(current)
    assert decide(Unsubscribe(everything=True), None, replace(ASKER, channel="D1"), AROUND) == RemoveAll()
    assert decide(Preview(), current, ASKER, AROUND) == ShowNext(current, "preview")
    assert decide(SendTest(), current, ASKER, AROUND) == ShowNext(current, "test")
    assert decide(Swap(), current, ASKER, AROUND) == ShowNext(current, "swap")
    assert decide(ListSubscriptions(), None, ASKER, AROUND) == ShowList("here", "text")
    assert decide(ListSubscriptions(everywhere=True), None, ASKER, AROUND) == ShowList("own", "text")
    assert decide(ListSubscriptions(everywhere=True), None, admin, AROUND) == ShowList("workspace", "text")
    assert decide(ListSubscriptions(form="csv"), None, replace(ASKER, channel="D1"), AROUND) == ShowList(
        "own", "csv"
    )
    assert changed(Holidays("CN"), current).done == "holidays"
    assert changed(Holidays(None), begun(holidays="CN")).done == "holidays-off"
    assert changed(Holidays(None), current).done == "same"
