"""What a message is to the bot: something to answer, to be told in a line, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from aibot.core.answers import FactAnswer, NotFound, Question, answer, outcome_of
from aibot.core.answers.across import rest_of_list
from aibot.core.answers.comparing import laid_out
from aibot.core.conversation import words
from aibot.core.conversation.following import Following
from aibot.core.conversation.pointed import pointed_out
from aibot.core.conversation.said import Said
from aibot.core.conversation.spelling import respelled
from aibot.core.conversation.thread import Thread, with_whole_names
from aibot.core.language import language_of
from aibot.core.matching import clean

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.core.answers import Answer, Knowledge
    from aibot.core.language import Language

#  A longer message is people talking
MOST_UNADDRESSED = 160
#  Other people, groups, quotations, links, code: https://docs.slack.dev/messaging/formatting-message-text
_TO_OTHERS = re.compile(r"<[@#!]|@\w|https?:|`|^\s*(?:>|&gt;)|\n|[“”\"]", re.MULTILINE)
#  Slack makes a link of what looks like one: 01.AI
_LINKED_BY_SLACK = re.compile(r"<https?://([^|<>]+)\|\1>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message: its text, and whether the bot was spoken to (a mention, a direct message)."""

    text: str
    addressed: bool
    direct: bool = False  # a direct message: there is nothing to be silent in


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, in a language."""

    answer: Answer
    language: Language
    question: str = ""  # the message, where it led to the answer without its thread
    again: str = ""  # a whole question that leads to the same answer, for its buttons


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the bot's own: a phrase, and the name of the entry in it."""

    phrase: str
    language: Language
    entry: str = ""
    stops: bool = False  # from now on the bot is silent here


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing to say."""


Reply: TypeAlias = Answered | Told | Silent


def understand(  # noqa: PLR0913  # what was said, where, and in which language
    heard: Heard,
    thread: Thread | None,
    knowledge: Knowledge,
    now: datetime,
    *,
    chosen: Language | None = None,
    default: Language = "en",
) -> Reply:
    """What to reply to a message in a thread; `thread` is None where the bot has answered nothing there.

    `chosen` is the language somebody chose; else it is the message's own, or the thread's where it has none.
    """
    if not heard.addressed and (thread is None or thread.stopped or _is_for_others(heard.text)):
        return Silent()
    about = (thread or Thread(language=default)).known_to(knowledge.base)
    said = Said.of(heard.text, knowledge, strict=not heard.addressed)
    if not (said.names or said.matches.missing) and (
        named := with_whole_names(said.text, about, knowledge.base)
    ):
        said = Said.of(named, knowledge, strict=not heard.addressed)
    language = chosen or _language(said, about.language if thread else default)
    plain = clean(heard.text).strip(" .!?。！？~…")
    if words.STOP.fullmatch(plain):
        phrase = "talk.stopped-direct" if heard.direct else "talk.stopped"
        return Told(phrase, language, stops=not heard.direct)
    if thread is not None and words.MORE.fullmatch(plain):
        more = _more(about, knowledge, language) or (
            Told("talk.no-more-here", language) if heard.addressed else None
        )
        if more is not None and (
            heard.addressed or isinstance(more, Answered) or words.CLEARLY_MORE.search(plain)
        ):
            return more
    if thread is not None and (unknown := _before_and_after(said, about, language)) is not None:
        return unknown
    if thread is not None and (followed := _followed(said, about, knowledge, language, now)) is not None:
        return followed
    if not heard.addressed:
        return Silent()
    found = answer(Question(heard.text, language, now), knowledge)
    if isinstance(found, NotFound) and (meant := respelled(said.text)):
        again = Said.of(meant, knowledge, strict=False)
        spoken = chosen or _language(again, language)
        return _followed(again, about, knowledge, spoken, now) or Answered(found, language, heard.text)
    return Answered(found, language, question=heard.text)


def _followed(
    said: Said, thread: Thread, knowledge: Knowledge, language: Language, now: datetime
) -> Answered | None:
    """What is asked of the things that the thread is about."""
    asked = "" if said.strict else pointed_out(said.text, thread, knowledge)
    if asked and outcome_of(pointed := answer(Question(asked, language, now), knowledge)) == "answer":
        return Answered(pointed, language, again=asked)
    following = Following(said, thread, knowledge, language, now)
    if (found := following.answer()) is not None:
        return Answered(found, language, again=following.by_itself(found))
    return None


def _is_for_others(text: str) -> bool:
    text = _LINKED_BY_SLACK.sub(r"\1", text)
    return len(text) > MOST_UNADDRESSED or bool(_TO_OTHERS.search(text))


def _language(said: Said, before: Language) -> Language:
    """The message's language; one that only names something goes on in the thread's."""
    said_beside = said.whole
    for name in said.typed_names():
        said_beside = said_beside.replace(name, " ")
    if not re.search(r"[A-Za-z]", said_beside) and not re.search(r"[\u3400-\u9fff]", said.whole):
        return before
    return language_of(said.whole, default=before)


def _more(thread: Thread, knowledge: Knowledge, language: Language) -> Reply | None:
    """The rest of a list, the whole card after a part of it, or that there is no more."""
    base = knowledge.base
    if thread.left:
        return Answered(replace(rest_of_list(thread.left, base), about=thread.subjects), language)
    if len(thread.subjects) == 1 and thread.asked:
        return Answered(FactAnswer(thread.subjects[0]), language)
    if thread.compared and thread.asked and len(thread.subjects) > 1:
        again = f"compare {', '.join(base[entry].name.en for entry in thread.subjects)}"
        return Answered(laid_out(thread.subjects, (), base), language, again=again)
    if len(thread.subjects) == 1:
        return Told("talk.no-more", language, thread.subjects[0])
    return Told("talk.no-more-here", language) if thread.entries else None


def _before_and_after(said: Said, thread: Thread, language: Language) -> Told | None:
    """A question for what came before or after: the fact base does not say, and nothing is guessed from dates."""
    if not words.BEFORE_AND_AFTER.search(said.text) or said.names or len(thread.subjects) != 1:
        return None
    left = words.BEFORE_AND_AFTER.sub(" ", said.rest)
    pointed = words.IT.search(said.text)
    if not said.covered(left) or (said.strict and not (pointed and (said.asks or said.joins))):
        return None
    return Told("talk.not-said-before-after", language, thread.subjects[0])
