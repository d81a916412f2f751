"""The languages the bot speaks, recognising one in a question, and the bot's own phrases in it."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Literal, TypeAlias

from aibot.errors import PhrasesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_ENGLISH_SENTENCE = re.compile(
    r"\b(?:who|whose|what|what's|when|where|which|why|how|is|are|was|were|does|do|did|the|of|made|by|about|tell"
    r"|show|list|compare|with|and|in|on|released?|launched|developer|date|cost)\b",
    re.IGNORECASE,
)


def language_of(text: str, *, default: Language = "en") -> Language:
    """The language of a question; a text without any letter has none of its own: the default."""
    return script_of(text) or default


def script_of(text: str) -> Language | None:
    """The language that a text itself shows; None where there is no letter in it.

    Chinese where it has Chinese in it, unless the sentence around is English: "who made 千影?" is English with a
    Chinese name in it; "DeepSeek-V3 多少钱" is Chinese with a Latin one.
    """
    if _HAN.search(text):
        return "en" if _ENGLISH_SENTENCE.search(text) else "zh"
    return "en" if _LATIN.search(text) else None


def of_locale(locale: str) -> Language | None:
    """The language of a locale such as zh-CN; None where it is none that the bot speaks."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return next((known for known in LANGUAGES if known == language), None)


def reply_language(
    text: str, chosen: Iterable[Language | None], locale: Language | None, default: Language
) -> Language:
    """The language to reply in: the first that was chosen, else the question's own, else the locale's.

    `chosen` comes in the order that counts: what the person chose, then the channel, then the workspace.
    """
    first = next((language for language in chosen if language is not None), None)
    return first or script_of(text) or locale or default


class Phrases:
    """The bot's own sentences, by key, in every language; checked to be complete when made."""

    def __init__(self, by_language: Mapping[str, Mapping[str, str]]) -> None:
        self._phrases = {language: dict(phrases) for language, phrases in by_language.items()}
        problems = _problems(self._phrases)
        if problems:
            raise PhrasesError("The phrases are incomplete:\n" + "\n".join(f"  {line}" for line in problems))

    def say(self, phrase: str, language: Language, /, **values: object) -> str:
        """A phrase with its placeholders filled in."""
        return self._phrases[language][phrase].format(**values)

    def has(self, phrase: str) -> bool:
        """Whether there is a phrase of this name."""
        return phrase in self._phrases["en"]

    def all(self, language: Language) -> Mapping[str, str]:
        """Every phrase in one language."""
        return self._phrases[language]


def _problems(phrases: Mapping[str, Mapping[str, str]]) -> list[str]:
    problems = [f"phrases/{language}.yaml is missing" for language in LANGUAGES if language not in phrases]
    if problems:
        return problems
    for language in LANGUAGES:
        for other in LANGUAGES:
            problems += [
                f"phrases/{language}.yaml: '{name}' is missing; phrases/{other}.yaml has it"
                for name in phrases[other].keys() - phrases[language].keys()
            ]
    for name in phrases["en"].keys() & phrases["zh"].keys():
        english, chinese = _placeholders(phrases["en"][name]), _placeholders(phrases["zh"][name])
        if english != chinese:
            problems.append(f"'{name}' has the placeholders {english} in English and {chinese} in Chinese")
    return sorted(problems)


def _placeholders(phrase: str) -> list[str]:
    return sorted({field for _, field, _, _ in string.Formatter().parse(phrase) if field})
