"""Several workspaces at once: each is served with its own token, and none with another's, whatever Slack sends."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select
from tests.slack.install.rig import Many, many

from aibot.slack.cards import SHOW_ACTION
from aibot.slack.install.installed import ABSENT_SECONDS, KEPT_SECONDS
from aibot.slack.manifest import LOOK_UP
from aibot.slack.manners.manners import Manners
from aibot.storage.departures import AGAIN_SECONDS, SOON_SECONDS
from aibot.storage.tables import departures, installations, metadata, preferences, recent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


@pytest.fixture
async def rig(bot: Bot, tmp_path: Path) -> AsyncIterator[Many]:
    async with many(bot, tmp_path, teams=("T2", "T3")) as running:
        for team in ("T1", "T2"):
            assert (await running.install(team)).status == 200
        running.slack.state.install(
            running.slack.workspace("T3")
        )  # Slack thinks so, and we know nothing of it
        yield running


def posts(rig: Many) -> list[tuple[str, str]]:
    """Every message the bot posted: by whose token, into which channel."""
    calls = rig.slack.calls("chat.postMessage")
    return [(call.headers["authorization"].split("-")[1], str(call.arguments["channel"])) for call in calls]


# Whose token


async def test_each_workspace_is_answered_with_its_own_token(rig: Many) -> None:
    for team, user, channel in (("T1", "U1", "C1"), ("T2", "U12", "C12")):
        await rig.slack.answer(await rig.slack.mention("RAG", user=user, channel=channel, team=team))
    await rig.settle()
    assert posts(rig) == [("T1", "C1"), ("T2", "C12")]
    assert rig.slack.refusals == []


async def test_a_workspace_without_the_bot_is_told_so_and_nothing_else(rig: Many) -> None:
    assert await rig.say("RAG", team="T3") == (
        "The app is not installed in this workspace, or was taken away from it. Whoever manages apps here can install "
        "it; then ask again."
    )
    assert "没有安装" in await rig.say("什么是检索增强生成", team="T3")
    assert "not installed" in await rig.say("subscribe 9am", team="T3")
    before = len(rig.slack.calls())
    mention = {"type": "app_mention", "user": "U13", "text": "RAG", "ts": "1.1", "channel": "C13"}
    envelope = {"authorizations": [{"enterprise_id": None, "team_id": "T3", "is_enterprise_install": False}]}
    exchange = await rig.slack.event(mention, team="T3", **envelope)
    await rig.settle()
    assert exchange.status == 200
    assert len(rig.slack.calls()) == before


async def test_an_event_from_another_workspaces_side_is_answered_where_it_was_meant_for(rig: Many) -> None:
    """Slack Connect: the person is T2's, the channel T1's; `authorizations` names the installation that is meant."""
    mention = {
        "type": "app_mention", "user": "U12", "user_team": "T2", "source_team": "T2", "team": "T2", "text": "RAG",
        "ts": "1.1", "channel": "C1",
    }  # fmt: skip
    await rig.slack.event(mention, team="T1", team_id="T2", context_team_id="T1", is_ext_shared_channel=True)
    await rig.slack.until(lambda: rig.slack.calls("chat.postMessage"))
    await rig.settle()
    assert posts(rig) == [("T1", "C1")]


async def test_crossed_events_never_cross_tokens(rig: Many) -> None:
    """Whatever else an event says of teams and people, its authorization decides."""
    cases = [("T1", "C1", "T2"), ("T2", "C12", "T1"), ("T1", "C1", "T9"), ("T2", "C12", "")]
    for number, (team, channel, other) in enumerate(cases):
        mention = {
            "type": "app_mention",
            "user": "U9",
            "text": "RAG",
            "ts": f"{number + 1}.1",
            "channel": channel,
        }
        more: dict[str, Any] = {"team_id": other, "context_team_id": other}
        await rig.slack.event({**mention, "team": other, "user_team": other}, team=team, **more)
    await rig.slack.until(lambda: len(posts(rig)) == len(cases))
    assert sorted(posts(rig)) == sorted((team, channel) for team, channel, _ in cases)


async def test_a_button_pressed_from_the_other_side_of_a_shared_channel(rig: Many) -> None:
    """T3 has not installed us; the message is T1's, and so is the answer."""
    asked = await rig.slack.command("/ai", "gpt", team="T1")
    await rig.slack.until(lambda: asked.messages)
    button = next(one for _, one in asked.messages[0].elements() if one["action_id"].startswith(SHOW_ACTION))
    payload = {
        "type": "block_actions",
        "team": {"id": "T3", "domain": "other"},
        "user": {"id": "U13", "team_id": "T3"},
        "api_app_id": "A1",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": False},
        "channel": {"id": "C1"},
        "message": {"ts": "1.1", "team": "T1", "app_id": "A1"},
        "response_url": asked.response_url,
        "actions": [{"type": "button", "block_id": "b", **button}],
    }
    exchange = rig.slack.inbound.new_exchange("block_actions")
    await rig.slack.inbound.deliver(exchange, payload)
    await rig.settle()
    assert exchange.status == 200
    assert "not installed" not in asked.messages[-1].text
    del payload["message"]
    refused = rig.slack.inbound.new_exchange("block_actions")
    await rig.slack.inbound.deliver(refused, payload)
    await rig.settle()
    assert "not installed" in asked.messages[-1].text


async def test_a_button_in_a_shared_channel_where_both_sides_have_the_bot(rig: Many) -> None:
    """T2's person presses a button of T1's message: it is about T1's channel, not about T2's own."""
    for team in ("T1", "T2"):
        await rig.say("subscribe 9am utc", team=team)
    said = rig.slack.messages("C1", team="T1")[-1]
    button = next(one for _, one in said.elements() if one["action_id"] == "aibot_daily_stop")
    payload = {
        "type": "block_actions",
        "team": {"id": "T2", "domain": "other"},
        "user": {"id": "U12", "team_id": "T2"},
        "api_app_id": "A1",
        "container": {"type": "message", "message_ts": said.ts, "channel_id": "C1", "is_ephemeral": False},
        "channel": {"id": "C1"},
        "message": {"ts": said.ts, "team": "T1", "app_id": "A1"},
        "actions": [{"type": "button", "block_id": "b", **button}],
    }
    await rig.slack.inbound.deliver(rig.slack.inbound.new_exchange("block_actions"), payload)
    await rig.settle()
    assert [one.team for one in rig.memory.daily.list()] == ["T2"]


async def test_subscriptions_are_each_workspaces_own(rig: Many) -> None:
    assert "9" in await rig.say("subscribe 9am utc", team="T1")
    assert "10" in await rig.say("subscribe 10am utc", team="T2")
    assert [one.team for one in rig.memory.daily.list()] == ["T1", "T2"]
    await rig.slack.answer(await rig.slack.mention("unsubscribe", user="U12", channel="C12", team="T2"))
    await rig.settle()
    assert [one.team for one in rig.memory.daily.list()] == ["T1"]


async def test_daily_posts_go_out_with_each_workspaces_token(rig: Many) -> None:
    for team in ("T1", "T2"):
        await rig.say("subscribe 9am new york", team=team)
    before = len(posts(rig))
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    await rig.slack.until(lambda: len(posts(rig)) == before + 2, timeout=20)
    assert sorted(posts(rig)[before:]) == [("T1", "C1"), ("T2", "C12")]


async def test_a_paused_post_is_told_of_with_the_workspaces_own_token(rig: Many) -> None:
    for team in ("T1", "T2"):
        await rig.say("subscribe 9am new york", team=team)
    rig.slack.workspace("T2").channels["C12"].is_archived = True  # its event never came
    before = len(posts(rig))
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    await rig.slack.until(lambda: ("T2", "U12") in posts(rig)[before:], timeout=20)
    assert ("T1", "U12") not in posts(rig)


async def test_what_is_chosen_in_a_shared_channel_is_chosen_where_the_bot_is(rig: Many) -> None:
    """T2's person speaks in T1's channel: the channel's language is T1's to keep, and T2 gets none of it."""
    mention = {
        "type": "app_mention", "user": "U12", "user_team": "T2", "team": "T2", "text": "<@UBOT> language chinese here",
        "ts": "1.1", "channel": "C1",
    }  # fmt: skip
    await rig.slack.event(mention, team="T1", team_id="T2", context_team_id="T1", is_ext_shared_channel=True)
    await rig.settle()
    with rig.memory.database.reading() as connection:
        rows = connection.execute(select(preferences.c.team, preferences.c.owner)).all()
    assert [tuple(row) for row in rows] == [("T1", "C1")]


async def test_a_button_in_an_organisation_keeps_what_is_chosen_under_its_workspace(
    bot: Bot, tmp_path: Path
) -> None:
    async with many(bot, tmp_path, org="E1") as rig:
        await rig.install("E1")
        await rig.say("language chinese", team="T2")
        with rig.memory.database.reading() as connection:
            rows = connection.execute(select(preferences.c.team, preferences.c.owner)).all()
        assert [tuple(row) for row in rows] == [("T2", "U12")]


async def test_a_shortcut_on_somebody_elses_message_is_its_users_workspaces(rig: Many) -> None:
    """T1's person looks up what T2's person wrote in a shared channel; both have the bot. T1 answers."""
    await rig.say("language chinese", team="T1")
    payload: dict[str, Any] = {
        "type": "message_action", "callback_id": LOOK_UP, "team": {"id": "T1", "domain": "one"},
        "user": {"id": "U1", "team_id": "T1"}, "api_app_id": "A1", "channel": {"id": "C1"},
        "message": {"ts": "1.1", "team": "T2", "user": "U12", "text": "we use RAG"}, "message_ts": "1.1",
        "trigger_id": "1.1.a",
    }  # fmt: skip
    asked = await rig.slack.command("/ai", "gpt", team="T1")
    await rig.slack.until(lambda: asked.messages)
    payload["response_url"] = asked.response_url
    await rig.slack.inbound.deliver(rig.slack.inbound.new_exchange("message_action"), payload)
    await rig.slack.until(lambda: len(asked.messages) > 1)
    await rig.settle()
    assert asked.messages[-1].text.startswith("检索增强生成")


# The memory of who is installed


async def test_slack_and_the_database_are_not_asked_at_every_request(rig: Many) -> None:
    await rig.say("RAG", team="T1")
    asked: list[str] = []
    event.listen(rig.memory.database.engine, "before_cursor_execute", lambda *them: asked.append(them[2]))
    calls = len(rig.slack.calls())
    for _ in range(20):
        await rig.slack.command("/ai", "RAG", team="T1")
    assert not [statement for statement in asked if "installations" in statement]
    assert len(rig.slack.calls()) == calls
    rig.clock.advance(KEPT_SECONDS)
    await rig.slack.command("/ai", "RAG", team="T1")
    assert len([statement for statement in asked if "installations" in statement]) == 1


async def test_what_another_program_installs_or_takes_away_is_seen_soon(rig: Many) -> None:
    assert "not installed" in await rig.say("RAG", team="T3")
    held = await rig.has("T1")
    rig.memory.installations.save(_for(held, "T3"))
    rig.clock.advance(ABSENT_SECONDS)
    assert "Retrieval" in await rig.say("RAG", team="T3")
    rig.memory.purge.installation("T3", "", await rig.has("T3"), "test")
    rig.clock.advance(KEPT_SECONDS)
    assert "not installed" in await rig.say("RAG", team="T3")


async def test_a_database_that_cannot_tell_has_slack_ask_again(rig: Many) -> None:
    rig.clock.advance(KEPT_SECONDS)
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE installations RENAME TO elsewhere")
    mention = {"type": "app_mention", "user": "U1", "text": "RAG", "ts": "1.1", "channel": "C1"}
    refused = await rig.slack.event(mention)
    assert {attempt.status for attempt in refused.attempts} == {503}
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO installations")
    again = await rig.slack.redeliver(refused)
    assert again.status == 200
    await rig.slack.until(lambda: rig.slack.calls("chat.postMessage"))


def _for(held: Any, team: str) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    return replace(held, team=team)


# Going


async def test_uninstalling_takes_everything_away_and_says_so(rig: Many) -> None:
    await rig.say("subscribe 9am utc", team="T1")
    await rig.say("subscribe 9am utc", team="T2")
    await rig.slack.uninstall("T2")
    await rig.settle()
    assert await rig.installation("T2") is None
    assert [one.team for one in rig.memory.daily.list()] == ["T1"]
    (said,) = [one for one in rig.memory.audit.read(team="T2") if one.what == "installation.purged"]
    assert (said.actor, (said.after or {})["workspaces"]) == ("slack", ["T2"])
    assert "not installed" in await rig.say("RAG", team="T2")
    assert "Retrieval" in await rig.say("RAG", team="T1")


async def test_what_was_in_memory_of_a_workspace_that_left_is_not_written_after_it(rig: Many) -> None:
    exchange = await rig.slack.command("/ai", "RAG", user="U12", channel="C12", team="T2")
    await rig.slack.until(lambda: exchange.messages)  # noted, and not yet written down
    for token in rig.slack.workspace("T2").tokens:
        token.error = "account_inactive"
    await rig.installed.refused(await rig.has("T2"), "account_inactive")
    await rig.settle()
    with rig.memory.database.reading() as connection:
        assert connection.execute(select(recent)).all() == []
    assert await rig.installation("T2") is None


@pytest.mark.parametrize(
    "order", [("app_uninstalled", "tokens_revoked"), ("tokens_revoked", "app_uninstalled")]
)
async def test_the_two_events_come_in_any_order_and_twice(rig: Many, order: tuple[str, str]) -> None:
    await rig.say("subscribe 9am utc", team="T2")
    for token in rig.slack.workspace("T2").tokens:
        token.error = "account_inactive"
    for kind in (*order, *order):
        exchange = await rig.slack.event({"type": kind, "tokens": {"bot": ["UBOT2"]}}, team="T2")
        assert exchange.status == 200
        await rig.settle()
    assert await rig.installation("T2") is None
    assert len([one for one in rig.memory.audit.read() if one.what == "installation.purged"]) == 1


async def test_a_persons_token_is_not_the_bots(rig: Many) -> None:
    await rig.slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, team="T2")
    await rig.settle()
    assert await rig.installation("T2") is not None


async def test_a_reinstallation_before_the_events_wins(rig: Many) -> None:
    await rig.say("subscribe 9am utc", team="T2")
    for token in rig.slack.workspace("T2").tokens:
        token.error = "account_inactive"
    await rig.install("T2")
    for kind in ("app_uninstalled", "tokens_revoked"):
        await rig.slack.event({"type": kind, "tokens": {"bot": ["UBOT2"]}}, team="T2")
    await rig.settle()
    assert (await rig.has("T2")).token == rig.slack.workspace("T2").token.value
    assert [one.team for one in rig.memory.daily.list()] == ["T2"]


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked"])
async def test_any_refused_call_that_says_so_purges(rig: Many, code: str) -> None:
    await rig.say("subscribe 9am utc", team="T2")
    rig.slack.workspace("T2").token.error = code
    await rig.slack.mention("RAG", user="U12", channel="C12", team="T2")
    await rig.settle()
    assert await rig.installation("T2") is None
    assert rig.memory.daily.list() == []


async def test_an_address_that_slack_does_not_let_in_loses_nothing(
    rig: Many, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.say("subscribe 9am utc", team="T2")
    rig.slack.trouble("*", error="invalid_auth", times=None)
    await rig.slack.mention("RAG", user="U12", channel="C12", team="T2")
    await rig.settle()
    assert await rig.installation("T2") is not None
    assert len(rig.memory.daily.list()) == 1
    assert "Slack does not take the token of /T2 (invalid_auth)" in caplog.text


async def test_a_daily_post_that_finds_the_workspace_gone_purges_it(rig: Many) -> None:
    for team in ("T1", "T2"):
        await rig.say("subscribe 9am new york", team=team)
    rig.slack.workspace("T2").token.error = "account_inactive"
    gone = asyncio.Event()
    rig.installed.leaving.when_gone(lambda _team: gone.set())
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    async with asyncio.timeout(20):
        await gone.wait()
    assert await rig.installation("T2") is None
    await rig.slack.until(lambda: ("T1", "C1") in posts(rig)[1:])
    assert [one.team for one in rig.memory.daily.list()] == ["T1"]


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked"])
async def test_a_workspace_that_a_daily_post_finds_gone_leaves_no_row_behind(
    rig: Many, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="aibot.posting")
    await rig.say("subscribe 9am new york", team="T2")
    rig.slack.workspace("T2").token.error = code
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    await _until(
        lambda: "is not this program's any more" in caplog.text
    )  # asked for Slack's time, it was purged
    left = {}
    with rig.memory.database.reading() as connection:
        for table in metadata.sorted_tables:
            if "team" in table.c and table.name not in ("audit", "departures"):
                left[table.name] = len(connection.execute(select(table).where(table.c.team == "T2")).all())
    assert left["workspaces"] == 0
    assert not any(left.values()), left
    assert [one.what for one in rig.memory.audit.read(team="T2")][-1] == "installation.purged"


@pytest.mark.parametrize("code", ["invalid_auth", "token_expired", "not_authed"])
async def test_a_refusal_that_may_be_ours_stops_no_workspace_for_good(rig: Many, code: str) -> None:
    """Slack says `invalid_auth` to an address outside the app's list, too: once that is mended, posts go out."""
    await rig.say("subscribe 9am new york", team="T2")
    before = len(posts(rig))
    rig.slack.trouble("chat.postMessage", error=code, times=None)
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    await _until(lambda: _has_waited(rig, code))
    assert rig.memory.daily.stopped() == []
    rig.slack.faults.clear()
    rig.clock.advance(700)
    await rig.slack.until(lambda: _went_out(rig, before), timeout=20)
    assert await rig.installation("T2") is not None


async def test_a_post_waits_for_a_database_that_cannot_give_its_token(
    rig: Many, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.say("subscribe 9am new york", team="T2")
    before = len(posts(rig))
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE installations RENAME TO elsewhere")
    rig.installed.forget("T2")
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    await _until(lambda: _has_waited(rig, "database_unavailable"))
    assert "no call for T2" in caplog.text
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO installations")
    rig.clock.advance(60)
    await rig.slack.until(lambda: _went_out(rig, before), timeout=20)


async def test_a_post_waits_for_the_key_of_its_token(rig: Many, caplog: pytest.LogCaptureFixture) -> None:
    await rig.say("subscribe 9am new york", team="T2")
    before = len(posts(rig))
    with rig.memory.database.transaction() as connection:
        mine = installations.c.team == "T2"
        sealed = connection.execute(select(installations.c.token).where(mine)).scalar_one()
        connection.execute(installations.update().where(mine).values(token="sealed elsewhere"))
    rig.installed.forget("T2")
    rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
    await _until(lambda: _has_waited(rig, "database_unavailable"))
    assert "not in AIBOT_KEYS" in caplog.text
    with rig.memory.database.transaction() as connection:
        connection.execute(installations.update().where(mine).values(token=sealed))
    rig.clock.advance(60)
    await rig.slack.until(lambda: _went_out(rig, before), timeout=20)


async def _until(is_so: Callable[[], bool]) -> None:
    """Wait for what is written down without a word to Slack."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(0.02)


def _has_waited(rig: Many, code: str) -> bool:
    """Whether the post of T2 was refused, which is written down."""
    found = rig.memory.daily.deliveries.of_channel("C12", "2026-11-23")
    return any(f"not posted ({code})" in one.steps for one in found)


def _went_out(rig: Many, before: int) -> bool:
    accepted = [one for one in rig.slack.calls("chat.postMessage")[before:] if one.error is None]
    return [str(one.arguments["channel"]) for one in accepted] == ["C12"]


# Slack does not say whether a token has ended


async def test_an_uninstallation_waits_until_slack_says_whether_the_token_has_ended(rig: Many) -> None:
    await rig.say("subscribe 9am utc", team="T2")
    for kind in ("server_error", "reset", "rate_limit"):
        rig.slack.trouble("auth.test", kind, times=1)
    await rig.slack.uninstall("T2")
    await rig.settle()
    assert await rig.installation("T2") is None
    assert rig.memory.daily.list() == []


async def test_where_slack_never_says_nothing_is_deleted_and_the_log_says_so(
    rig: Many, caplog: pytest.LogCaptureFixture
) -> None:
    rig.slack.trouble("auth.test", "server_error", times=None)
    await rig.slack.event({"type": "app_uninstalled"}, team="T2")
    await rig.settle()
    assert await rig.installation("T2") is not None
    assert "does not say whether its token has ended" in caplog.text
    assert "is of no account any more" not in caplog.text


# What was cut short


def refuse_to_delete(rig: Many) -> None:
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE DELETE ON workspaces BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )


def delete_again(rig: Many) -> None:
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")


async def test_an_uninstallation_that_a_restart_cut_short_is_settled_later(rig: Many) -> None:
    rig.slack.trouble("auth.test", "server_error", times=None)
    await rig.slack.uninstall("T2")
    await rig.settle()
    rig.slack.faults.clear()
    await rig.installed.leaving.sweep()
    assert await rig.installation("T2") is not None  # its time has not come
    rig.clock.advance(SOON_SECONDS)
    await rig.installed.leaving.sweep()
    assert await rig.installation("T2") is None
    assert [one.what for one in rig.memory.audit.read(team="T2")][-1] == "installation.purged"
    assert await rig.installation("T1") is not None


async def test_an_uninstallation_that_the_database_did_not_take_is_settled_later(
    rig: Many, caplog: pytest.LogCaptureFixture
) -> None:
    refuse_to_delete(rig)
    await rig.slack.uninstall("T2")
    await rig.settle()
    assert await rig.installation("T2") is not None
    assert "an uninstallation is not settled yet" in caplog.text
    rig.clock.advance(SOON_SECONDS)
    await rig.installed.leaving.sweep()
    assert "T2 said that it took the app away; not settled yet" in caplog.text
    delete_again(rig)
    rig.clock.advance(AGAIN_SECONDS)
    await rig.installed.leaving.sweep()
    assert await rig.installation("T2") is None


async def test_a_refused_call_whose_purge_the_database_did_not_take_is_settled_later(rig: Many) -> None:
    refuse_to_delete(rig)
    rig.slack.workspace("T2").token.error = "token_revoked"
    await rig.slack.mention("RAG", user="U12", channel="C12", team="T2")
    await rig.settle()
    assert await rig.installation("T2") is not None
    delete_again(rig)
    await rig.installed.leaving.sweep()
    assert await rig.installation("T2") is None


async def test_who_left_since_a_backup_is_purged_after_it_is_restored(rig: Many) -> None:
    """By the statement in docs/operate.md; a server that Slack does not let in loses nothing."""
    page = (Path(__file__).parents[3] / "docs" / "operate.md").read_text("utf-8")
    statement = page.split("```sql\nINSERT INTO departures")[1].split("```")[0]
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql(f"INSERT INTO departures{statement}")
    rig.slack.trouble("auth.test", error="invalid_auth", times=None)
    await rig.installed.leaving.sweep()
    rig.slack.faults.clear()
    assert await rig.installation("T2") is not None
    rig.slack.workspace("T2").token.error = "account_inactive"
    rig.clock.advance(AGAIN_SECONDS)
    await rig.installed.leaving.sweep()
    assert await rig.installation("T2") is None
    assert await rig.installation("T1") is not None


async def test_an_uninstallation_that_cannot_be_written_down_is_sent_again(rig: Many) -> None:
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE departures RENAME TO elsewhere")
    rig.slack.workspace("T2").token.error = "account_inactive"
    refused = await rig.slack.event({"type": "app_uninstalled"}, team="T2")
    assert {attempt.status for attempt in refused.attempts} == {503}
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO departures")
    assert (await rig.slack.redeliver(refused)).status == 200
    await rig.settle()
    assert await rig.installation("T2") is None


async def test_what_another_program_writes_after_a_purge_is_taken_away_too(rig: Many) -> None:
    await rig.slack.uninstall("T2")
    await rig.settle()
    rig.memory.recent.add([("T2", "U12", "rag", rig.clock())])
    rig.clock.advance(AGAIN_SECONDS)
    await rig.installed.leaving.sweep()
    with rig.memory.database.reading() as connection:
        assert connection.execute(select(recent)).all() == []
        assert len(connection.execute(select(departures)).all()) == 1  # something was purged: once more
    rig.clock.advance(AGAIN_SECONDS)
    await rig.installed.leaving.sweep()
    with rig.memory.database.reading() as connection:
        assert connection.execute(select(departures)).all() == []


async def test_what_another_program_purges_is_forgotten_here(rig: Many) -> None:
    await rig.say("RAG", team="T2")
    gone: list[str] = []
    rig.installed.leaving.when_gone(gone.append)
    rig.memory.purge.installation("T2", "", await rig.has("T2"), "app_uninstalled")
    for _ in range(2):
        await rig.installed.leaving.sweep()
        assert gone == ["T2"]
    assert "not installed" in await rig.say("RAG", team="T2")


async def test_who_installs_again_at_once_keeps_what_is_new(rig: Many) -> None:
    await rig.slack.uninstall("T2")
    await rig.settle()
    await rig.install("T2")
    await rig.say("subscribe 9am utc", team="T2")
    rig.clock.advance(AGAIN_SECONDS)
    await rig.installed.leaving.sweep()
    assert [one.team for one in rig.memory.daily.list()] == ["T2"]
    with rig.memory.database.reading() as connection:
        assert connection.execute(select(departures)).all() == []


@asynccontextmanager
async def subscribed_organisation(bot: Bot, tmp_path: Path) -> AsyncIterator[Many]:
    """Both workspaces of an organisation that installed the bot have daily posts."""
    async with many(bot, tmp_path, org="E1") as rig:
        await rig.install("E1")
        for team in ("T1", "T2"):
            await rig.say("subscribe 9am new york", team=team)
        yield rig


async def test_a_workspace_that_its_organisation_took_out_is_purged_later_where_it_was_cut_short(
    bot: Bot, tmp_path: Path
) -> None:
    async with subscribed_organisation(bot, tmp_path) as rig:
        refuse_to_delete(rig)
        await rig.slack.take_out("T2")
        await rig.settle()
        assert [one.team for one in rig.memory.daily.list()] == ["T1", "T2"]
        delete_again(rig)
        rig.clock.advance(SOON_SECONDS)
        await rig.installed.leaving.sweep()
        assert [one.team for one in rig.memory.daily.list()] == ["T1"]
        assert await rig.installation("T1", "E1") is not None


async def test_a_workspace_is_kept_where_slack_says_that_its_organisation_has_the_app_there(
    bot: Bot, tmp_path: Path
) -> None:
    async with subscribed_organisation(bot, tmp_path) as rig:
        forged = {"type": "team_access_revoked", "team_ids": ["T1", "T2"]}
        await rig.slack.event(forged, team="T1")
        await rig.settle()
        rig.clock.advance(SOON_SECONDS)
        await rig.installed.leaving.sweep()
        assert [one.team for one in rig.memory.daily.list()] == ["T1", "T2"]
        assert len(rig.slack.calls("auth.teams.list")) == 2  # one for both
        with rig.memory.database.reading() as connection:
            assert connection.execute(select(departures)).all() == []
        assert "Retrieval" in await rig.say("RAG", team="T2")


@pytest.mark.parametrize("said", ["service_unavailable", "account_inactive"])
async def test_what_is_said_of_a_workspace_waits_until_slack_says_it_too(
    bot: Bot, tmp_path: Path, said: str
) -> None:
    async with subscribed_organisation(bot, tmp_path) as rig:
        rig.slack.trouble("auth.teams.list", error=said, times=1)
        await rig.slack.take_out("T2")
        await rig.settle()
        left = ["T1", "T2"] if said == "service_unavailable" else []
        assert [one.team for one in rig.memory.daily.list()] == left
        rig.clock.advance(SOON_SECONDS)
        await rig.installed.leaving.sweep()
        assert [one.team for one in rig.memory.daily.list()] == left[:1]


# Organisations


async def test_an_organisation_installs_once_for_all_its_workspaces(bot: Bot, tmp_path: Path) -> None:
    async with many(bot, tmp_path, org="E1") as rig:
        page = await rig.install("E1")
        assert (page.status, page.titles[0]) == (200, "Installed")
        assert "Org E1" in page.text
        held = await rig.installation("", "E1")
        assert held is not None
        assert (held.enterprise, held.team, held.bot_user) == ("E1", "", "UBOTE1")
        for team, user, channel in (("T1", "U1", "C1"), ("T2", "U12", "C12")):
            assert "Retrieval" in await rig.say("RAG", team=team)
            await rig.slack.answer(await rig.slack.mention("RAG", user=user, channel=channel, team=team))
            assert "9" in await rig.say("subscribe 9am new york", team=team)
        assert [one.team for one in rig.memory.daily.list()] == ["T1", "T2"]
        assert "C12" in await rig.say("subscriptions everywhere", team="T2")
        assert rig.slack.refusals == []
        before = len(posts(rig))
        rig.clock.move_to(datetime.fromisoformat("2026-11-23T14:03:00+00:00").timestamp())
        await rig.slack.until(lambda: len(posts(rig)) == before + 2, timeout=20)
        assert sorted(posts(rig)[before:]) == [("E1", "C1"), ("E1", "C12")]
        await rig.slack.take_out("T2")
        await rig.settle()
        assert [one.team for one in rig.memory.daily.list()] == ["T1"]
        await rig.slack.uninstall("T1")
        await rig.settle()
        assert rig.memory.daily.list() == []
        assert await rig.installation("T1", "E1") is None


@pytest.mark.parametrize("side", ["context_", ""])
async def test_an_organisations_workspace_that_is_first_heard_of_in_a_shared_channel_is_known(
    bot: Bot, tmp_path: Path, side: str
) -> None:
    """A stranger, or a colleague, speaks in a channel of several organisations: its posts need T1's installation."""
    async with many(bot, tmp_path, org="E1") as rig:
        await rig.install("E1")
        await rig.settle()
        rig.memory.purge.teams(["T1", "T2"], "test")  # as if it had not been invited
        rig.clock.advance(KEPT_SECONDS)
        strange = {
            "team_id": "T9",
            "enterprise_id": "E9",
            "context_team_id": None,
            "context_enterprise_id": None,
        }
        sides = {**strange, f"{side}team_id": "T1", f"{side}enterprise_id": "E1"}
        heard = {"type": "message", "channel_type": "channel", "user": "U9", "ts": "1.1", "channel": "C1"}
        await rig.slack.event({**heard, "text": "so"}, team="T1", is_ext_shared_channel=True, **sides)
        await rig.settle()
        held = await rig.installation("T1")
        assert held is not None
        assert held.enterprise == "E1"
        assert await rig.installation("T9") is None


async def test_a_strangers_workspace_is_not_taken_for_the_organisations(bot: Bot, tmp_path: Path) -> None:
    async with many(bot, tmp_path, org="E1") as rig:
        await rig.install("E1")
        heard = {"type": "message", "channel_type": "channel", "user": "U9", "ts": "1.1", "channel": "C1"}
        sides = {
            "context_team_id": "T9",
            "context_enterprise_id": "E9",
            "team_id": "T9",
            "enterprise_id": "E9",
        }
        await rig.slack.event({**heard, "text": "so"}, team="T1", is_ext_shared_channel=True, **sides)
        await rig.settle()
        assert await rig.installation("T9") is None


async def test_a_button_in_an_organisations_workspace_which_it_does_not_name(
    bot: Bot, tmp_path: Path
) -> None:
    async with many(bot, tmp_path, org="E1") as rig:
        await rig.install("E1")
        asked = await rig.slack.command("/ai", "RAG", user="U12", channel="C12", team="T2")
        await rig.slack.until(lambda: asked.messages)
        pressed = await rig.slack.press(asked.messages[0], "Share to channel", user="U12")
        assert pressed.payload["team"] is None
        await rig.slack.until(lambda: rig.slack.messages("C12", team="T2"))


# Tokens rotate


async def test_tokens_are_refreshed_before_they_expire_and_posts_go_on(bot: Bot, tmp_path: Path) -> None:
    async with many(bot, tmp_path, rotating=True) as rig:
        await rig.install("T1")
        await rig.say("subscribe 9am new york", team="T1")
        first = await rig.has("T1")
        assert first.refresh_token
        assert first.expires_at == rig.clock() + 43_200
        before = len(posts(rig))
        for day in ("23", "24", "25"):
            rig.clock.move_to(datetime.fromisoformat(f"2026-11-{day}T14:03:00+00:00").timestamp())
            before += 1
            await rig.slack.until(partial(_has_posted, rig, before), timeout=20)
        assert (
            len(rig.slack.calls("oauth.v2.access")) == 3
        )  # the code, and two days later; the first day needed none
        assert [one.error for one in rig.slack.calls("chat.postMessage")] == [None] * before
        latest = await rig.has("T1")
        assert latest.token != first.token
        assert rig.slack.refusals == []


async def test_a_refresh_that_fails_keeps_the_token_and_is_tried_again(bot: Bot, tmp_path: Path) -> None:
    async with many(bot, tmp_path, rotating=True) as rig:
        await rig.install("T1")
        held = await rig.has("T1")
        rig.clock.advance(11 * 3600)
        for kind in ("server_error", "reset"):
            rig.slack.trouble("oauth.v2.access", kind)
            await rig.slack.answer(await rig.slack.mention("RAG"))
            assert (await rig.has("T1")).token == held.token
            rig.clock.advance(61)
        await rig.slack.answer(await rig.slack.mention("RAG"))
        await rig.settle()
        assert (await rig.has("T1")).token != held.token
        assert {one.error for one in rig.slack.calls("chat.postMessage")} == {None}


async def test_a_post_waits_for_a_token_that_cannot_be_had_now(bot: Bot, tmp_path: Path) -> None:
    async with many(bot, tmp_path, rotating=True) as rig:
        await rig.install("T1")
        await rig.say("subscribe 9am new york", team="T1")
        before = len(posts(rig))
        rig.slack.trouble("oauth.v2.access", "server_error", times=None)
        rig.clock.move_to(datetime.fromisoformat("2026-11-24T14:03:00+00:00").timestamp())
        await rig.slack.until(lambda: len(rig.slack.calls("oauth.v2.access")) >= 2, timeout=20)
        assert len(posts(rig)) == before
        rig.slack.faults.clear()
        rig.clock.advance(700)
        await rig.slack.until(lambda: len(posts(rig)) > before, timeout=20)
        assert posts(rig)[-1] == ("T1", "C1")
        assert rig.memory.daily.stopped() == []


# Secrets


def _has_posted(rig: Many, times: int) -> bool:
    return len(posts(rig)) >= times


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_no_token_is_ever_written_or_said(
    bot: Bot, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="aibot")
    async with many(bot, tmp_path, rotating=True) as rig:
        pages = [await rig.install(team) for team in ("T1", "T2")]
        await rig.say("subscribe 9am new york", team="T1")
        rig.clock.advance(11 * 3600)
        await rig.slack.answer(await rig.slack.mention("RAG"))
        rig.slack.trouble("chat.postMessage", "server_error")
        await rig.slack.mention("RAG")
        await rig.settle()
        rig.slack.workspace("T2").token.error = "token_revoked"
        await rig.slack.mention("RAG", user="U12", channel="C12", team="T2")
        await rig.settle()
        secrets = {token.value for one in rig.slack.state.workspaces.values() for token in one.tokens}
        secrets |= {"xoxe-1", "xoxe.xoxb", "fedcba9876543210fedcba9876543210", "0" * 43}
        with rig.memory.database.reading() as connection:
            rows = str(connection.execute(installations.select()).all())
        audit = json.dumps([str(one) for one in rig.memory.audit.read()])
        shown = repr(await rig.has("T1")) + repr(vars(rig.installed)) + repr(rig.installed.client)
        said = "".join([caplog.text, *capfd.readouterr(), rows, audit, shown, *(page.text for page in pages)])
    written = await asyncio.to_thread(_all_bytes, tmp_path)
    assert "installation.made" in audit
    assert not [secret for secret in secrets if secret in said]
    assert not [secret for secret in secrets if secret.encode() in written]


# What one workspace decides, or its Slack refuses


async def test_one_workspaces_refusal_of_tables_is_not_anothers(rig: Many) -> None:
    rig.slack.trouble("response_url", "error", error="invalid_blocks")
    drawn = []
    for team, user, channel in (("T1", "U1", "C1"), ("T2", "U12", "C12"), ("T1", "U1", "C1")):
        asked = await rig.slack.command(
            "/ai", "compare DeepSeek-V3, GPT-4o", user=user, channel=channel, team=team
        )
        await rig.slack.settle()
        drawn.append(any(block["type"] == "data_table" for block in asked.messages[-1].blocks))
    assert drawn == [False, True, False]


async def test_one_workspaces_choice_is_not_anothers(bot: Bot, tmp_path: Path) -> None:
    async with many(bot, tmp_path, manners=Manners(unanswered=True)) as rig:
        for team in ("T1", "T2"):
            await rig.install(team)
        rig.slack.workspace("T1").users["U1"].is_admin = True
        await rig.say("unanswered off", team="T1")
        tea = "what is the price of tea?"
        for team in ("T1", "T1", "T2", "T2"):
            await rig.say(tea, team=team)
        assert [one.count for one in rig.memory.unanswered.list()] == [2]
