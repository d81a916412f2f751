"""The other language of a daily post, for who presses alone; and what they think of its fact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.daily.rig import rigged
from tests.slack.daily.test_buttons import post_of

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import Message
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

TURN, OPINION = "aibot_daily_turn", "aibot_opinion"
#  What one channel's post says, in both languages
LINES = {"en": "subscribe 9am tokyo models", "zh": "订阅 每天9点 东京 模型"}
OTHER = {"en": "zh", "zh": "en"}
CHANGED = ("This fact has been changed or taken out since the post.", "发布之后，这条知识已修改或删除。")


def names(message: Message) -> list[str]:
    return [element["action_id"] for _, element in message.elements()]


def carried(message: Message, action: str = TURN) -> dict[str, Any]:
    element = next(element for _, element in message.elements() if element["action_id"] == action)
    found: dict[str, Any] = json.loads(element["value"])
    return found


def fact_of(rig: Rig, post: Message) -> Any:
    return rig.daily.deck.cards[carried(post)["c"]].fact


async def pressed(rig: Rig, message: Message, action: str, value: Any = None, *, user: str = "U2") -> Message:
    """Press; returns what that person sees."""
    await rig.slack.press(message, action, value, user=user)
    await rig.settle()
    return rig.slack.ephemerals(user)[-1]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_who_presses_gets_a_copy_and_the_channel_keeps_its_post(
    bot: Bot, phrases: Phrases, database: str, language: str, mode: Any
) -> None:
    async with rigged(bot, phrases, database, mode=mode) as rig:
        await rig.say(LINES[language])
        post = await post_of(rig)
        before = (post.text, json.dumps(post.blocks))
        texts = rig.channel_texts()
        copy = await pressed(rig, post, TURN)
        fact = fact_of(rig, post)
        assert post.text.startswith(fact.en if language == "en" else fact.zh)
        assert copy.text.startswith(fact.zh if language == "en" else fact.en)
        assert names(copy) == ["aibot_daily_more", TURN, "aibot_always", OPINION]
        assert (post.text, json.dumps(post.blocks)) == before
        assert rig.channel_texts() == texts
        back = await pressed(rig, copy, TURN)
        assert back is copy  # one's own copy is turned in place
        assert back.text.startswith(fact.en if language == "en" else fact.zh)
        assert rig.has().language == language
        assert rig.slack.refusals == []


async def test_a_post_in_both_languages_has_nothing_to_turn(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo both")
    assert names(await post_of(rig)) == [
        "aibot_daily_more", OPINION, "aibot_daily_why", "aibot_daily_stop",
    ]  # fmt: skip


async def test_a_copy_can_make_its_language_ones_own(rig: Rig) -> None:
    await rig.say(LINES["en"])
    post = await post_of(rig)
    copy = await pressed(rig, post, TURN)
    told = await pressed(rig, copy, "aibot_always")
    assert told.text.startswith("以后不管在哪里提问，我都用中文回答您")
    again = await pressed(rig, post, TURN)
    assert "aibot_always" not in names(again)
    why = await pressed(rig, post, "aibot_daily_why")
    assert why.text.startswith("您看到这条")


async def test_a_month_later_and_after_the_end_it_still_turns(rig: Rig) -> None:
    await rig.say(LINES["en"])
    post = await post_of(rig)
    await rig.say("unsubscribe")
    rig.clock.advance(31 * 86_400)
    copy = await pressed(rig, post, TURN)
    assert copy.text.startswith(fact_of(rig, post).zh)
    assert "2026年11月24日" in copy.text  # the day of the post


@pytest.mark.parametrize(("language", "told"), [("zh", CHANGED[1]), ("en", CHANGED[0])])
@pytest.mark.parametrize("other", [{"h": "0" * 12}, {"c": "no-such-card"}])
async def test_a_fact_that_is_another_one_by_now_is_not_shown(
    rig: Rig, language: str, told: str, other: dict[str, str]
) -> None:
    await rig.say(LINES[OTHER[language]])
    post = await post_of(rig)
    element = next(element for _, element in post.elements() if element["action_id"] == TURN)
    element["value"] = json.dumps(carried(post) | other)
    assert (await pressed(rig, post, TURN)).text.startswith(told)


@pytest.mark.parametrize(
    "value", ["", "[]", "{}", '{"c": "F1", "h": "x", "d": "soon"}', '{"c": 1, "h": "x"}']
)
async def test_a_button_of_another_version_says_so(rig: Rig, value: str) -> None:
    await rig.say(LINES["en"])
    post = await post_of(rig)
    element = next(element for _, element in post.elements() if element["action_id"] == TURN)
    element["value"] = value
    assert (await pressed(rig, post, TURN)).text.startswith("This button is from an older version of me.")


async def test_a_preview_keeps_standing_when_it_is_turned(rig: Rig) -> None:
    await rig.say(LINES["en"])
    preview = await rig.say("preview")
    before = json.dumps(preview.blocks)
    copy = await pressed(rig, preview, TURN, user="U1")
    assert copy is not preview
    assert copy.text.startswith(fact_of(rig, preview).zh)
    assert json.dumps(preview.blocks) == before


async def test_an_opinion_is_of_the_fact_that_stands_there(rig: Rig) -> None:
    await rig.say(LINES["en"])
    post = await post_of(rig)
    fact = fact_of(rig, post)
    for user, choice in (("U1", "It is right"), ("U2", "It is wrong")):
        assert (await pressed(rig, post, OPINION, choice, user=user)).text.startswith(
            "Thank you. Your answer"
        )
    again = await pressed(rig, post, OPINION, "It is outdated")
    assert again.text == "You have told me about this card already. Thank you."
    [counted] = rig.memory.feedback.list()
    assert counted.subject == fact.id
    assert (counted.right, counted.wrong, counted.outdated) == (1, 1, 0)
