"""Text made safe for Slack: escaping, saying back what was typed, and splitting at lines."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from aibot.slack.cards.limits import MAX_ECHO, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#  Unicode's categories of control, format (zero-width, right-to-left marks), surrogate and separator characters
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(text: str) -> str:
    """A text in which nothing is a mention, a link or an entity.

    Exactly these three characters: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, text: str) -> str:
    """A link of our own; the address comes from the fact base, whose models allow no `<`, `>`, `|` or space in it."""
    return f"<{escape(url)}|{escape(text)}>"


def chunks(lines: Iterable[str], most: int) -> Iterator[str]:
    """Lines joined into texts of at most `most` characters; no line is parted unless it alone is longer."""
    waiting = ""
    for line in lines:
        for piece in _pieces(line, most):
            joined = f"{waiting}\n{piece}" if waiting else piece
            if len(joined) > most:
                yield waiting
                waiting = piece
            else:
                waiting = joined
    if waiting:
        yield waiting


def _pieces(line: str, most: int) -> Iterator[str]:
    while len(line) > most:
        at = max(line.rfind(" ", 0, most), line.rfind("，", 0, most), line.rfind("；", 0, most))
        at = at + 1 if at > most // 2 else most
        yield line[:at]
        line = line[at:]
    yield line


def echo(text: str) -> str:
    """What a person typed, short enough to say back, without the invisible characters that turn text around."""
    shown = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in text[: 10 * MAX_ECHO])
    return cut(" ".join(shown.split()), MAX_ECHO)
