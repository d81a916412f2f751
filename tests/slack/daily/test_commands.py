"""Lines about daily posts in slash commands: what is done, stored and said."""

from __future__ import annotations

import json
from datetime import date, time
from typing import TYPE_CHECKING

import pytest
from tests.slack.daily.rig import both_databases

from aibot.posting import plan_due

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

pytestmark = pytest.mark.anyio


async def test_a_line_subscribes_the_channel_and_echoes_all_of_it(rig: Rig) -> None:
    seen = await rig.say("subscribe 9am weekdays tokyo models")
    kept = rig.has()
    assert (kept.at, kept.zone, kept.days, kept.topics) == (
        time(9), "Asia/Tokyo", frozenset(range(5)), ("model",),
    )  # fmt: skip
    assert kept.creator == "U1"
    assert seen.ephemeral_to == "U1"
    for said in (
        "09:00, Monday to Friday, Asia/Tokyo (UTC+9)", "About: models", "Language: English",
        "Tuesday 24 November 2026, 09:00, Asia/Tokyo (UTC+9)",
        "Wednesday 25 November 2026, 09:00", "Thursday 26 November 2026, 09:00", "/ai unsubscribe",
    ):  # fmt: skip
        assert said in seen.text
    schedule = "09:00, Monday to Friday, Asia/Tokyo (UTC+9)"
    first = "First post: Tuesday 24 November 2026, 09:00, Asia/Tokyo (UTC+9)."
    assert len(rig.channel_texts()) == 1
    intro = rig.channel_texts()[0]
    assert intro.startswith(
        f"<@U1> has set up a daily fact for this channel: {schedule}. {first}\nTo stop: /ai unsub"
    )


async def test_without_a_zone_the_one_in_the_persons_profile_is_taken_and_said(rig: Rig) -> None:
    seen = await rig.say("订阅 明早9点 模型", user="U2")
    kept = rig.has()
    assert kept.zone == "Asia/Shanghai"
    assert kept.paused_until == date(2026, 11, 24)
    assert kept.language == "zh"
    assert "时区取自您的 Slack 个人资料" in seen.text
    assert "2026年11月24日（周二） 09:00，Asia/Shanghai (UTC+8)" in seen.text


async def test_subscribing_again_changes_what_was_said_and_never_doubles(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo models")
    seen = await rig.say("subscribe 10:30 sun-thu", user="U2")
    kept = rig.has()
    assert len(rig.store.list()) == 1
    assert (kept.at, kept.zone, kept.topics) == (time(10, 30), "Asia/Tokyo", ("model",))
    assert kept.days == frozenset({6, 0, 1, 2, 3})
    assert kept.creator == "U1"
    assert "Sunday to Thursday" in seen.text
    assert len(rig.channel_texts()) == 1


async def test_saying_the_same_again_says_that_nothing_changes(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo")
    version = rig.has().version
    assert "Nothing to change" in (await rig.say("subscribe 9am tokyo")).text
    assert rig.has().version == version


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("subscribe 25:00", "“25:00” is no time of day"),
        ("subscribe noon-ish", "“noon-ish” is no time of day"),
        ("subscribe 9am mars/olympus", "There is no time zone “mars/olympus”"),
        ("subscribe 9am 10am", "Two times: 9am / 10am"),
        ("subscribe 9am from 2020-01-01", "past or not in the calendar: Wednesday 1 January 2020"),
        ("subscribe 9am blah", "I do not know what “blah” means here"),
        ("subscribe <#C2|random> 9am", "I set up the channel you write in"),
        ("订阅 25点", "“25点”不是一个时间"),
    ],
)
async def test_what_cannot_be_taken_is_named_and_nothing_changes(rig: Rig, line: str, said: str) -> None:
    seen = await rig.say(line)
    assert said in seen.text
    assert rig.current() is None
    assert rig.channel_texts() == []


async def test_an_ambiguous_zone_is_asked_back_with_buttons_that_do_it(rig: Rig) -> None:
    asked = await rig.say("subscribe 9am cst")
    labels = [element["text"]["text"] for _, element in asked.elements()]
    assert labels == ["America/Chicago (UTC-6)", "Asia/Shanghai (UTC+8)", "America/Havana (UTC-5)"]
    assert rig.current() is None
    pressed = await rig.slack.press(asked, "Asia/Shanghai (UTC+8)")
    assert pressed.ok
    await rig.settle()
    assert rig.has().zone == "Asia/Shanghai"
    assert "Asia/Shanghai" in asked.text


async def test_a_misspelt_word_is_offered_and_never_taken(rig: Rig) -> None:
    asked = await rig.say("subscirbe 9am tokyo")
    assert "“subscirbe”: did you mean this?" in asked.text
    assert rig.current() is None
    await rig.slack.press(asked, "subscribe 9am tokyo")
    await rig.settle()
    assert rig.has().zone == "Asia/Tokyo"


@both_databases
async def test_a_preview_is_the_next_post_byte_for_byte_and_writes_nothing(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo both")
    before = (rig.store.list(), rig.store.dealt(["T1.C1"]))
    seen = await rig.say("preview")
    preview = rig.composer.preview(rig.has(), rig.daily.clock())
    assert preview is not None
    shown = [{k: v for k, v in block.items() if k != "block_id"} for block in seen.blocks]
    assert json.dumps(shown[2:-2], sort_keys=True) == json.dumps(preview.message["blocks"], sort_keys=True)
    assert seen.text.endswith(preview.message["text"])
    assert seen.ephemeral_to == "U1"
    assert (rig.store.list(), rig.store.dealt(["T1.C1"])) == before


async def test_a_test_goes_to_the_person_alone(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    seen = await rig.say("send me a test")
    preview = rig.composer.preview(rig.has(), rig.daily.clock())
    assert preview is not None
    assert [message.text for message in rig.slack.dm_messages("U1")] == [preview.message["text"]]
    assert "direct message" in seen.text
    assert len(rig.channel_texts()) == 1


@both_databases
async def test_swapping_takes_another_fact_for_the_next_post(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    now = rig.daily.clock()
    first = rig.composer.preview(rig.has(), now)
    seen = await rig.say("swap")
    second = rig.composer.preview(rig.has(), now)
    assert first is not None
    assert second is not None
    assert first.card != second.card
    assert second.message["text"] in seen.text


async def test_skip_next_leaves_exactly_one_day_out(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    seen = await rig.say("skip next")
    assert rig.has().skip_dates == frozenset({date(2026, 11, 24)})
    assert "Left out: Tuesday 24 November 2026" in seen.text
    assert "• Wednesday 25 November 2026" in seen.text
    assert "• Tuesday 24" not in seen.text


@both_databases
async def test_a_post_whose_hour_has_come_is_the_next_one_until_it_is_out(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    [slot, *_] = rig.store.coming(rig.has(), rig.daily.clock())
    rig.clock.move_to(slot.at.timestamp() + 1)
    plan_due(rig.store.deliveries, rig.clock(), 7_200)
    listed = (await rig.say("subscriptions")).text
    assert "Last post: none yet" in listed
    assert "• Tuesday 24 November 2026" in listed
    assert "Tuesday 24 November 2026, 09:00" in (await rig.say("preview")).text
    assert "• Tuesday 24 November 2026" in (await rig.say("subscribe in both")).text
    seen = await rig.say("skip next")
    assert "Left out: Tuesday 24 November 2026" in seen.text
    assert "• Wednesday 25 November 2026" in seen.text
    assert "• Tuesday 24" not in seen.text
    assert rig.store.deliveries.due(slot.due.timestamp(), limit=9) == []


async def test_a_new_hour_takes_back_what_was_planned_for_the_old_one(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    [slot, *_] = rig.store.coming(rig.has(), rig.daily.clock())
    rig.clock.move_to(slot.at.timestamp() + 1)
    plan_due(rig.store.deliveries, rig.clock(), 7_200)
    seen = await rig.say("subscribe 3pm")
    assert "• Tuesday 24 November 2026, 15:00" in seen.text
    assert "09:00" not in seen.text
    assert [one.day.day for one in rig.store.coming(rig.has(), rig.daily.clock())] == [24, 25, 26]


@both_databases
async def test_certain_days_and_holidays_are_left_out(rig: Rig) -> None:
    await rig.say("subscribe 9am new york every day")
    await rig.say("skip 2026-12-24, 2026-12-31")
    seen = await rig.say("holidays us")
    assert rig.has().skip_dates == frozenset({date(2026, 12, 24), date(2026, 12, 31)})
    assert rig.has().holidays == "US"
    assert "United States (US)" in seen.text
    assert "Thursday 26 November" not in seen.text  # Thanksgiving
    await rig.say("holidays off")
    assert rig.has().holidays is None


async def test_a_row_of_days_is_left_out_and_told_by_its_ends(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo every day")
    seen = await rig.say("skip 24 Dec - 2 Jan")
    assert len(rig.has().skip_dates) == 10
    assert "Left out: Thursday 24 December 2026 to Saturday 2 January 2027" in seen.text
    seen = await rig.say("skip monday, wednesday")
    assert "Left out: Wednesday 25 November 2026, Monday 30 November 2026\n" in seen.text
    assert (
        "Skipped: Wednesday 25 November 2026, Monday 30 November 2026, Thursday 24 December 2026 to"
        in seen.text
    )
    seen = await rig.say("跳过 1月5日、1月7日", user="U2")
    assert "已跳过：2027年1月5日（周二）、2027年1月7日（周四）" in seen.text


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("subscribe 25:00", True),
        ("订阅 25点", True),
        ("holidays", False),
        ("skip 24 dec to", False),
        ("subscirbe", False),
    ],
)
async def test_an_example_of_subscribing_stands_where_it_helps(rig: Rig, line: str, *, example: bool) -> None:
    seen = await rig.say(line)
    assert any(word in seen.text for word in ("For example", "例如：")) == example


async def test_a_line_without_a_word_of_ours_is_offered_with_one(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    asked = await rig.say("change the time to 10:30")
    assert rig.has().at == time(9)
    await rig.slack.press(asked, "subscribe 10:30")
    await rig.settle()
    assert rig.has().at == time(10, 30)


async def test_a_topic_without_facts_is_named(rig: Rig) -> None:
    seen = await rig.say("subscribe 9am tokyo home services")
    assert "I have no fact to post about “" in seen.text
    assert rig.current() is None


async def test_a_pause_until_a_day_and_for_good(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    seen = await rig.say("pause until 12 Jan")
    assert rig.has().paused_until == date(2027, 1, 12)
    assert "• Tuesday 12 January 2027, 09:00" in seen.text
    await rig.say("暂停")
    assert rig.has().paused
    assert "already" in (await rig.say("pause")).text
    seen = await rig.say("resume")
    assert not rig.has().paused
    assert rig.has().paused_until is None
    assert "• Tuesday 24 November 2026" in seen.text


@pytest.mark.parametrize(
    "line", ["pause until 2020-01-01", "skip 2020-01-01", "pause until 2030-01-01", "skip 2026-13-45"]
)
async def test_a_day_that_will_not_do_changes_nothing(rig: Rig, line: str) -> None:
    await rig.say("subscribe 9am tokyo")
    before = rig.has()
    seen = await rig.say(line)
    assert "changed" in seen.text
    assert rig.has() == before


async def test_unsubscribing_ends_it_and_tells_the_channel_who_did(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.say("退订", user="U2")
    assert rig.current() is None
    assert rig.channel_texts()[-1].startswith("<@U2> 停止了本频道的每日知识")


@both_databases
async def test_unsubscribe_all_ends_what_the_person_set_up_and_nothing_else(rig: Rig) -> None:
    await rig.slack.invite("C2")
    await rig.slack.invite("G1")
    for channel, user in (("C1", "U1"), ("C2", "U1"), ("G1", "U2")):
        await rig.say("subscribe 9am tokyo", user=user, channel=channel)
    seen = await rig.say("unsubscribe all")
    assert "Daily facts stopped: 2" in seen.text
    assert [kept.channel for kept in rig.store.list()] == ["G1"]


@pytest.mark.parametrize(
    "line",
    ["preview", "skip next", "swap", "pause", "resume", "unsubscribe", "holidays cn", "send me a test"],
)
async def test_without_a_subscription_every_line_says_how_to_get_one(rig: Rig, line: str) -> None:
    assert "This channel has no daily fact" in (await rig.say(line)).text


async def test_a_direct_message_is_told_where_to_go(rig: Rig) -> None:
    await rig.slack.dm("subscribe 9am tokyo")
    await rig.settle()
    assert "Daily facts go to channels" in rig.slack.dm_messages("U1")[-1].text
    assert rig.store.list() == []


@pytest.mark.parametrize("channel", ["C2", "G1"])
async def test_where_the_bot_is_not_it_says_how_to_invite_it(rig: Rig, channel: str) -> None:
    seen = await rig.say("subscribe 9am tokyo", channel=channel)
    assert "/invite <@UBOT>" in seen.text
    assert rig.store.list() == []
    rig.slack.exchanges.clear()  # conversations.info refused a private channel: that is how we knew


async def test_questions_are_still_answered(rig: Rig) -> None:
    assert (await rig.say("skip connections")).text != ""
    assert "DeepSeek-V3" in (await rig.say("model deepseek-v3")).text
    assert rig.store.list() == []


async def test_a_day_skipped_at_the_end_of_a_pause_prolongs_it(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    rig.clock.advance(60)
    await rig.say("pause until 2027-01-12")
    assert "goes on from Tuesday 12 January 2027" in (await rig.say("subscriptions")).text
    told = (await rig.say("skip next")).text
    assert "goes on from Wednesday 13 January 2027" in told
    assert "Skipped:" not in told
    assert rig.has().paused_until == date(2027, 1, 12)  # each can be taken back by itself
