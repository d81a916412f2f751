"""What a check found, and the judgements that need nothing but what Slack said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

State = Literal["ok", "wrong", "not checked"]

#  Slack's Date header counts whole seconds and takes its time to arrive
CLOCK_TOLERANCE = 30
#  https://docs.slack.dev/authentication/verifying-requests-from-slack: requests older than this are refused
CLOCK_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, how it stands, and what to do now where it is wrong."""

    check: str
    state: State
    what: str
    fix: str = ""

    def line(self) -> str:
        """The finding for a terminal."""
        mark = {"ok": "ok   ", "wrong": "WRONG", "not checked": "-    "}[self.state]
        fix = f"\n        → {self.fix}" if self.fix else ""
        return f"{mark}  {self.check}: {self.what}{fix}"


def unset(check: str, *names: str) -> Finding:
    """What cannot be looked at without settings that are missing or wrong, which has been told."""
    return Finding(check, "not checked", f"that takes {' and '.join(names)}: see the settings above")


def scopes_finding(held: Iterable[str], wanted: Iterable[str], optional: Iterable[str] = ()) -> Finding:
    """The scopes of the bot token, from `x-oauth-scopes`, beside the manifest's."""
    held, optional = set(held), set(optional)
    missing = sorted(set(wanted) - held)
    if missing:
        return Finding(
            "scopes",
            "wrong",
            f"the bot token lacks {', '.join(missing)}",
            "put the manifest of `aibot manifest` into the app (App Manifest), then install it anew "
            "(OAuth & Permissions → Reinstall): a token keeps the scopes it was made with",
        )
    more = sorted(held - set(wanted) - optional)
    extra = f"; {', '.join(more)} are held and not needed" if more else ""
    if declined := sorted(optional - held):
        extra += (
            f"; not granted, and optional: {', '.join(declined)} (follow-ups in threads need a mention there)"
        )
    return Finding("scopes", "ok", f"all that the manifest asks for{extra}")


def clock_finding(date: str, now: datetime) -> Finding:
    """This machine's clock beside Slack's, from the Date header of an answer."""
    try:
        slack = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return Finding("clock", "not checked", "Slack's answer carried no date")
    off = (now - slack.replace(tzinfo=slack.tzinfo or UTC)).total_seconds()
    if abs(off) <= CLOCK_TOLERANCE:
        return Finding("clock", "ok", "agrees with Slack's")
    direction = "ahead of" if off > 0 else "behind"
    harm = "refuses every request over HTTP" if abs(off) > CLOCK_LIMIT else "soon refuses requests over HTTP"
    return Finding(
        "clock",
        "wrong",
        f"this machine is {abs(off):.0f} seconds {direction} Slack; past {CLOCK_LIMIT} the bot {harm}"
        if abs(off) <= CLOCK_LIMIT
        else f"this machine is {abs(off):.0f} seconds {direction} Slack; the bot {harm}",
        "switch on time synchronisation: `timedatectl set-ntp true`",
    )


def app_named_in(app_token: str) -> str:
    """The app that an app-level token belongs to, which it names: `xapp-1-A012ABCD-…`."""
    parts = app_token.split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""


def same_app_finding(bot_app: str, app_token: str) -> Finding:
    """Whether both tokens belong to one app."""
    token_app = app_named_in(app_token)
    if not bot_app or not token_app:
        return Finding("same app", "not checked", "Slack does not say which app the bot token belongs to")
    if bot_app == token_app:
        return Finding("same app", "ok", f"both tokens belong to {bot_app}")
    return Finding(
        "same app",
        "wrong",
        f"the bot token belongs to {bot_app}, the app-level token to {token_app}",
        f"take both from one app: https://api.slack.com/apps/{bot_app}",
    )


def command_finding(command: str, manifest: object) -> Finding:
    """The command the bot goes by beside those of the manifest that was given to Slack."""
    features = manifest.get("features") if isinstance(manifest, dict) else None
    commands = features.get("slash_commands") if isinstance(features, dict) else None
    named = [
        str(one.get("command"))
        for one in (commands if isinstance(commands, list) else [])
        if isinstance(one, dict)
    ]
    if command in named:
        return Finding("command", "ok", f"{command}, as in the manifest")
    return Finding(
        "command",
        "wrong",
        f"AIBOT_COMMAND is {command}, and the manifest has {', '.join(named) or 'no command'}",
        f"`aibot manifest --command {command}` prints the right one for App Manifest; or change AIBOT_COMMAND",
    )
