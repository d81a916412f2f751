"""A channel whose post cannot be planned any more: its people see why, in their language, and mend it with one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from tests.slack.daily.rig import both_databases, posting

from aibot.storage.tables import subscriptions

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


def poison(rig: Rig, **columns: Any) -> None:
    with rig.store.database.transaction() as connection:
        connection.execute(update(subscriptions).values(**columns))


@both_databases
@pytest.mark.parametrize(
    ("columns", "said", "cure"),
    [
        ({"zone": "Asia/Nowhere"}, "I no longer know this channel's time zone", "subscribe 9am tokyo"),
        ({"holidays": "XX"}, "I no longer have the calendar of public holidays", "holidays off"),
        ({"at": "25:61"}, "I can no longer read what this channel wants", "subscribe 9am tokyo"),
    ],
)
async def test_its_people_are_told_and_mend_it(
    rig: Rig, bot: Bot, columns: dict[str, Any], said: str, cure: str
) -> None:
    await rig.say("subscribe 9am tokyo")
    poison(rig, **columns)
    async with posting(rig, bot):
        await rig.slack.until(lambda: rig.slack.dm_messages("U1"))
    [told] = rig.slack.dm_messages("U1")
    assert said in told.text
    for line in ("subscriptions", "resume", "subscribe in english"):
        shown = await rig.say(line)
        assert said in shown.text
        assert "Next posts" not in shown.text
    assert rig.has().paused
    mended = await rig.say(cure)
    assert said not in mended.text
    assert "Next posts" in mended.text
    assert (rig.has().paused, rig.has().problem) == (False, "")


async def test_it_is_told_in_chinese(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    poison(rig, zone="Asia/Nowhere")
    assert "我不再认识该频道的时区" in (await rig.say("订阅列表")).text
