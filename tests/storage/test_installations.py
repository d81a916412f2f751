"""Installations on both databases: tokens sealed, keys changed, refreshed by one, purged once, installed again."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, insert, select, text, update

from aibot.posting import plan_due
from aibot.storage import (
    Claimed,
    Frozen,
    Installation,
    Installations,
    Memory,
    SealError,
    Settled,
    new_subscription,
)
from aibot.storage.departures import AGAIN_SECONDS, SOON_SECONDS
from aibot.storage.oauth_states import SECONDS
from aibot.storage.sealing import Seal
from aibot.storage.tables import (
    audit,
    departures,
    feedback,
    installations,
    metadata,
    once,
    posted,
    preferences,
    threads,
    workspaces,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLD, NEW = "0" * 43 + "=", "1" * 42 + "E="
TOKEN, REFRESH = "xoxb-1-secret", "xoxe-1-secret"
T1 = Installation("", "T1", "A1", "B1", "UBOT1", TOKEN, scopes=("chat:write", "commands"), installer="U1")
T2 = replace(T1, team="T2", bot_user="UBOT2", token="xoxb-2-secret")
ORG = replace(T1, enterprise="E1", team="", bot_user="UBOTE", token="xoxb-org-secret")
NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)


@pytest.fixture
def memory(url: str) -> Iterator[Memory]:
    opened = Memory.open(url, keys=[OLD])
    yield opened
    opened.close()


def with_keys(memory: Memory, *keys: str) -> Memory:
    return Memory(memory.database, keys)


def everything(memory: Memory) -> str:
    """All that is written in all tables."""
    with memory.database.reading() as connection:
        return str([connection.execute(select(table)).all() for table in metadata.sorted_tables])


def whats(memory: Memory) -> list[tuple[str, str]]:
    return [(one.what, one.team) for one in memory.audit.read()]


# Sealing


def test_a_token_comes_back_and_stands_nowhere_in_clear(memory: Memory) -> None:
    memory.installations.save(replace(T1, refresh_token=REFRESH, expires_at=5.0))
    found = memory.installations.find("T1")
    assert found is not None
    assert (found.token, found.refresh_token, found.expires_at) == (TOKEN, REFRESH, 5.0)
    assert (found.bot_user, found.scopes, found.installer) == ("UBOT1", ("chat:write", "commands"), "U1")
    written = everything(memory)
    assert "UBOT1" in written
    assert not any(secret in written + repr(found) for secret in (TOKEN, REFRESH, "secret"))


def test_without_a_key_nothing_is_written_down_and_nothing_read(memory: Memory) -> None:
    with pytest.raises(SealError, match="aibot keys new"):
        with_keys(memory).installations.save(T1)
    assert memory.installations.find("T1") is None
    memory.installations.save(T1)
    with pytest.raises(SealError, match="AIBOT_KEYS is not set"):
        with_keys(memory).installations.find("T1")


def test_a_wrong_key_loses_nothing(memory: Memory) -> None:
    memory.installations.save(T1)
    wrong = with_keys(memory, NEW)
    with pytest.raises(SealError, match="Put the old key back") as told:
        wrong.installations.find("T1")
    assert TOKEN not in str(told.value)
    assert wrong.installations.unreadable() == (1, ["/T1"])
    assert wrong.installations.reseal().unreadable == ("/T1",)
    assert memory.installations.find("T1") is not None


def test_a_row_with_another_workspaces_token_is_not_used(memory: Memory) -> None:
    for one in (T1, T2):
        memory.installations.save(one)
    with memory.database.transaction() as connection:
        stolen = select(installations.c.token).where(installations.c.team == "T1").scalar_subquery()
        connection.execute(update(installations).where(installations.c.team == "T2").values(token=stolen))
    with pytest.raises(SealError, match="belongs to another workspace"):
        memory.installations.find("T2")
    assert memory.installations.find("T1") is not None


# Changing keys


def test_all_tokens_go_over_to_the_newest_key(memory: Memory) -> None:
    for number in range(1, 6):
        memory.installations.save(replace(T1, team=f"T{number}"))
    both = with_keys(memory, NEW, OLD)
    both.installations.save(replace(T1, team="T9", refresh_token=REFRESH))
    done = both.installations.reseal()
    assert (done.total, done.changed, done.unreadable) == (6, 5, ())
    assert both.installations.reseal().changed == 0
    newest = with_keys(memory, NEW)
    assert newest.installations.unreadable() == (6, [])
    found = newest.installations.find("T9")
    assert found is not None
    assert found.refresh_token == REFRESH


def test_a_token_replaced_while_the_keys_are_changed_stays_the_new_one(memory: Memory) -> None:
    memory.installations.save(T1)
    newer = with_keys(memory, NEW, OLD).installations
    both = Overtaken(memory.database, Seal([NEW, OLD]), memory.audit, by=newer, times=1)
    assert both.reseal().changed == 0
    found = both.find("T1")
    assert found is not None
    assert found.token == "xoxb-newer"


def test_a_token_that_is_refreshed_while_the_keys_are_changed_is_not_lost(memory: Memory) -> None:
    memory.installations.save(replace(T1, refresh_token=REFRESH))
    both = with_keys(memory, NEW, OLD)
    held = both.installations.find("T1")
    assert held is not None
    assert both.installations.claim_refresh(held)
    assert both.installations.reseal().changed == 1  # while Slack is asked
    next_one = replace(held, token="xoxb-next", refresh_token="xoxe-2-secret")
    assert both.installations.refreshed(held, next_one) is not None
    found = both.installations.find("T1")
    assert found is not None
    assert (found.token, found.refresh_token) == ("xoxb-next", "xoxe-2-secret")


def test_a_purge_that_began_before_the_keys_were_changed_goes_through(memory: Memory) -> None:
    held = memory.installations.save(T1)
    assert with_keys(memory, NEW, OLD).installations.reseal().changed == 1
    assert memory.purge.installation("T1", "", held, "app_uninstalled") == ["T1"]
    assert memory.installations.find("T1") is None


def test_a_bot_that_seals_with_the_old_key_meanwhile_is_noticed(memory: Memory) -> None:
    for one in (T1, T2):
        memory.installations.save(one)
    late = Overtaken(memory.database, Seal([NEW, OLD]), memory.audit, by=memory.installations, times=1)
    assert (late.reseal().changed, late.reseal().behind) == (2, 0)
    assert with_keys(memory, NEW).installations.unreadable() == (2, [])
    memory.installations.save(T1)
    never = Overtaken(memory.database, Seal([NEW, OLD]), memory.audit, by=memory.installations, times=99)
    assert never.reseal().behind == 1


class Overtaken(Installations):
    """Between reading a page and sealing it anew, the workspace installs again, so many times."""

    def __init__(self, *parts: Any, by: Installations, times: int) -> None:
        super().__init__(*parts)
        self._by, self._left = by, times

    def every(self) -> Iterator[Sequence[Any]]:
        for page in super().every():
            if self._left:
                self._left -= 1
                self._by.save(replace(T1, token="xoxb-newer"))
            yield page


# Looking up


def test_a_workspace_is_served_by_its_own_installation_or_by_its_organisations(memory: Memory) -> None:
    find = memory.installations.find
    memory.installations.save(ORG)
    assert find("T7") is None
    assert find("T7", "E2") is None
    by_org = find("T7", "E1")
    assert by_org is not None
    assert (by_org.enterprise, by_org.team) == ("E1", "")
    memory.installations.belongs("T7", "E1")
    memory.installations.belongs("T7", "E1")
    by_memory = find("T7")
    assert by_memory is not None
    assert by_memory.token == ORG.token
    memory.installations.save(replace(T1, enterprise="E1", team="T7"))
    own = find("T7", "E1")
    assert own is not None
    assert own.token == TOKEN
    assert find("", "E1") is not None
    assert find("", "") is None


def test_a_workspace_that_comes_into_an_organisation_keeps_one_installation(memory: Memory) -> None:
    memory.installations.save(T1)
    memory.installations.save(replace(T1, enterprise="E1", token="xoxb-newer"))
    with memory.database.reading() as connection:
        rows = connection.execute(select(installations.c.enterprise, installations.c.team)).all()
    assert [tuple(row) for row in rows] == [("E1", "T1")]
    assert whats(memory) == [("installation.made", "T1"), ("installation.replaced", "T1")]


def test_the_log_says_what_an_installation_was_before(memory: Memory) -> None:
    memory.installations.save(T1)
    memory.installations.save(replace(T1, scopes=("commands",), installer="U2"))
    made, replaced = memory.audit.read()
    assert (made.before, made.after) == (None, {"scopes": ["chat:write", "commands"], "installer": "U1"})
    assert (replaced.before, replaced.after) == (made.after, {"scopes": ["commands"], "installer": "U2"})


def test_every_look_up_goes_by_an_index(memory: Memory) -> None:
    if not memory.database.is_sqlite:
        return  # an empty PostgreSQL table is read from end to end, whatever indexes it has
    plans = []
    with memory.database.reading() as connection:
        for where in ("team = 'T1'", "enterprise = 'E1' AND team = ''"):
            query = f"EXPLAIN QUERY PLAN SELECT * FROM installations WHERE {where}"  # noqa: S608
            plans.append(str(connection.execute(text(query)).all()))
    assert all("USING INDEX" in plan for plan in plans), plans


# Refreshing


def test_one_of_many_refreshes_and_the_others_wait(memory: Memory) -> None:
    held = memory.installations.save(T1)
    taken: list[bool] = []
    ready = threading.Barrier(4)

    def claim() -> None:
        ready.wait()
        taken.append(memory.installations.claim_refresh(held))

    workers = [threading.Thread(target=claim) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [False, False, False, True]
    new = memory.installations.refreshed(held, replace(held, token="xoxb-next", expires_at=9.0))
    assert new is not None
    assert not memory.installations.claim_refresh(held)
    assert memory.installations.claim_refresh(new)


def test_a_refresher_that_died_is_followed_by_another(tmp_path: Path) -> None:
    now = 1_000.0
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db", keys=[OLD], clock=lambda: now)
    held = memory.installations.save(T1)
    assert memory.installations.claim_refresh(held)
    now += 29
    assert not memory.installations.claim_refresh(held)
    now += 2
    assert memory.installations.claim_refresh(held)
    memory.close()


def test_a_refreshed_token_does_not_replace_a_reinstallations(memory: Memory) -> None:
    held = memory.installations.save(T1)
    memory.installations.save(replace(T1, token="xoxb-anew"))
    assert memory.installations.refreshed(held, replace(held, token="xoxb-next")) is None
    found = memory.installations.find("T1")
    assert found is not None
    assert found.token == "xoxb-anew"


# Purging


def fill(memory: Memory, team: str) -> None:
    wanted = new_subscription(team=team, channel="C1", creator="U1", at=time(9), zone="UTC", now=NOW)
    memory.daily.subscribe(wanted)
    memory.daily.set_policy(team, memory.daily.policy(team))
    with memory.database.transaction() as connection:
        connection.execute(
            insert(posted).values(subscription=f"{team}.C9", generation=0, card="rag", day="2026-01-01")
        )
        connection.execute(insert(preferences).values(team=team, owner="U1", name="language", value="zh"))
        connection.execute(
            insert(threads).values(
                team=team,
                channel="C1",
                thread="1.1",
                entries="rag",
                about="",
                language="en",
                stopped=False,
                at=1.0,
            )
        )


def tables_naming(memory: Memory, team: str) -> set[str]:
    """The tables where a workspace's id stands, in any column."""
    found = set()
    with memory.database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                if any(value == team or str(value).startswith(f"{team}.") for value in row):
                    found.add(table.name)
    return found


def test_a_purge_takes_everything_of_a_workspace_and_nothing_of_another(memory: Memory) -> None:
    held = memory.installations.save(T1)
    memory.installations.save(T2)
    for team in ("T1", "T2"):
        fill(memory, team)
    with memory.database.transaction() as connection:
        connection.execute(insert(feedback).values(subject="rag", verdict="right", count=1, last_at=1.0))
    before = tables_naming(memory, "T2")
    assert {"subscriptions", "posted", "preferences", "threads", "installations", "workspaces"} <= before
    assert memory.purge.installation("T1", "", held, "app_uninstalled") == ["T1"]
    assert tables_naming(memory, "T1") == {"audit", "departures"}
    assert tables_naming(memory, "T2") == before
    assert "right" in everything(memory)
    assert memory.installations.find("T1") is None
    assert whats(memory)[-1] == ("installation.purged", "T1")


def test_a_second_purge_changes_nothing_and_says_nothing(memory: Memory) -> None:
    held = memory.installations.save(T1)
    memory.purge.installation("T1", "", held, "app_uninstalled")
    before = everything(memory)
    assert memory.purge.installation("T1", "", held, "token_revoked") == ["T1"]
    assert memory.purge.installation("T1", "", None, "token_revoked") == ["T1"]
    assert everything(memory) == before


def test_a_reinstallation_wins_over_a_purge(memory: Memory) -> None:
    held = memory.installations.save(T1)
    memory.installations.save(replace(T1, token="xoxb-anew"))
    fill(memory, "T1")
    assert memory.purge.installation("T1", "", held, "app_uninstalled") is None
    assert memory.purge.installation("T1", "", None, "app_uninstalled") is None
    assert memory.installations.find("T1") is not None
    assert len(memory.daily.list("T1")) == 1


def test_a_purge_and_a_reinstallation_at_once_leave_it_installed_or_purged_whole(memory: Memory) -> None:
    for _ in range(8):
        held = memory.installations.save(T1)
        fill_once(memory)
        ready = threading.Barrier(2)

        def reinstall(ready: threading.Barrier = ready) -> None:
            ready.wait()
            memory.installations.save(replace(T1, token="xoxb-anew"))

        worker = threading.Thread(target=reinstall)
        worker.start()
        ready.wait()
        purged = memory.purge.installation("T1", "", held, "app_uninstalled")
        worker.join()
        found = memory.installations.find("T1")
        assert found is not None
        assert found.token == "xoxb-anew"
        assert bool(memory.daily.list("T1")) is (purged is None)


def fill_once(memory: Memory) -> None:
    memory.daily.subscribe(
        new_subscription(team="T1", channel="C1", creator="U1", at=time(9), zone="UTC", now=NOW)
    )


def claimed(memory: Memory) -> Claimed:
    """A workspace's post, on its way in some worker."""
    record, now = memory.daily.deliveries, NOW.timestamp() + 21 * 3_600  # an hour after its time
    plan_due(record, now, 7_200.0, 5.0)
    [one], _ = record.claim("worker", now, record.due(now, limit=9))
    return one


def test_what_a_worker_writes_after_a_purge_brings_nothing_back(memory: Memory) -> None:
    held = memory.installations.save(T1)
    fill_once(memory)
    one, record = claimed(memory), memory.daily.deliveries
    assert memory.purge.installation("T1", "", held, "app_uninstalled") == ["T1"]
    before = everything(memory)
    record.freeze([one], [Frozen(one, "{}", "rag.reads", 0)], NOW.timestamp())
    again = Settled(one.subscription, one.day, one.attempt, "due", "again", try_at=NOW.timestamp() + 60)
    record.settle([again], NOW.timestamp(), wait={"T1": 30.0})
    assert everything(memory) == before
    assert tables_naming(memory, "T1") == {"audit", "departures"}


def test_a_purge_beside_a_worker_that_deals_a_card_takes_the_card_too(memory: Memory) -> None:
    for _ in range(8):
        held = memory.installations.save(T1)
        fill_once(memory)
        one, ready = claimed(memory), threading.Barrier(2)

        def freeze(one: Claimed = one, ready: threading.Barrier = ready) -> None:
            ready.wait()
            memory.daily.deliveries.freeze([one], [Frozen(one, "{}", "rag.reads", 0)], 1.0)

        worker = threading.Thread(target=freeze)
        worker.start()
        ready.wait()
        memory.purge.installation("T1", "", held, "app_uninstalled")
        worker.join()
        assert tables_naming(memory, "T1") == {"audit", "departures"}
        with memory.database.transaction() as connection:
            connection.execute(delete(once))  # or the day would count as posted in the next round


def test_an_organisations_purge_takes_the_workspaces_it_alone_served(memory: Memory) -> None:
    held = memory.installations.save(ORG)
    memory.installations.save(replace(T1, enterprise="E1"))
    for team in ("T1", "T2", "T3"):
        fill(memory, team)
    for team in ("T1", "T2"):
        memory.installations.belongs(team, "E1")
    assert memory.purge.installation("", "E1", held, "app_uninstalled") == ["T2"]
    assert [bool(memory.daily.list(team)) for team in ("T1", "T2", "T3")] == [True, False, True]
    # who looks for T2 in the log finds it by its own id
    assert whats(memory)[-2:] == [("installation.purged", "E1"), ("installation.purged", "T2")]
    assert memory.audit.read(team="T2")[-1].after == {"reason": "app_uninstalled", "organisation": "E1"}


def test_a_large_organisations_purge_does_not_read_all_cards_once_a_workspace(memory: Memory) -> None:
    held = memory.installations.save(ORG)
    teams = [f"T{number}" for number in range(10, 40)]
    for team in teams:
        memory.installations.belongs(team, "E1")
    others = ["T1.C1", "T100.C1", "T10-.C1", "T10/C1", "t10.C1"]
    with memory.database.transaction() as connection:
        cards = {"generation": 0, "card": "rag", "day": "2026-01-01"}
        rows = [{"subscription": one, **cards} for one in (*(f"{team}.C1" for team in teams), *others)]
        connection.execute(insert(posted), rows)
    asked: list[tuple[str, Any]] = []
    event.listen(memory.database.engine, "before_cursor_execute", lambda *them: asked.append(them[2:4]))
    assert memory.purge.installation("", "E1", held, "app_uninstalled") == teams
    mine = [(statement, values) for statement, values in asked if "DELETE FROM posted" in statement]
    with memory.database.reading() as connection:
        assert sorted(connection.execute(select(posted.c.subscription)).scalars()) == sorted(others)
        if memory.database.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {mine[0][0]}", mine[0][1]).all()
            assert "SEARCH posted USING" in str(plan)
        else:
            assert len(mine) == 1


def test_a_workspace_that_its_organisation_still_serves_keeps_what_is_remembered(memory: Memory) -> None:
    memory.installations.save(ORG)
    held = memory.installations.save(replace(T1, enterprise="E1"))
    fill(memory, "T1")
    assert memory.purge.installation("T1", "E1", held, "app_uninstalled") == []
    assert len(memory.daily.list("T1")) == 1
    served = memory.installations.find("T1")
    assert served is not None
    assert served.team == ""


def test_single_workspaces_of_an_organisation_are_purged_by_name(memory: Memory) -> None:
    memory.installations.save(ORG)
    memory.installations.save(T2)
    for team in ("T1", "T2"):
        fill(memory, team)
    memory.purge.teams(["T1", "T2"], "team_access_revoked")
    assert [bool(memory.daily.list(team)) for team in ("T1", "T2")] == [False, True]


def test_one_with_an_installation_of_its_own_stays_and_goes_with_that(memory: Memory) -> None:
    memory.installations.save(ORG)
    held = memory.installations.save(replace(T1, enterprise="E1"))
    fill(memory, "T1")
    organisation = memory.installations.organisation_of("T1")
    assert organisation is not None
    assert (organisation.team, organisation.enterprise) == ("", "E1")
    memory.purge.teams(["T1"], "team_access_revoked")
    assert len(memory.daily.list("T1")) == 1
    assert memory.purge.installation("T1", "E1", held, "app_uninstalled") == ["T1"]
    assert memory.daily.list("T1") == []
    assert memory.installations.find("T1") is None


def test_one_that_the_organisation_has_the_app_for_again_is_reached_through_it(memory: Memory) -> None:
    memory.installations.save(ORG)
    held = memory.installations.save(replace(T1, enterprise="E1"))
    memory.purge.teams(["T1"], "team_access_revoked")
    memory.installations.belongs("T1", "E1")
    fill(memory, "T1")
    assert memory.purge.installation("T1", "E1", held, "app_uninstalled") == []
    assert len(memory.daily.list("T1")) == 1


def test_a_reinstallation_wakes_what_had_stopped(memory: Memory) -> None:
    memory.installations.save(T1)
    memory.daily.stop_team("T1", "invalid_auth")
    memory.installations.save(ORG)
    memory.installations.belongs("T3", "E1")
    memory.daily.stop_team("T3", "invalid_auth")
    assert len(memory.daily.stopped()) == 2
    memory.installations.save(T1)
    memory.installations.save(ORG)
    assert memory.daily.stopped() == []


# Departures


def test_a_departure_is_settled_by_one_program_and_stays_until_then(tmp_path: Path) -> None:
    now = 1_000.0
    url = f"sqlite:///{tmp_path}/aibot.db"
    one, other = (Memory.open(url, clock=lambda: now) for _ in range(2))
    one.departures.note("T1", "E1", "app_uninstalled")
    assert one.departures.take() == []  # whoever heard it is at it
    now += SOON_SECONDS
    [first] = one.departures.take()
    assert (first.team, first.enterprise, first.reason) == ("T1", "E1", "app_uninstalled")
    assert other.departures.take() == []
    now += AGAIN_SECONDS  # the first one died
    [second] = other.departures.take()
    assert second == first
    one.departures.note("T1", "E1", "tokens_revoked")
    other.departures.settle(second)  # it was said again since
    [third] = [one.departures.of("T1", "E1")]
    assert third is not None
    assert third.reason == "tokens_revoked"
    one.departures.settle(third)
    assert one.departures.of("T1", "E1") is None
    for memory in (one, other):
        memory.close()


def test_after_a_restore_every_installation_can_be_looked_at(memory: Memory) -> None:
    for one in (T1, ORG):
        memory.installations.save(one)
    memory.departures.note("T1", "", "app_uninstalled")
    page = (Path(__file__).parents[2] / "docs" / "operate.md").read_text("utf-8")
    statement = page.split("```sql\nINSERT INTO departures")[1].split("```")[0]
    with memory.database.transaction() as connection:
        connection.exec_driver_sql(f"INSERT INTO departures{statement}")
    assert [(one.team, one.enterprise) for one in memory.departures.take()] == [
        ("", "E1")
    ]  # T1's is under way


def test_of_many_programs_each_departure_goes_to_one(memory: Memory) -> None:
    for number in range(40):
        memory.departures.note(f"T{number}", "", "app_uninstalled")
    with memory.database.transaction() as connection:
        connection.execute(update(departures).values(try_at=0.0))
    taken: list[str] = []
    ready = threading.Barrier(3)

    def take() -> None:
        ready.wait()
        taken.extend(one.team for one in memory.departures.take())

    workers = [threading.Thread(target=take) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(f"T{number}" for number in range(40))


# States


def test_a_state_is_good_once_for_all_programs_and_however_it_is_spelled(memory: Memory) -> None:
    state = memory.oauth_states.issue()
    other = with_keys(memory, OLD).oauth_states
    assert other.use(state)
    for again in (state, f"{state}=", f"{state[:9]}.{state[9:]}"):
        assert not memory.oauth_states.use(again)
    assert state not in everything(memory)


def test_only_what_we_sealed_is_a_state(memory: Memory) -> None:
    token = Seal([OLD]).close("9e9 x", "E1/T1")
    foreign = with_keys(memory, NEW).oauth_states.issue()
    for made_up in ("", "guessed", "guessed\ud800", "é" * 40, token, foreign):
        assert not memory.oauth_states.use(made_up)


def test_a_state_that_began_before_the_keys_were_rotated_is_good(memory: Memory) -> None:
    state = memory.oauth_states.issue()
    assert with_keys(memory, NEW, OLD).oauth_states.use(state)


def test_beginning_writes_nothing_down_however_often(memory: Memory) -> None:
    before = memory.database.statements
    assert len({memory.oauth_states.issue() for _ in range(100)}) == 100
    assert memory.database.statements == before


def test_a_state_lasts_ten_minutes_and_the_old_ones_are_swept(tmp_path: Path) -> None:
    now = 1_000.0
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db", clock=lambda: now, keys=[OLD])
    first, second = memory.oauth_states.issue(), memory.oauth_states.issue()
    now += SECONDS - 1
    assert memory.oauth_states.use(first)
    assert memory.oauth_states.tidy() == 0
    now += 1
    assert not memory.oauth_states.use(second)
    assert memory.oauth_states.tidy() == 1
    assert not memory.oauth_states.use(first)
    memory.close()


def test_a_purge_reaches_every_table_that_knows_workspaces() -> None:
    knowing = {table.name for table in metadata.sorted_tables if "team" in table.c}
    assert {audit.name, workspaces.name, installations.name} < knowing


def test_a_seal_says_whose_it_is() -> None:
    sealed = Seal([OLD]).close("x", "E1/T1")
    assert Seal([NEW, OLD]).open(sealed, "E1/T1") == "x"
    assert not Seal([NEW, OLD]).is_newest(sealed)
