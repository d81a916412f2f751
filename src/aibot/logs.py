"""Log lines: as text or as one JSON object each, with the request they belong to and without any secret."""

from __future__ import annotations

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

LogFormat = Literal["text", "json"]

#  Work begun for a request inherits it, so what is logged after the acknowledgement still carries it
_request: ContextVar[str] = ContextVar("request", default="")

#  Libraries put addresses and tokens into their exceptions; a Socket Mode address holds a ticket,
#  and who has a response_url may write with it: https://docs.slack.dev/interactivity/handling-user-interaction
#  A database's address may hold its password, and a key of AIBOT_KEYS is 32 bytes in the base64 of web addresses
_SECRETS = re.compile(
    r"(hooks\.slack[a-z.-]*/)[^\s'\"]+|(xox[a-z]-|xoxe\.xox[a-z]-|xapp-)[A-Za-z0-9-]+|((?:ticket|token|secret)=)[^&\s'\"]+"
    r"|(://[^\s:/@'\"]*:)[^\s'\"/]+(?=@)|()(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}=(?![A-Za-z0-9_=-])"
)


def begin_request() -> None:
    """From here on, in this task and those it starts, log lines carry one new request id."""
    _request.set(secrets.token_hex(6))


def request_id() -> str:
    """The request that is being served, or ""."""
    return _request.get()


def configure(level: str, form: LogFormat) -> None:
    """Log to standard error, once, at the start of a program."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def masked(text: str) -> str:
    """The text with every token and ticket in it hidden."""
    return _SECRETS.sub(lambda found: f"{found[found.lastindex or 0]}…", text)


class TextLines(logging.Formatter):
    """A line for people: time, level, logger, request, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """The line, and the request's id where one is served."""
        line = super().formatMessage(record)
        return f"{line} request={request_id()}" if request_id() else line

    def format(self, record: logging.LogRecord) -> str:
        """The line with its traceback, secrets hidden."""
        return masked(super().format(record))


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message; request and error where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; a line break in a message stays inside its string."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if request_id():
            line["request"] = request_id()
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
