"""`aibot init` on a real terminal and without one, against the fake Slack."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pexpect
import pytest
import yaml
from dotenv import dotenv_values

from aibot.playground.fake_slack import FakeSlack
from aibot.slack.manifest import manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(schemas=None) as running:
        yield running


def environment(slack: FakeSlack, **more: str) -> dict[str, str]:
    ours = ("AIBOT_", "SLACK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "SLACK_API_URL": slack.api_url, **more}


def init(where: Path, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aibot", "init", *arguments],
        cwd=where,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def on_a_terminal(where: Path, environ: dict[str, str], *arguments: str) -> pexpect.spawn[str]:
    command = ["-m", "aibot", "init", *arguments]
    return pexpect.spawn(sys.executable, command, cwd=where, env=environ, encoding="utf-8", timeout=20)


def test_asks_checks_the_tokens_with_slack_and_writes_what_is_needed(
    tmp_path: Path, slack: FakeSlack
) -> None:
    terminal = on_a_terminal(tmp_path, environment(slack))
    terminal.expect("socket or http")
    terminal.sendline("")
    terminal.expect("slash command")
    terminal.sendline("a b")
    terminal.expect("no name for a slash command")
    terminal.sendline("facts")
    terminal.expect("en or zh")
    terminal.sendline("zh")
    terminal.expect("SLACK_BOT_TOKEN: ")
    terminal.sendline(slack.app_token)
    terminal.expect("swapped")
    terminal.sendline("xoxb-not-a-token-of-this-slack")
    terminal.expect("does not take SLACK_BOT_TOKEN")
    terminal.sendline(slack.bot_token)
    terminal.expect("ok")
    terminal.expect("SLACK_APP_TOKEN: ")
    terminal.sendline(slack.app_token)
    terminal.expect("Ready")
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 0
    assert dotenv_values(tmp_path / ".env") == {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "AIBOT_COMMAND": "/facts",
        "AIBOT_LANGUAGE": "zh",
    }
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert yaml.safe_load((tmp_path / "slack-manifest.yml").read_text("utf-8")) == manifest("/facts")


def test_what_is_pasted_is_never_shown(tmp_path: Path, slack: FakeSlack) -> None:
    terminal = on_a_terminal(tmp_path, environment(slack), "--socket", "--command", "/ai", "--language", "en")
    shown: list[str] = []
    for name, secret in (("SLACK_BOT_TOKEN", slack.bot_token), ("SLACK_APP_TOKEN", slack.app_token)):
        terminal.expect(f"{name}: ")
        shown.append(str(terminal.before))
        terminal.sendline(secret)
    terminal.expect(pexpect.EOF)
    shown.append(str(terminal.before))
    terminal.close()

    assert slack.bot_token not in "".join(shown)
    assert slack.app_token not in "".join(shown)
    assert "Ready" in shown[-1]


def test_a_file_that_is_there_is_kept_unless_the_person_says_otherwise(
    tmp_path: Path, slack: FakeSlack
) -> None:
    (tmp_path / ".env").write_text("MINE=1\n", "utf-8")
    terminal = on_a_terminal(tmp_path, environment(slack), "--socket", "--command", "/ai", "--language", "en")
    terminal.expect("Change it")
    terminal.sendline("")
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 1
    assert (tmp_path / ".env").read_text("utf-8") == "MINE=1\n"
    assert not (tmp_path / "slack-manifest.yml").exists()


def test_a_second_time_keeps_what_is_there(tmp_path: Path, slack: FakeSlack) -> None:
    first = init(tmp_path, environment(slack, SLACK_BOT_TOKEN=slack.bot_token), "--no-input")
    assert "Still to do: put SLACK_APP_TOKEN into .env" in first.stdout
    mine = "# mine\nPOSTGRES_PASSWORD=hush\nAIBOT_CONTACT=U1\n"
    with (tmp_path / ".env").open("a") as file:
        file.write(f"{mine}SLACK_SIGNING_SECRET={SIGNING_SECRET}\n")

    terminal = on_a_terminal(tmp_path, environment(slack), "--socket", "--command", "/ai", "--language", "zh")
    terminal.expect("Change it")
    terminal.sendline("y")
    terminal.expect("one is there")
    terminal.sendline("")
    terminal.expect("SLACK_APP_TOKEN: ")
    terminal.sendline(slack.app_token)
    terminal.expect("Ready")
    terminal.expect(pexpect.EOF)
    terminal.close()

    text = (tmp_path / ".env").read_text("utf-8")
    assert text.endswith(mine)  # without what would mean another way to run
    assert text.count("# Written by") == 1
    written = dotenv_values(tmp_path / ".env")
    assert (written["SLACK_BOT_TOKEN"], written["SLACK_APP_TOKEN"]) == (slack.bot_token, slack.app_token)
    assert written["AIBOT_LANGUAGE"] == "zh"


@pytest.mark.parametrize("question", ["socket or http", "SLACK_BOT_TOKEN: "])
def test_who_ends_the_input_at_a_question_is_told_so(tmp_path: Path, slack: FakeSlack, question: str) -> None:
    chosen = () if question.startswith("socket") else ("--socket", "--command", "/ai", "--language", "en")
    terminal = on_a_terminal(tmp_path, environment(slack), *chosen)
    terminal.expect(question)
    terminal.sendeof()
    terminal.expect("aibot: stopped at a question")
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 130
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize("kept", ["", "xapp-1-A1-1-abcdef"], ids=["no file", "swapped"])
def test_a_file_without_a_token_is_told(tmp_path: Path, slack: FakeSlack, kept: str) -> None:
    if kept:
        (tmp_path / "token").write_text(kept, "utf-8")
    done = init(tmp_path, environment(slack, SLACK_BOT_TOKEN_FILE=str(tmp_path / "token")), "--no-input")

    assert done.returncode == 1
    assert ("the two are swapped" if kept else "SLACK_BOT_TOKEN_FILE names") in done.stdout


def test_slack_has_to_verify_the_address_once_the_bot_runs(tmp_path: Path, slack: FakeSlack) -> None:
    http = ("--no-input", "--http", "https://bot.example.org", "--force")
    for more in ((), ("--many",)):
        assert 'press "Retry"' in init(tmp_path, environment(slack, **MANY), *http, *more).stdout
    assert 'press "Retry"' not in init(tmp_path, environment(slack), "--no-input", "--force").stdout


def test_secrets_can_wait(tmp_path: Path, slack: FakeSlack) -> None:
    done = init(tmp_path, environment(slack), "--no-input")

    assert done.returncode == 0
    assert "Still to do: put SLACK_BOT_TOKEN and SLACK_APP_TOKEN into .env" in done.stdout
    link = next(
        line for line in done.stdout.splitlines() if line.startswith("https://api.slack.com/apps?new_app=1&")
    )
    assert yaml.safe_load(parse_qs(urlsplit(link).query)["manifest_yaml"][0]) == manifest()


def test_over_http_with_secrets_from_the_environment_and_from_a_file(
    tmp_path: Path, slack: FakeSlack
) -> None:
    (tmp_path / "token").write_text(f"{slack.bot_token}\n", "utf-8")
    environ = environment(
        slack, SLACK_BOT_TOKEN_FILE=str(tmp_path / "token"), SLACK_SIGNING_SECRET=SIGNING_SECRET
    )

    done = init(tmp_path, environ, "--no-input", "--http", "https://bot.example.org", "--command", "ask")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "aibot run --http" in done.stdout
    assert slack.bot_token not in done.stdout
    assert dotenv_values(tmp_path / ".env")["SLACK_BOT_TOKEN"] == slack.bot_token
    made = yaml.safe_load((tmp_path / "slack-manifest.yml").read_text("utf-8"))
    assert made == manifest("/ask", http="https://bot.example.org")


def test_what_init_writes_is_all_that_doctor_needs(tmp_path: Path, slack: FakeSlack) -> None:
    environ = environment(slack, SLACK_BOT_TOKEN=slack.bot_token, SLACK_APP_TOKEN=slack.app_token)
    assert init(tmp_path, environ, "--no-input", "--command", "/facts").returncode == 0

    examined = subprocess.run(
        [sys.executable, "-m", "aibot", "doctor"],
        cwd=tmp_path, env=environment(slack), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert examined.returncode == 0, examined.stdout + examined.stderr
    assert "ok     command: /facts, as in the manifest" in examined.stdout
    assert examined.stdout.endswith("Nothing wrong.\n")


def test_a_token_that_slack_refuses_is_not_written(tmp_path: Path, slack: FakeSlack) -> None:
    done = init(tmp_path, environment(slack, SLACK_BOT_TOKEN="xoxb-not-one-of-theirs"), "--no-input")

    assert done.returncode == 1
    assert "does not take SLACK_BOT_TOKEN (invalid_auth)" in done.stdout
    assert dotenv_values(tmp_path / ".env")["SLACK_BOT_TOKEN"] == ""


def test_without_a_terminal_it_asks_nothing_and_overwrites_nothing(tmp_path: Path, slack: FakeSlack) -> None:
    (tmp_path / ".env").write_text("MINE=1\n", "utf-8")

    assert "this is no terminal" in init(tmp_path, environment(slack)).stderr
    assert "--force changes what is ours in it" in init(tmp_path, environment(slack), "--no-input").stderr
    assert (tmp_path / ".env").read_text("utf-8") == "MINE=1\n"
    assert init(tmp_path, environment(slack), "--no-input", "--force").returncode == 0
    assert "MINE=1\n" in (tmp_path / ".env").read_text("utf-8")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["http://bot.example.org", "bot.example.org", "https://", "https://a b"])
def test_an_address_slack_cannot_reach_is_refused(tmp_path: Path, slack: FakeSlack, url: str) -> None:
    done = init(tmp_path, environment(slack), "--no-input", "--http", url)

    assert done.returncode == 2
    assert "is no public address" in done.stderr


MANY = {
    "SLACK_CLIENT_ID": "1.1",
    "SLACK_CLIENT_SECRET": "fedcba9876543210fedcba9876543210",
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
}


def test_sets_up_for_many_workspaces_with_a_key_of_its_own(tmp_path: Path, slack: FakeSlack) -> None:
    done = init(
        tmp_path, environment(slack, **MANY), "--no-input", "--many", "--http", "https://bot.example.org/"
    )
    assert done.returncode == 0, done.stderr
    assert "open https://bot.example.org/slack/install" in done.stdout
    assert "Activate Public Distribution" in done.stdout
    written = dotenv_values(tmp_path / ".env")
    assert {name: written[name] for name in MANY} == MANY
    assert written["AIBOT_URL"] == "https://bot.example.org"
    assert "SLACK_BOT_TOKEN" not in written
    assert len(written["AIBOT_KEYS"] or "") == 44
    assert str(written["AIBOT_KEYS"]) not in done.stdout
    made = yaml.safe_load((tmp_path / "slack-manifest.yml").read_text("utf-8"))
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]


def test_setting_it_up_again_keeps_the_key_that_the_tokens_are_sealed_with(
    tmp_path: Path, slack: FakeSlack
) -> None:
    arguments = ("--no-input", "--many", "--http", "https://bot.example.org")
    init(tmp_path, environment(slack, **MANY), *arguments)
    first = dotenv_values(tmp_path / ".env")["AIBOT_KEYS"]
    assert init(tmp_path, environment(slack, **MANY), *arguments, "--force").returncode == 0
    assert dotenv_values(tmp_path / ".env")["AIBOT_KEYS"] == first


def test_many_workspaces_take_an_address(tmp_path: Path, slack: FakeSlack) -> None:
    done = init(tmp_path, environment(slack), "--no-input", "--many")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "--many takes --http" in done.stderr
