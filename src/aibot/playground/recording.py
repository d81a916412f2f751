"""What was done on the page, as a pytest file that does it again and expects people to see the same."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from aibot.playground.fake_slack.typing_text import unescaped

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.playground.fake_slack import Message
    from aibot.playground.stage import Stage

Json = dict[str, Any]

SECONDS = 15
SHOWN = 100

HEAD = '''"""Recorded in the playground: does the same again and expects people to see the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibot.playground.acts import Acts
from aibot.playground.recording import becomes, nth, nth_view
from aibot.playground.stage import Stage

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_{name}() -> None:
    async with Stage.open(facts={facts}, at={at!r}) as stage:
        acts = Acts(stage)
'''


class Reference:
    """Stands in recorded details for a message or view, whose real name is another each time."""

    def __init__(self, call: str) -> None:
        self._call = call

    def __repr__(self) -> str:
        return self._call


class Recorder:
    """Keeps the acts and, after each, what people saw when the next one began."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage, self.folder = stage, folder
        self._steps: list[tuple[str, Json]] = []
        self._after: list[list[str]] = []

    def begin(self, act: str, details: Json) -> None:
        """Remember an act about to be done."""
        if self._steps:
            self._after.append(transcript(self._stage))
        self._steps.append((act, self._with_references(details)))

    def take_back(self) -> None:
        """Forget the act begun last: it could not be done."""
        self._steps.pop()
        if self._steps:
            self._after.pop()

    def write(self) -> tuple[str, str]:
        """Write the test; returns its path and text."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = next(n for n in range(1, 10_000) if not (self.folder / f"test_recorded_{n}.py").exists())
        path, text = self.folder / f"test_recorded_{number}.py", self._text(f"recorded_{number}")
        path.write_text(text, "utf-8")
        return str(path), text

    def _text(self, name: str) -> str:
        facts = self._stage.facts_path
        shown = f"Path({str(facts.resolve())!r})" if facts else "None"
        text = HEAD.format(name=name, facts=shown, at=self._stage.began_at)
        if not facts:
            text = text.replace("from pathlib import Path\n\n", "")
        known: list[str] = []
        for (act, details), after in zip(self._steps, [*self._after, transcript(self._stage)], strict=True):
            text += f"        await acts.do({act!r}, {details!r})\n"
            new = [line for line in enumerate(after) if line[0] >= len(known) or known[line[0]] != line[1]]
            if new:
                lines = "".join(f"            {number}: {line!r},\n" for number, line in new)
                text += f"        await becomes(stage, {{\n{lines}        }})\n"
            known = after
        used = [name for name in ("becomes", "nth", "nth_view") if re.search(rf"\b{name}\(", text)]
        return text.replace("import becomes, nth, nth_view", f"import {', '.join(used)}")

    def _with_references(self, details: Json) -> Json:
        workspace = self._stage.slack.workspace()
        messages = {message.ts: Reference(f"nth(stage, {n})") for n, message in enumerate(workspace.messages)}
        views = {view: Reference(f"nth_view(stage, {n})") for n, view in enumerate(workspace.views)}
        known: Json = {**messages, **views}

        def replaced(name: str, value: Any) -> Any:
            if isinstance(value, dict):
                return {key: replaced(key, inner) for key, inner in value.items()}
            return known.get(value, value) if name in {"ts", "thread_ts", "view"} and value else value

        return {name: replaced(name, value) for name, value in details.items() if value is not None}


def transcript(stage: Stage) -> list[str]:
    """Every message so far in one line each: where, for whom, by whom, its first words and its buttons."""
    return [_line(stage, message) for message in stage.slack.workspace().messages]


def _line(stage: Stage, message: Message) -> str:
    workspace = stage.slack.workspace()
    if message.deleted:
        return "(gone)"
    channel = workspace.channels.get(message.channel)
    place = "direct message" if channel and channel.is_im else f"#{channel.name if channel else '?'}"
    place += ", in a thread" if message.is_reply else ""
    place += f", only {workspace.users[message.ephemeral_to].real_name} sees" if message.ephemeral_to else ""
    first = unescaped(message.text).partition("\n")[0]
    labels = [element["text"]["text"] for _, element in message.elements() if element.get("type") == "button"]
    return f"{place}: {workspace.users[message.user].real_name}: {first[:SHOWN]}" + "".join(
        f" [{label}]" for label in labels
    )


async def becomes(stage: Stage, expected: dict[int, str]) -> None:
    """Wait until these messages read so; fail with what they read instead.

    Raises:
        AssertionError: with both sides.
    """

    def now() -> dict[int, str]:
        lines = transcript(stage)
        return {number: lines[number] for number in expected if number < len(lines)}

    try:
        await stage.slack.until(lambda: now() == expected, timeout=SECONDS)
    except TimeoutError:
        seen = now()
        raise AssertionError(f"people see\n  {seen}\ninstead of\n  {expected}") from None
    await asyncio.sleep(0)


def nth(stage: Stage, number: int) -> str:
    """The ts of a message by its place in the transcript."""
    return stage.slack.workspace().messages[number].ts


def nth_view(stage: Stage, number: int) -> str:
    """The id of a view by its place among all that were opened."""
    return list(stage.slack.workspace().views)[number]
