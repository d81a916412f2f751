"""`aibot doctor`: which way of running is meant, and what one wrong setting leaves to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.doctor.test_doctor import CLIENT_SECRET, doctor, for_many, installed_in

from aibot.playground.fake_slack import App, FakeSlack
from aibot.storage import Memory

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


async def test_a_slip_in_one_setting_hides_nothing_else_of_many_workspaces(tmp_path: Path) -> None:
    installed_in(tmp_path, "T1")
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        wrong = for_many(slack, tmp_path, SLACK_CLIENT_SECRET="0" * 32, AIBOT_GRACE="2h")
        report = await doctor(tmp_path, slack, **wrong)

    assert report.wrong == ["settings", "client"]
    assert report["installations"]["state"] == "ok"
    assert report["redirect URL"]["state"] == "not checked"


@pytest.mark.parametrize(
    ("name", "unchecked"),
    [
        ("SLACK_CLIENT_SECRET", ["client", "clock"]),
        ("AIBOT_KEYS", ["installations"]),
        ("AIBOT_DATABASE", ["database", "installations"]),
        ("AIBOT_URL", ["redirect URL"]),
    ],
)
async def test_what_takes_the_wrong_setting_is_said_not_to_be_checked(
    tmp_path: Path, name: str, unchecked: list[str]
) -> None:
    installed_in(tmp_path, "T1")
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path, **{name: "no such thing"}))

    assert report.wrong == ["settings"]
    assert [one["check"] for one in report.findings if f"that takes {name}" in one["what"]] == unchecked
    assert all(report[check]["state"] == "not checked" for check in unchecked)


async def test_tokens_that_are_missing_are_said_not_to_be_checked(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")

    assert report.wrong == ["settings", "settings"]
    assert report["bot token"]["state"] == report["app-level token"]["state"] == "not checked"


async def test_many_workspaces_mean_http_and_a_forgotten_signing_secret_is_named(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path, SLACK_SIGNING_SECRET=""))

    assert report.wrong == ["settings"]
    assert report["settings"]["what"].startswith("SLACK_SIGNING_SECRET is not set")
    assert "aibot doctor --worker" in report["settings"]["fix"]
    assert report["client"]["state"] == "ok"


async def test_nothing_is_wrong_with_a_worker_of_many_workspaces(tmp_path: Path, postgres_url: str) -> None:
    Memory.open(postgres_url).close()
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        given = for_many(slack, tmp_path, SLACK_SIGNING_SECRET="", AIBOT_URL="", AIBOT_DATABASE=postgres_url)
        report = await doctor(tmp_path, slack, "doctor", "--worker", **given)

    assert (report.code, report.wrong) == (0, [])
    assert report["settings"]["what"] == "complete for a worker"
    assert {report[check]["state"] for check in ("client", "installations", "database")} == {"ok"}
    assert not {"redirect URL", "events and interactivity"} & {one["check"] for one in report.findings}


async def test_a_worker_takes_postgresql(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, "doctor", "--worker")

    assert report.wrong == ["settings"]
    assert "which `aibot worker` needs" in report["settings"]["what"]
