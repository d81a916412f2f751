"""Mentions in threads, direct messages, and every button: each does what the line would have done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from tests.slack.daily.rig import both_databases, rigged

from aibot.core.daily import slot_of
from aibot.slack.manners.manners import Manners
from aibot.storage import Settled
from aibot.storage.record import Move, Planned

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import Message
    from aibot.slack.bot import Bot
    from aibot.storage.record import State

pytestmark = pytest.mark.anyio


async def post_of(rig: Rig, channel: str = "C1") -> Message:
    """The next post, as the engine will send it."""
    preview = rig.composer.preview(rig.has(channel), rig.daily.clock())
    assert preview is not None
    client = rig.slack.state.workspaces["T1"]
    message = rig.slack.state.post(
        client, client.channels[channel], user="UBOT", bot_id="B1", app_id="A1",
        text=preview.message["text"], blocks=preview.message["blocks"],
    )  # fmt: skip
    assert slot_of(preview.slot.day, rig.has(channel).at, rig.has(channel).zone) == preview.slot.at
    return message


async def test_a_mention_in_a_thread_takes_the_same_line(rig: Rig) -> None:
    root = rig.slack.say("lunch?", channel="C1")
    await rig.slack.mention("subscribe 18:30 sun-thu dubai finance in chinese", thread_ts=root.ts)
    await rig.settle()
    kept = rig.has()
    assert (kept.zone, kept.topics, kept.language) == ("Asia/Dubai", ("finance",), "zh")
    assert "18:30, Sunday to Thursday, Asia/Dubai (UTC+4)" in rig.slack.thread("C1", root.ts)[-1].text


async def test_a_bare_mention_subscribes_with_what_is_usual_and_says_so(rig: Rig) -> None:
    exchange = await rig.slack.mention("subscribe")
    await rig.settle()
    said = rig.slack.thread("C1", exchange.ts or "")[-1].text
    assert "09:00, Monday to Friday, America/New_York (UTC-5)" in said
    assert "the one in your Slack profile" in said


async def test_a_preview_in_a_channel_is_for_who_asks_alone(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.slack.mention("preview", user="U2")
    await rig.settle()
    assert "The next post, as it will be" in rig.slack.ephemerals("U2")[-1].text


async def test_an_event_that_comes_twice_is_done_once(rig: Rig) -> None:
    exchange = await rig.slack.mention("subscribe 9am tokyo")
    await rig.slack.redeliver(exchange)
    await rig.settle()
    assert len(rig.channel_texts()) == 1  # the intro; the answer lies in the thread


async def test_the_stop_button_stops_and_everybody_reads_who_pressed_it(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    post = await post_of(rig)
    stop = next(element for _, element in post.elements() if element["action_id"] == "aibot_daily_stop")
    assert stop["confirm"]["confirm"]["text"] == "Stop it"
    await rig.slack.press(post, "Stop", user="U3")
    await rig.settle()
    assert rig.current() is None
    assert rig.channel_texts()[-1].startswith("<@U3> has stopped the daily fact")
    await rig.slack.press(post, "Stop", user="U2")
    await rig.settle()
    assert "has no daily fact" in rig.slack.ephemerals("U2")[-1].text


async def test_why_tells_who_set_it_up_and_how_to_stop(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo finance")
    post = await post_of(rig)
    await rig.slack.press(post, "Why am I seeing this?", user="U2")
    await rig.settle()
    said = rig.slack.ephemerals("U2")[-1].text
    for part in ("<@U1>", "Monday 23 November 2026", "09:00, Monday to Friday", "Finance", "/ai unsubscribe"):
        assert part in said
    await rig.say("unsubscribe")
    await rig.slack.press(post, "Why am I seeing this?", user="U2")
    await rig.settle()
    assert "no longer subscribed" in rig.slack.ephemerals("U2")[-1].text


async def test_more_answers_once_in_the_posts_thread(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo models")
    post = await post_of(rig)
    for user in ("U1", "U2"):
        await rig.slack.press(post, "aibot_daily_more", user=user)
        await rig.settle()
    assert len(rig.slack.thread("C1", post.ts)) == 2
    assert not rig.slack.thread("C1", post.ts)[-1].reply_broadcast
    assert "in the thread" in rig.slack.ephemerals("U2")[-1].text


@pytest.mark.parametrize(
    ("language", "said"), [("english", "; failed: 1, unknown: 1"), ("chinese", "；失败 1，未知 1")]
)
async def test_what_went_wrong_is_counted_where_a_channel_is_shown(
    rig: Rig, language: str, said: str
) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.say(f"language {language}")
    assert said not in (await rig.say("subscriptions")).text
    record, begun = rig.store.deliveries, rig.store.database.now()
    states: tuple[State, ...] = ("failed", "unknown")
    for number, state in enumerate(states):
        at, day = begun + number, f"2026-11-2{number}"
        [(subscription, next_at)] = record.everyone()
        planned = Planned(subscription, day, at, at, at + 60, missed=False)
        record.plan([planned], [Move(subscription, next_at, next_at)], at)
        [claimed], _ = record.claim("w1", at, [(rig.has().id, day)])
        record.settle([Settled(claimed.subscription, day, claimed.attempt, state, "tried")], at)
    assert said in (await rig.say("subscriptions")).text


async def test_more_that_slack_refused_may_be_pressed_again(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo models")
    post = await post_of(rig)
    rig.slack.trouble("chat.postMessage", error="restricted_action")
    await rig.slack.press(post, "aibot_daily_more", user="U2")
    await rig.settle()
    assert len(rig.slack.thread("C1", post.ts)) == 1
    assert "Something went wrong" in rig.slack.ephemerals("U2")[-1].text
    await rig.slack.press(post, "aibot_daily_more", user="U2")
    await rig.settle()
    assert len(rig.slack.thread("C1", post.ts)) == 2
    rig.slack.exchanges.clear()  # the refusal was ordered


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("subscribe 9am tokyo models", "I have answered 1 times in this channel within a minute."),
        ("订阅 每天9点 东京 模型", "一分钟内我在本频道已回答 1 次。"),
    ],
)
async def test_more_above_the_channels_limit_is_told_to_who_pressed_once_and_comes_a_minute_later(
    bot: Bot, phrases: Phrases, database: str, line: str, told: str
) -> None:
    async with rigged(bot, phrases, database, manners=Manners(channel=1)) as rig:
        await rig.say(line)
        posts = [await post_of(rig) for _ in range(2)]
        for post, user in ((posts[0], "U1"), (posts[1], "U2"), (posts[1], "U2"), (posts[1], "U3")):
            await rig.slack.press(post, "aibot_daily_more", user=user)
            await rig.settle()
        assert len(rig.slack.thread("C1", posts[1].ts)) == 1
        for user in ("U2", "U3"):
            [only] = rig.slack.ephemerals(user)
            assert only.text.startswith(told)
        rig.clock.advance(60)
        await rig.slack.press(posts[1], "aibot_daily_more", user="U2")
        await rig.settle()
        assert len(rig.slack.thread("C1", posts[1].ts)) == 2
        assert rig.slack.refusals == []


async def test_more_of_a_preview_is_shown_to_who_asks_alone(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo models")
    preview = await rig.say("preview")
    count = len(rig.channel_texts())
    await rig.slack.press(preview, "aibot_daily_more")
    await rig.settle()
    assert len(rig.channel_texts()) == count
    assert len(rig.slack.ephemerals("U1")) == 3


async def test_the_buttons_of_the_state_do_what_they_say(rig: Rig) -> None:
    state = await rig.say("subscribe 9am tokyo")
    await rig.slack.press(state, "Pause")
    await rig.settle()
    assert rig.has().paused
    assert "The daily fact is paused" in state.text
    await rig.slack.press(state, "Resume")
    await rig.settle()
    assert not rig.has().paused
    await rig.slack.press(state, "Preview")
    await rig.settle()
    assert "The next post" in state.text
    await rig.slack.press(state, "Another fact")
    await rig.settle()
    assert "Another fact for the next post" in state.text


async def test_a_button_of_an_older_bot_says_so(rig: Rig) -> None:
    state = await rig.say("subscribe 9am tokyo")
    for _, element in state.elements():
        if element["action_id"].startswith("aibot_daily_say"):
            element["value"] = "what we used to say"
    await rig.slack.press(state, "Preview")
    await rig.settle()
    assert "older version" in rig.slack.ephemerals("U1")[-1].text


async def test_the_list_here_tells_everything_and_lists_elsewhere_are_private(rig: Rig) -> None:
    await rig.slack.invite("G1")
    await rig.say("subscribe 9am tokyo", user="U3")
    await rig.say("subscribe 9am tokyo", user="U2", channel="G1")
    seen = await rig.say("subscriptions", user="U2")
    assert "Set up by: <@U3>" in seen.text
    assert "Last post: none yet" in seen.text
    seen = await rig.say("subscriptions everywhere", user="U2")
    assert "that you set up (1)" in seen.text
    assert "<#G1>" in seen.text
    rig.slack.state.workspaces["T1"].channels["G1"].members.remove("U3")
    seen = await rig.say("subscriptions everywhere", user="U3")
    assert "in this workspace (2)" in seen.text
    assert "<#C1>" in seen.text
    assert "<#G1>" not in seen.text
    assert "secret" not in seen.text
    assert "a channel you are not in (G1)" in seen.text


async def test_what_a_person_may_see_is_where_they_are_and_what_they_set_up(rig: Rig) -> None:
    for channel in ("C2", "G1"):
        await rig.slack.invite(channel)
    for channel, user in (("C1", "U1"), ("C2", "U2"), ("G1", "U2")):
        await rig.say("subscribe 9am tokyo", user=user, channel=channel)
    rig.slack.workspace().channels["G1"].members.remove("U3")  # an admin, who is not in the private channel
    rig.slack.workspace().channels["C2"].members.remove("U2")  # who set it up, and has left
    client = AsyncWebClient(rig.slack.bot_token, base_url=rig.slack.api_url)

    async def seen(user: str) -> tuple[list[str], set[str]]:
        visible = await rig.daily.shown.visible_to("T1", user, client)
        return [item.subscription.channel for item in visible.items], set(visible.channels)

    assert await seen("U1") == (["C1", "C2", "G1"], {"C1", "C2", "G1"})
    assert await seen("U2") == (["C1", "C2", "G1"], {"C1", "G1"})
    assert await seen("U3") == (["C1", "C2"], {"C1", "C2"})
    assert await seen("U9") == ([], set())  # nobody Slack knows
    assert (await rig.daily.shown.visible_to("T2", "U1", client)).items == ()
    rig.slack.trouble("users.conversations", "error", error="fatal_error")
    assert await seen("U2") == (["C2", "G1"], set())
    [item, _] = (await rig.daily.shown.visible_to("T1", "U3", client)).items
    assert item.next is not None
    assert f"{item.next.local('Asia/Tokyo'):%H:%M}" == "09:00"
    rig.slack.exchanges.clear()


@both_databases
async def test_lists_for_programs(rig: Rig) -> None:
    await rig.say("subscribe 9:05 tokyo models", user="U3")
    seen = await rig.say("subscriptions everywhere csv", user="U3")
    assert "T1,C1,U3,09:05,Asia/Tokyo,12345,model,en,on,,,,2026-11-24T09:05+09:00,,,,0,0,0,0" in seen.text
    seen = await rig.say("subscriptions json", user="U3")
    assert '"channel":"C1"' in seen.text
    assert rig.has().created.date() == date(2026, 11, 23)


async def test_below_more_the_thread_can_be_asked_further(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo models")
    post = await post_of(rig)
    await rig.slack.press(post, "aibot_daily_more")
    await rig.settle()
    await rig.slack.write("more", thread_ts=post.ts)
    await rig.settle()
    assert rig.slack.thread("C1", post.ts)[-1].text.startswith("That is all the fact base has on ")


async def test_who_chose_a_language_is_answered_in_it_and_the_posts_keep_theirs(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.say("language chinese", user="U2")
    post = await post_of(rig)
    await rig.slack.press(post, "Why am I seeing this?", user="U2")
    await rig.settle()
    assert rig.slack.ephemerals("U2")[-1].text.startswith("您看到这条")
    assert (await rig.say("subscriptions", user="U2")).text.startswith("本频道的每日知识")
    more = next(element for _, element in post.elements() if element["action_id"] == "aibot_daily_more")
    await rig.slack.press(post, more["text"]["text"], user="U2")
    await rig.settle()
    assert "\nSources:" in rig.slack.thread("C1", post.ts)[-1].text
    assert rig.has().language == "en"
