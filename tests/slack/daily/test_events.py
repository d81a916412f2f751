"""What happens to channels and to the app: each has its outcome, once, and somebody is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.daily.rig import both_databases, posting

from aibot.core.daily import next_slots
from aibot.posting import plan_due
from aibot.slack.daily import events
from aibot.storage import Settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.slack.daily.rig import Rig

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def subscribed(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")


async def happens(rig: Rig, event: dict[str, Any]) -> None:
    await rig.slack.event(event)
    await rig.settle()


def told(rig: Rig, user: str = "U1") -> list[str]:
    return [message.text for message in rig.slack.dm_messages(user)]


async def test_a_renamed_channel_keeps_its_post(rig: Rig) -> None:
    before = rig.has()
    await rig.slack.rename("C1", "everyone")
    await rig.settle()
    assert rig.has() == before
    assert "everyone" not in repr(rig.store.list())


async def test_a_channel_made_private_keeps_its_post_and_its_name_is_nowhere(rig: Rig) -> None:
    rig.slack.workspace().channels["C1"].is_private = True
    await happens(rig, {"type": "channel_convert_to_private", "channel": "C1"})
    seen = await rig.say("subscriptions")
    assert "Asia/Tokyo" in seen.text
    assert "general" not in seen.text
    assert not rig.has().paused


@pytest.mark.parametrize("channel", ["C1", "G1"])
@both_databases
async def test_an_archived_channel_is_paused_and_its_subscriber_told_once(rig: Rig, channel: str) -> None:
    await rig.slack.invite(channel)
    await rig.say("subscribe 9am tokyo", channel=channel)
    await rig.slack.archive(channel)
    await happens(rig, {"type": "channel_archive", "channel": channel})
    await happens(rig, {"type": "channel_left", "channel": channel})
    kept = rig.has(channel)
    assert (kept.paused, kept.problem) == (True, "is_archived")
    assert len(told(rig)) == 1
    assert f"<#{channel}>" in told(rig)[0]
    assert "Once it is unarchived, the posts go on" in told(rig)[0]


@pytest.mark.parametrize("channel", ["C1", "G1"])
@both_databases
async def test_an_unarchived_channel_goes_on_and_is_told_once(rig: Rig, channel: str) -> None:
    await rig.slack.invite(channel)
    await rig.say("subscribe 9am tokyo", channel=channel)
    await rig.slack.archive(channel)
    await rig.settle()
    await rig.slack.archive(channel, archived=False)
    await happens(rig, {"type": "channel_unarchive", "channel": channel})
    kept = rig.has(channel)
    assert (kept.paused, kept.problem) == (False, "")
    said = [text for text in rig.channel_texts(channel) if "is unarchived" in text]
    assert len(said) == 1
    assert "Next post: Tuesday 24 November 2026, 09:00" in said[0]
    assert len(told(rig)) == 1  # of the pause


async def test_unarchived_without_the_bot_its_subscriber_is_told_and_an_invitation_helps(rig: Rig) -> None:
    await rig.slack.archive("C1")
    await rig.settle()
    rig.slack.workspace().channels["C1"].members.remove("UBOT")
    await rig.slack.archive("C1", archived=False)
    await happens(rig, {"type": "channel_unarchive", "channel": "C1"})
    assert (rig.has().paused, rig.has().problem) == (True, "not_in_channel")
    assert len(told(rig)) == 2
    assert "/invite me into it, and the posts go on" in told(rig)[1]
    await rig.slack.invite("C1")
    await rig.settle()
    assert not rig.has().paused
    assert "I am back in this channel" in rig.channel_texts()[-1]


async def test_unarchiving_does_not_undo_a_persons_pause(rig: Rig) -> None:
    await rig.say("pause")
    await rig.slack.archive("C1")
    await rig.settle()
    await rig.slack.archive("C1", archived=False)
    await rig.settle()
    assert (rig.has().paused, rig.has().problem) == (True, "")
    assert told(rig) == []  # nothing has stopped that had not been stopped


async def test_an_archived_channel_that_the_bot_is_invited_into_is_no_longer_archived(rig: Rig) -> None:
    await rig.slack.archive("C1")
    await rig.slack.kick("C1")
    await rig.settle()
    rig.slack.workspace().channels[
        "C1"
    ].is_archived = False  # of a private channel one is out of, nothing is heard
    await rig.slack.invite("C1")
    await rig.settle()
    assert not rig.has().paused


async def test_a_deleted_channel_ends_its_subscription(rig: Rig) -> None:
    await rig.slack.delete_channel("C1")
    await rig.settle()
    assert rig.current() is None
    assert "the channel was deleted" in told(rig)[0]


async def test_removing_the_bot_pauses_and_inviting_it_back_goes_on(rig: Rig) -> None:
    await rig.slack.kick("C1")
    await rig.settle()
    assert rig.has().problem == "not_in_channel"
    assert "/invite me" in told(rig)[0]
    await rig.slack.invite("C1")
    await rig.settle()
    assert not rig.has().paused
    assert "I am back in this channel" in rig.channel_texts()[-1]
    assert "Tuesday 24 November 2026" in rig.channel_texts()[-1]


async def test_somebody_else_who_comes_or_goes_changes_nothing(rig: Rig) -> None:
    before = rig.has()
    await rig.slack.kick("C1", user="U2")
    await rig.slack.invite("C1", user="U2")
    await rig.settle()
    assert rig.has() == before
    assert told(rig) == []


async def test_inviting_the_bot_back_does_not_undo_a_persons_pause(rig: Rig) -> None:
    await rig.say("pause")
    await rig.slack.kick("C1")
    await rig.slack.invite("C1")
    await rig.settle()
    assert (rig.has().paused, rig.has().problem) == (True, "")


@both_databases
async def test_a_new_id_is_followed_and_never_doubles(rig: Rig) -> None:
    await happens(rig, {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C9"})
    assert rig.current() is None
    assert rig.has("C9").zone == "Asia/Tokyo"
    await rig.say("subscribe 9am tokyo")
    assert {kept.channel for kept in rig.store.list()} == {"C1", "C9"}
    await happens(rig, {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C9"})
    assert [kept.channel for kept in rig.store.list()] == ["C9"]


async def test_who_subscribes_again_after_the_days_post_is_not_promised_another(rig: Rig) -> None:
    slot = next_slots(rig.has(), rig.daily.clock(), 1)[0]
    later = slot.due.timestamp() + 1
    plan_due(rig.store.deliveries, later, 7_200)
    [one], _ = rig.store.deliveries.claim("w", later, rig.store.deliveries.due(later, limit=9))
    rig.store.deliveries.settle([Settled(*one.key, one.attempt, "sent", "posted", ts="1.0")], later)
    rig.clock.move_to(later)
    await rig.say("unsubscribe")
    said = await rig.say("subscribe 10am tokyo")

    assert "24 November" not in said.text
    assert "25 November" in said.text


async def test_a_shared_channel_goes_on_and_its_subscriber_knows(rig: Rig) -> None:
    await happens(rig, {"type": "channel_shared", "channel": "C1", "connected_team_id": "T9"})
    assert not rig.has().paused
    assert "another organisation" in told(rig)[0]


@both_databases
async def test_uninstalling_stops_everything(rig: Rig) -> None:
    later = next_slots(rig.has(), rig.daily.clock(), 1)[0].due.timestamp() + 1
    plan_due(rig.store.deliveries, later, 7_200)
    assert len(rig.store.deliveries.due(later, limit=9)) == 1
    await rig.slack.uninstall()
    await rig.settle()
    assert [team for team, _ in rig.store.stopped()] == ["T1"]
    assert rig.store.deliveries.due(later, limit=9) == []
    assert rig.store.deliveries.claim("w", later, [(rig.has().id, "2026-11-24")]) == ([], [])
    assert rig.has().zone == "Asia/Tokyo"  # remembered, so that nobody has to set it up again


async def test_a_revoked_token_stops_everything_if_it_is_the_bots(rig: Rig) -> None:
    await happens(rig, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
    assert rig.store.stopped() == []
    await happens(rig, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}})
    assert rig.store.stopped() == [("T1", "token_revoked")]


async def test_installed_again_the_posts_go_on(rig: Rig, bot: Bot) -> None:
    await rig.slack.uninstall()
    await rig.settle()
    rig.slack.state.install(rig.slack.workspace())
    rig.clock.move_to(next_slots(rig.has(), rig.daily.clock(), 1)[0].due.timestamp())
    async with posting(rig, bot):
        await rig.slack.until(lambda: len(rig.channel_texts()) == 2)
    assert rig.store.stopped() == []
    assert [one.state for one in rig.store.deliveries.of_channel("C1", "2026-11-24")] == ["sent"]


async def test_an_event_about_a_channel_without_a_post_is_nothing(rig: Rig) -> None:
    await rig.say("unsubscribe")
    before = rig.channel_texts()
    for kind in ("channel_archive", "channel_unarchive", "channel_deleted", "channel_left", "channel_shared"):
        await happens(rig, {"type": kind, "channel": "C1"})
    assert told(rig) == []
    assert rig.channel_texts() == before


#  Each row of the tables in docs/daily-subscribing.md and at the top of events.py, with what shows it
ROWS = {
    "renamed, made private or public": (
        test_a_renamed_channel_keeps_its_post,
        test_a_channel_made_private_keeps_its_post_and_its_name_is_nowhere,
    ),
    "its id changed": (test_a_new_id_is_followed_and_never_doubles,),
    "archived": (test_an_archived_channel_is_paused_and_its_subscriber_told_once,),
    "unarchived": (
        test_an_unarchived_channel_goes_on_and_is_told_once,
        test_unarchived_without_the_bot_its_subscriber_is_told_and_an_invitation_helps,
    ),
    "deleted": (test_a_deleted_channel_ends_its_subscription,),
    "the bot removed": (test_removing_the_bot_pauses_and_inviting_it_back_goes_on,),
    "the bot invited back": (test_removing_the_bot_pauses_and_inviting_it_back_goes_on,),
    "shared with another organisation": (test_a_shared_channel_goes_on_and_its_subscriber_knows,),
    "the app uninstalled, its token revoked": (
        test_uninstalling_stops_everything,
        test_a_revoked_token_stops_everything_if_it_is_the_bots,
        test_installed_again_the_posts_go_on,
    ),
}


async def test_the_tables_of_what_happens_are_one_and_all_of_it_is_tested() -> None:
    page = (Path(__file__).parents[3] / "docs" / "daily-subscribing.md").read_text("utf-8")
    section = page.partition("## What happens to channels")[2].partition("\n## ")[0]
    documented, stated = ([*_rows(text)] for text in (section, events.__doc__ or ""))
    assert documented == stated
    assert [happening for happening, _ in stated] == list(ROWS)


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """The rows of a table of two columns, without its head."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return ((happening.strip(), outcome.strip()) for happening, outcome in rows[2:])
