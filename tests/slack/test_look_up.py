"""The shortcut on a message: what it names is told to who asks alone, and the message is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.conftest import running

from aibot.load import load_phrases
from aibot.slack.bot import Bot
from aibot.slack.card_listeners import written_in
from aibot.slack.manifest import LOOK_UP, manifest

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Language
    from aibot.playground.fake_slack import FakeSlack, Message
    from aibot.slack.bot import Reply

pytestmark = pytest.mark.anyio


async def looked_up(slack: FakeSlack, message: Message, *, user: str = "U1") -> Message:
    exchange = await slack.shortcut(LOOK_UP, message=message, user=user)
    assert exchange.ok
    await slack.until(lambda: exchange.messages)
    return exchange.messages[-1]


def labels(message: Message) -> list[str]:
    return [one["text"]["text"] for _, one in message.elements() if one["type"] == "button"]


async def test_several_names_are_listed_with_a_button_each(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        written = slack.say("we moved from GPT-4o to DeepSeek-V3, and Sora is next", user="U2")
        seen = await looked_up(slack, written)
        assert seen.ephemeral_to == "U1"
        assert seen.text.startswith("Named in this message\n• GPT-4o: GPT-4o is OpenAI's")
        assert labels(seen) == ["GPT-4o", "DeepSeek-V3", "Sora", "中文"]
        await slack.press(seen, "中文")
        await slack.until(lambda: seen.text.startswith("这条消息里提到的\n• GPT-4o："))
        await slack.press(seen, "Sora")
        await slack.until(lambda: seen.text.startswith("Sora（") or seen.text.startswith("Sora ("))
    assert [m.text for m in slack.messages("C1")] == [written.text]
    assert slack.refusals == []


async def test_one_name_is_its_card_and_can_be_shared(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        seen = await looked_up(slack, slack.say("has anybody tried DeepSeek-V3 &amp; co?", user="U2"))
        assert seen.text.startswith("DeepSeek-V3 (model)")
        assert labels(seen) == ["Share to channel", "中文"]


async def test_more_than_five_are_counted(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        text = "GPT-4o, DeepSeek-V3, Sora, Kimi, Claude 3, GPT-4 and Gemini 1.5 Pro"
        seen = await looked_up(slack, slack.say(text))
    assert len(labels(seen)) == 6
    assert "… and 2 more." in seen.text


@pytest.mark.parametrize(
    "text", ["lunch at noon?", "🎉", "gpt-6 is out", "<@U2> <!channel> see <https://example.com>"]
)
async def test_where_nothing_is_named_it_says_so(text: str, bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        seen = await looked_up(slack, slack.say(text))
    assert seen.text.startswith("Nothing in this message that I know")
    assert seen.ephemeral_to == "U1"
    assert text not in seen.text


async def test_it_needs_no_membership_and_answers_in_the_thread_where_the_message_is(
    bot: Bot, slack: FakeSlack
) -> None:
    async with running(bot, slack):
        parent = slack.say("a private channel without the bot", channel="G1")
        reply = slack.say("RAG, anyone?", channel="G1", thread_ts=parent.ts)
        seen = await looked_up(slack, reply)
    assert (seen.channel, seen.thread_ts, seen.ephemeral_to) == ("G1", parent.ts, "U1")
    assert "Retrieval-augmented" in seen.text
    assert slack.refusals == []


async def test_it_speaks_the_readers_language_not_the_writers(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        written = slack.say("午饭吃什么", user="U2")
        assert (await looked_up(slack, written, user="U1")).text.startswith("Nothing in this message")
        assert (await looked_up(slack, written, user="U2")).text.startswith("这条消息里没有")


async def test_nothing_of_the_message_is_kept_or_logged(
    bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "aibot")
    async with running(bot, slack):
        seen = await looked_up(slack, slack.say("zanzibar is where Sora and Kimi met"))
    assert "zanzibar" not in str(seen.blocks)
    assert "zanzibar" not in caplog.text.lower()
    assert "via=shortcut" in caplog.text


class _ReadingBot(Bot):
    """A bot that knows how many messages it reads at once."""

    now_reading, most_reading = 0, 0

    def look_into(self, text: str, language: Language, *, via: str) -> Reply:
        self.now_reading += 1
        self.most_reading = max(self.most_reading, self.now_reading)
        try:
            return super().look_into(text, language, via=via)
        finally:
            self.now_reading -= 1


async def test_long_messages_are_read_one_at_a_time(base: FactBase, slack: FakeSlack) -> None:
    bot = _ReadingBot(base, load_phrases())
    async with running(bot, slack):
        written = slack.say("深度求索发布了模型，" * 200, user="U2")
        asked = [await slack.shortcut(LOOK_UP, message=written) for _ in range(6)]
        await slack.until(lambda: all(exchange.messages for exchange in asked))
    assert bot.most_reading == 1


async def test_it_is_owned_up_to_where_slack_takes_no_answer(
    bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack):
        slack.trouble("response_url", "error", error="expired_url")
        exchange = await slack.shortcut(LOOK_UP, message=slack.say("Sora"))
        await slack.until(lambda: exchange.messages)
    assert exchange.messages[-1].text.startswith("Something went wrong on my side")
    assert "reference=" in caplog.text


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"text": "Sora"}, "Sora"),
        ({"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Sora"}}]}, "Sora"),
        ({"text": "x", "attachments": [{"title": "Sora", "fallback": "no"}, {"fallback": "Kimi"}]}, "x Sora Kimi"),
        ({}, ""),
        ({"text": None, "blocks": None, "attachments": None}, ""),
    ],
)  # fmt: skip
def test_what_people_can_read_is_read(message: dict[str, Any], read: str) -> None:
    assert " ".join(" ".join(written_in(message)).split()) == read


def test_the_manifest_has_it() -> None:
    (shortcut,) = manifest()["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", LOOK_UP)
    # https://docs.slack.dev/reference/app-manifest
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
