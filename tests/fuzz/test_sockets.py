"""Whatever comes down the socket, broken frames or Slack's own envelopes with one thing changed, the bot answers on."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aibot.load import load_phrases
from aibot.playground.fake_slack import FakeSlack, no_wait
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.bot import Bot
from aibot.slack.serving.background import Background
from aibot.slack.serving.health import Health
from aibot.slack.serving.sockets import SocketConnection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.facts import FactBase

ENVELOPES: tuple[dict[str, Any], ...] = (
    {
        "type": "slash_commands", "envelope_id": "e1", "accepts_response_payload": True,
        "payload": {"command": "/ai", "text": "help", "user_id": "U1", "team_id": "T1", "channel_id": "C1"},
    },
    {
        "type": "events_api", "envelope_id": "e2", "accepts_response_payload": False,
        "payload": {
            "type": "event_callback", "event_id": "Ev1", "team_id": "T1",
            "event": {"type": "app_mention", "user": "U1", "text": "<@UBOT> help", "channel": "C1", "ts": "1.000001"},
        },
    },
    {
        "type": "interactive", "envelope_id": "e3", "accepts_response_payload": True,
        "payload": {
            "type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}, "container": {"type": "message"},
            "response_url": "nowhere://x/commands/1",
            "actions": [{"type": "button", "action_id": "aibot_show:1", "value": "{}"}],
        },
    },
    {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}},
)  # fmt: skip
KEYS = sorted({key for one in ENVELOPES for key in (*one, *one.get("payload", {}))})
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(KEYS)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def changed(draw: st.DrawFn) -> str:
    """One of Slack's own envelopes with one thing changed or gone."""
    envelope = json.loads(json.dumps(draw(st.sampled_from(ENVELOPES))))
    place = envelope
    while True:
        key = draw(st.sampled_from(sorted(place)))
        inner = place[key][0] if isinstance(place[key], list) else place[key]
        if not isinstance(inner, dict) or not inner or draw(st.booleans()):
            break
        place = inner
    if draw(st.booleans()):
        del place[key]
    else:
        place[key] = draw(values)
    return json.dumps(envelope)


frames = (
    changed()
    | st.text(max_size=60)
    | values.map(json.dumps)
    | st.sampled_from(
        ("[" * 100_000, '{"a":' * 50_000, '{"type":"hello","type":[]}', "9" * 10_000, "\ufeff{}", '"\\ud800"')
    )
)


class Line:
    """A bot on a socket of the fake Slack, in an event loop of its own."""

    def __init__(self, base: FactBase) -> None:
        self.runner = asyncio.Runner()
        self.runner.run(self._open(base))

    async def _open(self, base: FactBase) -> None:
        self.slack = await FakeSlack(mode="socket", sleep=no_wait, schemas=None).start()
        self.session, self.background = web_session(2), Background()
        client = web_client(self.slack.bot_token, self.slack.api_url, self.session)
        app = create_app(Bot(base, load_phrases()), client, await identify(client), self.background)
        opener = web_client(self.slack.app_token, self.slack.api_url, self.session)
        self.connection = SocketConnection(app, self.slack.app_token, opener, Health(), ping_seconds=1)
        await self.connection.open()
        await self.slack.until(lambda: self.slack.sockets.connections)

    def survives(self, sent: list[str]) -> bool:
        """Whether a question is answered after these frames."""

        async def send() -> bool:
            socket = self.slack.sockets.next_connection()
            assert socket is not None
            for frame in sent:
                await socket.socket.send_text(frame)
            asked = await self.slack.command("/ai", "RAG")
            await self.background.finish()
            return asked.message is not None

        return self.runner.run(send())

    def close(self) -> None:
        async def end() -> None:
            await self.connection.close()
            await self.background.finish()
            await self.session.close()
            await self.slack.stop()

        self.runner.run(end())
        self.runner.close()


@pytest.fixture(scope="module")
def line(base: FactBase) -> Iterator[Line]:
    made = Line(base)
    #  what nonsense does is logged with its traceback, as it should be; not here
    for name in ("aibot", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    yield made
    for name in ("aibot", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    made.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(frames, min_size=1, max_size=6))
def test_after_any_frames_the_next_question_is_answered(line: Line, sent: list[str]) -> None:
    assert line.survives(sent)
