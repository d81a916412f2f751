"""The pages of an installation: what has happened and what to do now, in both languages; nothing runs in them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from aibot.core.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aibot.core.language import Phrases

_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:10vh auto;padding:0 1.5rem;color:#1d1c1d;"
    "background:#fff}h1{font-size:1.4rem}section+section{margin-top:2.5rem}a{color:#0b5394}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}a{color:#7fb8f0}}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page by the name of its phrases; `link` is where its link goes, by the phrase that names it."""

    name: str
    status: int = 200
    values: Mapping[str, str] = field(default_factory=dict)
    what: str = "what"
    link: tuple[str, str] | None = None  # the phrase, the address


def drawn(page: Page, phrases: Phrases) -> HTMLResponse:
    """The page as a response. Every value is escaped, and a browser is told to run and load nothing."""
    sections = []
    for language in LANGUAGES:
        title = phrases.say(f"install.page.{page.name}", language)
        what = phrases.say(f"install.page.{page.name}.{page.what}", language, **page.values)
        link = ""
        if page.link is not None:
            phrase, address = page.link
            name = phrases.say(f"install.page.{phrase}", language)
            link = f'<p><a href="{escape(address)}">{escape(name)}</a></p>'
        sections.append(
            f'<section lang="{language}"><h1>{escape(title)}</h1><p>{escape(what)}</p>{link}</section>'
        )
    title = escape(phrases.say(f"install.page.{page.name}", LANGUAGES[0]))
    html = (
        f'<!doctype html><html lang="{LANGUAGES[0]}"><head><meta charset="utf-8"><title>{title} · aibot</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>{''.join(sections)}</main></body></html>"
    )
    return HTMLResponse(html, page.status, headers())


def headers() -> dict[str, str]:
    """What every answer carries: nothing runs, nothing is framed, kept or told to the next page."""
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return {
        "content-security-policy": f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cache-control": "no-store",
    }
