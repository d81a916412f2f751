"""Reads one variable after the other, and notes what is wrong with each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
#  Slack sends people back only to https; a browser takes our cookie from the machine itself, too
_PUBLIC = re.compile(r"(?:https://|http://(?:localhost|127\.0\.0\.1)(?=[:/]|\Z))[^\s?#]+\Z")


class Reader:
    """Reads variables, notes what is wrong with them; an empty one counts as not set."""

    def __init__(self, values: Mapping[str, str], problems: list[str], defaults: Mapping[str, str]) -> None:
        self._values, self._problems, self._defaults = values, problems, defaults

    def matching(self, name: str, pattern: re.Pattern[str], form: str) -> str:
        """A text of a certain form."""
        value = self._values.get(name) or self._defaults[name]
        if pattern.match(value):
            return value
        return self._wrong(name, value, form)

    def one_of(self, name: str, choices: tuple[str, ...], *, upper: bool = False) -> str:
        """One of a few words."""
        value = self._values.get(name) or self._defaults[name]
        if (wanted := value.upper() if upper else value) in choices:
            return wanted
        return self._wrong(name, value, f"it is {', '.join(choices[:-1])} or {choices[-1]}")

    def port(self, name: str) -> int | None:
        """A port; None where it is not set."""
        value = self._values.get(name)
        if not value:
            return None
        if value.isascii() and value.isdecimal() and len(value) <= 5 and int(value) <= 65_535:
            return int(value)
        self._wrong(name, value, "a port is a number up to 65535")
        return None

    def database(self) -> str:
        """The address of the database, or "off"."""
        value = database_url(self._values)
        if value == "off" or value.startswith(_DATABASES):
            return value
        self._problems.append(
            "AIBOT_DATABASE is no address we know; it is sqlite:///aibot.db, postgresql://user@host/name, or off"
        )
        return self._defaults["AIBOT_DATABASE"]

    def public_url(self, *, needed: bool) -> str:
        """The bot's public address, without a slash at its end."""
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
        """Minutes."""
        value = self._values.get("AIBOT_GRACE") or self._defaults["AIBOT_GRACE"]
        if value.isascii() and value.isdecimal() and len(value) <= 3 and int(value) <= 720:
            return int(value)
        return int(self._wrong("AIBOT_GRACE", value, "it is a number of minutes, 720 at most"))

    def rate(self) -> float:
        """Posts a second."""
        name = "AIBOT_POSTS_PER_SECOND"
        value = self._values.get(name) or self._defaults[name]
        if re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value, re.ASCII) and 0 < float(value) <= 100:
            return float(value)
        return float(self._wrong(name, value, "it is a number above 0, 100 at most"))

    def limit(self, name: str) -> int:
        """A number a minute; 0 for no limit."""
        value = self._values.get(name) or self._defaults[name]
        if value.isascii() and value.isdecimal() and len(value) <= 5:
            return int(value)
        return int(self._wrong(name, value, "it is a number a minute, or 0 for no limit"))

    def zone(self) -> str:
        """An IANA time zone."""
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
