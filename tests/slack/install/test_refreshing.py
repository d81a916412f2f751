"""Refreshing on both databases: however many programs ask at once, Slack is asked once, and all have a token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError
from tests.slack.install.rig import CLIENT, KEY, SECRET

from aibot.playground.fake_slack import App, FakeSlack, MovableClock, no_wait
from aibot.slack.app import web_session
from aibot.slack.install.installed import KEPT_SECONDS, Installed
from aibot.slack.install.origin import Origin
from aibot.slack.install.refreshing import WAITS
from aibot.slack.install.settling import settling
from aibot.storage import Installation, Memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

pytestmark = pytest.mark.anyio

#  A database that refuses new tokens, and what ends that: by whether it is SQLite
BREAK = {
    True: (
        "CREATE TRIGGER full BEFORE UPDATE OF token ON installations BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    ),
    False: (
        "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER full_disk BEFORE UPDATE OF token ON installations EXECUTE FUNCTION refuse()",
    ),
}
MEND = {True: "DROP TRIGGER full", False: "DROP TRIGGER full_disk ON installations"}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    clock = MovableClock(1_795_000_000, running=False)
    app = App(client_secret=SECRET, token_rotation=True)
    async with FakeSlack(app=app, clock=clock, schemas=None) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with web_session() as made:
        yield made


def clock_of(slack: FakeSlack) -> MovableClock:
    assert isinstance(slack.state.clock, MovableClock)
    return slack.state.clock


def program(url: str, slack: FakeSlack, session: aiohttp.ClientSession) -> Installed:
    """One of several programs on a database, with connections of its own."""
    clock = clock_of(slack)
    return Installed(
        Memory.open(url, keys=[KEY]), session, api_url=slack.api_url, client_id=CLIENT, client_secret=SECRET,
        clock=clock, timer=clock,
    )  # fmt: skip


def installed(memory: Memory, slack: FakeSlack) -> Installation:
    token = slack.workspace().token
    return memory.installations.save(
        Installation(
            "", "T1", "A1", "B1", "UBOT", token.value, token.refresh_token, token.expires_at, ("chat:write",)
        )
    )


async def test_many_programs_ask_slack_once(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    programs = [program(url, slack, session) for _ in range(3)]
    held = installed(programs[0].memory, slack)
    clock_of(slack).advance(11 * 3600)
    clients = [one.of_team("T1") for one in programs for _ in range(3)]
    await asyncio.gather(*(client.auth_test() for client in clients))
    assert len(slack.calls("oauth.v2.access")) == 1
    assert {call.error for call in slack.calls("auth.test")} == {None}
    after = programs[1].memory.installations.find("T1")
    assert after is not None
    assert (after.token, after.expires_at) == (slack.bot_token, clock_of(slack)() + 43_200)
    assert after.token != held.token
    for one in programs:
        one.memory.close()


async def test_with_a_token_that_has_expired_all_wait_for_the_one_who_asks(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    programs = [program(url, slack, session) for _ in range(2)]
    installed(programs[0].memory, slack)
    clock_of(slack).advance(13 * 3600)
    clients = [one.of_team("T1") for one in programs for _ in range(3)]
    await asyncio.gather(*(client.auth_test() for client in clients))
    assert len(slack.calls("oauth.v2.access")) == 1
    assert {call.error for call in slack.calls("auth.test")} == {None}
    for one in programs:
        one.memory.close()


async def test_a_refresh_token_that_slack_does_not_take_costs_nothing_before_its_time(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    one = program(url, slack, session)
    held = installed(one.memory, slack)
    slack.state.refresh(held.refresh_token or "")  # somebody spent it, and nobody wrote it down
    clock_of(slack).advance(11 * 3600)
    await one.of_team("T1").auth_test()
    kept = one.memory.installations.find("T1")
    assert kept is not None
    assert kept.token == held.token
    clock_of(slack).advance(3600 + KEPT_SECONDS)
    with pytest.raises(SlackApiError) as told:
        await one.of_team("T1").auth_test()
    assert told.value.response["error"] == "token_not_refreshed"
    assert one.memory.installations.find("T1") is not None
    one.memory.close()


async def test_a_reinstallation_during_a_refresh_wins(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    one = program(url, slack, session)
    installed(one.memory, slack)
    clock_of(slack).advance(11 * 3600)
    found = await one.find(Origin("T1"))
    assert found is not None
    slack.state.install(slack.workspace())
    again = installed(one.memory, slack)
    await one.of_team("T1").auth_test()
    kept = one.memory.installations.find("T1")
    assert kept is not None
    assert kept.token == again.token
    one.memory.close()


async def test_a_database_that_is_gone_for_a_moment_does_not_lose_the_new_token(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    memory = Memory.open(url, keys=[KEY])
    installed(memory, slack)
    clock_of(slack).advance(11 * 3600)
    waited: list[float] = []

    async def mend(seconds: float) -> None:
        waited.append(seconds)
        with memory.database.transaction() as connection:
            connection.exec_driver_sql(MEND[memory.database.is_sqlite])

    one = Installed(
        memory, session, api_url=slack.api_url, client_id=CLIENT, client_secret=SECRET,
        clock=clock_of(slack), timer=clock_of(slack), sleep=mend,
    )  # fmt: skip
    with memory.database.transaction() as connection:
        for statement in BREAK[memory.database.is_sqlite]:
            connection.exec_driver_sql(statement)
    await one.of_team("T1").auth_test()
    assert len(waited) == 1
    kept = memory.installations.find("T1")
    assert kept is not None
    assert kept.token == slack.bot_token
    memory.close()


async def test_a_database_that_stays_away_loses_no_new_token(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    memory = Memory.open(url, keys=[KEY])
    held = installed(memory, slack)
    clock_of(slack).advance(11 * 3600)
    one = Installed(
        memory, session, api_url=slack.api_url, client_id=CLIENT, client_secret=SECRET,
        clock=clock_of(slack), timer=clock_of(slack), sleep=no_wait,
    )  # fmt: skip
    with memory.database.transaction() as connection:
        for statement in BREAK[memory.database.is_sqlite]:
            connection.exec_driver_sql(statement)
    await one.of_team("T1").auth_test()
    clock_of(slack).advance(KEPT_SECONDS)
    await one.of_team("T1").auth_test()  # by the new token, which only this program has
    assert len(slack.calls("oauth.v2.access")) == 1
    assert slack.calls("auth.test")[-1].headers["authorization"] == f"Bearer {slack.bot_token}"
    await one.refresher.write()
    with memory.database.transaction() as connection:
        connection.exec_driver_sql(MEND[memory.database.is_sqlite])
    async with settling(one):
        pass  # what the end of the program does
    kept = memory.installations.find("T1")
    assert kept is not None
    assert kept.token == slack.bot_token != held.token
    memory.close()


async def test_a_token_that_cannot_be_had_is_not_waited_for_again_and_again(
    url: str, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    memory = Memory.open(url, keys=[KEY])
    held = installed(memory, slack)
    slack.state.refresh(held.refresh_token or "")
    clock_of(slack).advance(13 * 3600)
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    one, other = (
        Installed(
            memory, session, api_url=slack.api_url, client_id=CLIENT, client_secret=SECRET,
            clock=clock_of(slack), timer=clock_of(slack), sleep=wait,
        )
        for _ in range(2)
    )  # fmt: skip
    for program, waits in ((one, 0), (one, 0), (other, len(WAITS)), (other, len(WAITS))):
        with pytest.raises(SlackApiError, match="token_not_refreshed"):
            await program.of_team("T1").auth_test()
        assert len(waited) == waits
    assert len(slack.calls("oauth.v2.access")) == 1
    memory.close()
