"""Who may; what Slack does not tell; two people at once; a database that is full or locked."""

from __future__ import annotations

import sqlite3
from datetime import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event
from tests.slack.daily.rig import MONDAY, both_databases, posting, rigged

from aibot.core.daily.requests import Subscribe
from aibot.errors import StorageError
from aibot.playground.fake_slack import BOT_SCOPES
from aibot.slack.places import Place
from aibot.storage import Policy, Store, new_subscription

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.core.daily import Subscription
    from aibot.core.language import Phrases
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio
WITHOUT_PEOPLE = tuple(scope for scope in BOT_SCOPES if scope != "users:read")


async def test_anyone_may_unless_the_workspace_says_otherwise(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.say("subscribe 10am", user="U2")
    assert rig.has().at == time(10)


async def test_where_only_the_creator_may_others_are_told_who_that_is(rig: Rig) -> None:
    rig.store.set_policy("T1", Policy(who="creator"))
    await rig.say("subscribe 9am tokyo")
    for line in ("subscribe 10am", "pause", "unsubscribe", "swap", "skip next"):
        assert "<@U1>" in (await rig.say(line, user="U2")).text
    assert "The next post" in (await rig.say("preview", user="U2")).text
    assert (rig.has().at, rig.has().paused) == (time(9), False)
    await rig.say("subscribe 11am", user="U3")  # an admin
    assert rig.has().at == time(11)


async def test_where_only_admins_may(rig: Rig) -> None:
    rig.store.set_policy("T1", Policy(who="admins"))
    assert "only workspace admins" in (await rig.say("subscribe 9am tokyo")).text
    assert "只有工作区管理员" in (await rig.say("订阅", user="U2")).text  # no form for whom it is not
    assert rig.current() is None
    await rig.say("subscribe 9am tokyo", user="U3")
    assert rig.has().creator == "U3"


async def test_admins_decide_who_may(rig: Rig) -> None:
    assert "Only workspace admins decide that" in (await rig.say("daily policy admins")).text
    assert rig.store.policy("T1").who == "anyone"
    assert (
        "only workspace admins may set up, change and stop"
        in (await rig.say("daily policy admins", user="U3")).text
    )
    assert rig.store.policy("T1").who == "admins"
    assert "only workspace admins may set up" in (await rig.say("subscribe 9am tokyo")).text


@both_databases
async def test_where_only_members_of_the_channel_may(rig: Rig) -> None:
    assert "people who are in a channel" in (await rig.say("daily policy members", user="U3")).text
    await rig.say("subscribe 9am tokyo")
    rig.slack.workspace().channels["C1"].members.remove("U2")
    for line in ("subscribe 10am", "pause", "unsubscribe", "swap", "holidays cn"):
        assert "Join the channel" in (await rig.say(line, user="U2")).text
    assert "请先加入频道" in (await rig.say("订阅", user="U2")).text  # no form for whom it is not
    assert "The next post" in (await rig.say("preview", user="U2")).text
    assert (rig.has().at, rig.has().paused) == (time(9), False)
    rig.slack.workspace().channels["C1"].members.remove("U3")
    await rig.say("subscribe 11am", user="U3")  # an admin
    assert rig.has().at == time(11)


async def test_where_slack_does_not_say_who_is_in_a_channel_nobody_may(
    bot: Bot, phrases: Phrases, database: str
) -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if not scope.endswith(":read") or scope == "users:read")
    async with rigged(bot, phrases, database, scopes=scopes) as rig:
        rig.store.set_policy("T1", Policy(who="members"))
        for user, said in (("U1", "Slack does not tell me whether you are"), ("U3", "now gets a daily fact")):
            assert said in (await rig.say("subscribe 9am tokyo", user=user)).text
        rig.slack.trouble("users.conversations", "hang", times=None)
        assert "Slack does not tell me" in (await rig.say("pause")).text


async def test_stopping_everything_leaves_channels_that_one_has_left(rig: Rig) -> None:
    await rig.slack.invite("C2")
    for channel in ("C1", "C2"):
        await rig.say("subscribe 9am tokyo", channel=channel)
    rig.slack.workspace().channels["C2"].members.remove("U1")
    rig.store.set_policy("T1", Policy(who="members"))
    assert "Daily facts stopped: 1. Left as they are: 1" in (await rig.say("unsubscribe all")).text
    assert [kept.channel for kept in rig.store.list()] == ["C2"]


async def test_who_may_is_told_to_anyone_and_what_else_there_is_offered(rig: Rig) -> None:
    seen = await rig.say("daily policy")
    assert "In this workspace anyone may set up" in seen.text
    assert "daily policy members" in seen.text
    rig.store.set_policy("T1", Policy(who="creator"))
    assert "只有设置者和工作区管理员可以修改" in (await rig.say("每日知识 权限", user="U2")).text
    asked = await rig.say("daily policy the boss", user="U3")
    assert "“the boss” is none of the four" in asked.text
    await rig.slack.press(asked, "daily policy members")
    await rig.settle()
    assert rig.store.policy("T1").who == "members"


async def test_admins_decide_what_becomes_of_a_post_that_nobody_can_tell_of(rig: Rig) -> None:
    assert "is left alone" in (await rig.say("daily unknown")).text
    assert "Only workspace admins decide that" in (await rig.say("daily unknown repost")).text
    assert "is posted again" in (await rig.say("daily unknown repost", user="U3")).text
    assert rig.store.policy("T1") == Policy("anyone", "repost")
    assert "这样的推送不再重发" in (await rig.say("每日知识 未知 不重发", user="U3")).text
    assert rig.store.policy("T1") == Policy("anyone", "leave")


async def test_without_users_read_utc_is_taken_and_said(bot: Bot, phrases: Phrases, database: str) -> None:
    async with rigged(bot, phrases, database, scopes=WITHOUT_PEOPLE) as rig:
        seen = await rig.say("subscribe 9am")
        assert rig.has().zone == "UTC"
        assert "I cannot see your time zone, so I took UTC" in seen.text
        rig.store.set_policy("T1", Policy(who="admins"))
        assert "lacks the scope users:read" in (await rig.say("pause", user="U3")).text
        assert not rig.has().paused


async def test_the_operators_zone_is_taken_where_slack_does_not_tell_a_persons(
    bot: Bot, phrases: Phrases, database: str
) -> None:
    async with rigged(bot, phrases, database, scopes=WITHOUT_PEOPLE) as rig:
        client = AsyncWebClient(rig.slack.bot_token, base_url=rig.slack.api_url)
        async with posting(rig, bot, zone="Asia/Shanghai") as daily:
            told = await daily.carry_out(Subscribe(at=time(9)), Place("T1", "C1", "U1", "en"), client)
        assert rig.has().zone == "Asia/Shanghai"
        assert "I cannot see your time zone, so I took Asia/Shanghai (UTC+8)" in told.card.plain


async def test_a_slow_users_info_does_not_hold_the_answer_up(rig: Rig) -> None:
    rig.slack.trouble("users.info", "hang")
    exchange = await rig.slack.command("/ai", "subscribe 9am")
    assert exchange.seconds < 1
    await rig.seen(exchange)
    assert rig.has().zone == "UTC"


async def test_where_membership_is_not_told_the_first_post_tells(
    bot: Bot, phrases: Phrases, database: str
) -> None:
    scopes = ("commands", "chat:write", "users:read")
    async with rigged(bot, phrases, database, scopes=scopes) as rig:
        assert "/invite <@UBOT>" in (await rig.say("subscribe 9am tokyo", channel="C2")).text
        assert rig.current("C2") is None
        assert "now gets a daily fact" in (await rig.say("subscribe 9am tokyo")).text


async def test_a_channel_that_takes_no_posts_is_not_subscribed(rig: Rig) -> None:
    rig.slack.trouble("chat.postMessage", "error", error="restricted_action")
    seen = await rig.say("subscribe 9am tokyo")
    assert "I cannot post in this channel" in seen.text
    assert rig.current() is None
    rig.slack.exchanges.clear()


async def test_a_form_that_slack_does_not_open_is_answered_with_the_line_to_type(rig: Rig) -> None:
    rig.slack.trouble("views.open", "error", error="expired_trigger_id")
    assert "Say it in one line" in (await rig.say("subscribe")).text
    rig.slack.exchanges.clear()


class Overtaken(Store):
    """A store that another program writes to, just before each of our changes."""

    times = 0

    def change(self, id_: str, now: Any, **fields: Any) -> Any:
        if self.times:
            self.times -= 1
            Store.change(self, id_, now, language="both" if self.times % 2 else "zh")
        return super().change(id_, now, **fields)


@pytest.mark.parametrize(("times", "said"), [(2, "is changed"), (99, "at the same moment")])
@both_databases
async def test_another_program_that_changes_it_meanwhile_is_not_overwritten(
    rig: Rig, times: int, said: str
) -> None:
    await rig.say("subscribe 9am tokyo")
    store = Overtaken.open(str(rig.store.database.url))
    rig.daily.store = store
    store.times = times
    client = AsyncWebClient(rig.slack.bot_token, base_url=rig.slack.api_url)
    told = await rig.daily.carry_out(Subscribe(at=time(10)), Place("T1", "C1", "U1", "en"), client)
    assert said in told.card.plain
    assert rig.has().at == (time(10) if times == 2 else time(9))
    assert rig.has().language in ("zh", "both")
    store.close()


async def test_a_full_database_changes_nothing_and_says_so(rig: Rig) -> None:
    _every_connection(rig.store, "PRAGMA max_page_count=1")  # SQLite reads that as: as many as there are
    for size in (900, 90, 1):
        with pytest.raises(StorageError, match="full"):
            _fill(rig.store, size)
    count = len(rig.store.list())
    seen = await rig.say("subscribe 9am tokyo finance; models; techniques; people; products; events; trends")
    assert "I cannot write to my memory right now, so nothing is changed" in seen.text
    assert rig.current() is None
    assert len(rig.store.list()) == count
    assert rig.channel_texts() == []


async def test_a_locked_database_changes_nothing_and_says_so(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.say("subscribe 9am tokyo")
    before = rig.has()
    _every_connection(rig.store, "PRAGMA busy_timeout=50")
    other = sqlite3.connect(str(rig.store.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    seen = await rig.say("pause")
    other.execute("ROLLBACK")
    other.close()
    reference = seen.text.rpartition("reference: ")[2].rstrip(".")
    assert "I cannot write to my memory right now, so nothing is changed" in seen.text
    assert "aibot.db" not in seen.text
    assert any(reference in record.getMessage() for record in caplog.records)
    assert rig.has() == before
    assert "is paused" in (await rig.say("pause")).text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_locked_table_changes_nothing_and_says_so(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    before = rig.has()
    _every_connection(rig.store, "SET SESSION lock_timeout = '50ms'")
    other = psycopg.connect(str(rig.store.database.url).replace("+psycopg", ""))
    other.execute("LOCK TABLE subscriptions IN ACCESS EXCLUSIVE MODE")
    seen = await rig.say("pause")
    other.rollback()
    other.close()
    assert "I cannot write to my memory right now, so nothing is changed" in seen.text
    assert rig.has() == before
    assert "is paused" in (await rig.say("pause")).text


#  What PostgreSQL says when its disk is full, said by itself: https://www.postgresql.org/docs/current/errcodes-appendix.html
FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON subscriptions FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_full_server_changes_nothing_and_says_so(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    before, recorded = rig.has(), rig.memory.audit.read()
    with rig.store.database.transaction() as connection:
        connection.exec_driver_sql(FULL)
    for line in ("pause", "subscribe 10am", "skip next"):
        assert "I cannot write to my memory right now, so nothing is changed" in (await rig.say(line)).text
    with rig.store.database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER full_disk ON subscriptions")
    assert (rig.has(), rig.memory.audit.read()) == (before, recorded)
    assert "is paused" in (await rig.say("pause")).text


def _fill(store: Store, size: int) -> None:
    for number in range(10_000):
        store.subscribe(_subscription(f"C{size}X{number}", size))


def _subscription(channel: str, size: int) -> Subscription:
    return new_subscription(
        team="T1",
        channel=channel,
        creator="U1",
        at=time(9),
        zone="Asia/Tokyo",
        now=MONDAY,
        topics=("x" * size,),
    )


def _every_connection(store: Store, setting: str) -> None:
    def prepare(connection: Any, _: Any) -> None:
        connection.execute(setting).close()
        if not store.database.is_sqlite:
            connection.commit()

    store.database.engine.dispose()
    event.listen(store.database.engine, "connect", prepare)
