"""What happens to channels and to the app: each has its outcome, once, and somebody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aibot.posting import plan_due

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

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


async def test_an_archived_channel_is_paused_and_its_subscriber_told_once(rig: Rig) -> None:
    await rig.slack.archive("C1")
    await happens(rig, {"type": "channel_archive", "channel": "C1"})
    assert (rig.has().paused, rig.has().problem) == (True, "is_archived")
    assert len(told(rig)) == 1
    assert "<#C1>" in told(rig)[0]
    assert "Unarchive it, then say /ai resume" in told(rig)[0]
    await rig.slack.archive("C1", archived=False)
    await rig.settle()
    assert rig.has().paused  # whoever brings a channel back may not want its posts
    seen = await rig.say("resume")
    assert "goes on" in seen.text
    assert (rig.has().paused, rig.has().problem) == (False, "")


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
    await rig.say("pause")
    assert rig.has().paused


async def test_a_new_id_is_followed_and_never_doubles(rig: Rig) -> None:
    await happens(rig, {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C9"})
    assert rig.current() is None
    assert rig.has("C9").zone == "Asia/Tokyo"
    await rig.say("subscribe 9am tokyo")
    await happens(rig, {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C9"})
    assert [kept.channel for kept in rig.store.list()] == ["C9"]


async def test_a_shared_channel_goes_on_and_its_subscriber_knows(rig: Rig) -> None:
    await happens(rig, {"type": "channel_shared", "channel": "C1", "connected_team_id": "T9"})
    assert not rig.has().paused
    assert "another organisation" in told(rig)[0]


async def test_uninstalling_stops_everything_and_installing_again_goes_on(rig: Rig) -> None:
    await rig.slack.uninstall()
    await rig.settle()
    now = rig.clock() + 20 * 3600
    deliveries = rig.store.deliveries
    assert plan_due(deliveries, now, 24 * 3600) == 1
    assert deliveries.due(now, limit=9) == []
    assert deliveries.claim("w", now, [(rig.has().id, "2026-11-24")]) == ([], [])
    assert rig.has().zone == "Asia/Tokyo"  # remembered, so that nobody has to set it up again
    rig.store.start_team("T1")
    assert rig.has() in rig.store.list("T1")
    assert deliveries.due(now, limit=9) == [(rig.has().id, "2026-11-24")]


async def test_an_event_about_a_channel_without_a_post_is_nothing(rig: Rig) -> None:
    await rig.say("unsubscribe")
    for kind in ("channel_archive", "channel_deleted", "channel_left", "channel_shared"):
        await happens(rig, {"type": kind, "channel": "C1"})
    assert told(rig) == []
