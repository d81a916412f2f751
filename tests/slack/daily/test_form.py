"""The form: filled in with what there is, read by the same grammar, refused at the field that is wrong."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.playground.fake_slack import View

pytestmark = pytest.mark.anyio


async def opened(rig: Rig, *, user: str = "U1", text: str = "subscribe") -> View:
    await rig.slack.command("/ai", text, user=user)
    await rig.slack.until(lambda: rig.slack.views(user))
    await rig.settle()
    return rig.slack.views(user)[-1]


def initial(view: View) -> dict[str, Any]:
    found = {}
    for _, element in view.elements():
        values = [value for key, value in element.items() if key.startswith("initial_")]
        found[element["action_id"]] = values[0] if values else None
    return found


async def test_a_bare_command_opens_the_form_with_the_persons_own_zone(rig: Rig) -> None:
    filled = initial(await opened(rig, user="U2"))
    assert filled["time"] == "09:00"
    assert filled["zone"] == "Asia/Shanghai"
    assert [option["value"] for option in filled["days"]] == ["0", "1", "2", "3", "4"]
    assert rig.current() is None


async def test_the_form_of_a_subscribed_channel_holds_its_state_and_saves_unchanged(rig: Rig) -> None:
    await rig.say(
        "subscribe 10:30 sun-thu dubai finance; models; data centres, cloud and edge computing both"
    )
    before = rig.has()
    view = await opened(rig)
    assert initial(view)["topics"].startswith("Finance; ")
    await rig.slack.submit(view)
    await rig.settle()
    assert rig.has() == before


@pytest.mark.parametrize("pause", ["pause", "pause until 12 Jan"])
async def test_a_form_saved_untouched_ends_no_pause(rig: Rig, pause: str) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.say(pause)
    before = rig.has()
    await rig.slack.submit(await opened(rig))
    await rig.settle()
    assert rig.has() == before


async def test_what_is_chosen_is_what_is_kept_and_said_where_it_began(rig: Rig) -> None:
    view = await opened(rig)
    days = [{"text": {"type": "plain_text", "text": "Sunday"}, "value": "6"}]
    values = {"time": "18:15", "zone": "上海", "days": days, "topics": "finance, models", "language": "both"}
    submitted = await rig.slack.submit(view, values)
    await rig.settle()
    assert submitted.ok
    assert not view.open
    kept = rig.has()
    assert (kept.at, kept.zone, kept.days) == (time(18, 15), "Asia/Shanghai", frozenset({6}))
    assert (kept.topics, kept.language) == (("finance", "model"), "both")
    assert "now gets a daily fact" in rig.slack.ephemerals("U1")[-1].text


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"zone": "mars/olympus"}, "zone", "There is no time zone"),
        ({"zone": "cst"}, "zone", "can be several time zones"),
        ({"zone": ""}, "zone", "There is no time zone"),
        ({"zone": "tokyo 9am"}, "zone", "There is no time zone"),
        ({"topics": "blah"}, "topics", "I do not know what “blah” means"),
        ({"topics": "finance 9am"}, "topics", "I do not know"),
        ({"days": []}, "days", "at least one day"),
        ({"time": None}, "time", "Choose a time"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    rig: Rig, values: dict[str, Any], field: str, said: str
) -> None:
    view = await opened(rig)
    submitted = await rig.slack.submit(view, values)
    await rig.settle()
    assert submitted.json["response_action"] == "errors"
    assert said in submitted.json["errors"][field]
    assert view.open
    assert rig.current() is None


async def test_a_form_that_others_have_overtaken_changes_nothing(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    view = await opened(rig)
    await rig.say("subscribe 11am", user="U2")
    submitted = await rig.slack.submit(view, {"time": "12:00"})
    await rig.settle()
    assert "changed this meanwhile" in submitted.json["errors"]["time"]
    assert rig.has().at == time(11)


async def test_the_change_button_opens_the_form(rig: Rig) -> None:
    state = await rig.say("subscribe 9am tokyo")
    await rig.slack.press(state, "Change")
    await rig.settle()
    await rig.slack.submit(rig.slack.views("U1")[-1], {"time": "07:45"})
    await rig.settle()
    assert rig.has().at == time(7, 45)
    assert "changed" in rig.slack.ephemerals("U1")[-1].text


async def test_in_a_direct_message_there_is_no_form_but_a_way(rig: Rig) -> None:
    rig.slack.state.dm(rig.slack.workspace(), "U1")
    seen = await rig.say("subscribe", channel="D1")
    assert "Daily facts go to channels" in seen.text
    assert rig.slack.views("U1") == []


@pytest.mark.parametrize("metadata", ["", "{}", '{"channel": "C1"}', "[]"])
async def test_a_form_of_another_version_says_so(rig: Rig, metadata: str) -> None:
    view = await opened(rig)
    view.body["private_metadata"] = metadata
    submitted = await rig.slack.submit(view, {"time": "12:00"})
    assert submitted.json["response_action"] == "errors"
    assert set(submitted.json["errors"].values()) == {
        "This form is from an older version of me. Close it and open it again."
    }
    assert view.open
    assert rig.current() is None
