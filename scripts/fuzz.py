"""Hunts with atheris, guided by coverage, for input that breaks an entrance.

`make fuzz` gives each a minute; `build/fuzz/bin/python -m scripts.fuzz http -max_total_time=600` gives one ten.
What is learnt stays in build/corpus/; what broke something is left in build/: `… http build/crash-…` plays it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris
from dotenv import dotenv_values

with atheris.instrument_imports(include=["aibot"]):
    from aibot.core.facts import FileText, parse_facts
    from aibot.errors import FactsError
    from aibot.load import load_facts, load_phrases
    from aibot.settings import checked_settings
    from aibot.slack.app import Identity, create_app, web_client, web_session
    from aibot.slack.bot import Bot
    from aibot.slack.cards import recall_from
    from aibot.slack.serving.background import Background
    from aibot.slack.serving.http import HttpApp

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD = Path("build")
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # made up
SECONDS = 60  # for each entrance, where nothing else is asked for
SEEDS: dict[str, tuple[bytes, ...]] = {
    "http": (
        b"0command=/ai&text=help&user_id=U1&team_id=T1&channel_id=C1",
        b'1{"type":"event_callback","event_id":"E1","event":{"type":"app_mention","user":"U1","text":"x","ts":"1","channel":"C1"}}',
        b"0payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%7B%22action_id%22%3A%22aibot_show%22%7D%5D%7D",
    ),
    "facts": (b"sources: [{id: a, kind: article, title: {en: A, zh: B}}]\nentries: []\n",),
    "question": (b"who made Sora?", "deepseek-v3 和 gpt-4o 比较".encode()),
    "button": (b'{"l":"en","e":"rag"}',),
    "environment": (b"AIBOT_COMMAND=/facts\nSLACK_BOT_TOKEN=xoxb-1-2-abcdef\n",),
}


def http() -> Callable[[bytes], None]:
    """A signed request: the first byte says form or JSON, the rest is the body."""
    runner = asyncio.Runner()
    sent: list[Any] = []

    async def made() -> tuple[HttpApp, Background]:
        client = web_client("xoxb-1-2-fake", "nowhere:/api/", web_session(1))
        who, background = Identity("B1", "UBOT", "T1", None, ""), Background()
        return HttpApp(
            create_app(Bot(load_facts(), load_phrases()), client, who, background), SECRET
        ), background

    app, background = runner.run(made())

    async def request(body: bytes, kind: str) -> None:
        at = str(int(time.time())).encode()
        signature = hmac.new(SECRET.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest()
        headers = [
            (b"content-type", kind.encode()),
            (b"x-slack-request-timestamp", at),
            (b"x-slack-signature", f"v0={signature}".encode()),
        ]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(
            {"type": "http", "path": "/slack/events", "method": "POST", "headers": headers}, receive, send
        )
        await background.finish()

    def one(data: bytes) -> None:
        sent.clear()
        kind = "application/json" if data[:1] == b"1" else "application/x-www-form-urlencoded"
        runner.run(request(data[1:], kind))
        if sent[0]["status"] >= 500:
            raise AssertionError(sent)

    return one


def facts() -> Callable[[bytes], None]:
    """A file of facts: right, or wrong with a sentence."""

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        with contextlib.suppress(FactsError):
            parse_facts([FileText("p", "facts.yaml", text, is_entry_point=True)])

    return one


def question() -> Callable[[bytes], None]:
    """Anything that somebody may type."""
    bot = Bot(load_facts(), load_phrases())

    def one(data: bytes) -> None:
        bot.ask(data.decode("utf-8", "replace"), via="command", private=True)

    return one


def button() -> Callable[[bytes], None]:
    """What a button carries back."""
    bot = Bot(load_facts(), load_phrases())

    def one(data: bytes) -> None:
        recall = recall_from(data.decode("utf-8", "replace"))
        if recall is not None and recall.question:
            bot.ask(recall.question, via="button", private=False, language=recall.language)

    return one


def environment() -> Callable[[bytes], None]:
    """An `.env` file."""

    def one(data: bytes) -> None:
        found = dotenv_values(stream=StringIO(data.decode("utf-8", "replace")), interpolate=False)
        checked_settings({name: value for name, value in found.items() if value}, http=True)

    return one


ENTRANCES = {"http": http, "facts": facts, "question": question, "button": button, "environment": environment}


def main() -> int:
    """One entrance until it breaks or its time is up; without a name, all of them one after another."""
    if len(sys.argv) == 1 or sys.argv[1] not in ENTRANCES:
        options = sys.argv[1:] or [f"-max_total_time={SECONDS}"]
        codes = [
            subprocess.run([sys.executable, "-m", "scripts.fuzz", name, *options], check=False).returncode
            for name in ENTRANCES
        ]
        return max(map(abs, codes))
    name = sys.argv[1]
    corpus = BUILD / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    logging.disable(logging.CRITICAL)  # what nonsense does is logged, as it should be; not here
    print(f"{name}: looking for what breaks it", flush=True)
    given = [] if any(not option.startswith("-") for option in sys.argv[2:]) else [str(corpus)]
    options = ["-artifact_prefix=build/", "-verbosity=0", "-max_len=4096", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *options, *given], ENTRANCES[name]())
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
