"""What people type, as it arrives at the app: escaped, and with links in angle brackets (rules.ESCAPING)."""

from __future__ import annotations

import re

LINK = re.compile(
    r"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)])"
    r"|(?P<domain>(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|ai|io|dev|cn|eu|de)\b(?:/[^\s<>|]*)?)",
    re.IGNORECASE,
)


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Return text as people see it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def arriving(text: str) -> str:
    """Return a message's text as events carry it."""
    return LINK.sub(_linked, escaped(text))


def _linked(found: re.Match[str]) -> str:
    if domain := found["domain"]:
        return f"<http://{domain}|{domain}>"
    return f"<{found['url']}>"
