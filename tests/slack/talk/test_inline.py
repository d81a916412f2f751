"""Names in double brackets, in channels that switched them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.talk.test_conversation import Talk, memory, talk, talking

from aibot.core.conversation import inline_switch, named_inline
from aibot.slack.manners.manners import Manners
from aibot.storage import Policy
from aibot.storage.tables import preferences

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import FakeSlack, Message
    from aibot.storage import Memory

__all__ = ["memory", "talk"]

pytestmark = pytest.mark.anyio


async def written(talk: Talk, text: str, *, channel: str = "C1", thread: str | None = None) -> list[Message]:
    before = len(talk.from_bot())
    await talk.slack.write(text, channel=channel, thread_ts=thread)
    await talk.settle()
    return talk.from_bot()[before:]


async def switched(talk: Talk, text: str, channel: str = "C1", user: str = "U1") -> Message:
    exchange = await talk.slack.command("/ai", text, user=user, channel=channel)
    assert exchange.ok
    await talk.slack.until(lambda: exchange.messages)
    return exchange.messages[-1]


async def test_a_channel_switches_it_on_and_off_and_is_told_by_whom(talk: Talk) -> None:
    assert await written(talk, "have a look at [[deepseek-v3]]") == []
    said = await switched(talk, "inline on")
    assert said.ephemeral_to is None
    assert said.text.startswith("<@U1> switched inline names on")
    (card,) = await written(talk, "have a look at [[deepseek-v3]]")
    assert card.text.startswith("DeepSeek-V3")
    assert card.thread_ts is not None
    again = await switched(talk, "inline on")
    assert (again.ephemeral_to, "are on in this channel" in again.text) == ("U1", True)
    assert (await switched(talk, "行内")).text.startswith("<@U1>，本频道的行内查询已打开")
    assert (await switched(talk, "行内 关")).text.startswith("<@U1>关闭了")
    assert await written(talk, "[[deepseek-v3]]") == []


async def test_where_only_admins_may_nobody_else_switches_it(talk: Talk, memory: Memory) -> None:
    memory.daily.set_policy("T1", Policy(who="admins"))
    refused = await switched(talk, "inline on")
    assert refused.ephemeral_to == "U1"
    assert refused.text.startswith(
        "In this workspace only workspace admins may change what holds for a whole"
    )
    assert (await switched(talk, "行内 开")).text.startswith("在本工作区，只有工作区管理员可以更改")
    assert "inline names are off" in (await switched(talk, "inline")).text
    await talk.say("mention", "inline on")
    assert await written(talk, "[[deepseek-v3]]") == []
    assert (await switched(talk, "inline on", user="U3")).text.startswith("<@U3> switched inline names on")
    assert "only workspace admins" in (await switched(talk, "inline off")).text
    assert len(await written(talk, "[[deepseek-v3]]")) == 1


async def test_where_only_members_may_one_has_to_be_in_the_channel(talk: Talk, memory: Memory) -> None:
    memory.daily.set_policy("T1", Policy(who="members"))
    talk.slack.workspace().channels["C1"].members.remove("U2")
    assert "Join the channel" in (await switched(talk, "inline on", user="U2")).text
    silence = talk.slack.trouble("users.conversations", "hang", times=1)
    assert "Slack does not tell me whether you are" in (await switched(talk, "inline on")).text
    assert silence.times == 0
    assert (await switched(talk, "inline on")).ephemeral_to is None


async def test_other_channels_are_left_alone(talk: Talk) -> None:
    await switched(talk, "inline on")
    await talk.slack.invite("C2")
    assert await written(talk, "[[deepseek-v3]]", channel="C2") == []


async def test_three_cards_at_most_and_one_line_for_the_unknown(talk: Talk) -> None:
    await switched(talk, "inline on")
    cards = await written(talk, "[[Sora]] [[sora]] [[deepseek-v3]] [[o1]] [[GPT-4o]]")
    assert [card.text.split()[0] for card in cards] == ["Sora", "DeepSeek-V3", "OpenAI"]
    (line,) = await written(talk, "and [[gpt-9]], [[<@U2> unicorn]]")
    near, unknown = line.text.splitlines()
    assert near.startswith("“gpt-9” is not the name of one entry. The nearest: GPT-4")
    assert unknown == "“&lt;@U2&gt; unicorn” is not in the fact base."
    (chinese,) = await written(talk, "看看这个 [[独角兽]]")
    assert chinese.text == "知识库里没有“独角兽”。"


async def test_an_address_that_is_said_back_becomes_no_link_and_no_picture(talk: Talk) -> None:
    await switched(talk, "inline on")
    (line,) = await written(talk, "[[https：//evil.example/x.png]]")
    assert line.text == "“https://evil.example/x.png” is not in the fact base."
    assert [block["text"]["verbatim"] for block in line.blocks] == [True]
    assert line.arguments == {"unfurl_links": False, "unfurl_media": False}


async def test_its_thread_can_be_asked_further(talk: Talk) -> None:
    await switched(talk, "inline on")
    (card,) = await written(talk, "have a look at [[deepseek-v3]]")
    (said,) = await written(talk, "context window?", thread=card.thread_ts)
    assert "128" in said.text


async def test_one_that_an_edit_makes_a_mention_of_is_answered_once(talk: Talk) -> None:
    await switched(talk, "inline on")
    [card] = await written(talk, "have a look at [[deepseek-v3]]")
    edited = {
        "type": "app_mention", "channel": "C1", "user": "U1", "ts": card.thread_ts,
        "edited": {"user": "U1", "ts": f"{float(card.thread_ts or 0) + 60:.6f}"},
    }  # fmt: skip
    await talk.slack.event({**edited, "text": "<@UBOT> have a look at [[deepseek-v3]]"})
    await talk.settle()
    assert talk.from_bot()[-1] is card


async def test_above_the_channels_limit_who_wrote_them_is_told_alone(
    slack: FakeSlack, base: FactBase, phrases: Phrases, memory: Memory
) -> None:
    async with talking(slack, base, phrases, memory, manners=Manners(channel=1)) as talk:
        await switched(talk, "inline on")
        seen = await written(talk, "[[Sora]], [[deepseek-v3]] or [[o1]]?")
    assert [message.ephemeral_to for message in seen] == [None, "U1"]
    assert seen[1].text.startswith("I have answered 1 times in this channel within a minute.")


async def test_each_name_counts_for_who_wrote_it_and_what_is_above_the_limit_is_passed_over(
    slack: FakeSlack, base: FactBase, phrases: Phrases, memory: Memory
) -> None:
    async with talking(slack, base, phrases, memory, manners=Manners(person=3)) as talk:
        await switched(talk, "inline on")
        seen = await written(talk, "[[Sora]], [[deepseek-v3]] or [[o1]]?")
        assert [card.text.split()[0] for card in seen] == ["Sora", "DeepSeek-V3"]
        assert await written(talk, "[[o1]]") == []
        command = await talk.slack.command("/ai", "o1")
    assert command.message is not None
    assert command.message.text.startswith("That was more than 3 questions in a minute.")


async def test_the_line_for_the_unknown_counts_too(
    slack: FakeSlack, base: FactBase, phrases: Phrases, memory: Memory
) -> None:
    async with talking(slack, base, phrases, memory, manners=Manners(channel=1)) as talk:
        await switched(talk, "inline on")
        seen = await written(talk, "[[unicorn]]") + await written(talk, "看看 [[独角兽]]")
    assert [message.ephemeral_to for message in seen] == [None, "U1"]
    assert "在本频道已回答 1 次" in seen[1].text


async def test_a_mention_with_brackets_is_a_mention(talk: Talk) -> None:
    await switched(talk, "inline on")
    assert len(await talk.say("mention", "[[deepseek-v3]]")) == 1
    assert len(await talk.say("direct", "[[deepseek-v3]]")) == 1


async def test_in_a_direct_message_there_is_nothing_to_switch(talk: Talk) -> None:
    (said,) = await talk.say("direct", "inline on")
    assert said.text.startswith("<@U1>, inline names are for channels")
    (said,) = await talk.say("mention", "inline on")
    assert said.text.startswith("<@U1> switched inline names on")


async def test_a_database_that_fails_changes_nothing_and_says_so(talk: Talk) -> None:
    assert talk.memory is not None
    with talk.memory.database.transaction() as connection:
        preferences.drop(connection)
    assert "nothing is changed" in (await switched(talk, "inline on")).text
    assert await written(talk, "[[deepseek-v3]]") == []


async def test_a_message_without_brackets_costs_nothing(talk: Talk) -> None:
    await switched(talk, "inline on")
    assert talk.memory is not None
    before = talk.memory.database.statements
    assert await written(talk, "just [talking] about lists[0][1]") == []
    assert talk.memory.database.statements == before


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[a]] and [[ b  c ]]", ("a", "b c")),
        ("[[a]][[a]]", ("a",)),
        ("[[a]] [[b]] [[c]] [[d]]", ("a", "b", "c")),
        ("`[[a]]` ```x[[b]]\n``` [[c]]", ("c",)),
        ("[[]] [[ ]] [[a\nb]] [a]] [[b]", ()),
        ("[[" + "x" * 81 + "]]", ()),
        ("if [[ -f x ]]; then", ("-f x",)),
    ],
)
def test_names_in_brackets(text: str, names: tuple[str, ...]) -> None:
    assert named_inline(text) == names


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("inline on", "on"), ("Inline off.", "off"), ("inline", "ask"), ("行内 开", "on"), ("行内关闭", "off"),
        ("inline assembly", None), ("inline on fire", None), ("what is inline", None), ("", None),
    ],
)  # fmt: skip
def test_switching_lines(line: str, wish: str | None) -> None:
    assert inline_switch(line) == wish
