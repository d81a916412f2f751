"""Settings: what the environment tells us, read once and checked before anything starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from aibot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aibot.core.language import Language

_BOT_TOKEN = re.compile(r"^(?:xoxe\.)?xoxb-[A-Za-z0-9-]{6,}$")
_USER_TOKEN = re.compile(r"^(?:xoxe\.)?xoxp-")
_APP_TOKEN = re.compile(r"^xapp-[A-Za-z0-9-]{6,}$")
_SIGNING_SECRET = re.compile(r"^[0-9a-f]{32}$")
COMMAND = re.compile(
    r"^/[^\s/]{1,31}$"
)  # https://docs.slack.dev/reference/app-manifest: 2-32 characters with the /
URL = re.compile(r"^https?://[^\s]+$")

WHERE = {
    "SLACK_BOT_TOKEN": "https://api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token (xoxb-…)",
    "SLACK_APP_TOKEN": "https://api.slack.com/apps → your app → Basic Information → App-Level Tokens, "
    "scope connections:write (xapp-…)",
    "SLACK_SIGNING_SECRET": "https://api.slack.com/apps → your app → Basic Information → Signing Secret "
    "(32 digits and letters a-f)",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One of our own variables, for messages and the documentation."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("AIBOT_COMMAND", "/ai", "The slash command's name; the manifest must name the same one."),
    Setting(
        "AIBOT_DATABASE",
        "sqlite:///aibot.db",
        "Where daily posts are remembered: a SQLite file, postgresql://user@host/name, or off.",
    ),
    Setting("AIBOT_FACTS", "the fact base that came along", "The path of another facts.yaml."),
    Setting("AIBOT_GRACE", "120", "How many minutes late a daily post may still come; later it is skipped."),
    Setting("AIBOT_HOST", "127.0.0.1", "The address `aibot run --http` listens on; 0.0.0.0 for all."),
    Setting("AIBOT_PORT", "3000", "The port `aibot run --http` listens on."),
    Setting("AIBOT_LANGUAGE", "en", "The language of replies to questions without any letter: en or zh."),
    Setting("AIBOT_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Setting("AIBOT_POSTS_PER_SECOND", "5", "Daily posts a second in one workspace, at most."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment says. Secrets stay out of the representation."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    command: str = "/ai"
    facts: Path | None = None
    host: str = "127.0.0.1"
    port: int = 3000
    language: Language = "en"
    log_level: str = "INFO"
    database: str = field(default="sqlite:///aibot.db", repr=False)  # it may hold a password
    grace: int = 120
    posts_per_second: float = 5.0


def read_settings(environ: Mapping[str, str], *, http: bool | None) -> Settings:
    """The settings for Socket Mode, for HTTP mode, or (None) for a program that hears nothing from Slack.

    Raises:
        SettingsError: names every variable that is missing, swapped, malformed or unknown, and where to get it.
    """
    problems = [*_unknown(environ), *_secrets(environ, http=http)]
    command = environ.get("AIBOT_COMMAND", "/ai")
    if not COMMAND.match(command):
        problems.append(
            f"AIBOT_COMMAND is '{command}'; a slash command looks like /ai and has at most 32 characters"
        )
    port = environ.get("AIBOT_PORT", "3000")
    if not (port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65_535):
        problems.append(f"AIBOT_PORT is '{port[:20]}'; a port is a number up to 65535")
    language = environ.get("AIBOT_LANGUAGE", "en")
    if language not in ("en", "zh"):
        problems.append(f"AIBOT_LANGUAGE is '{language}'; it is en or zh")
    level = environ.get("AIBOT_LOG_LEVEL", "INFO").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        problems.append(
            f"AIBOT_LOG_LEVEL is '{environ['AIBOT_LOG_LEVEL']}'; it is DEBUG, INFO, WARNING or ERROR"
        )
    api_url = environ.get("SLACK_API_URL", "https://slack.com/api/")
    if not URL.match(api_url):
        problems.append(f"SLACK_API_URL is '{api_url}'; it is an address such as https://slack.com/api/")
    problems += _daily(environ)
    if problems:
        raise SettingsError("\n".join(problems))
    facts = environ.get("AIBOT_FACTS", "")
    return Settings(
        bot_token=environ["SLACK_BOT_TOKEN"].strip(),
        app_token=environ.get("SLACK_APP_TOKEN", "").strip(),
        signing_secret=environ.get("SLACK_SIGNING_SECRET", "").strip(),
        api_url=api_url if api_url.endswith("/") else f"{api_url}/",
        command=command,
        facts=Path(facts) if facts else None,
        host=environ.get("AIBOT_HOST", "127.0.0.1"),
        port=int(port),
        language="zh" if language == "zh" else "en",
        log_level=level,
        database=database_url(environ),
        grace=int(environ.get("AIBOT_GRACE", "120")),
        posts_per_second=float(environ.get("AIBOT_POSTS_PER_SECOND", "5")),
    )


def database_url(environ: Mapping[str, str]) -> str:
    """The address of the database; "off" where daily posts are not wanted."""
    return environ.get("AIBOT_DATABASE", "").strip() or "sqlite:///aibot.db"


def _daily(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings of daily posts."""
    problems = []
    url = database_url(environ)
    if url != "off" and not url.startswith(
        ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
    ):
        problems.append(
            "AIBOT_DATABASE is no address we know; it is sqlite:///aibot.db, postgresql://user@host/name, or off"
        )
    grace = environ.get("AIBOT_GRACE", "120")
    if not (grace.isascii() and grace.isdecimal() and int(grace) <= 720):
        problems.append(f"AIBOT_GRACE is '{grace}'; it is a number of minutes, 720 at most")
    rate = environ.get("AIBOT_POSTS_PER_SECOND", "5")
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", rate) or not 0 < float(rate) <= 100:
        problems.append(f"AIBOT_POSTS_PER_SECOND is '{rate}'; it is a number above 0, 100 at most")
    return problems


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS}
    problems = []
    for name in sorted(environ):
        if name.startswith("AIBOT_") and name not in known:
            near = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=70)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(sorted(known))}"
            problems.append(f"{name} is not a setting; {hint}")
    return problems


def _secrets(environ: Mapping[str, str], *, http: bool | None) -> list[str]:
    needed = {"SLACK_BOT_TOKEN": _BOT_TOKEN}
    if http is not None:
        needed |= {"SLACK_SIGNING_SECRET": _SIGNING_SECRET} if http else {"SLACK_APP_TOKEN": _APP_TOKEN}
    problems = []
    for name, pattern in needed.items():
        value = environ.get(name, "").strip()
        if not value:
            mode = {True: "HTTP mode", False: "Socket Mode", None: "posting"}[http]
            problems.append(f"{name} is not set; {mode} needs it: {WHERE[name]}")
        elif not pattern.match(value):
            problems.append(f"{name} {_what_it_is(value)}: {WHERE[name]}")
    return problems


def _what_it_is(value: str) -> str:
    """What was put there instead, without saying the secret."""
    if _BOT_TOKEN.match(value):
        return "holds a bot token; the two are swapped"
    if _APP_TOKEN.match(value):
        return "holds an app-level token (xapp-…); the two are swapped"
    if _USER_TOKEN.match(value):
        return "holds a user token (xoxp-…), and it takes the bot's (xoxb-…)"
    if _SIGNING_SECRET.match(value):
        return "holds what looks like the signing secret; the two are swapped"
    return "has the wrong form"
