"""What `aibot init` says and writes, as text made from what was chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from aibot.cli.manifest import manifest_text
from aibot.slack.manifest import INSTALL_PATH, PATH

if TYPE_CHECKING:
    from collections.abc import Mapping

INTRODUCTION = """\
This sets aibot up: a manifest for Slack, and .env with what the bot needs to know.
"""

MODE = """\
How shall Slack reach the bot?
  socket   Socket Mode: from anywhere, a laptop too; nothing of yours is reachable from outside
  http     HTTP: behind a public https address of yours
"""


CREATED = '2. Press "Install to Workspace" and allow it.'
MANY_CREATED = """\
2. Under "Manage Distribution" go through the checklist and press "Activate Public Distribution": only then can other
   workspaces install it. Leave "Install to Workspace" alone: your own workspace installs it as the others do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen. A `url` means HTTP; `many` that workspaces install the bot, and `key` seals their tokens."""

    command: str
    language: str
    url: str = ""
    many: bool = False
    key: str = field(default="", repr=False)
    program: str = "aibot"  # as whoever runs it types it

    @property
    def manifest(self) -> str:
        """The manifest as text."""
        return manifest_text(self.command, http=self.url or None, many=self.many)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets this way of running needs."""
        if self.many:
            return ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
        return ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET" if self.url else "SLACK_APP_TOKEN")

    @property
    def address(self) -> str:
        """The public address without the path of Slack's requests."""
        return self.url.rstrip("/").removesuffix(PATH)

    @property
    def run(self) -> str:
        """How to start the bot."""
        return f"{self.program} run --http" if self.url else f"{self.program} run"

    def env(self, secrets: Mapping[str, str], before: str = "") -> str:
        """The `.env` file, in lines that python-dotenv, docker and systemd read alike.

        What stood there `before` and is no business of ours stays. Tokens of another way to run do not: the bot
        tells by them which way is meant.
        """
        lines = [
            "# Written by `aibot init`. Whoever can read this file can speak as the bot: keep it to yourself.",
            *(f"{name}={secrets.get(name, '')}" for name in self.secrets),
            f"AIBOT_COMMAND={self.command}",
            f"AIBOT_LANGUAGE={self.language}",
        ]
        if self.many:
            lines += [
                f"AIBOT_URL={self.address}",
                "# It seals the workspaces' tokens. Without it they are lost: keep a copy apart from the database's.",
                f"AIBOT_KEYS={self.key}",
            ]
        ours = {*_WHERE, *(line.partition("=")[0] for line in lines)}
        lines += [line for line in before.splitlines() if line not in lines and _name_in(line) not in ours]
        return "\n".join(lines) + "\n"

    def create(self) -> str:
        """How to make the app in Slack."""
        return f"""
1. Open this link, choose the workspace, and press Next and Create:

{self.link}

   (Or choose "From a manifest" at https://api.slack.com/apps?new_app=1 and paste slack-manifest.yml.)
{MANY_CREATED if self.many else CREATED}
"""

    @property
    def link(self) -> str:
        """The address that opens Slack's "Create app" with the manifest filled in.

        https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests#sharing-manifests
        """
        lines = (line for line in self.manifest.splitlines(keepends=True) if not line.startswith("#"))
        return f"https://api.slack.com/apps?new_app=1&manifest_yaml={quote(''.join(lines), safe='')}"

    def where(self, name: str) -> str:
        """Where on Slack's pages a secret is to be found."""
        return _WHERE[name]

    def finish(self, missing: tuple[str, ...]) -> str:
        """What to do next."""
        if missing:
            return (
                f"\nStill to do: put {' and '.join(missing)} into .env (or run `{self.program} init` again, "
                f"which keeps what is there), then `{self.program} doctor` and `{self.run}`.{self._verify}"
            )
        if self.many:
            return (
                f"\nReady. `{self.run}` starts the bot.{self._verify}\nThen open {self.address}{INSTALL_PATH} to "
                f"install it in a workspace, and type {self.command} help there."
            )
        return f"\nReady. `{self.run}` starts the bot.{self._verify}\nThen type {self.command} help in Slack."

    @property
    def _verify(self) -> str:
        """Slack asks an address for events whether it is ours, and the bot could not answer when the app was made."""
        if not self.url:
            return ""
        return (
            '\nWith the bot running, press "Retry" beside the Request URL under "Event Subscriptions" on the app\'s '
            "page, until it says Verified, and save. Before that Slack sends commands, and no mention or message."
        )


_WHERE = {
    "SLACK_BOT_TOKEN": '3. "OAuth & Permissions" → Bot User OAuth Token, xoxb-…',
    "SLACK_APP_TOKEN": '4. "Basic Information" → App-Level Tokens → Generate, with the scope connections:write, xapp-…',
    "SLACK_CLIENT_ID": '3. "Basic Information" → App Credentials → Client ID, two numbers with a dot between',
    "SLACK_CLIENT_SECRET": '   "Basic Information" → App Credentials → Client Secret → Show',
    "SLACK_SIGNING_SECRET": '4. "Basic Information" → App Credentials → Signing Secret',
}


def _name_in(line: str) -> str:
    """Which variable a line of `.env` sets; "" where it sets none."""
    found = re.match(r"\s*(?:export\s+)?(\w+)\s*=", line)
    return found[1] if found else ""
