"""Who is on record for what people, buttons, forms and Slack itself change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.daily.rig import both_databases

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

pytestmark = pytest.mark.anyio


def recorded(rig: Rig) -> list[tuple[str, str]]:
    return [(one.actor, one.what) for one in rig.memory.audit.read(team="T1")]


@both_databases
async def test_a_line_a_button_and_a_form_are_on_record_with_who_used_them(rig: Rig) -> None:
    state = await rig.say("subscribe 9am tokyo finance", user="U1")
    await rig.slack.press(state, "Pause", user="U2")
    await rig.settle()
    await rig.slack.command("/ai", "subscribe", user="U3")
    await rig.slack.until(lambda: rig.slack.views("U3"))
    await rig.slack.submit(rig.slack.views("U3")[-1], {"time": "10:00"}, user="U3")
    await rig.settle()
    await rig.say("resume", user="U2")
    await rig.say("swap", user="U2")
    await rig.say("daily policy creator", user="U3")
    await rig.say("unsubscribe all", user="U1")
    assert recorded(rig) == [
        ("U1", "subscription.begun"),
        ("U2", "subscription.changed"),
        ("U3", "subscription.changed"),
        ("U2", "subscription.changed"),
        ("U2", "subscription.swapped"),
        ("U3", "policy.changed"),
        ("U1", "subscription.ended"),
    ]
    changed = rig.memory.audit.read()[2]
    assert (changed.channel, changed.before) == ("C1", {"at": "09:00"})
    assert changed.after == {"at": "10:00"}


async def test_what_slack_does_is_on_record_as_slacks(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.slack.archive("C1")
    await rig.slack.archive("C1", archived=False)
    await rig.settle()
    await rig.slack.uninstall()
    await rig.settle()
    assert recorded(rig)[1:] == [
        ("slack", "subscription.paused"),
        ("slack", "subscription.changed"),
        ("slack", "workspace.stopped"),
        ("slack", "workspace.stopped"),  # for the other reason: Slack says both
    ]


async def test_a_line_that_changes_nothing_is_not_on_record(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    for line in (
        "subscribe 9am",
        "preview",
        "send me a test",
        "subscriptions",
        "pause until 2020-01-01",
        "resume",
    ):
        await rig.say(line)
    await rig.say("daily policy admins", user="U2")
    assert recorded(rig) == [("U1", "subscription.begun")]


async def test_a_channel_that_cannot_be_told_is_on_record_as_begun_and_ended(rig: Rig) -> None:
    rig.slack.trouble("chat.postMessage", "error", error="restricted_action")
    await rig.say("subscribe 9am tokyo")
    assert recorded(rig) == [("U1", "subscription.begun"), ("slack", "subscription.ended")]
    rig.slack.exchanges.clear()


async def test_nobody_is_named_and_nothing_that_was_written_is_kept(rig: Rig) -> None:
    await rig.slack.mention("subscribe 9am tokyo finance please, my dear bot")
    await rig.say("subscribe 9am tokyo finance", user="U2")
    await rig.settle()
    kept = repr(rig.memory.audit.read())
    assert "finance" in kept  # the topic's id
    assert not any(word in kept for word in ("Ada", "Mei", "general", "please", "dear"))
