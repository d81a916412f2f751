"""Names in double brackets, `[[deepseek-v3]]`, and switching them on and off in a channel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from aibot.core.answers import FactAnswer, Suggestions
from aibot.core.matching import clean

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge

MOST_INLINE = 3
MARK = "[["

_NAMED = re.compile(r"\[\[([^\[\]\n]{1,80})\]\]")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_SWITCH = re.compile(
    r"(?:inline|行内|内联|双括号)(?:\s*(?:(?P<on>on|enable|开启?|打开|启用)|(?P<off>off|disable|关闭?|停用)))?",
    re.IGNORECASE,
)

Switch = Literal["on", "off", "ask"]


def inline_switch(text: str) -> Switch | None:
    """Whether a line switches inline names on or off, or asks which; None where it is about something else."""
    found = _SWITCH.fullmatch(clean(text).strip(" .。!！?？"))
    if found is None:
        return None
    return "on" if found["on"] else "off" if found["off"] else "ask"


def named_inline(text: str) -> tuple[str, ...]:
    """The names a message has in double brackets, each once, the first three; none in code."""
    if MARK not in text:
        return ()
    names = (clean(name) for name in _NAMED.findall(_CODE.sub(" ", text)))
    return tuple({name.casefold(): name for name in names if name}.values())[:MOST_INLINE]


def without_names(text: str) -> str:
    """The message around its names: what tells its language."""
    return _NAMED.sub(" ", text)


def look_up_inline(name: str, knowledge: Knowledge) -> FactAnswer | Suggestions | None:
    """The entry of exactly this name; else what it may mean, or None where we do not know it."""
    matches = knowledge.matcher.match(name)
    if len(matches.sure) == 1 and not matches.rest and not matches.missing:
        return FactAnswer(matches.sure[0].entry)
    near = [match.entry for match in (*matches.sure, *matches.maybe)]
    near += [entry for version in matches.missing for entry in version.family]
    return Suggestions(name, tuple(dict.fromkeys(near))[:3]) if near else None
