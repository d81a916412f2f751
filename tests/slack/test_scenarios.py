"""What people do in Slack and what they see of it: the real app over HTTP and over Socket Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.conftest import running

from aibot.slack.bot import Bot

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import FakeSlack, Message

pytestmark = pytest.mark.anyio


def buttons(message: Message) -> list[str]:
    return [element["text"]["text"] for _, element in message.elements() if element["type"] == "button"]


async def test_a_command_is_answered_in_its_acknowledgement_to_the_asker_alone(
    bot: Bot, either_slack: FakeSlack
) -> None:
    slack = either_slack
    async with running(bot, slack):
        exchange = await slack.command("/ai", "model deepseek-v3")
    assert exchange.message is not None
    assert exchange.message.ephemeral_to == "U1"
    assert exchange.message.text.startswith("DeepSeek-V3")
    assert exchange.message.blocks[0]["text"]["text"] == "DeepSeek-V3"
    assert slack.messages("C1") == []
    assert [call.name for call in slack.calls()] in (["auth.test"], ["auth.test", "apps.connections.open"])
    assert slack.refusals == []


@pytest.mark.parametrize("command", ["/ai", "/aiwiki", "/百科"])
async def test_the_commands_name_is_whatever_the_manifest_says(
    command: str, base: FactBase, phrases: Phrases, slack: FakeSlack
) -> None:
    async with running(Bot(base, phrases, command=command), slack):
        exchange = await slack.command(command, "help")
    assert exchange.message is not None
    assert f"{command} model deepseek-v3" in exchange.message.text


@pytest.mark.parametrize(
    "text", ["payload of Sora", "a=b&payload=c", "%", "+", "1+1", "🙂", "\u202e", "x" * 40_000, "<!channel>"]
)
async def test_any_text_of_a_command_is_answered(text: str, bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        exchange = await slack.command("/ai", text)
    assert exchange.ok
    assert exchange.message is not None
    assert exchange.message.blocks
    assert "<!" not in exchange.message.text


@pytest.mark.parametrize(("question", "language"), [("model gpt-6", "en"), ("模型 gpt-6", "zh")])
async def test_a_suggestion_takes_the_messages_place_in_its_language(
    question: str, language: str, bot: Bot, either_slack: FakeSlack
) -> None:
    slack = either_slack
    async with running(bot, slack):
        asked = (await slack.command("/ai", question)).message
        assert asked is not None
        assert "GPT-4" in buttons(asked)
        await slack.press(asked, "GPT-4")
        await slack.until(lambda: asked.blocks[0]["text"]["text"] == "GPT-4")
    assert slack.ephemerals("U1") == [asked]
    assert buttons(asked) == (["Share to channel", "中文"] if language == "en" else ["分享到频道", "English"])
    assert ("模型" in asked.text) is (language == "zh")


async def test_a_button_in_a_public_message_answers_there(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        said = await slack.answer(await slack.mention("model gpt-6"))
        await slack.press(said, "GPT-4o")
        await slack.until(lambda: said.blocks[0]["text"]["text"] == "GPT-4o")
    assert said.ephemeral_to is None
    assert buttons(said) == ["中文", "Link"]


async def test_the_help_button(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        asked = (await slack.command("/ai", "今天午饭吃什么？")).message
        assert asked is not None
        await slack.press(asked, "帮助")
        await slack.until(lambda: asked.text.startswith("您可以这样问我"))


@pytest.mark.parametrize(
    "value", ["", "{}", "[]", "v1:sora", '{"e": 1}', '{"e": "sora", "x": "y"}', "null", "[" * 1900]
)
@pytest.mark.parametrize("action", ["aibot_show:sora", "aibot_share", "something_else"])
async def test_a_button_of_another_version_says_so(
    value: str, action: str, bot: Bot, slack: FakeSlack
) -> None:
    old = {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "value": value,
                "text": {"type": "plain_text", "text": "x"},
            }
        ],
    }
    async with running(bot, slack):
        message = slack.say("an old message")
        message.blocks = [old]
        await slack.press(message, action)
        (told,) = await slack.until(lambda: slack.ephemerals("U1"))
    assert (
        told.text
        == "This button is from an older version of me. Please ask again.\n这个按钮来自旧版本，请重新提问。"
    )
    assert message.text == "an old message"


async def test_a_button_of_an_entry_that_is_gone_says_so(bot: Bot, slack: FakeSlack) -> None:
    button = {
        "type": "button",
        "action_id": "aibot_show:old",
        "value": '{"l": "zh", "e": "old"}',
        "text": {"type": "plain_text", "text": "x"},
    }
    async with running(bot, slack):
        message = slack.say("an old message")
        message.blocks = [{"type": "actions", "elements": [button]}]
        await slack.press(message, "aibot_show:old")
        await slack.until(lambda: "这张卡片已不在知识库中。" in message.text)


async def test_a_mention_is_answered_in_its_thread(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        asked = await slack.mention("which models support 1M context?")
        answer = await slack.answer(asked)
        again = await slack.mention("Sora 是谁做的？", thread_ts=asked.ts, user="U2")
        second = await slack.answer(again)
    assert (answer.thread_ts, second.thread_ts) == (asked.ts, asked.ts)
    assert answer.text.startswith("A context of 1M or more")
    assert second.text.startswith("Sora (模型")
    assert not answer.reply_broadcast
    assert buttons(second) == ["English", "链接"]
    sent = slack.calls("chat.postMessage")[0].arguments
    assert str(sent["unfurl_links"]).lower() == str(sent["unfurl_media"]).lower() in ("false", "0")
    assert "link_names" not in sent


async def test_a_direct_message_is_answered_there_and_in_its_thread(
    bot: Bot, either_slack: FakeSlack
) -> None:
    slack = either_slack
    async with running(bot, slack):
        first = await slack.answer(await slack.dm("who made Genie 2?"))
        top = await slack.dm("RAG")
        await slack.answer(top)
        threaded = await slack.answer(await slack.dm("and MoE?", thread_ts=top.ts))
    assert first.thread_ts is None
    assert threaded.thread_ts == top.ts


@pytest.mark.parametrize("text", ["", "   ", "<@UBOT>"])
async def test_an_empty_mention_gets_help(text: str, bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        answer = await slack.answer(await slack.mention(text, raw=True))
    assert answer.text.startswith("What you can ask me")


async def test_a_message_with_a_file_is_answered(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        answer = await slack.answer(await slack.dm("what is RAG?", subtype="file_share"))
    assert "RAG" in answer.text


NOT_FOR_US: list[dict[str, Any]] = [
    {"bot_id": "B9"},
    {"subtype": "bot_message"},
    {"subtype": "message_changed", "hidden": True},
    {"subtype": "message_deleted", "hidden": True},
    {"subtype": "channel_join"},
    {"edited": {"user": "U1", "ts": "99999.0"}},  # more than a day later
    {"user": "USLACKBOT"},
    {"user": "UBOT"},
    {"user": None},
]


@pytest.mark.parametrize("fields", NOT_FOR_US, ids=str)
async def test_what_no_person_wrote_now_is_left_alone(
    fields: dict[str, Any], bot: Bot, slack: FakeSlack
) -> None:
    async with running(bot, slack):
        for event in (
            {"type": "app_mention", "channel": "C1", "user": "U1", "text": "<@UBOT> RAG", "ts": "1.1"},
            {
                "type": "message",
                "channel": "D1",
                "channel_type": "im",
                "user": "U1",
                "text": "RAG",
                "ts": "1.1",
            },
        ):
            assert (await slack.event({**event, **fields})).status == 200
    assert slack.calls("chat.postMessage") == []


async def test_a_mention_that_an_edit_adds_is_answered_once(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack) as background:
        said = slack.say("<@UBOTT> RAG")
        edited = {
            "type": "app_mention", "channel": "C1", "user": "U1", "text": "<@UBOT> RAG", "ts": said.ts,
            "edited": {"user": "U1", "ts": f"{float(said.ts) + 60:.6f}"},
        }  # fmt: skip
        for text in ("<@UBOT> RAG", "<@UBOT> RAG!"):
            await slack.event({**edited, "text": text})
        await background.finish()
        assert ["RAG" in one.text for one in slack.thread("C1", said.ts) if one.bot_id] == [True]


async def test_editing_a_mention_that_was_answered_answers_nothing(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack) as background:
        asked = await slack.mention("RAG")
        await slack.answer(asked)
        edited = {
            "type": "app_mention", "channel": "C1", "user": "U1", "text": "<@UBOT> Sora", "ts": asked.ts,
            "edited": {"user": "U1", "ts": f"{float(asked.ts or 0) + 60:.6f}"},
        }  # fmt: skip
        await slack.event(edited)
        await background.finish()
    assert len(slack.calls("chat.postMessage")) == 1


async def test_messages_in_channels_without_a_mention_are_left_alone(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        event = {
            "type": "message",
            "channel": "C1",
            "channel_type": "channel",
            "user": "U1",
            "text": "RAG",
            "ts": "1.1",
        }
        assert (await slack.event(event)).status == 200
    assert slack.from_app() == []


async def test_an_event_that_comes_three_times_is_answered_once(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        first = await slack.mention("RAG")
        await slack.answer(first)
        again = [await slack.redeliver(first), await slack.redeliver(first)]
        assert [one.status for one in again] == [200, 200]
    assert len(slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "kind", ["team_join", "app_home_opened", "reaction_added", "made_up", "tokens_revoked"]
)
async def test_events_without_a_listener_are_acknowledged(
    kind: str, bot: Bot, either_slack: FakeSlack
) -> None:
    async with running(bot, either_slack):
        assert (await either_slack.event({"type": kind, "user": "U1"})).status == 200
    assert either_slack.from_app() == []


async def test_the_request_url_is_verified(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        assert (await slack.verify_url()).ok


async def test_work_under_way_is_finished_before_the_bot_stops(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    slack.trouble("chat.postMessage", "rate_limit", retry_after=1)
    async with running(bot, slack):
        await slack.mention("RAG")
    assert len([m for m in slack.from_app() if m.thread_ts]) == 1
