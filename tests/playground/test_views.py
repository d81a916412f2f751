"""Modals and Home tabs: triggers, ids, hashes, and what submitting one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from tests.playground.conftest import bolt_app, served

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.playground.fake_slack import FakeSlack, MovableClock

pytestmark = pytest.mark.anyio


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(title: str = "Hi", **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "name"}
    block = {"type": "input", "block_id": "who", "label": plain("Name"), "element": element}
    made = {"type": "modal", "callback_id": "greet", "title": plain(title), "submit": plain("Go")}
    return {**made, "blocks": [block], **more}


def home(text: str) -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "section", "text": plain(text)}]}


async def error(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def app_with_modal(slack: FakeSlack) -> AsyncApp:
    app = bolt_app(slack)

    @app.command("/greet")
    async def greet(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("greet")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        name = view["state"]["values"]["who"]["name"]["value"]
        answers: dict[str, dict[str, Any]] = {
            "": {"response_action": "errors", "errors": {"who": "Say who you are."}},
            "again": {"response_action": "update", "view": modal("Again")},
            "more": {"response_action": "push", "view": modal("More")},
            "broken": {"response_action": "update", "view": modal("x" * 25)},
        }
        await ack(**answers.get(name or "", {}))

    return app


async def test_a_submitted_modal_reaches_the_app(slack: FakeSlack) -> None:
    async with served(app_with_modal(slack), slack):
        await slack.command("/greet")
        (view,) = await slack.until(lambda: slack.views("U1"))
        refused = await slack.submit(view)
        assert refused.json["errors"] == {"who": "Say who you are."}
        assert slack.views("U1") == [view]
        await slack.submit(view, {"name": "again"})
        assert view.body["title"] == plain("Again")
        await slack.submit(view, {"name": "more"})
        assert [v.body["title"]["text"] for v in slack.views("U1")] == ["Again", "More"]
        top = slack.views("U1")[-1]
        broken = await slack.submit(top, {"name": "broken"})
        assert broken.seen == "dispatch_failed"
        assert broken.problems
        await slack.submit(top, {"name": "Ada"})
        assert slack.views("U1") == [view]


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: FakeSlack, client: AsyncWebClient, clock: MovableClock
) -> None:
    async with served(bolt_app(slack), slack):
        first = await slack.command("/unknown")
        assert first.trigger_id
        await client.views_open(trigger_id=first.trigger_id, view=modal())
        assert (
            await error(client.views_open(trigger_id=first.trigger_id, view=modal()))
            == "exchanged_trigger_id"
        )
        second = await slack.command("/unknown")
        clock.advance(3.5)
        assert (
            await error(client.views_open(trigger_id=second.trigger_id, view=modal())) == "expired_trigger_id"
        )
        assert await error(client.views_open(trigger_id="x", view=modal())) == "invalid_trigger_id"
        third = await slack.command("/unknown")
        assert (
            await error(client.views_open(trigger_id=third.trigger_id, view=home("x"))) == "invalid_arguments"
        )


async def test_an_outdated_hash_is_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    async with served(bolt_app(slack), slack):
        exchange = await slack.command("/unknown")
    opened = (await client.views_open(trigger_id=exchange.trigger_id, view=modal()))["view"]
    updated = (await client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("Ho")))["view"]
    assert updated["hash"] != opened["hash"]
    stale = client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal())
    assert await error(stale) == "hash_conflict"
    assert await error(client.views_update(view_id="V9", view=modal())) == "not_found"


async def test_a_home_tab_is_published_per_person(slack: FakeSlack, client: AsyncWebClient) -> None:
    first = (await client.views_publish(user_id="U1", view=home("Hi")))["view"]
    second = (await client.views_publish(user_id="U1", view=home("Ho"), hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    assert (
        await error(client.views_publish(user_id="U1", view=home("x"), hash=first["hash"])) == "hash_conflict"
    )
    shown = slack.home("U1")
    assert shown is not None
    assert shown.body["blocks"][0]["text"] == plain("Ho")
    assert slack.home("U2") is None
    assert await error(
        client.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "alert"}]})
    ) == ("invalid_arguments")


async def test_opening_the_home_tab_tells_the_app(slack: FakeSlack) -> None:
    app = bolt_app(slack)

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home("again" if "view" in event else "first"))

    async with served(app, slack):
        await slack.open_home(user="U2")
        shown = await slack.until(lambda: slack.home("U2"))
        assert shown is not None
        await slack.open_home(user="U2")
        await slack.until(lambda: shown.body["blocks"][0]["text"]["text"] == "again")


async def test_a_conversation_chosen_in_a_modal_gives_its_submission_a_response_url(slack: FakeSlack) -> None:
    app, got = bolt_app(slack), []
    chooser = {"type": "conversations_select", "action_id": "to", "response_url_enabled": True}
    block = {"type": "input", "block_id": "where", "label": plain("Where"), "element": chooser}

    @app.command("/share")
    async def share(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(blocks=[block]))

    @app.view("greet")
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        got.extend(body["response_urls"])

    async with served(app, slack):
        await slack.command("/share")
        (view,) = await slack.until(slack.views)
        await slack.submit(view, {"to": "C2"})
        (made,) = got
        assert (made["block_id"], made["action_id"], made["channel_id"]) == ("where", "to", "C2")
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                made["response_url"], json={"text": "hello", "response_type": "in_channel"}
            ) as answer,
        ):
            assert answer.status == 200
    assert [message.text for message in slack.messages("C2")] == ["hello"]


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"options": [{"text": plain("a"), "value": "a"}]}, None),
        ({"option_groups": [{"label": plain("g"), "options": [{"text": plain("a"), "value": "a"}]}]}, None),
        ({"options": []}, None),
        ({}, "no_results"),
        ({"options": [{"text": plain("a"), "value": str(n)} for n in range(101)]}, "no_results"),
        ({"options": [{"text": plain("x" * 76), "value": "a"}]}, "no_results"),
        ({"options": [{"text": plain("a")}]}, "no_results"),
        ({"option_groups": [{"label": plain("g"), "options": []}]}, "no_results"),
    ],
)
async def test_options_that_slack_would_not_take_are_shown_as_no_results(
    answer: dict[str, Any], shown: str | None, slack: FakeSlack, client: AsyncWebClient
) -> None:
    app = bolt_app(slack)

    @app.options("find")
    async def offer(ack: AsyncAck) -> None:
        await ack(answer)

    select = {"type": "external_select", "action_id": "find", "placeholder": plain("Find")}
    async with served(app, slack):
        view = {"type": "home", "blocks": [{"type": "actions", "elements": [select]}]}
        await client.views_publish(user_id="U1", view=view)
        found = slack.home()
        assert found is not None
        assert (await slack.suggest(found, "find", "a")).seen == shown
