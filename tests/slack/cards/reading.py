"""What a person reads on a card: the text of its blocks, without markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(r"<([^|>]+)\|([^>]+)>")
_LABEL = re.compile(r"^\*(.+?)\*$")
_MARK = re.compile(r"^(• )?\*(.+?[:：])\*")


def texts(block: Any) -> Iterator[dict[str, Any]]:
    """Every text object in a block, what buttons and menus say apart."""
    if isinstance(block, dict):
        if block.get("type") in ("plain_text", "mrkdwn", "raw_text"):
            yield block
        elif block.get("type") not in ("button", "static_select"):
            for part in block.values():
                yield from texts(part)
    elif isinstance(block, list):
        for part in block:
            yield from texts(part)


def read(text: str) -> str:
    """A line of mrkdwn as it is seen."""
    text = _LABEL.sub(r"\1", text)
    text = _MARK.sub(r"\1\2", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def lines(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Every line on a card, a link as its text and as its address."""
    for text in texts(blocks):
        for line in text["text"].splitlines():
            if text["type"] != "mrkdwn":
                yield line
                continue
            for address, _ in _LINK.findall(line):
                yield read(address)
            yield read(_LINK.sub(r"\2", line))


def bars(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    """The label and the value of every bar of every chart."""
    for block in blocks:
        if block["type"] == "data_visualization":
            for series in block["chart"]["series"]:
                for point in series["data"]:
                    yield point["label"], point["value"]
