"""What colleagues say of single days, first days and each other's changes, in both languages, and what it comes to."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.playground.fake_slack import Message

pytestmark = pytest.mark.anyio

CHRISTMAS = date(2026, 12, 24)


def labels(message: Message) -> list[str]:
    return [element["text"]["text"] for _, element in message.elements() if element["type"] == "button"]


@pytest.mark.parametrize(
    ("lines", "undo", "said"),
    [
        (("subscribe 9am berlin", "skip 24 Dec"), "unskip 24 Dec", "Posts come on these days after all: Thursday 24"),
        (("订阅 9点 上海", "跳过12月24日"), "取消跳过12月24日", "这些日子照常推送：2026年12月24日"),
        (("subscribe 9am berlin", "skip 24 Dec"), "skip off", "Posts come on these days after all: Thursday 24"),
        (("订阅 9点 上海", "跳过12月24日"), "取消跳过", "这些日子照常推送：2026年12月24日"),
    ],
)  # fmt: skip
async def test_a_day_left_out_can_be_taken_back(
    rig: Rig, lines: tuple[str, ...], undo: str, said: str
) -> None:
    for line in lines:
        await rig.say(line)
    assert rig.has().skip_dates == {CHRISTMAS}
    assert said in (await rig.say(undo)).text
    assert rig.has().skip_dates == frozenset()


async def test_the_undo_button_takes_back_what_was_just_left_out_and_no_more(rig: Rig) -> None:
    await rig.say("subscribe 9am berlin")
    await rig.say("skip 24 Dec")
    seen = await rig.say("skip 1 Dec - 3 Dec")
    assert len(rig.has().skip_dates) == 4
    await rig.slack.press(seen, "Undo skipping")
    await rig.settle()
    assert rig.has().skip_dates == {CHRISTMAS}


@pytest.mark.parametrize(
    ("first", "ask", "said", "button", "left"),
    [
        ("subscribe 9am berlin", "unskip", "Several days", "unskip 2026-12-01", {CHRISTMAS}),
        ("订阅 9点 上海", "取消跳过", "有好几天", "取消跳过 2026-12-24", {date(2026, 12, 1)}),
        ("订阅 9点 上海", "取消跳过", "有好几天", "跳过 关闭", set()),
    ],
)
async def test_which_of_several_days_is_asked_back(  # noqa: PLR0917  # a table's columns
    rig: Rig, first: str, ask: str, said: str, button: str, left: set[date]
) -> None:
    for line in (first, "skip 24 Dec", "skip 1 Dec"):
        await rig.say(line)
    asked = await rig.say(ask)
    assert said in asked.text
    assert len(rig.has().skip_dates) == 2
    await rig.slack.press(asked, button)
    await rig.settle()
    assert rig.has().skip_dates == left


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("unskip", "No day to come is left out"),
        ("取消跳过", "没有设为跳过的日子"),
        ("skip today", "That day's hour is past, and no post comes any more: Monday 23 November 2026"),
        ("跳过今天", "这一天的时间已过，不会再推送：2026年11月23日"),
        ("resume tomorrow", "It is not paused"),
        ("下周一恢复", "现在并没有暂停"),
        ("pause until yesterday", "That day is past"),
        ("暂停到昨天", "这一天已经过去"),
        ("pause until", "Until which day?"),
        ("暂停到", "暂停到哪一天"),
        ("skip fridays", "which days get a post instead"),
        ("跳过每周五", "请改为选择推送的日子"),
        ("skip 3 days", "pause instead"),
        ("holidays germany and france", "public holidays of one country"),
        ("subscribe until 12 Jan", "a daily post has no last day"),
        ("订阅 9点 到1月12日", "推送没有结束日期"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(rig: Rig, line: str, said: str) -> None:
    await rig.say("subscribe 9am berlin")
    before = rig.has()
    assert said in (await rig.say(line)).text
    assert rig.has() == before


@pytest.mark.parametrize(
    ("line", "button", "field", "value"),
    [
        ("pause until 01/12/2027", "Tuesday 12 January 2027", "paused_until", date(2027, 1, 12)),
        ("pause until 01/12/2027", "Wednesday 1 December 2027", "paused_until", date(2027, 12, 1)),
        ("跳过 03/04/2027", "2027年4月3日（周六）", "skip_dates", {date(2027, 4, 3)}),
        ("subscribe from 01/12/2027", "Tuesday 12 January 2027", "paused_until", date(2027, 1, 12)),
        ("pause friday", "skip friday", "skip_dates", {date(2026, 11, 27)}),
        ("暂停周五", "暂停到周五", "paused_until", date(2026, 11, 27)),
        ("skip every friday", "subscribe mon, tue, wed, thu", "days", {0, 1, 2, 3}),
        ("跳过每周五", "订阅 周一二三四", "days", {0, 1, 2, 3}),
        ("skip for 2 weeks", "pause for 2 weeks", "paused_until", date(2026, 12, 7)),
        ("holidays germany and france", "France (FR)", "holidays", "FR"),
    ],
)
async def test_what_can_be_two_is_asked_back_with_buttons_that_do_it(
    rig: Rig, line: str, button: str, field: str, value: object
) -> None:
    await rig.say("subscribe 9am berlin")
    before = rig.has()
    asked = await rig.say(line)
    assert rig.has() == before
    await rig.slack.press(asked, button)
    await rig.settle()
    assert getattr(rig.has(), field) == value


async def test_the_rest_of_a_week_is_what_can_still_be_left_out(rig: Rig) -> None:
    await rig.say("subscribe 9am berlin")  # 14:00 on a Monday
    seen = await rig.say("skip this week")
    assert "Left out: Tuesday 24 November 2026 to Sunday 29 November 2026" in seen.text


@pytest.mark.parametrize(
    ("line", "said", "pause"),
    [
        ("subscribe 9am berlin from 12 Jan", "Starts on Tuesday 12 January 2027", "Pause"),
        ("订阅 9点 上海 从1月12日起", "从 2027年1月12日（周二） 开始推送", "暂停"),
    ],
)
async def test_a_first_day_is_no_pause(rig: Rig, line: str, said: str, pause: str) -> None:
    seen = await rig.say(line)
    assert said in seen.text
    assert pause in labels(seen)


@pytest.mark.parametrize(
    ("line", "told", "heard"),
    [
        ("subscribe 11am", "<@U1> had changed this less than a minute before you", "<@U2> has just changed"),
        ("订阅 11点", "就在您之前不到一分钟，<@U1> 也做了修改", "<@U2> 又做了修改"),
    ],
)
async def test_of_two_people_at_once_both_learn_of_the_other(
    rig: Rig, line: str, told: str, heard: str
) -> None:
    await rig.say("subscribe 9am tokyo")
    rig.clock.advance(3600)
    first = await rig.say("subscribe 10am", user="U1")
    assert "before you" not in first.text  # an hour after it was set up
    second = await rig.say(line, user="U2")
    assert told in second.text
    assert heard in rig.slack.ephemerals("U1")[-1].text
    assert rig.has().at == time(11)


@pytest.mark.parametrize(
    ("line", "ask", "said"),
    [
        ("subscribe 11am", "subscriptions", "Last changed by <@U2> on Monday 23 November 2026"),
        ("暂停", "订阅列表", "最近由 <@U2> 于 2026年11月23日"),
    ],
)
async def test_the_state_names_who_changed_it_last(rig: Rig, line: str, ask: str, said: str) -> None:
    await rig.say("subscribe 9am berlin")
    assert "changed by" not in (await rig.say("subscriptions")).text
    rig.clock.advance(3600)
    seen = await rig.say(line, user="U2")
    assert "<@U1> had" not in seen.text  # an hour is no moment
    assert said in (await rig.say(ask)).text
