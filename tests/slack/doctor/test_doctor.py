"""`aibot doctor`, the real command, against a Slack with one fault each: it finds the fault, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.postgres import postgres
from tests.slack.serving.test_serve import serving

from aibot.cli.manifest import manifest_text
from aibot.playground.demo import free_port
from aibot.playground.fake_slack import BOT_SCOPES, App, FakeSlack, MovableClock
from aibot.slack.manifest import EVENTS, ORG_EVENTS, SCOPES, manifest
from aibot.storage import Installation, Memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

pytestmark = pytest.mark.anyio

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Report:
    """What doctor said."""

    code: int
    findings: list[dict[str, Any]]
    output: str

    @property
    def wrong(self) -> list[str]:
        return [finding["check"] for finding in self.findings if finding["state"] == "wrong"]

    def __getitem__(self, check: str) -> dict[str, Any]:
        return next(finding for finding in self.findings if finding["check"] == check)


async def doctor(where: Path, slack: FakeSlack | None, *arguments: str, **environ: str) -> Report:
    """Run it in an empty directory, with the fake's tokens unless told otherwise."""
    ours = ("AIBOT_", "SLACK_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    if slack is not None:
        environment |= {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
    environment |= environ
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aibot", *arguments, *([] if "doctor" in arguments else ["doctor"]), "--json",
        cwd=where, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    findings = json.loads(out)["findings"] if out else []
    return Report(process.returncode, findings, (out + err).decode())


async def test_nothing_is_wrong_with_a_sound_installation(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (0, [])
        for check in (
            "settings",
            "facts",
            "phrases",
            "database",
            "bot token",
            "scopes",
            "clock",
            "socket",
            "same app",
            "cards",
        ):
            assert report[check]["state"] == "ok", report[check]


async def test_swapped_tokens(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(
            tmp_path, slack, SLACK_BOT_TOKEN=slack.app_token, SLACK_APP_TOKEN=slack.bot_token
        )

        assert (report.code, report.wrong) == (1, ["settings", "settings"])
        assert all("swapped" in finding["what"] for finding in report.findings[:2])
        assert slack.app_token not in report.output
        assert slack.bot_token not in report.output


async def test_a_revoked_token(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        slack.state.uninstall(slack.workspace())

        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (1, ["bot token"])
        assert "account_inactive" in report["bot token"]["what"]
        assert "install the app anew" in report["bot token"]["fix"]


async def test_a_slack_that_has_no_time_blames_no_token(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        slack.trouble("auth.test", error="team_added_to_org", times=None)

        report = await doctor(tmp_path, slack)

        assert report.wrong == []
        assert report["bot token"]["state"] == "not checked"
        assert "team_added_to_org" in report["bot token"]["what"]


async def test_a_missing_scope(tmp_path: Path) -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if scope != "im:history")
    async with FakeSlack(scopes=scopes, schemas=None) as slack:
        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (1, ["scopes"])
        assert report["scopes"]["what"] == "the bot token lacks im:history"
        assert "Reinstall" in report["scopes"]["fix"]


async def test_an_optional_scope_that_was_declined_is_told_and_nothing_is_wrong(tmp_path: Path) -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if scope != "groups:history")
    async with FakeSlack(scopes=scopes, schemas=None) as slack:
        report = await doctor(tmp_path, slack)

        assert report.wrong == []
        assert (
            "optional: groups:history (follow-ups in threads need a mention there)"
            in report["scopes"]["what"]
        )
        assert "channels:history" not in report["scopes"]["what"]


async def test_tokens_of_two_apps(tmp_path: Path) -> None:
    async with FakeSlack(app=App(app_token="xapp-1-A2OTHER-1-fake"), schemas=None) as slack:
        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (1, ["same app"])
        assert "A2OTHER" in report["same app"]["what"]


async def test_an_app_level_token_that_slack_does_not_take(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, SLACK_APP_TOKEN="xapp-1-A1-1-another")

        assert (report.code, report.wrong) == (1, ["app-level token"])


async def test_a_dead_socket(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        slack.trouble("apps.connections.open", extra={"ok": True, "url": "ws://127.0.0.1:1/link"}, times=None)

        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (1, ["socket"])
        assert "WebSockets" in report["socket"]["fix"]


@pytest.mark.parametrize(("off", "word"), [(600, "behind"), (-600, "ahead of")])
async def test_a_wrong_clock(tmp_path: Path, off: int, word: str) -> None:
    async with FakeSlack(clock=MovableClock(time.time() + off), schemas=None) as slack:
        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (1, ["clock"])
        assert word in report["clock"]["what"]
        assert "refuses every request over HTTP" in report["clock"]["what"]


async def test_bad_facts(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("entries:\n  - id: rag\n    kind: recipe\n", "utf-8")
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, "--facts", str(facts))

        assert report.code == 1
        assert set(report.wrong) == {"facts"}
        assert report["facts"]["what"].startswith("facts.yaml:")


async def test_a_card_that_slack_refuses(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        refusal = {"errors": [{"pointer": "/blocks/0", "message": "no such block", "code": "invalid"}]}
        slack.trouble("blocks.validate", error="invalid_blocks", extra=refusal)

        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (1, ["cards"])
        assert "/blocks/0 no such block" in report["cards"]["what"]


async def test_a_workspace_without_slacks_newer_blocks_is_not_at_fault(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack)
        asked = [call.arguments.get("blocks", "") for call in slack.calls("blocks.validate")]
        rich = next(
            number for number, blocks in enumerate(asked) if '"data_' in blocks or '"table"' in blocks
        )
        assert report["cards"]["what"].endswith("kinds of card and view")

    async with FakeSlack(schemas=None) as slack:
        for number in range(len(asked)):
            extra = {} if number == rich else {"ok": True}
            slack.trouble("blocks.validate", error="invalid_blocks", extra=extra)
        report = await doctor(tmp_path, slack)

        assert (report.code, report.wrong) == (0, [])
        assert "tables and charts not yet" in report["cards"]["what"]


async def test_cards_count_as_not_checked_where_slack_is_too_busy_for_them(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        slack.trouble("blocks.validate", error="service_unavailable")

        report = await doctor(tmp_path, slack)

        assert (report.code, report["cards"]["state"]) == (0, "not checked")


async def test_another_command_than_the_manifest_names(tmp_path: Path) -> None:
    (tmp_path / "slack-manifest.yml").write_text("features: {slash_commands: [{command: /ai}]}", "utf-8")
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, AIBOT_COMMAND="/facts")

        assert (report.code, report.wrong) == (1, ["command"])


async def test_a_slack_out_of_reach(tmp_path: Path) -> None:
    report = await doctor(
        tmp_path,
        None,
        SLACK_BOT_TOKEN="xoxb-1-2-fake",
        SLACK_APP_TOKEN="xapp-1-A1-1-fake",
        SLACK_API_URL="http://127.0.0.1:1/api/",
    )

    assert (report.code, report.wrong) == (1, ["bot token", "app-level token"])
    assert "cannot be reached" in report["bot token"]["what"]
    assert report["cards"]["state"] == "not checked"


async def test_http_mode_is_meant_where_there_is_a_signing_secret_alone(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SIGNING_SECRET)

        assert (report.code, report.wrong) == (0, [])
        assert report["settings"]["what"] == "complete for HTTP"
        assert not slack.calls("apps.connections.open")


def app(*, http: bool = False, many: bool = False, **changed: Any) -> App:
    """The app as its settings page would export it, made from our manifest, with something changed."""
    settings = manifest(http="https://bot.example.org" if http else None, many=many)
    settings["settings"] |= changed
    return App(manifest=json.loads(json.dumps(settings)))


CONFIG = {"SLACK_CONFIG_TOKEN": App().config_token}


@pytest.mark.parametrize("http", [False, True], ids=("socket", "http"))
async def test_settings_in_slack_that_are_ours(tmp_path: Path, http: bool) -> None:  # noqa: FBT001
    more = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SIGNING_SECRET} if http else {}
    async with FakeSlack(app=app(http=http), schemas=None) as slack:
        report = await doctor(tmp_path, slack, **CONFIG, **more)

        assert (report.code, report.wrong) == (0, [])
        for check in ("events", "interactivity", "way", "command in Slack", "manifest in Slack"):
            assert report[check]["state"] == "ok", report[check]


async def test_a_missing_event(tmp_path: Path) -> None:
    events = [event for event in EVENTS if event != "message.im"]
    async with FakeSlack(app=app(event_subscriptions={"bot_events": events}), schemas=None) as slack:
        report = await doctor(tmp_path, slack, **CONFIG)

        assert (report.code, report.wrong) == (1, ["events"])
        assert report["events"]["what"] == "the app is not told of message.im"
        assert "aibot manifest" in report["events"]["fix"]


async def test_an_app_whose_settings_are_old(tmp_path: Path) -> None:
    made = app(http=True, many=True, org_deploy_enabled=False)
    made.client_secret, old = CLIENT_SECRET, "https://old.example.org/slack/events"
    assert made.manifest is not None
    features, oauth = made.manifest["features"], made.manifest["oauth_config"]
    features["slash_commands"][0]["url"] = old
    features["app_home"]["home_tab_enabled"] = False
    features["shortcuts"] = []
    oauth["redirect_urls"], oauth["scopes"]["bot"] = [], [scope for scope in SCOPES if scope != "commands"]
    installed_in(tmp_path, "T1", app="A1")
    async with FakeSlack(app=made, schemas=None) as slack:
        report = await doctor(tmp_path, slack, **CONFIG, **for_many(slack, tmp_path))

    assert report.wrong == ["way", "manifest in Slack"]
    assert report["way"]["what"] == f"Slack sends /ai to {old}; it should be {ADDRESS}/slack/events"
    for part in (
        "does not ask for commands",
        f"{ADDRESS}/slack/oauth_redirect is no redirect URL",
        "whole organisations",
        "home_tab_enabled is off",
        "no shortcut",
    ):
        assert part in report["manifest in Slack"]["what"]


async def test_an_optional_scope_that_the_app_does_not_offer_is_told_and_nothing_is_wrong(
    tmp_path: Path,
) -> None:
    made = app()
    assert made.manifest is not None
    made.manifest["oauth_config"]["scopes"]["bot"].remove("channels:history")
    async with FakeSlack(app=made, schemas=None) as slack:
        report = await doctor(tmp_path, slack, **CONFIG)

    assert report.wrong == []
    assert "does not offer channels:history, which are optional" in report["manifest in Slack"]["what"]
    assert "groups:history" not in report["manifest in Slack"]["what"]


async def test_a_signing_secret_that_is_another(tmp_path: Path) -> None:
    """The client secret has the same form, and stands beside it on Slack's page."""
    async with FakeSlack(mode="http", app=App(signing_secret=SIGNING_SECRET), schemas=None) as slack:
        port = str(free_port())
        ours = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": CLIENT_SECRET, "AIBOT_HEALTH_PORT": port}
        assert (await doctor(tmp_path, slack, **ours))["signing secret"]["state"] == "not checked"
        async with serving("http", slack, **ours | {"SLACK_APP_TOKEN": slack.app_token}):
            await slack.command("/ai", "help")
            report = await doctor(tmp_path, slack, **ours)
        assert report.wrong == ["signing secret"]
        assert "not the client secret" in report["signing secret"]["fix"]

        ours["SLACK_SIGNING_SECRET"] = SIGNING_SECRET
        async with serving("http", slack, **ours | {"SLACK_APP_TOKEN": slack.app_token}):
            await slack.command("/ai", "help")
            report = await doctor(tmp_path, slack, **ours)
        assert (report.wrong, report["signing secret"]["state"]) == ([], "ok")


async def test_a_bot_that_runs_here_loses_no_command_to_doctor(tmp_path: Path) -> None:
    async with FakeSlack(mode="socket", schemas=None) as slack:
        port = str(free_port())
        async with serving("socket", slack, AIBOT_HEALTH_PORT=port):
            report = await doctor(tmp_path, slack, AIBOT_HEALTH_PORT=port)

            assert report["socket"] == {
                "check": "socket", "state": "ok", "what": "that of the bot that runs here is alive", "fix": "",
            }  # fmt: skip


async def test_a_socket_opens_through_the_proxy_that_slack_is_reached_by(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack, proxy_to(slack) as (address, asked):
        report = await doctor(tmp_path, slack, HTTPS_PROXY=address)

    assert report["socket"]["state"] == "ok", report["socket"]
    assert any(line.startswith("GET ") and "/link" in line for line in asked)


@contextlib.asynccontextmanager
async def proxy_to(slack: FakeSlack) -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy, and the first line of each request that went through it."""
    asked: list[str] = []

    def direct(data: bytes) -> bytes:
        """A request as it is sent to a server itself; they come one by one, each in a piece."""
        if not re.match(rb"[A-Z]+ \w+://", data):
            return data
        asked.append(data.partition(b"\r\n")[0].decode())
        return re.sub(rb" \w+://[^/]+", b" ", data, count=1)

    async def pass_on(
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        change: Callable[[bytes], bytes] = lambda data: data,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(change(data))
                await writer.drain()
        writer.close()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", int(slack.url.rpartition(":")[2]))
        await asyncio.gather(pass_on(reader, back, direct), pass_on(there, writer))

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()


async def test_a_configuration_token_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CONFIG["SLACK_CONFIG_TOKEN"], "utf-8")
    async with FakeSlack(app=app(), schemas=None) as slack:
        report = await doctor(tmp_path, slack, SLACK_CONFIG_TOKEN_FILE=str(tmp_path / "token"))

        assert (report.code, report["events"]["state"]) == (0, "ok")


async def test_interactivity_that_is_off(tmp_path: Path) -> None:
    async with FakeSlack(app=app(interactivity={"is_enabled": False}), schemas=None) as slack:
        assert (await doctor(tmp_path, slack, **CONFIG)).wrong == ["interactivity"]


async def test_a_bot_that_listens_where_slack_does_not_send(tmp_path: Path) -> None:
    async with FakeSlack(app=app(socket_mode_enabled=False), schemas=None) as slack:
        report = await doctor(tmp_path, slack, **CONFIG)

        assert report.wrong == ["way"]
        assert report["way"]["what"] == "the bot listens over Socket Mode, and Slack sends over HTTP"


async def test_a_command_that_slack_has_under_another_name(tmp_path: Path) -> None:
    async with FakeSlack(app=app(), schemas=None) as slack:
        assert (await doctor(tmp_path, slack, **CONFIG, AIBOT_COMMAND="/facts")).wrong == ["command in Slack"]


async def test_a_configuration_token_that_slack_does_not_take(tmp_path: Path) -> None:
    async with FakeSlack(app=app(), schemas=None) as slack:
        report = await doctor(tmp_path, slack, SLACK_CONFIG_TOKEN="xoxe.xoxp-1-another")

        assert report.wrong == ["configuration token"]
        assert "xoxe.xoxp-1-another" not in report.output


async def test_without_a_configuration_token_the_last_request_is_what_there_is_to_see(tmp_path: Path) -> None:
    async with FakeSlack(mode="socket", schemas=None) as slack:
        report = await doctor(tmp_path, slack)
        assert report["events and interactivity"]["state"] == "not checked"
        assert "SLACK_CONFIG_TOKEN" in report["events and interactivity"]["what"]
        assert "heard from Slack" not in report["events and interactivity"]["what"]

        port = str(free_port())
        async with serving("socket", slack, AIBOT_HEALTH_PORT=port):
            await slack.command("/ai", "help")
            report = await doctor(tmp_path, slack, AIBOT_HEALTH_PORT=port)
        assert "the bot that runs here heard from Slack" in report["events and interactivity"]["what"]


def revised(path: Path, revision: str) -> str:
    """The address of a SQLite database whose tables say that they are of this revision."""
    url = f"sqlite:///{path / 'aibot.db'}"
    Memory.open(url).close()
    with contextlib.closing(sqlite3.connect(path / "aibot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    return url


@pytest.mark.parametrize(
    ("revision", "word", "fix"),
    [
        ("0001", "of schema 0001", "start this aibot once"),
        ("9999", "made by a newer aibot", "run the newer aibot"),
    ],
)
async def test_a_schema_of_another_version(tmp_path: Path, revision: str, word: str, fix: str) -> None:
    url = revised(tmp_path, revision)
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, AIBOT_DATABASE=url)

        assert (report.code, report.wrong) == (1, ["database"])
        assert word in report["database"]["what"]
        assert fix in report["database"]["fix"]
    with contextlib.closing(sqlite3.connect(tmp_path / "aibot.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)


async def test_an_empty_database_is_as_it_should_be_and_stays_empty(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, AIBOT_DATABASE=f"sqlite:///{tmp_path}/new.db")

        assert report.wrong == []
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # looking makes no file


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://aibot:hushhush@127.0.0.1:9/aibot", "cannot be reached"),
        ("sqlite:////nowhere/at/all/aibot.db", "no folder"),
        ("postgresql://aibot:hushhush@db:5x/aibot", "its port is a number"),
    ],
)
async def test_a_database_out_of_reach(tmp_path: Path, url: str, word: str) -> None:
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack, AIBOT_DATABASE=url)

        assert (report.code, report.wrong) == (1, ["database"])
        assert word in report["database"]["what"]
        assert "hushhush" not in report.output


async def test_a_database_that_takes_no_changes(tmp_path: Path) -> None:
    with postgres("-c default_transaction_read_only=on") as server:
        async with FakeSlack(schemas=None) as slack:
            report = await doctor(tmp_path, slack, AIBOT_DATABASE=server.url())

    assert report.wrong == ["database"]
    assert "not written" in report["database"]["what"]


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "aibot.db").write_text("zanzibar " * 1000, "utf-8")
    async with FakeSlack(schemas=None) as slack:
        report = await doctor(tmp_path, slack)

        assert report.wrong == ["database"]
        assert "restore its backup" in report["database"]["what"]


async def test_wrong_usage_is_2(tmp_path: Path) -> None:
    assert (await doctor(tmp_path, None, "--no-such-option")).code == 2


# Many workspaces

CLIENT_SECRET, KEY, OTHER = "fedcba9876543210fedcba9876543210", "0" * 43 + "=", "1" * 42 + "E="
ADDRESS = "https://bot.example.org"


def for_many(slack: FakeSlack, where: Path, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "",
        "SLACK_APP_TOKEN": "",
        "SLACK_CLIENT_ID": slack.app.client_id,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "AIBOT_DATABASE": f"sqlite:///{where}/aibot.db",
        "AIBOT_KEYS": KEY,
        "AIBOT_URL": ADDRESS,
        **more,
    }


def installed_in(where: Path, *teams: str, key: str = KEY, without: str = "", app: str = "A1") -> None:
    memory = Memory.open(f"sqlite:///{where}/aibot.db", keys=[key])
    for team in teams:
        scopes = tuple(scope for scope in SCOPES if scope != without)
        memory.installations.save(Installation("", team, app, "B1", "UBOT", "xoxb-1-secret", scopes=scopes))
    memory.close()


async def test_nothing_is_wrong_where_many_workspaces_install_the_bot(tmp_path: Path) -> None:
    installed_in(tmp_path, "T1", "T2")
    (tmp_path / "slack-manifest.yml").write_text(manifest_text(http=ADDRESS, many=True), "utf-8")
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path))
    assert (report.code, report.wrong) == (0, [])
    assert {report[check]["state"] for check in ("client", "redirect URL", "installations")} == {"ok"}
    assert report["installations"]["what"].startswith("2,")


async def test_a_key_that_opens_nothing(tmp_path: Path) -> None:
    installed_in(tmp_path, "T1")
    installed_in(tmp_path, "T2", key=OTHER)
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path, AIBOT_KEYS=OTHER))
    assert report.wrong == ["installations"]
    assert "1 of 2: /T1" in report["installations"]["what"]
    assert "aibot keys rotate" in report["installations"]["fix"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("SLACK_CLIENT_ID", "9.9"), ("SLACK_CLIENT_SECRET", "0" * 32)],
)
async def test_a_client_that_slack_does_not_know(tmp_path: Path, name: str, value: str) -> None:
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path, **{name: value}))
    assert report.wrong == ["client"]
    assert name in report["client"]["what"]
    assert value not in report["client"]["what"]


async def test_a_manifest_that_does_not_lead_back(tmp_path: Path) -> None:
    (tmp_path / "slack-manifest.yml").write_text(
        manifest_text(http="https://old.example.org", many=True), "utf-8"
    )
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path))
    assert report.wrong == ["redirect URL"]
    assert f"aibot manifest --many --http {ADDRESS}" in report["redirect URL"]["fix"]


async def test_what_nobody_can_know_of_the_way_back_is_said(tmp_path: Path) -> None:
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path))
    assert report["redirect URL"]["state"] == "not checked"
    assert f"{ADDRESS}/slack/oauth_redirect" in report["redirect URL"]["what"]


async def test_looking_at_installations_changes_no_schema(tmp_path: Path) -> None:
    url = revised(tmp_path, "0001")
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path, AIBOT_DATABASE=url))
    assert report.wrong == ["database"]
    assert report["installations"]["state"] == "not checked"
    with contextlib.closing(sqlite3.connect(tmp_path / "aibot.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


async def test_installations_from_before_a_scope_was_asked_for(tmp_path: Path) -> None:
    installed_in(tmp_path, "T1", "T2", without="chat:write")
    installed_in(tmp_path, "T3")
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET)) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path))
    assert report.wrong == ["scopes"]
    assert "of 3 installations" in report["scopes"]["what"]
    assert "(chat:write: 2)" in report["scopes"]["what"]


async def test_a_wrong_clock_where_many_workspaces_install_the_bot(tmp_path: Path) -> None:
    clock = MovableClock(time.time() + 600)
    async with FakeSlack(schemas=None, app=App(client_secret=CLIENT_SECRET), clock=clock) as slack:
        report = await doctor(tmp_path, slack, **for_many(slack, tmp_path))
    assert report["clock"]["state"] == "wrong"
    assert "behind Slack" in report["clock"]["what"]


async def test_a_missing_event_where_many_workspaces_install_the_bot(tmp_path: Path) -> None:
    """Which app it is, its installations say."""
    events = [event for event in EVENTS if event != "message.im"]
    made = app(http=True, many=True)
    assert made.manifest is not None
    made.manifest["settings"]["event_subscriptions"]["bot_events"] = [*events, *ORG_EVENTS]
    made.client_secret = CLIENT_SECRET
    installed_in(tmp_path, "T1", app="A1")
    async with FakeSlack(schemas=None, app=made) as slack:
        report = await doctor(tmp_path, slack, **CONFIG, **for_many(slack, tmp_path))
    assert "events" in report.wrong
    assert report["events"]["what"] == "the app is not told of message.im"
