"""A day's post, once, on time: the real runner, a real database of each kind, Slack over HTTP."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest
from tests.posting.kit import QUICK

from aibot.posting import plan_due
from aibot.posting.planner import plan_anew
from aibot.slack.posting import CODES
from aibot.slack.serving.health import Health
from aibot.storage import Settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.posting.kit import Daily

pytestmark = pytest.mark.anyio


def is_sent(daily: Daily, channel: str = "C1", day: str = "2026-12-01") -> Callable[[], bool]:
    return lambda: daily.states(channel, day) == ["sent"]


async def test_a_post_goes_out_once_when_its_time_has_come(daily: Daily) -> None:
    daily.subscribe()
    async with daily.running():
        await asyncio.sleep(0.1)
        assert not daily.posts()
        daily.time.forward(minutes=3)
        await daily.until(lambda: daily.states() == ["sent"])
        daily.time.forward(minutes=30)
        await asyncio.sleep(0.1)
    assert len(daily.posts()) == 1
    [delivery] = daily.store.deliveries.of_channel("C1", "2026-12-01")
    assert delivery.ts == daily.posts()[0].ts
    assert "planned" in delivery.steps
    assert "posted" in delivery.steps


async def test_the_preview_is_the_post(daily: Daily) -> None:
    subscription = daily.subscribe()
    preview = daily.composer().preview(subscription, daily.time.moment)
    assert preview is not None
    assert preview.slot.day == date(2026, 12, 1)
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(daily.posts)
    [call] = daily.slack.calls("chat.postMessage")
    sent = {**call.arguments}
    assert sent["text"] == preview.message["text"]
    assert [block["text"] for block in daily.posts()[0].blocks] == [
        block["text"] for block in preview.message["blocks"]
    ]


async def test_between_its_slot_and_its_sending_the_preview_is_still_that_post(daily: Daily) -> None:
    subscription = daily.subscribe()
    composer = daily.composer()
    daily.time.forward(seconds=31)  # 09:00:01: planned, and its jitter is not over
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    today = composer.preview(subscription, daily.time.moment)
    assert today is not None
    assert today.slot.day == date(2026, 12, 1)
    assert [slot.day.day for slot in daily.store.coming(subscription, daily.time.moment)] == [1, 2, 3]
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(is_sent(daily))
    tomorrow = composer.preview(subscription, daily.time.moment)
    assert tomorrow is not None
    assert tomorrow.slot.day == date(2026, 12, 2)
    assert [message.text for message in daily.posts()] == [today.message["text"]]
    assert tomorrow.message["text"] != today.message["text"]


async def test_a_post_that_slack_puts_off_is_previewed_as_it_was_and_can_be_swapped(daily: Daily) -> None:
    subscription = daily.subscribe()
    composer = daily.composer()
    daily.slack.trouble("chat.postMessage", "rate_limit", retry_after=30)
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.slack.calls("chat.postMessage") and daily.states() == ["due"])
        first = composer.preview(subscription, daily.time.moment)
        assert first is not None
        assert first.slot.day == date(2026, 12, 1)
        assert first.message["text"] == daily.slack.calls("chat.postMessage")[0].arguments["text"]
        daily.store.swap(subscription.id, first.card, first.generation)
        second = composer.preview(subscription, daily.time.moment)
        assert second is not None
        assert (second.slot, second.card == first.card) == (first.slot, False)
        daily.time.forward(seconds=31)
        await daily.until(is_sent(daily))
    assert [message.text for message in daily.posts()] == [second.message["text"]]


async def test_every_day_has_another_fact(daily: Daily) -> None:
    daily.subscribe()
    async with daily.running():
        for day in range(1, 6):
            daily.time.forward(minutes=3)
            await daily.until(is_sent(daily, day=f"2026-12-0{day}"))
            daily.time.forward(days=1, minutes=-3)
    assert len({message.text for message in daily.posts()}) == 5


async def test_after_a_short_downtime_one_post_and_after_a_long_one_a_logged_skip(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(days=3, hours=1)
    health = Health()
    async with daily.running(count=health.metrics.count_posts):
        await daily.until(lambda: daily.states(day="2026-12-04") == ["sent"])
        missed = [f"2026-12-0{day}" for day in (1, 2, 3)]
        await daily.until(lambda: [daily.states(day=day) for day in missed] == [["skipped"]] * 3)
    assert len(daily.posts()) == 1
    assert 'aibot_posts_total{state="skipped"} 3.0' in health.counts().decode()
    assert 'aibot_posts_total{state="sent"} 1.0' in health.counts().decode()


@pytest.mark.parametrize("kind", ["accept_then_reset", None])
async def test_how_late_each_post_came_is_counted(daily: Daily, kind: Any) -> None:
    daily.subscribe()
    daily.time.forward(minutes=7)
    if kind:
        daily.slack.trouble("chat.postMessage", kind)
    health = Health()
    async with daily.running(count=health.metrics.count_posts):
        await daily.until(lambda: b"aibot_post_lag_seconds_count 1.0" in health.counts())
    counts = health.counts().decode()
    for most, posts in ((300, 0), (600, 1)):
        assert f'aibot_post_lag_seconds_bucket{{le="{most}.0"}} {posts}.0' in counts
    [lag] = [float(line.split()[1]) for line in counts.splitlines() if "lag_seconds_sum" in line]
    assert lag == pytest.approx(float(daily.posts()[0].ts) - (daily.time.now - 390), abs=1e-3)


async def test_too_late_is_never_posted(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(hours=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["skipped"])
    assert not daily.posts()


async def test_a_post_that_waited_past_its_grace_is_posted_by_nobody(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    daily.time.forward(hours=2)
    await daily.runner().attempt("T1.C1", "2026-12-01")  # a job that comes late, before anybody has given up
    assert daily.states() == ["due"]
    async with daily.running():
        await daily.until(lambda: daily.states() == ["skipped"])
    assert not daily.slack.calls("chat.postMessage")


async def test_a_second_attempt_that_would_come_after_the_grace_is_not_made(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "rate_limit", retry_after=200)
    daily.subscribe()
    daily.time.forward(minutes=119)
    async with daily.running():
        await daily.until(lambda: daily.slack.calls("chat.postMessage") and daily.states() == ["due"])
        daily.time.forward(minutes=5)
        await daily.until(lambda: daily.states() == ["skipped"])
    assert not daily.posts()


@pytest.mark.parametrize("kind", ["accept_then_hang", "accept_then_reset"])
async def test_a_post_whose_answer_was_lost_is_found_in_the_channel(daily: Daily, kind: Any) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    daily.slack.trouble("chat.postMessage", kind)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1
    assert "found in the channel" in daily.store.deliveries.of_channel("C1", "2026-12-01")[0].steps


@pytest.mark.parametrize("kind", ["hang", "reset", "server_error", "garbage", "error"])
async def test_a_post_that_slack_did_not_take_is_looked_for_and_sent_again(daily: Daily, kind: Any) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    daily.slack.trouble("chat.postMessage", kind)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1
    assert daily.slack.calls("conversations.history")


async def test_a_busy_channel_does_not_hide_the_post(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    daily.slack.trouble("chat.postMessage", "accept_then_reset")
    async with daily.running():
        await daily.until(lambda: daily.states() == ["unknown"])
        for number in range(450):
            daily.slack.say(f"chatter {number}")
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1
    assert len(daily.slack.calls("conversations.history")) == 3


async def test_where_nobody_can_look_the_outcome_stays_unknown_and_nothing_is_sent_again(
    daily: Daily,
) -> None:
    daily.slack.trouble("conversations.history", "error", error="missing_scope", times=None)
    daily.slack.trouble("chat.postMessage", "reset")
    daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(
            lambda: (
                "left alone" in daily.store.deliveries.of_channel("C1", "2026-12-01")[0].steps
                if daily.states()
                else False
            )
        )
    assert daily.states() == ["unknown"]
    assert len(daily.slack.calls("chat.postMessage")) == 1


async def test_retry_after_is_honoured_and_holds_up_nobody_else(daily: Daily) -> None:
    daily.subscribe()
    async with daily.running():
        await daily.refused_once()
        await asyncio.sleep(0.1)
        assert not daily.posts()
        daily.time.forward(seconds=31)
        await daily.until(lambda: daily.states() == ["sent"])
    assert not daily.slack.calls("conversations.history")


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "not_in_channel", "restricted_action"])
async def test_a_channel_that_cannot_be_posted_to_is_paused_and_its_subscriber_told_once(
    daily: Daily, code: str
) -> None:
    daily.slack.trouble("chat.postMessage", "error", error=code, times=None)
    subscription = daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["failed"] and daily.told)
        daily.time.forward(days=1)
        await asyncio.sleep(0.2)
    assert daily.told == [("C1", code)]
    after = daily.store.by_id(subscription.id)
    assert after is not None
    assert (after.paused, after.problem) == (True, code)
    assert len(daily.slack.calls("chat.postMessage")) == 1


async def test_one_channels_failure_is_not_the_others(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "error", error="is_archived", times=None, channel="C1")
    daily.subscribe("C1")
    daily.subscribe("C2")
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states("C2") == ["sent"] and daily.states("C1") == ["failed"])
    assert len(daily.posts("C2")) == 1


async def test_an_uninstalled_app_posts_nothing_and_goes_on_once_it_is_back(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "error", error="account_inactive", times=1)
    daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.slack.calls("chat.postMessage") and daily.states() == ["due"])
        daily.time.forward(minutes=10)
        await asyncio.sleep(0.1)
        assert len(daily.slack.calls("chat.postMessage")) == 1
        daily.store.start_team("T1")
        await daily.until(lambda: daily.states() == ["sent"])


async def test_refused_blocks_go_out_as_text_once(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "error", error="invalid_blocks")
    daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["sent"])
    assert not daily.posts()[0].blocks
    assert len(daily.slack.calls("chat.postMessage")) == 2


async def test_who_unsubscribes_between_planning_and_posting_gets_no_post(daily: Daily) -> None:
    subscription = daily.subscribe()
    async with daily.running():
        await daily.refused_once(again_in=20)
        daily.store.remove(subscription.id)
        daily.time.forward(seconds=30)
        await daily.until(lambda: daily.states() == ["skipped"])
    assert not daily.posts()


async def test_unsubscribing_and_subscribing_again_does_not_post_twice_a_day(daily: Daily) -> None:
    subscription = daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["sent"])
        daily.store.remove(subscription.id)
        daily.subscribe(at=time(9, 30))
        daily.time.forward(hours=1)
        await asyncio.sleep(0.2)
    assert len(daily.posts()) == 1


async def test_a_worker_that_dies_is_taken_over_and_what_it_posted_is_found(daily: Daily) -> None:
    """Every place where a worker can die: each time another finishes the day with exactly one post."""
    for place, channel in (("claimed", "C1"), ("frozen", "C2"), ("answered", "C9")):
        if channel == "C9":
            members = [*daily.slack.workspace().channels["C1"].members]
            daily.slack.workspace().channels[channel] = type(daily.slack.workspace().channels["C1"])(
                channel, "nine", members=members
            )
        daily.time.now = daily.time.now if place == "claimed" else daily.time.now - 180
        daily.subscribe(channel)
        daily.time.forward(minutes=3)
        await daily.dies_at(place)
        async with daily.running():
            await daily.until(is_sent(daily, channel))
        assert len(daily.posts(channel)) == 1


async def test_who_dies_before_the_text_is_written_down_has_sent_nothing(daily: Daily) -> None:
    daily.slack.trouble("conversations.history", "error", error="missing_scope", times=None)
    daily.subscribe()
    daily.time.forward(minutes=3)
    await daily.dies_at("claimed")
    async with daily.running():
        await daily.until(is_sent(daily))
    assert len(daily.posts()) == 1
    assert not daily.slack.calls("conversations.history")  # there is nothing to look for


async def test_what_is_found_not_to_stand_in_the_channel_too_late_is_given_up(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "reset")
    daily.subscribe()
    daily.time.forward(minutes=119)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["unknown"])
        daily.time.forward(minutes=5)
        await daily.until(lambda: daily.states() == ["due"])
        daily.time.forward(minutes=1)
        await daily.until(lambda: daily.states() == ["skipped"])
    assert not daily.posts()
    assert len(daily.slack.calls("chat.postMessage")) == 1


async def test_two_workers_on_one_record_post_each_day_once(daily: Daily) -> None:
    workspace = daily.slack.workspace()
    general = workspace.channels["C1"]
    for number in range(60):
        workspace.channels[f"C{number + 100}"] = type(general)(
            f"C{number + 100}", f"n{number}", members=general.members
        )
        daily.subscribe(f"C{number + 100}")
    daily.time.forward(minutes=3)
    async with daily.running(), daily.running():
        await daily.until(lambda: daily.store.deliveries.counts(0) == {"sent": 60}, timeout=20)
    assert [len(daily.posts(f"C{number + 100}")) for number in range(60)] == [1] * 60


async def test_a_workspaces_budget_spreads_its_posts(daily: Daily) -> None:
    for channel in ("C1", "C2"):
        daily.subscribe(channel)
    daily.time.forward(minutes=3)
    async with daily.running(replace(QUICK, rate=1.0)):
        await daily.until(lambda: len(daily.slack.calls("chat.postMessage")) == 1)
        await asyncio.sleep(0.2)
        assert len(daily.slack.calls("chat.postMessage")) == 1
        daily.time.forward(seconds=2)
        await daily.until(lambda: len(daily.slack.calls("chat.postMessage")) == 2)


async def test_a_clock_that_is_a_day_ahead_of_slacks_hides_no_post(daily: Daily) -> None:
    daily.subscribe()
    slack_time = daily.time.now
    daily.slack.state.clock = lambda: slack_time
    daily.slack.state.timestamps._clock = lambda: slack_time
    daily.time.forward(days=1, minutes=3)
    daily.slack.trouble("chat.postMessage", "accept_then_reset")
    async with daily.running():
        await daily.until(is_sent(daily, day="2026-12-02"))
    assert len(daily.posts()) == 1


async def test_an_attempt_may_be_made_any_number_of_times(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    first, second = daily.runner(), daily.runner()
    await asyncio.gather(*(one.attempt("T1.C1", "2026-12-01") for one in (first, second) * 5))
    assert daily.states() == ["sent"]
    assert len(daily.slack.calls("chat.postMessage")) == 1


async def test_what_a_worker_writes_that_was_thought_dead_counts_for_nothing(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    record = daily.store.deliveries
    [old], _ = record.claim("old", daily.time.now, [("T1.C1", "2026-12-01")])
    [taken] = record.claim_to_look("new", daily.time.now, record.look_around(daily.time.now).under_way)
    record.settle(
        [Settled(*taken.key, taken.attempt, "due", "not there", try_at=daily.time.now)], daily.time.now
    )
    record.settle([Settled(*old.key, old.attempt, "sent", "late", ts="1.0")], daily.time.now)
    assert daily.states() == ["due"]


async def test_every_refusal_slack_documents_has_a_meaning() -> None:
    assert {"sent"}.isdisjoint(CODES.values())
    for code in (
        "channel_not_found",
        "token_revoked",
        "ratelimited",
        "missing_scope",
        "invalid_blocks",
        "fatal_error",
    ):
        assert code in CODES


async def test_a_clock_put_back_holds_no_workspace_up(daily: Daily) -> None:
    daily.subscribe("C1", at=time(13))
    daily.time.forward(hours=4, minutes=3)
    async with daily.running():
        await daily.until(is_sent(daily))
        daily.time.forward(hours=-3)
        daily.subscribe("C2", at=time(10, 3))
        daily.time.forward(minutes=3)
        await daily.until(is_sent(daily, "C2"))


async def test_a_clock_put_back_holds_no_second_attempt_up(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "rate_limit", retry_after=1)
    daily.subscribe()
    daily.time.forward(minutes=63)
    async with daily.running():
        await daily.until(lambda: daily.slack.calls("chat.postMessage") and daily.states() == ["due"])
        daily.time.forward(minutes=-60)
        await daily.until(is_sent(daily))
    assert len(daily.posts()) == 1


async def test_what_was_planned_by_a_clock_that_was_ahead_comes_when_it_is_put_right(daily: Daily) -> None:
    for number in range(4):
        daily.subscribe(f"C{number + 100}")
    daily.time.forward(minutes=63)
    plan_due(daily.store.deliveries, daily.time.now, 7_200, rate=1.0)
    daily.time.forward(minutes=-60)
    assert len(daily.store.deliveries.due(daily.time.now, limit=9)) == 4


async def test_days_that_were_missed_are_counted_in_the_log_once(
    daily: Daily, caplog: pytest.LogCaptureFixture
) -> None:
    daily.subscribe()
    daily.time.forward(hours=5)  # nothing ran meanwhile
    with caplog.at_level(logging.INFO, logger="aibot.posting.planner"):
        for _ in range(2):
            plan_anew(daily.store.deliveries, daily.time.now, 7_200)
            plan_due(daily.store.deliveries, daily.time.now, 7_200)
    said = [record.getMessage() for record in caplog.records if record.name == "aibot.posting.planner"]
    assert said == ["days skipped as too late to post: 1"]
    assert daily.states() == ["skipped"]
