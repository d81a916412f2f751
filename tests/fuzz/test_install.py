"""The way back from Slack with anything in its address and cookies: a page, never a fault, and nothing repeated."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.entrances import InstallEntrance

from aibot.slack.install.door import cookie_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.facts import FactBase

MARK = "<i>zanzibar</i>"


@pytest.fixture(scope="module")
def way(base: FactBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstallEntrance]:
    made = InstallEntrance(base, tmp_path_factory.mktemp("install"))
    logging.getLogger("aibot").setLevel(logging.CRITICAL)
    yield made
    logging.getLogger("aibot").setLevel(logging.NOTSET)
    made.close()


names = st.sampled_from(["code", "state", "error", "error_description", "team", "", "code[]"])
values = st.text(max_size=60) | st.just(MARK) | st.binary(max_size=30).map(repr)
queries = st.lists(st.tuples(names, values), max_size=5).map(
    lambda pairs: "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs).encode()
) | st.binary(max_size=80)

cookies = st.binary(max_size=60) | st.text(max_size=20).map(
    lambda text: f"{cookie_of(text)}={text}".encode("utf-8", "replace")
)


@settings(max_examples=250, deadline=None)
@given(query=queries, cookie=cookies)
def test_any_address_and_any_cookie(way: InstallEntrance, query: bytes, cookie: bytes) -> None:
    status, page = way.get(query, cookie)
    assert status in (400, 403)
    assert MARK not in page
    assert page.count("<section") == 2


@settings(max_examples=60, deadline=None)
@given(query=queries, cookie=cookies)
def test_any_cookie_where_an_installation_begins(way: InstallEntrance, query: bytes, cookie: bytes) -> None:
    status, said = way.get(query, cookie, "/slack/install")
    assert (status, said) == (302, "")


@settings(max_examples=60, deadline=None)
@given(code=st.text(min_size=1, max_size=60))
def test_any_code_with_a_good_state(way: InstallEntrance, code: str) -> None:
    state = way.memory.oauth_states.issue()
    query = f"code={quote(code, errors='replace')}&state={state}".encode()
    status, page = way.get(query, f"{cookie_of(state)}={state}".encode())
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
def test_any_signed_request_to_a_bot_that_nobody_installed(
    way: InstallEntrance, body: dict[str, Any]
) -> None:
    assert way.signed(json.dumps(body).encode()) in (200, 400, 404, 503)
