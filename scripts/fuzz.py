"""Hunts with atheris, guided by coverage, for input that breaks an entrance.

`make fuzz` gives each a minute; `build/fuzz/bin/python -m scripts.fuzz http -max_total_time=600` gives one ten.
What is learnt stays in build/corpus/; what broke something is left in build/: `… http build/crash-…` plays it again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
from dotenv import dotenv_values

with atheris.instrument_imports(include=["aibot"]):
    from tests.fuzz.entrances import FORM, JSON, HttpEntrance, InstallEntrance, SocketEntrance, command_line

    from aibot.cli.main import parser
    from aibot.core.facts import FileText, parse_facts
    from aibot.errors import FactsError
    from aibot.load import load_facts, load_phrases
    from aibot.settings import checked_settings
    from aibot.slack.bot import Bot
    from aibot.slack.cards import recall_from
    from aibot.slack.install.door import cookie_of

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD = Path("build").resolve()
SECONDS = 60  # for each entrance, where nothing else is asked for
FACTS = """\
sources: [{id: a, kind: article, title: {en: A, zh: 甲}}]
entries:
  - {id: rag, kind: technique, name: {en: RAG, zh: 检索增强}, summary: {en: It reads., zh: 它会读。, source: a}}
"""
#  The commands that only read, print and end
ENDING = frozenset({"ask", "facts", "manifest", "settings"})
SEEDS: dict[str, tuple[bytes, ...]] = {
    "http": (
        b"0command=/ai&text=help&user_id=U1&team_id=T1&channel_id=C1",
        b'1{"type":"event_callback","event_id":"E1","event":{"type":"app_mention","user":"U1","text":"x","ts":"1","channel":"C1"}}',
        b"0payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%7B%22action_id%22%3A%22aibot_show%22%7D%5D%7D",
    ),
    "socket": (
        b'{"type":"slash_commands","envelope_id":"e1","accepts_response_payload":true,"payload":{"command":"/ai","text":"help","user_id":"U1","team_id":"T1","channel_id":"C1"}}',
        b'{"type":"events_api","envelope_id":"e2","payload":{"type":"event_callback","event_id":"E1","event":{"type":"message","channel_type":"im","user":"U1","text":"x","ts":"1.1","channel":"D1"}}}',
        b'{"type":"interactive","envelope_id":"e3","payload":{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"aibot_show:1","value":"{}"}]}}',
        b'{"type":"disconnect","reason":"warning"}',
        b'{"type":"hello"}',
    ),
    "install": (
        b"code=1.2.3&state=abc\nx",
        b"code=1.2.3&state=abc\nCOOKIE=abc",
        b"code=1.2.3&state=STATE\nCOOKIE=STATE",
        b"code=1.2.3&state=STATE\nCOOKIE=STATE; __Host-aibot-install-0123456789abcdef=x",
        b"error=access_denied&state=\n",
        b"code=%ff&state=%00\na=b; c=d",
    ),
    "facts": (b"sources: [{id: a, kind: article, title: {en: A, zh: B}}]\nentries: []\n",),
    "question": (b"who made Sora?", "deepseek-v3 和 gpt-4o 比较".encode()),
    "button": (b'{"l":"en","e":"rag"}',),
    "environment": (b"AIBOT_COMMAND=/facts\nSLACK_BOT_TOKEN=xoxb-1-2-abcdef\n",),
    "cli": (
        b"ask\0--json\0--\0who made Sora?",
        "ask\0--color\0always\0检索增强".encode(),
        b"ask\0--jsonl\0\0RAG\nrag\n\xff",
        b"manifest\0--http\0https://bot.example.org\0--many",
        b"daily\0explain\0C1\x002026-12-24",
    ),
}


def http() -> Callable[[bytes], None]:
    """A signed request: the first byte says form or JSON, the rest is the body."""
    entrance = HttpEntrance(load_facts())

    def one(data: bytes) -> None:
        status = entrance.signed(data[1:], JSON if data[:1] == b"1" else FORM)
        if status >= 500:
            raise AssertionError(status)

    return one


def socket() -> Callable[[bytes], None]:
    """Frames as they come down the socket, a line each."""
    entrance = SocketEntrance(load_facts())

    def one(data: bytes) -> None:
        if not entrance.survives(data.decode("utf-8", "replace").split("\n")[:5]):
            raise AssertionError("the next question was not answered")

    return one


def install() -> Callable[[bytes], None]:
    """What a browser brings to /slack/install and /slack/oauth_redirect: a query, and a cookie after the line's end.

    STATE stands for one that was issued, COOKIE for the name of its cookie; what gets so far finds Slack down.
    """
    entrance = InstallEntrance(load_facts(), Path(tempfile.mkdtemp(prefix="aibot-fuzz-")))

    def one(data: bytes) -> None:
        query, _, cookie = data.partition(b"\n")
        state, expected = "abc", {400, 403}
        if b"STATE" in query:
            state, expected = entrance.memory.oauth_states.issue(), {400, 403, 503}
        cookie = cookie.replace(b"COOKIE", cookie_of(state).encode()).replace(b"STATE", state.encode())
        status, page = entrance.get(query.replace(b"STATE", state.encode()), cookie)
        if status not in expected or page.count("<section") != 2:
            raise AssertionError(status)
        begun, _ = entrance.get(query, cookie, "/slack/install")
        if begun != 302:
            raise AssertionError(begun)

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


def cli() -> Callable[[bytes], None]:
    """Arguments, each ended by a NUL; after an empty one come the bytes of standard input."""
    folder = Path(tempfile.mkdtemp(prefix="aibot-fuzz-"))
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    os.chdir(folder)

    def one(data: bytes) -> None:
        given, _, typed = data.partition(b"\0\0")
        arguments = ["--facts", "facts.yaml", *map(os.fsdecode, given.split(b"\0"))]
        said = StringIO()
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                parsed = parser().parse_args(arguments)
        except SystemExit as left:
            if left.code not in (0, 2):
                raise AssertionError(left.code) from None
            return
        if parsed.command in ENDING:
            code, text = command_line(arguments, typed)
            if code not in (0, 1, 2) or "Traceback" in text:
                raise AssertionError(code, text)

    return one


ENTRANCES = {one.__name__: one for one in (http, socket, install, facts, question, button, environment, cli)}


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
    options = [f"-artifact_prefix={BUILD}/", "-verbosity=0", "-max_len=4096", "-timeout=30", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *options, *given], ENTRANCES[name]())
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
