"""What Slack sends to an app and what people see of the answers, with a real Bolt app as the peer."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from slack_sdk.webhook.async_client import AsyncWebhookClient
from tests.playground.conftest import answering, bolt_app, served

from aibot.playground.fake_slack import App, FakeSlack, MovableClock, no_wait

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
    from slack_sdk.web.async_client import AsyncWebClient

pytestmark = pytest.mark.anyio


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def card(text: str) -> dict[str, Any]:
    choices = [{"text": plain(label), "value": label.lower()} for label in ("Daily", "Weekly")]
    elements = [
        {"type": "button", "action_id": "share", "text": plain("Share"), "value": "42"},
        {
            "type": "static_select",
            "action_id": "often",
            "placeholder": plain("How often"),
            "options": choices,
        },
        {"type": "external_select", "action_id": "model", "placeholder": plain("Model")},
    ]
    section = {"type": "section", "text": plain(text)}
    return {"text": text, "blocks": [section, {"type": "actions", "block_id": "row", "elements": elements}]}


def example(slack: FakeSlack) -> AsyncApp:
    app = bolt_app(slack)

    @app.command("/ai")
    async def ai(ack: AsyncAck, command: dict[str, str]) -> None:
        await ack(response_type="ephemeral", **card(command["text"]))

    @app.command("/say")
    async def say_it(ack: AsyncAck, command: dict[str, str]) -> None:
        await ack(response_type="in_channel", text=command["text"])

    @app.action("share")
    async def share(ack: AsyncAck, respond: AsyncRespond, action: dict[str, str]) -> None:
        await ack()
        await respond(text=f"shared {action['value']}", response_type="in_channel", replace_original=False)
        await respond(delete_original=True)

    @app.action("often")
    async def often(ack: AsyncAck, respond: AsyncRespond, action: dict[str, Any]) -> None:
        await ack()
        await respond(text=action["selected_option"]["value"], replace_original=True)

    @app.options("model")
    async def models(ack: AsyncAck, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(payload["value"].upper()), "value": "x"}])

    @app.event("app_mention")
    async def mentioned(event: dict[str, str], say: AsyncSay) -> None:
        await say(text=event["text"], thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("message")
    async def written(event: dict[str, str], say: AsyncSay) -> None:
        await say(text=event["text"])

    @app.event("member_joined_channel")
    async def joined(event: dict[str, str], client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text="Thanks for having me.")

    @app.shortcut("explain")
    async def explain(ack: AsyncAck, shortcut: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await respond(text=f"About: {shortcut['message']['text']}")

    return app


async def test_a_command_is_answered_to_the_person_alone(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        exchange = await slack.command("/ai", "rag & <more>")
    assert (exchange.status, exchange.seen) == (200, None)
    assert exchange.message is not None
    assert exchange.message.text == "rag & <more>"
    assert slack.ephemerals("U1") == [exchange.message]
    assert slack.messages("C1") == slack.ephemerals("U2") == []
    assert 0 < exchange.seconds < 3


async def test_commands_work_in_dms(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        exchange = await slack.command("/ai", "rag", channel=slack.dm_channel("U1"))
    assert exchange.payload["channel_name"] == "directmessage"
    assert exchange.ok


async def test_an_in_channel_answer_shows_the_command_too(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        await slack.command("/say", "hello")
    assert [(m.user, m.text) for m in slack.messages("C1")] == [("U1", "/say hello"), ("UBOT", "hello")]


async def test_a_button_is_found_by_its_text_and_answers_through_its_response_url(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        asked = await slack.command("/ai", "rag")
        assert asked.message is not None
        pressed = await slack.press(asked.message, "Share")
        assert (await slack.answer(pressed)).text == "shared 42"
        await slack.until(lambda: not slack.ephemerals("U1"))
        assert [m.text for m in slack.messages("C1")] == ["shared 42"]
        with pytest.raises(LookupError, match=r"no element 'Delete'.*often, share"):
            await slack.press(asked.message, "Delete")


async def test_a_select_replaces_the_original(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        message = (await slack.command("/ai", "rag")).message
        assert message is not None
        suggested = await slack.suggest(message, "model", "gpt")
        assert suggested.json["options"][0]["text"]["text"] == "GPT"
        await slack.press(message, "often", "Weekly")
        await slack.until(lambda: message.text == "weekly")
    assert message.blocks == []
    assert slack.ephemerals("U1") == [message]


async def test_payloads_of_ephemeral_messages_hold_no_message(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        asked = await slack.command("/ai", "rag")
        assert asked.message is not None
        pressed = await slack.press(asked.message, "share")
        await slack.answer(pressed)
    payload = pressed.payload
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert payload["state"]["values"]["row"]["often"] == {"type": "static_select", "selected_option": None}
    assert payload["trigger_id"] == pressed.trigger_id
    assert payload["response_url"] == pressed.response_url


async def test_mentions_are_answered_in_the_thread(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        exchange = await slack.mention("what is <RAG>?")
        answer = await slack.answer(exchange)
    assert answer.text == "<@UBOT> what is &lt;RAG&gt;?"
    assert answer.thread_ts == exchange.ts
    assert [m.text for m in slack.messages("C1")] == ["<@UBOT> what is &lt;RAG&gt;?"]


async def test_links_arrive_in_angle_brackets(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        typed = await slack.dm("see x.ai & https://example.com/a?b=1.")
        as_is = await slack.dm("<http://x.ai|x.ai>", raw=True)
    sent = [exchange.payload["event"]["text"] for exchange in (typed, as_is)]
    assert sent == ["see <http://x.ai|x.ai> &amp; <https://example.com/a?b=1>.", "<http://x.ai|x.ai>"]


async def test_an_event_whose_answer_was_lost_comes_again(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        first = await slack.mention("hi")
        again = await slack.redeliver(first)
    assert again.headers["X-Slack-Retry-Num"] == "1"
    assert again.body == first.body


async def test_a_changed_locale_is_told(slack: FakeSlack) -> None:
    async with served(answering(web.Response), slack):
        await slack.change_user("U1", locale="fr-FR")
    event = slack.exchanges[-1].payload["event"]
    assert (event["type"], event["user"]["locale"]) == ("user_change", "fr-FR")


async def test_ephemeral_messages_are_gone_after_a_reload(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        await slack.command("/ai", "rag")
    slack.reload("U1")
    assert slack.ephemerals("U1") == []


async def test_dms_are_answered_and_the_bots_own_message_starts_no_loop(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        await slack.answer(await slack.dm("hello", user="U2"))
        await slack.settle()
    assert [m.text for m in slack.dm_messages("U2")] == ["hello", "hello"]


async def test_a_shortcut_from_a_messages_menu(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        message = slack.say("RAG is great")
        exchange = await slack.shortcut("explain", message=message)
        assert (await slack.answer(exchange)).text == "About: RAG is great"


async def test_changes_in_the_workspace_are_told(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        await slack.invite("C2")
        await slack.until(lambda: slack.messages("C2"))
        await slack.kick("C2")
        await slack.rename("C1", "lobby")
        await slack.archive("C1")
        await slack.archive("C1", archived=False)
        await slack.invite("C2", user="U9")
        await slack.delete_channel("G1")
        await slack.uninstall()
    told = [e.payload["event"]["type"] for e in slack.exchanges if e.name == "event" and e.body]
    told = [kind for kind in told if kind != "message"]  # the bot hears what it says itself
    assert list(dict.fromkeys(told)) == [
        "member_joined_channel", "channel_left", "channel_rename", "channel_archive", "channel_unarchive",
        "group_deleted", "tokens_revoked", "app_uninstalled",
    ]  # fmt: skip


async def test_only_subscribed_events_are_sent(clock: MovableClock) -> None:
    async with FakeSlack(app=App(events=frozenset({"message.channels"})), clock=clock, schemas=None) as slack:
        seen: list[str] = []

        async def note(request: web.Request) -> web.Response:
            seen.append((await request.json())["event"]["type"])
            return web.Response()

        application = web.Application()
        application.router.add_post("/slack/events", note)
        async with served(application, slack):
            await slack.archive("C1")
            await slack.archive("C1", archived=False)
            client = bolt_app(slack).client
            await client.chat_postMessage(channel="C1", text="Hi")
            await slack.settle()
    assert seen == ["message"]


async def test_the_url_is_verified(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        assert (await slack.verify_url()).ok
    async with served(answering(web.Response(text="hello")), slack):
        assert not (await slack.verify_url()).ok


async def test_bolt_takes_only_what_slack_signed(slack: FakeSlack) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with served(example(slack), slack):
        good = await slack.command("/ai", "rag")
        assert (await slack.send(good.body, form)).status == 200
        assert (await slack.send(good.body, form, sign=False)).status == 401
        assert (await slack.send(good.body, form, at=1_000_000_000)).status == 401
        assert (await slack.send(good.body, {**form, "X-Slack-Signature": "v0=00"})).status == 401
        replayed = {name: good.headers[name] for name in ("X-Slack-Request-Timestamp", "X-Slack-Signature")}
        assert (await slack.send(good.body, {**form, **replayed})).status == 200
        assert (await slack.send(good.body + b"x", {**form, **replayed})).status == 401


async def test_ten_megabytes_arrive(slack: FakeSlack) -> None:
    async with served(answering(web.Response(text="ok")), slack):
        assert (await slack.send(b"x" * 10_000_000)).status == 200


async def test_a_slow_or_broken_answer_shows_the_error_slack_shows() -> None:
    async with FakeSlack(ack_seconds=0.1, schemas=None) as slack:
        hanging = asyncio.Event()

        async def hang() -> web.Response:
            await hanging.wait()
            return web.Response()

        async with served(answering(hang), slack):
            assert (await slack.command("/ai")).seen == "operation_timeout"
            hanging.set()
        async with served(answering(web.Response(status=500)), slack):
            assert (await slack.command("/ai")).seen == "dispatch_failed"
        gone = await slack.command("/ai")
    assert (gone.seen, gone.failure) == ("dispatch_failed", "connection_failed")


async def test_plain_text_is_an_answer_and_bad_blocks_are_none(slack: FakeSlack) -> None:
    bad = {"blocks": [{"type": "header", "text": plain("")}]}
    async with served(answering(web.Response(text="hello"), web.json_response(bad)), slack):
        first = await slack.command("/ai")
        assert first.message is not None
        assert (first.message.text, first.message.ephemeral_to) == ("hello", "U1")
        second = await slack.command("/ai")
    assert second.message is None
    assert second.seen == "invalid_blocks"
    assert "json-pointer:/blocks/0/text/text" in second.problems[0]


@pytest.mark.parametrize(
    ("answers", "attempts", "reason"),
    [
        ([web.Response], 1, None),
        ([lambda: web.Response(status=500), web.Response], 2, "http_error"),
        ([lambda: web.Response(status=404)], 4, "http_error"),
        ([lambda: web.Response(status=500, headers={"X-Slack-No-Retry": "1"})], 1, None),
    ],
    ids=["taken", "second time", "never", "no retry wanted"],
)
async def test_events_are_sent_again(answers: list[Any], attempts: int, reason: str | None) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async with FakeSlack(sleep=wait, schemas=None) as slack, served(answering(*answers), slack):
        exchange = await slack.event(
            {"type": "app_mention", "user": "U1", "text": "x", "ts": "1.0", "channel": "C1"}
        )
    assert len(exchange.attempts) == attempts
    assert waited == [0, 60, 300][: attempts - 1]
    for number, attempt in enumerate(exchange.attempts):
        sent = attempt.headers.get("X-Slack-Retry-Num"), attempt.headers.get("X-Slack-Retry-Reason")
        assert sent == ((str(number), reason) if number else (None, None))
    assert len({attempt.payload["event_id"] for attempt in exchange.attempts}) == 1


async def test_a_response_url_works_five_times_in_thirty_minutes(
    slack: FakeSlack, clock: MovableClock
) -> None:
    async with served(example(slack), slack):
        first, second = await slack.command("/ai", "a"), await slack.command("/ai", "b")
    assert first.response_url
    assert second.response_url
    used, late = AsyncWebhookClient(first.response_url), AsyncWebhookClient(second.response_url)
    for number in range(5):
        answer = await used.send(text=str(number))
        assert (answer.status_code, answer.body) == (200, "ok")
    assert [m.text for m in first.messages] == ["a", "0", "1", "2", "3", "4"]
    assert all(m.ephemeral_to == "U1" for m in first.messages)
    answer = await used.send(text="six")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "used_url")
    clock.advance(1801)
    assert json.loads((await late.send(text="late")).body)["error"] == "expired_url"
    wrong = AsyncWebhookClient(slack.url + "/commands/T1/1/nothing")
    assert (await wrong.send(text="x")).status_code == 404


async def test_response_urls_refuse_bad_blocks(slack: FakeSlack) -> None:
    async with served(example(slack), slack):
        url = (await slack.command("/ai", "a")).response_url
    answer = await AsyncWebhookClient(url or "").send(blocks=[{"type": "header", "text": plain("")}])
    assert (answer.status_code, json.loads(answer.body)["error"]) == (400, "invalid_blocks")
    assert slack.refusals[-1].problems


def test_synchronous_code_can_use_it_too() -> None:
    with FakeSlack(sleep=no_wait, schemas=None) as slack:
        slack.app_url = "http://127.0.0.1:9/nobody"
        assert slack.run(slack.command("/ai")).seen == "dispatch_failed"
    asking = FakeSlack(schemas=None).command("/ai")
    with pytest.raises(RuntimeError, match="await it"):
        FakeSlack(schemas=None).run(asking)
