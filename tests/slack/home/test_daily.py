"""Daily facts in the Home: the same as by command, seen by who may know of them, and by nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.slack.daily.rig import rigged
from tests.slack.home.test_home import published, said

from aibot.core.daily import subscription_id
from aibot.playground.fake_slack import BOT_SCOPES
from aibot.slack.cards.home import DAILY_ACTION, EDIT_ACTION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.slack.daily.rig import Rig

    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import View
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio
PAUSE, STOP = f"{DAILY_ACTION}:pause", f"{DAILY_ACTION}:stop"


async def opened(rig: Rig, user: str = "U1") -> View:
    await rig.slack.open_home(user=user)
    await rig.settle()
    home = rig.slack.home(user)
    assert home is not None
    return home


async def press(rig: Rig, home: View, action: str, user: str = "U1") -> None:
    exchange = await rig.slack.press(home, action, user=user)
    assert exchange.ok
    await rig.settle()


async def test_what_a_command_sets_up_the_home_shows_and_changes(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo models")
    home = await opened(rig)
    for part in ("<#C1>", "09:00, Monday to Friday, Asia/Tokyo", "models", "Tuesday 24 November 2026, 09:00"):
        assert part in said(home)
    await press(rig, home, PAUSE)
    assert rig.has().paused
    assert "The daily fact is paused" in said(home)
    await press(rig, home, PAUSE)  # the same button goes on now
    assert not rig.has().paused
    await press(rig, home, STOP)
    assert rig.current() is None
    assert "None in your channels" in said(home)
    assert "<@U1>" in rig.channel_texts()[-1]  # the channel is told, as by command


async def test_the_change_button_opens_the_channels_form_and_the_home_says_what_came_of_it(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo")
    home = await opened(rig)
    before = len(rig.slack.from_app())
    await press(rig, home, EDIT_ACTION)
    (form,) = rig.slack.views()
    await rig.slack.submit(form, {"time": "10:30"})
    await rig.settle()
    assert f"{rig.has().at:%H:%M}" == "10:30"
    assert "10:30, Monday to Friday" in said(home)
    assert "The daily fact is changed" in said(home)
    assert len(rig.slack.from_app()) == before  # and nowhere else


async def test_a_command_draws_the_homes_anew_of_who_is_concerned_and_has_opened_theirs(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo")
    assert published(rig.slack) == []  # nobody has opened a Home yet
    mine, theirs = await opened(rig), await opened(rig, "U2")
    count = len(published(rig.slack))
    await rig.say("pause", user="U2")  # it is U1's
    assert "Paused" in said(mine)
    assert "已暂停" in said(theirs)
    assert len(published(rig.slack)) == count + 2
    await rig.say("preview")  # changes nothing
    await rig.say("pause")
    assert len(published(rig.slack)) == count + 2


async def test_a_private_channel_shows_to_its_members_alone(rig: Rig) -> None:
    await rig.slack.invite("G1")
    rig.slack.workspace().channels["G1"].members.remove("U2")
    await rig.say("subscribe 9am weekdays tokyo", channel="G1")
    assert "<#G1>" in said(await opened(rig))
    assert "G1" not in json.dumps((await opened(rig, "U2")).body)


async def test_a_channel_somebody_has_left_is_not_named_but_can_be_stopped_by_who_set_it_up(rig: Rig) -> None:
    await rig.slack.invite("G1")
    await rig.say("subscribe 9am weekdays tokyo", channel="G1")
    await rig.slack.kick("G1", user="U1")
    home = await opened(rig)
    assert "<#G1>" not in said(home)
    assert "a channel you are not in (G1)" in said(home)
    await press(rig, home, STOP)
    assert rig.current("G1") is None


async def test_a_stale_button_on_a_channel_that_somebody_has_left_does_nothing(rig: Rig) -> None:
    await rig.slack.invite("G1")
    await rig.say("subscribe 9am weekdays tokyo", channel="G1")
    home = await opened(rig, "U2")
    assert "<#G1>" in said(home)
    rig.slack.workspace().channels["G1"].members.remove("U2")
    stale = json.loads(json.dumps(home.body))
    for action in (PAUSE, EDIT_ACTION):
        home.body = stale
        await press(rig, home, action, "U2")
        assert not rig.has("G1").paused
        assert rig.slack.views("U2") == []
        assert "已经没有了" in said(home)


async def test_a_policy_holds_in_the_home_too(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo")
    await rig.say("daily admins", user="U3")
    home = await opened(rig)
    await press(rig, home, PAUSE)
    assert not rig.has().paused
    assert "only workspace admins" in said(home)


async def test_somebody_elses_is_there_with_who_set_it_up(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo", user="U2")
    assert "Set up by: <@U2>" in said(await opened(rig))


async def test_many_are_cut_with_a_word_on_where_the_rest_is(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo")
    first = rig.has()
    for number in range(12):
        channel = f"C9{number}"
        rig.store.subscribe(replace(first, id=subscription_id("T1", channel), channel=channel))
    home = await opened(rig)
    assert "… and 5 more" in said(home)


async def test_without_the_scopes_for_channels_only_ones_own_are_there(
    bot: Bot, phrases: Phrases, tmp_path: Path
) -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if not scope.endswith(":read") or scope == "users:read")
    async with rigged(bot, phrases, f"sqlite:///{tmp_path}/aibot.db", scopes=scopes) as rig:
        await rig.say("subscribe 9am weekdays tokyo")
        assert "a channel you are not in (C1)" in said(await opened(rig))
        assert "您所在的频道里还没有" in said(await opened(rig, "U2"))


async def test_a_database_that_fails_is_told_and_the_rest_of_the_home_stays(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo")
    home = await opened(rig)
    rig.store.close()
    with rig.store.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE subscriptions")
    await press(rig, home, PAUSE)
    assert "cannot write to my memory" in said(home)
    assert "Fact of the day" in said(home)
