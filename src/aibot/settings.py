"""Settings: what the environment tells us, read once and checked before anything starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rapidfuzz import fuzz, process

from aibot.errors import SettingsError
from aibot.secrets import (
    FROM_FILES,
    if_valid,
    keys_in,
    problems_of_secrets,
    serves_many,
    shown,
    with_secret_files,
)
from aibot.variables import SETTINGS, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aibot.core.language import Language
    from aibot.logs import LogFormat

#  https://docs.slack.dev/reference/app-manifest: 2-32 characters with the /
COMMAND = re.compile(r"/[^\s/]{1,31}\Z")
URL = re.compile(r"https?://[^\s]+\Z")
#  Slack sends people back only to https; a browser takes our cookie from the machine itself, too
_PUBLIC = re.compile(r"(?:https://|http://(?:localhost|127\.0\.0\.1)(?=[:/]|\Z))[^\s?#]+\Z")
_HOST = re.compile(r"[^\s/]+\Z")
#  A Slack user id, an e-mail address, or a page; none of the characters that end a link in Slack
_CONTACT = re.compile(r"(?:none|[UW][A-Z0-9]{1,30}|[^\s@<>|]+@[^\s@<>|]+\.[^\s@<>|]+|https?://[^\s<>|]+)\Z")
_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment says. Secrets stay out of the representation."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    command: str = "/ai"
    contact: str = ""
    facts: Path | None = None
    host: str = "127.0.0.1"
    port: int = 3000
    health_port: int | None = None
    language: Language = "en"
    log_format: LogFormat = "text"
    log_level: str = "INFO"
    database: str = field(default="sqlite:///aibot.db", repr=False)  # it may hold a password
    grace: int = 120
    posts_per_second: float = 5.0
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    url: str = ""  # the bot's public address, without a slash at its end
    many: bool = False  # workspaces install it; their tokens are in the database
    limit_person: int = 30
    limit_channel: int = 60
    limit_workspace: int = 1200
    unanswered: bool = True
    zone: str = "UTC"


def read_settings(environ: Mapping[str, str], *, http: bool | None) -> Settings:
    """The settings for Socket Mode, for HTTP mode, or (None) for a program that hears nothing from Slack.

    Raises:
        SettingsError: names every variable that is missing, swapped, malformed or unknown, and where to get it.
    """
    settings, problems = checked_settings(environ, http=http)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def checked_settings(environ: Mapping[str, str], *, http: bool | None) -> tuple[Settings, list[str]]:
    """The settings as far as they are right (a wrong one is its default), and everything wrong with them."""
    values, problems = with_secret_files({name: value.strip() for name, value in environ.items()})
    problems += [*unknown_settings(environ), *problems_of_secrets(values, http=http)]
    read = _Reader(values, problems)
    api_url = read.matching("SLACK_API_URL", URL, "it is an address such as https://slack.com/api/")
    facts = values.get("AIBOT_FACTS", "")
    port, health_port = read.port("AIBOT_PORT"), read.port("AIBOT_HEALTH_PORT")
    if http and port and port == health_port:
        problems.append(f"AIBOT_HEALTH_PORT and AIBOT_PORT are both {port}; they listen apart")
    many = serves_many(values)
    if many and database_url(values) == "off":
        problems.append("AIBOT_DATABASE is off; many workspaces' tokens need a database")
    elif http is None and database_url(values).startswith(("off", "sqlite:")):
        problems.append(
            "AIBOT_DATABASE is no postgresql://… address, which `aibot worker` needs; with SQLite, `aibot run` posts "
            "by itself"
        )
    contact = read.matching(
        "AIBOT_CONTACT", _CONTACT, "it is a user id (U012AB3CD), an e-mail address, or a URL"
    )
    settings = Settings(
        bot_token=if_valid("SLACK_BOT_TOKEN", values),
        app_token=if_valid("SLACK_APP_TOKEN", values),
        signing_secret=if_valid("SLACK_SIGNING_SECRET", values),
        api_url=api_url if api_url.endswith("/") else f"{api_url}/",
        command=read.matching(
            "AIBOT_COMMAND", COMMAND, "a slash command looks like /ai and has at most 32 characters"
        ),
        contact="" if contact == "none" else contact,
        facts=Path(facts) if facts and "\0" not in facts else None,
        host=read.matching("AIBOT_HOST", _HOST, "it is an address such as 127.0.0.1"),
        port=3000 if port is None else port,
        health_port=health_port,
        language=cast("Language", read.one_of("AIBOT_LANGUAGE", ("en", "zh"))),
        log_format=cast("LogFormat", read.one_of("AIBOT_LOG_FORMAT", ("text", "json"))),
        log_level=read.one_of("AIBOT_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), upper=True),
        database=read.database(),
        grace=read.grace(),
        posts_per_second=read.rate(),
        client_id=if_valid("SLACK_CLIENT_ID", values),
        client_secret=if_valid("SLACK_CLIENT_SECRET", values),
        keys=keys_in(values),
        url=read.public_url(needed=many and http is True),
        many=many,
        limit_person=read.limit("AIBOT_LIMIT_PERSON"),
        limit_channel=read.limit("AIBOT_LIMIT_CHANNEL"),
        limit_workspace=read.limit("AIBOT_LIMIT_WORKSPACE"),
        unanswered=read.one_of("AIBOT_UNANSWERED", ("on", "off")) == "on",
        zone=read.zone(),
    )
    return settings, problems


class _Reader:
    """Reads variables, notes what is wrong with them; an empty one counts as not set."""

    def __init__(self, values: Mapping[str, str], problems: list[str]) -> None:
        self._values, self._problems = values, problems
        self._defaults = {setting.name: setting.default for setting in SETTINGS}

    def matching(self, name: str, pattern: re.Pattern[str], form: str) -> str:
        value = self._values.get(name) or self._defaults[name]
        if pattern.match(value):
            return value
        return self._wrong(name, value, form)

    def one_of(self, name: str, choices: tuple[str, ...], *, upper: bool = False) -> str:
        value = self._values.get(name) or self._defaults[name]
        if (wanted := value.upper() if upper else value) in choices:
            return wanted
        return self._wrong(name, value, f"it is {', '.join(choices[:-1])} or {choices[-1]}")

    def port(self, name: str) -> int | None:
        value = self._values.get(name)
        if not value:
            return None
        if value.isascii() and value.isdecimal() and len(value) <= 5 and int(value) <= 65_535:
            return int(value)
        self._wrong(name, value, "a port is a number up to 65535")
        return None

    def database(self) -> str:
        value = database_url(self._values)
        if value == "off" or value.startswith(_DATABASES):
            return value
        self._problems.append(
            "AIBOT_DATABASE is no address we know; it is sqlite:///aibot.db, postgresql://user@host/name, or off"
        )
        return self._defaults["AIBOT_DATABASE"]

    def public_url(self, *, needed: bool) -> str:
        value = self._values.get("AIBOT_URL", "")
        if not value and needed:
            self._problems.append(
                "AIBOT_URL is not set; workspaces install the bot at its public address, such as https://bot.example.org"
            )
        elif value and not _PUBLIC.match(value):
            self._wrong("AIBOT_URL", value, "it is a public address such as https://bot.example.org")
            return ""
        return value.rstrip("/")

    def grace(self) -> int:
        value = self._values.get("AIBOT_GRACE") or self._defaults["AIBOT_GRACE"]
        if value.isascii() and value.isdecimal() and len(value) <= 3 and int(value) <= 720:
            return int(value)
        return int(self._wrong("AIBOT_GRACE", value, "it is a number of minutes, 720 at most"))

    def rate(self) -> float:
        name = "AIBOT_POSTS_PER_SECOND"
        value = self._values.get(name) or self._defaults[name]
        if re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value, re.ASCII) and 0 < float(value) <= 100:
            return float(value)
        return float(self._wrong(name, value, "it is a number above 0, 100 at most"))

    def limit(self, name: str) -> int:
        value = self._values.get(name) or self._defaults[name]
        if value.isascii() and value.isdecimal() and len(value) <= 5:
            return int(value)
        return int(self._wrong(name, value, "it is a number a minute, or 0 for no limit"))

    def zone(self) -> str:
        name = "AIBOT_ZONE"
        value = self._values.get(name)
        if not value:
            return self._defaults[name]
        from aibot.core.daily.zones import known_zone, near_zones  # noqa: PLC0415 - only where it is set

        if (zone := known_zone(value)) is not None:
            return zone
        near = near_zones(value)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return self._wrong(name, value, f"it is an IANA id such as Asia/Shanghai{hint}")

    def _wrong(self, name: str, value: str, form: str) -> str:
        self._problems.append(f"{name} is '{shown(value)}'; {form}")
        return self._defaults[name]


def database_url(environ: Mapping[str, str]) -> str:
    """The address of the database; "off" where daily posts are not wanted."""
    return environ.get("AIBOT_DATABASE", "").strip() or "sqlite:///aibot.db"


def unknown_settings(environ: Mapping[str, str]) -> list[str]:
    """A problem for each variable that looks like a setting and is none, with the one that may be meant."""
    known = {setting.name for setting in SETTINGS if setting.name.startswith("AIBOT_")}
    files = {f"{name}_FILE" for name in FROM_FILES}
    problems = []
    for name in sorted(environ):
        if name.startswith("AIBOT_") and environ[name].strip() and name not in known | files:
            near = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=70)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(sorted(known))}"
            problems.append(f"{shown(name)} is not a setting; {hint}")
    return problems


_FOOTNOTE = (
    "Tokens, secrets, keys and `AIBOT_DATABASE` (it may hold a password) can also stand in files:\n"
    "`SLACK_BOT_TOKEN_FILE=/run/secrets/bot-token`, and so on.\n"
    "An empty variable counts as not set. A variable that starts with `AIBOT_` and is none of these is an error,\n"
    "with the one you may have meant. `aibot run` also reads `.env` in the working directory; the environment wins."
)


def settings_table() -> str:
    """Every setting, as the table in docs/settings.md."""
    rows = [
        f"| `{setting.name}` | {f'`{setting.default}`' if _is_literal(setting) else setting.default} "
        f"| {setting.meaning} |"
        for setting in SETTINGS
    ]
    return "\n".join(["| Setting | Default | Meaning |", "|---|---|---|", *rows, "", _FOOTNOTE])


def _is_literal(setting: Setting) -> bool:
    return bool(setting.default) and " " not in setting.default and setting.default != "none"
