"""Slack's tokens and secrets and our own keys: their forms, where to get them, and files that hold them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from aibot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOT_TOKEN = re.compile(r"(?:xoxe\.)?xoxb-[A-Za-z0-9-]{6,}\Z")
_USER_TOKEN = re.compile(r"(?:xoxe\.)?xoxp-")
_APP_TOKEN = re.compile(r"xapp-[A-Za-z0-9-]{6,}\Z")
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}\Z")
_CLIENT_ID = re.compile(r"[0-9]+\.[0-9]+\Z")
#  32 random bytes each, in the base64 of web addresses; `aibot keys new` makes one
_KEYS = re.compile(r"[A-Za-z0-9_-]{43}=(?:[,\s]+[A-Za-z0-9_-]{43}=)*\Z")

#  A secret is a line; whoever names a disk image or /dev/zero by mistake is told so
_LARGEST_SECRET = 4_096

WHERE = {
    "SLACK_BOT_TOKEN": "https://api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token (xoxb-…)",
    "SLACK_APP_TOKEN": "https://api.slack.com/apps → your app → Basic Information → App-Level Tokens, "
    "scope connections:write (xapp-…)",
    "SLACK_SIGNING_SECRET": "https://api.slack.com/apps → your app → Basic Information → Signing Secret "
    "(32 digits and letters a-f)",
    "SLACK_CONFIG_TOKEN": "https://api.slack.com/apps → Your App Configuration Tokens (xoxe.xoxp-…); it lasts 12 hours",
    "SLACK_CLIENT_ID": "https://api.slack.com/apps → your app → Basic Information → Client ID (two numbers and a dot)",
    "SLACK_CLIENT_SECRET": "https://api.slack.com/apps → your app → Basic Information → Client Secret "
    "(32 digits and letters a-f)",
    "AIBOT_KEYS": "`aibot keys new` makes one; several are separated by commas, the newest first",
}
_FORMS = {
    "SLACK_BOT_TOKEN": _BOT_TOKEN,
    "SLACK_APP_TOKEN": _APP_TOKEN,
    "SLACK_SIGNING_SECRET": _SIGNING_SECRET,
    "SLACK_CLIENT_ID": _CLIENT_ID,
    "SLACK_CLIENT_SECRET": _SIGNING_SECRET,
    "AIBOT_KEYS": _KEYS,
}
SECRETS = tuple(_FORMS)
#  What may come from a file, too: a database's address may hold its password
FROM_FILES = (*SECRETS, "AIBOT_DATABASE", "SLACK_CONFIG_TOKEN")


def shown(value: str) -> str:
    """A value in a message: no secret that was put into the wrong variable, nothing endless."""
    if _USER_TOKEN.match(value) or any(form.match(value) for form in _FORMS.values()):
        return "…a secret…"
    return value if len(value) <= 200 else f"{value[:200]}…"


def with_secret_files(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variables, secrets read from the files that NAME_FILE names, as container platforms mount them."""
    values, problems = dict(environ), []
    for name in FROM_FILES:
        path = values.get(f"{name}_FILE", "")
        if path and values.get(name):
            problems.append(f"{name} and {name}_FILE are both set; keep one")
        elif path:
            try:
                with Path(path).open("rb") as file:
                    text = file.read(_LARGEST_SECRET + 1).decode("utf-8").strip()
            except (OSError, ValueError) as error:
                reason = error.strerror or error if isinstance(error, OSError) else "it is no text"
                problems.append(f"{name}_FILE names '{shown(path)}', which cannot be read: {reason}")
                continue
            if len(text) <= _LARGEST_SECRET:
                values[name] = text
            else:
                problems.append(f"{name}_FILE names '{shown(path)}', which is too large for a secret")
    return values, problems


def problems_of_secrets(values: Mapping[str, str], *, http: bool | None) -> list[str]:
    """What is missing or wrong, for HTTP mode, for Socket Mode, or (None) for a program that only posts."""
    problems = []
    needed = (
        ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "AIBOT_KEYS"]
        if serves_many(values)
        else ["SLACK_BOT_TOKEN"]
    )
    if http is not None:
        needed.append("SLACK_SIGNING_SECRET" if http else "SLACK_APP_TOKEN")
    if serves_many(values) and http is False:
        needed.pop()
        problems.append(
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET without SLACK_BOT_TOKEN mean many workspaces, which take "
            "`aibot run --http`; for one workspace in Socket Mode set SLACK_BOT_TOKEN"
        )
    for name in needed:
        value = values.get(name, "")
        if not value:
            if values.get(f"{name}_FILE"):
                continue  # why nothing could be read from there has been said
            mode = {True: "HTTP mode", False: "Socket Mode", None: "posting"}[http]
            mode = "serving many workspaces" if serves_many(values) else mode
            problems.append(f"{name} is not set; {mode} needs it: {WHERE[name]}")
        elif problem := secret_problem(name, value):
            problems.append(problem)
    if values.get("SLACK_SIGNING_SECRET") and values["SLACK_SIGNING_SECRET"] == values.get(
        "SLACK_CLIENT_SECRET"
    ):
        # they have one form, and stand beside each other on Slack's page
        problems.append(
            "SLACK_SIGNING_SECRET and SLACK_CLIENT_SECRET are the same, so one is the other: "
            f"{WHERE['SLACK_SIGNING_SECRET']}; {WHERE['SLACK_CLIENT_SECRET']}"
        )
    return problems


def serves_many(values: Mapping[str, str]) -> bool:
    """Whether many workspaces install the bot: there is no bot token, but what installing takes."""

    def is_set(name: str) -> bool:
        return bool(values.get(name) or values.get(f"{name}_FILE"))

    return not is_set("SLACK_BOT_TOKEN") and (is_set("SLACK_CLIENT_ID") or is_set("SLACK_CLIENT_SECRET"))


def if_valid(name: str, values: Mapping[str, str]) -> str:
    """A secret that has its form, else ""."""
    value = values.get(name, "")
    return value if _FORMS[name].match(value) else ""


def secret_problem(name: str, value: str) -> str:
    """What is wrong with the form of a token or the signing secret, without saying it; "" where nothing is."""
    if _FORMS[name].match(value):
        return ""
    return f"{name} {_what_it_is(value)}: {WHERE[name]}"


def _what_it_is(value: str) -> str:
    """What was put there instead."""
    if _BOT_TOKEN.match(value):
        return "holds a bot token; the two are swapped"
    if _APP_TOKEN.match(value):
        return "holds an app-level token (xapp-…); the two are swapped"
    if _USER_TOKEN.match(value):
        return "holds a user token (xoxp-…), and it takes the bot's (xoxb-…)"
    if _KEYS.match(value):
        return "holds a key of AIBOT_KEYS"
    if _SIGNING_SECRET.match(value):
        return "holds what looks like the signing secret; the two are swapped"
    return "has the wrong form"


def sealing_keys(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that seal tokens, the newest first, for a command that needs nothing else.

    Raises:
        SettingsError: where there is none, or one is malformed.
    """
    values, problems = with_secret_files({name: value.strip() for name, value in environ.items()})
    problems = [problem for problem in problems if problem.startswith("AIBOT_KEYS")]
    if not problems and not values.get("AIBOT_KEYS"):
        problems.append(f"AIBOT_KEYS is not set: {WHERE['AIBOT_KEYS']}")
    elif not problems and (wrong := secret_problem("AIBOT_KEYS", values["AIBOT_KEYS"])):
        problems.append(wrong)
    if problems:
        raise SettingsError("\n".join(problems))
    return keys_in(values)


def keys_in(values: Mapping[str, str]) -> tuple[str, ...]:
    """The keys one by one; none where they are malformed."""
    return tuple(key for key in re.split(r"[,\s]+", if_valid("AIBOT_KEYS", values)) if key)
