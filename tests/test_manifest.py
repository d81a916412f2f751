"""The manifests are fresh, inside Slack's limits, and name what the bot listens to: no more, no less."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.slack.conftest import running

from aibot.cli import main
from aibot.cli.manifest import manifest_text
from aibot.load import load_phrases
from aibot.playground.fake_slack import App, FakeSlack, no_wait
from aibot.slack.bot import Bot
from aibot.slack.daily import events as daily_events
from aibot.slack.manifest import EVENT_SCOPES, EVENTS, OPTIONAL_SCOPES, SCOPES, manifest

if TYPE_CHECKING:
    from aibot.core.facts import FactBase

ROOT = Path(__file__).parents[1]
ADDRESS = "https://aibot.example.com"
BOTH = [manifest(), manifest("/百科", http=ADDRESS), manifest(http=ADDRESS, many=True)]


@pytest.mark.parametrize(("name", "http"), [("manifest.yml", None), ("manifest-http.yml", ADDRESS)])
def test_the_committed_manifests_are_fresh(name: str, http: str | None) -> None:
    command = f"aibot manifest{f' --http {http}' if http else ''} > {name}"
    assert (ROOT / name).read_text("utf-8") == manifest_text(http=http), f"run: {command}"


@pytest.mark.parametrize("made", BOTH)
def test_slacks_limits(made: dict[str, Any]) -> None:
    # https://docs.slack.dev/reference/app-manifest
    shown, features = made["display_information"], made["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4_000
    assert len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2_000
        assert len(command["usage_hint"]) <= 1_000
    assert len(made["settings"]["event_subscriptions"]["bot_events"]) <= 100
    assert len(made["oauth_config"]["scopes"]["bot"]) <= 255


def test_socket_mode_names_no_address_and_http_names_one_everywhere() -> None:
    socket, http = (yaml.safe_load(manifest_text(http=address)) for address in (None, f"{ADDRESS}/"))
    assert "https://" not in str(socket)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert http["settings"]["socket_mode_enabled"] is False
    assert {
        http["features"]["slash_commands"][0]["url"],
        http["settings"]["event_subscriptions"]["request_url"],
        http["settings"]["interactivity"]["request_url"],
    } == {f"{ADDRESS}/slack/events"}


def test_for_many_workspaces_slack_knows_where_to_send_people_back_to() -> None:
    many = manifest(http=f"{ADDRESS}/slack/events", many=True)
    assert many["oauth_config"]["redirect_urls"] == [f"{ADDRESS}/slack/oauth_redirect"]
    assert many["settings"]["org_deploy_enabled"] is True
    assert set(many["settings"]["event_subscriptions"]["bot_events"]) - set(EVENTS) == {"team_access_revoked"}
    assert "redirect_urls" not in manifest(http=ADDRESS)["oauth_config"]


def test_the_messages_tab_is_open_for_writing() -> None:
    home = manifest()["features"]["app_home"]
    assert (home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (True, False)


@pytest.mark.anyio
async def test_everything_works_with_the_manifests_events_and_scopes(base: FactBase) -> None:
    app = App(events=frozenset(EVENTS))
    async with (
        FakeSlack(app=app, scopes=tuple(SCOPES), sleep=no_wait) as slack,
        running(Bot(base, load_phrases()), slack),
    ):
        asked = (await slack.command(manifest()["features"]["slash_commands"][0]["command"], "RAG")).message
        assert asked is not None
        await slack.press(asked, "Share to channel")
        await slack.until(lambda: slack.messages("C1"))
        await slack.answer(await slack.mention("RAG"))
        await slack.answer(await slack.dm("RAG"))
    assert slack.refusals == []


@pytest.mark.anyio
async def test_answers_need_chat_write(base: FactBase) -> None:
    scopes = tuple(scope for scope in SCOPES if scope != "chat:write")
    async with FakeSlack(scopes=scopes, sleep=no_wait) as slack, running(Bot(base, load_phrases()), slack):
        await slack.mention("RAG")
    assert {refused.error for refused in slack.refusals} == {"missing_scope"}


def test_each_event_has_its_scope_and_each_scope_its_use() -> None:
    needed = {scope for scope in EVENT_SCOPES.values() if scope}
    assert needed - set(OPTIONAL_SCOPES) | {"commands", "chat:write"} == set(SCOPES)
    assert set(OPTIONAL_SCOPES) <= needed
    #  https://docs.slack.dev/authentication/installing-with-oauth#optional-scopes: in both lists
    scopes = manifest()["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) == set(OPTIONAL_SCOPES)
    assert set(scopes["bot"]) == needed | {"commands", "chat:write"}


def test_every_event_is_heard_and_none_that_slack_is_not_asked_for() -> None:
    source = Path(daily_events.__file__).read_text("utf-8")
    heard = set(re.findall(r'app\.event\("(\w+)"\)', source))
    heard |= {
        f"{kind}_{what}" for kind in ("channel", "group") for what in re.findall(r'f"\{kind\}_(\w+)"', source)
    }
    hears_itself = {"app_mention", "message.channels", "message.groups", "message.im", "app_home_opened"}
    assert heard | hears_itself == set(EVENTS)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--command", "/aiwiki", "--http", "https://bot.example.org"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Made by `aibot manifest --command /aiwiki --http https://bot.example.org`")
    assert yaml.safe_load(printed) == manifest("/aiwiki", http="https://bot.example.org")


def test_without_daily_posts_nothing_offers_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--no-daily"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Made by `aibot manifest --no-daily`")
    assert "date 2024-12 | help" in printed
    assert "subscribe" not in printed


@pytest.mark.parametrize(
    "arguments", [["--command", "ai"], ["--command", "/a b"], ["--http", "bot.example.org"], ["--many"]]
)
def test_what_cannot_be_is_refused_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["manifest", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
