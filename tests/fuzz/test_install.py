"""The way back from Slack with anything in its address and cookies: a page, never a fault, and nothing repeated."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.asgi import asked

from aibot.load import load_phrases
from aibot.playground.fake_slack import no_wait, signed_headers
from aibot.slack.app import create_app, web_client, web_session
from aibot.slack.bot import Bot
from aibot.slack.install.door import COOKIE, Door
from aibot.slack.install.installed import Installed
from aibot.slack.serving.background import Background
from aibot.slack.serving.http import HttpApp
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aibot.core.facts import FactBase

NOWHERE = "nowhere:/api/"  # nobody listens: what gets so far finds Slack down
MARK = "<i>zanzibar</i>"


class Way:
    """The door, in an event loop of its own, with a state that was issued."""

    def __init__(self, base: FactBase, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.memory = Memory.open(f"sqlite:///{folder}/aibot.db", keys=["0" * 43 + "="])
        self.app = self.runner.run(self._make(base))

    async def _make(self, base: FactBase) -> HttpApp:
        bot, self.session = Bot(base, load_phrases()), web_session(1)
        installed = Installed(
            self.memory, self.session, api_url=NOWHERE, client_id="1.1", client_secret="x", sleep=no_wait
        )
        door = Door(
            installed, bot.cards.phrases, url="https://bot.example.org", api_url=NOWHERE, client_id="1.1",
            client_secret="x",
        )  # fmt: skip
        self.background = Background()
        app = create_app(bot, web_client("", NOWHERE, self.session), installed, self.background)
        return HttpApp(app, "secret", door=door)

    def get(self, query: bytes, cookie: bytes, path: str = "/slack/oauth_redirect") -> tuple[int, str]:
        """One request."""
        headers = [(b"cookie", cookie), (b"host", b"bot.example.org")]
        scope = {
            "type": "http", "path": path, "method": "GET", "headers": headers, "query_string": query,
            "scheme": "https", "server": ("bot.example.org", 443),
        }  # fmt: skip
        return asked(self.runner, self.app, self.background, scope)

    def signed(self, body: bytes) -> int:
        """A request of Slack's, with anything in it; its status."""
        at = time.time()
        signature = signed_headers("secret", body, at=at)
        headers = [(name.lower().encode(), value.encode()) for name, value in signature.items()]
        scope = {
            "type": "http", "path": "/slack/events", "method": "POST", "query_string": b"",
            "headers": [*headers, (b"content-type", b"application/json")],
        }  # fmt: skip
        return asked(self.runner, self.app, self.background, scope, body)[0]

    def close(self) -> None:
        self.runner.run(self.session.close())
        self.runner.close()
        self.memory.close()


@pytest.fixture(scope="module")
def way(base: FactBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    made = Way(base, tmp_path_factory.mktemp("install"))
    logging.getLogger("aibot").setLevel(logging.CRITICAL)
    yield made
    logging.getLogger("aibot").setLevel(logging.NOTSET)
    made.close()


names = st.sampled_from(["code", "state", "error", "error_description", "team", "", "code[]"])
values = st.text(max_size=60) | st.just(MARK) | st.binary(max_size=30).map(repr)
queries = st.lists(st.tuples(names, values), max_size=5).map(
    lambda pairs: "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs).encode()
) | st.binary(max_size=80)

cookies = st.binary(max_size=60) | st.text(max_size=20).map(lambda text: f"{COOKIE}={text}".encode())


@settings(max_examples=250, deadline=None)
@given(
    query=queries,
    cookie=st.binary(max_size=60) | st.text(max_size=20).map(lambda text: f"{COOKIE}={text}".encode()),
)
def test_any_address_and_any_cookie(way: Way, query: bytes, cookie: bytes) -> None:
    status, page = way.get(query, cookie)
    assert status in (400, 403)
    assert MARK not in page
    assert page.count("<section") == 2


@settings(max_examples=60, deadline=None)
@given(code=st.text(min_size=1, max_size=60))
def test_any_code_with_a_good_state(way: Way, code: str) -> None:
    state = way.memory.oauth_states.issue()
    assert state is not None
    query = f"code={quote(code, errors='replace')}&state={state}".encode()
    status, page = way.get(query, f"{COOKIE}={state}".encode())
    assert status == 503, page


NAMES = (
    "team_id team id enterprise enterprise_id authorizations is_enterprise_install user view message event type "
    "command text event_id context_team_id is_ext_shared_channel team_ids app_installed_team_id tokens bot channel ts"
)
KINDS = "event_callback app_uninstalled tokens_revoked team_access_revoked app_mention"
keys = st.sampled_from(NAMES.split())
scalars = st.sampled_from(["T1", "T2", "E1", "", *KINDS.split(), "/ai", "T\0", "\ud800", None, True, 0, 1.5])
nested = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
bodies = st.dictionaries(keys, nested, max_size=8)


@settings(max_examples=250, deadline=None)
@given(body=bodies)
def test_any_signed_request_to_a_bot_that_nobody_installed(way: Way, body: dict[str, Any]) -> None:
    assert way.signed(json.dumps(body).encode()) in (200, 400, 404, 503)
