"""Topics as people type them: a kind ("models", 模型) or an entry ("finance", 金融) that has facts to post."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.grammar import kind_named
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.daily.deck import Deck
    from aibot.core.matching import Matcher

MOST_OFFERED = 4
MOST_WORDS = 12
LONGEST_NAME = 6  # words
_PART = re.compile(r"\s*(?:[,;、，；+&/]|\band\b|\bor\b|和|与|及|以及|或者?)\s*")
_WORD = re.compile(r"[㐀-鿿]+|[^\s㐀-鿿,;、，；+&/]+")
#  Small words around a topic: "facts about finance please", 给我发金融方面的
_AROUND = re.compile(
    r"\b(?:facts?|about|on|in|the|of|for|to|me|us|a|an|only|just|please|pls|with|topics?|posts?|this|channel|here|at"
    r"|from|every|each|and|or|all|time|zone|timezone|by|as|we|i|want|would|like|get|daily|languages?|starting|any(?:thing)?|is|it)\b"
    r"|关于|有关|方面|主题|话题|领域的|事实|知识|相关|只要|只|的|请|给我们|给我|帮我|我要|我想|想要|要|发送|推送|发|在|用|以|本频道|频道|这里"
    r"|时区|时间|语言|一条|每日|从|起|开始|吧|一下|呢|啊|了|也|到",
)
_HOUR = re.compile(r"\s(\d{1,2})\s*$")
_EVERYTHING = re.compile(
    r"everything|anything|all (?:topics|kinds|facts)|any topic|全部主题|所有主题|全部|所有|不限主题|不限"
)


@dataclass(frozen=True, slots=True)
class TopicsTyped:
    """The topics a stretch of text names; what it does not say to us stands in `unknown`."""

    topics: tuple[str, ...] = ()
    everything: bool = False
    unknown: tuple[tuple[str, tuple[str, ...]], ...] = ()  # words, and the entries they may mean
    empty: tuple[str, ...] = ()  # topics without a single fact to post


class Topics:
    """Reads topics by the fact base's own names."""

    def __init__(self, matcher: Matcher, deck: Deck) -> None:
        self._matcher, self._deck = matcher, deck

    def read(self, text: str) -> TopicsTyped:
        """The topics in a stretch of text that holds nothing else."""
        if _EVERYTHING.fullmatch(text.strip()) or _EVERYTHING.fullmatch(_said(text)):
            return TopicsTyped(everything=True)
        if not _said(text):
            return TopicsTyped()
        topics: list[str] = []
        unknown: list[tuple[str, tuple[str, ...]]] = []
        for part in self._parts(text):
            one = self._one(part)
            if one is not None:
                topics.append(one)
                continue
            found, missed = self._several(part)
            topics += found
            unknown += missed
        return self._checked(topics, tuple(unknown))

    def read_with_hour(self, text: str) -> tuple[TopicsTyped, str]:
        """The same, and the hour at its end: "finance 9". What comes in versions keeps its number: "gemini 9"."""
        found, ending = self.read(text), _HOUR.search(text)
        if not found.unknown or ending is None:
            return found, ""
        shorter = self.read(text[: ending.start()])
        if shorter.unknown or any(self._has_versions(topic) for topic in (*shorter.topics, *shorter.empty)):
            return found, ""
        return shorter, ending[1]

    def _has_versions(self, topic: str) -> bool:
        base = self._deck.base
        return topic in base and base[topic].kind in (Kind.MODEL, Kind.PRODUCT)

    def offered(self, entry: str) -> bool:
        """Whether an entry or kind has facts to post."""
        return bool(self._deck.of_topics((entry,)))

    def _parts(self, text: str) -> list[str]:
        """The stretch parted at its commas, unless a name has the comma in it: "data centres, cloud and edge"."""
        whole = [part for part in re.split(r"[;；]", text) if _said(part)]
        found: list[str] = []
        for part in whole:
            found += [part] if self._one(part) is not None else filter(_said, _PART.split(part))
        return found

    def _one(self, text: str) -> str | None:
        """A kind or an entry, spelled right, where the text is nothing else but perhaps small words around it."""
        for said in dict.fromkeys([text.strip(" .,;:!?、，。；：！？"), _said(text)]):
            if (kind := kind_named(said)) is not None:
                return kind
            matches = self._matcher.match(said)
            named = matches.sure[0] if len(matches.sure) == 1 and not matches.missing else None
            if named is not None and named.how != "slip" and not _said(matches.rest):
                return named.entry
        return None

    def _several(self, text: str) -> tuple[list[str], list[tuple[str, tuple[str, ...]]]]:
        """The topics of a stretch that is more than one name, the longest names first, and what is left over."""
        whole = self._matcher.match(text)
        if whole.missing:  # "gpt-6": the version is what is wrong, not its parts
            return [], [(missing.asked, self._offered(missing.family)) for missing in whole.missing]
        words = _WORD.findall(_said(text))[:MOST_WORDS]
        topics: list[str] = []
        unknown: list[tuple[str, tuple[str, ...]]] = []
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + LONGEST_NAME), at, -1):
                one = self._one(" ".join(words[at:end]))
                if one is not None:
                    topics.append(one)
                    at = end
                    break
            else:
                unknown.append((words[at], self._near(words[at])))
                at += 1
        return topics, unknown

    def _near(self, word: str) -> tuple[str, ...]:
        """The entries a word may mean, or may be a slip of."""
        matches = self._matcher.match(word)
        return self._offered([match.entry for match in (*matches.sure, *matches.maybe)])

    def _offered(self, entries: Sequence[str]) -> tuple[str, ...]:
        return tuple(entry for entry in dict.fromkeys(entries) if self.offered(entry))[:MOST_OFFERED]

    def _checked(
        self, topics: list[str], unknown: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ) -> TopicsTyped:
        named = tuple(dict.fromkeys(topics))
        return TopicsTyped(
            tuple(topic for topic in named if self.offered(topic)),
            unknown=unknown,
            empty=tuple(topic for topic in named if not self.offered(topic)),
        )


def _said(text: str) -> str:
    """A stretch of text without the small words around its topic."""
    return " ".join(_AROUND.sub(" ", text).strip(" .,;:!?、，。；：！？+&/()（）\"'").split())
