"""Moving the clock: daily posts that fall due on the way appear, each at its own time."""

from datetime import UTC, datetime

import pytest

from aibot.playground.stage import Stage

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp()
DAY = 86_400


@pytest.mark.anyio
async def test_a_weekday_post_stands_on_every_weekday_that_was_travelled_through() -> None:
    async with Stage.open(at=MONDAY) as stage:
        slack = stage.slack
        told = await slack.command("/ai", "subscribe 9am weekdays Berlin", channel="C1")
        await slack.until(lambda: slack.from_app(channel="C1"))
        assert told.ok

        await stage.move_clock(MONDAY + 7 * DAY)

        said = [datetime.fromtimestamp(float(post.ts), UTC) for post in slack.from_app(channel="C1")]
        days = [moment for moment in said if moment.timestamp() > MONDAY + DAY / 2]
        assert [day.date().isoformat() for day in days] == [
            "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30",
        ], "\n".join(stage.bot.log)  # fmt: skip
        assert {(day.hour, day.minute <= 3) for day in days} == {(8, True)}


@pytest.mark.anyio
async def test_what_is_asked_as_the_clock_is_moved_is_answered_before() -> None:
    async with Stage.open(at=MONDAY) as stage:
        slack = stage.slack
        await slack.command("/ai", "subscribe 9am Berlin", channel="C1")

        await stage.move_clock(MONDAY + DAY / 2)

        _, answered = slack.from_app(channel="C1")
        assert float(answered.ts) < MONDAY + DAY / 2


@pytest.mark.anyio
async def test_what_is_subscribed_outlives_a_crash() -> None:
    async with Stage.open(at=MONDAY) as stage:
        slack = stage.slack
        await slack.command("/ai", "subscribe 9am Berlin", channel="C1")
        await slack.until(lambda: slack.from_app(channel="C1"))
        before = len(slack.from_app(channel="C1"))

        await stage.crash()
        await stage.restart()
        await stage.move_clock(MONDAY + DAY)

        assert len(slack.from_app(channel="C1")) == before + 1
