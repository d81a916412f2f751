"""The bot's own words: the same in every language, complete, and all of them used."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

import aibot
from aibot.core.answers import NotFound
from aibot.core.daily.outcomes import Done, Reason
from aibot.core.daily.requests import ProblemKind
from aibot.core.facts import Kind, Verdict
from aibot.core.facts.values import DateValue, QuantityValue
from aibot.core.language import LANGUAGES, Language, Phrases
from aibot.errors import PhrasesError
from aibot.load import load_phrases, parse_phrases

if TYPE_CHECKING:
    from pydantic import BaseModel

SOURCE = Path(aibot.__file__).parent


def test_the_real_phrases_are_complete() -> None:
    phrases = load_phrases()

    assert set(phrases.all("en")) == set(phrases.all("zh"))
    assert len(phrases.all("en")) > 100


def test_chinese_addresses_everybody_alike() -> None:
    assert [key for key, phrase in load_phrases().all("zh").items() if "你" in str(phrase)] == []


def test_a_phrase_missing_in_one_language_is_named() -> None:
    with pytest.raises(PhrasesError, match=r"phrases/zh\.yaml: 'bye' is missing; phrases/en\.yaml has it"):
        Phrases({"en": {"hello": "Hello", "bye": "Bye"}, "zh": {"hello": "你好"}})


def test_a_placeholder_missing_in_one_language_is_named() -> None:
    with pytest.raises(
        PhrasesError, match=r"'hello' has the placeholders \['name'\] in English and \[\] in Chinese"
    ):
        Phrases({"en": {"hello": "Hello {name}"}, "zh": {"hello": "你好"}})


def test_a_missing_language_is_named() -> None:
    with pytest.raises(PhrasesError, match=r"phrases/zh\.yaml is missing"):
        Phrases({"en": {}})


@pytest.mark.parametrize("text", ["- a list", "a: [", "a: b\na: c", "just text"])
def test_a_file_that_is_no_list_of_phrases_is_refused(text: str) -> None:
    with pytest.raises(PhrasesError):
        parse_phrases(text)


def test_a_phrase_says_its_values() -> None:
    phrases = Phrases({"en": {"hello": "Hello {name}"}, "zh": {"hello": "{name}，你好"}})

    assert phrases.say("hello", "zh", name="李雷") == "李雷，你好"
    assert phrases.has("hello")
    assert not phrases.has("bye")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_in_its_own_language(language: Language) -> None:
    only_a_form = {"bound.exactly", "value.range", "value.variant"}
    han = re.compile(r"[\u3400-\u9fff]")
    wrong = []
    for name, phrase in load_phrases().all(language).items():
        said = "".join(text for text, *_ in string.Formatter().parse(phrase))
        quoted = re.sub(r"[“\"{].*?[”\"}]|help\.ask-\d", "", said)
        if language == "en" and han.search(quoted) and not name.startswith("help.ask"):
            wrong.append(name)
        if language == "zh" and re.search(r"[A-Za-z]{3,}", quoted) and not han.search(said):
            wrong.append(name)
        if not phrase.strip() and name not in only_a_form:
            wrong.append(name)
    assert [name for name in wrong if not name.startswith("unit.")] == []


def test_every_word_of_the_models_has_its_phrase() -> None:
    phrases = load_phrases()
    needed = [f"{part}.{kind}" for kind in Kind for part in ("kind", "kinds")]
    needed += [f"verdict.{verdict}" for verdict in Verdict]
    worded: list[tuple[type[BaseModel], str]] = [
        (DateValue, "meaning"),
        (QuantityValue, "unit"),
        (QuantityValue, "bound"),
    ]
    for model, field in worded:
        words = model.model_json_schema()["properties"][field]["enum"]
        needed += [f"{field}.{word}" for word in words]

    assert [name for name in needed if not phrases.has(name)] == []


def test_every_reason_for_not_knowing_has_its_phrase() -> None:
    phrases = load_phrases()
    made = "".join(path.read_text("utf-8") for path in (SOURCE / "core" / "answers").glob("*.py"))
    reasons = set(re.findall(r"NotFound\([^()]*(?:\([^()]*\))?[^()]*, \"([a-z-]+)\"\)", made)) | {
        NotFound("").reason
    }
    titles = set(re.findall(r'Listing\(\s*"([a-z-]+)"', made))

    assert len(reasons) >= 4
    assert [reason for reason in reasons if not phrases.has(f"not-found.{reason}")] == []
    assert len(titles) >= 5
    assert [title for title in titles if not phrases.has(f"list.{title}")] == []


def test_every_reason_for_not_comparing_or_ranking_has_its_phrase() -> None:
    phrases = load_phrases()
    answers = SOURCE / "core" / "answers"
    reasons = set(re.findall(r'NotCompared\("([a-z]+)"', (answers / "comparing.py").read_text("utf-8")))
    unranked = set(re.findall(r'\(\), "([a-z]+)"', (answers / "side_by_side.py").read_text("utf-8")))

    assert len(reasons) >= 4
    assert [reason for reason in reasons if not phrases.has(f"compare.not.{reason}")] == []
    assert len(unranked) >= 3
    assert [reason for reason in unranked if not phrases.has(f"compare.unranked.{reason}")] == []


def test_every_outcome_of_a_daily_request_has_its_phrase() -> None:
    phrases = load_phrases()
    needed = [f"daily.refused.{reason}" for reason in get_args(Reason)]
    needed += [f"daily.unclear.{kind}" for kind in get_args(ProblemKind)]
    needed += [f"daily.title.{done}" for done in get_args(Done)]

    assert [name for name in needed if not phrases.has(name)] == []


def test_every_phrase_is_used_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    made = (
        "kind.",
        "kinds.",
        "verdict.",
        "meaning.",
        "zone.",
        "bound.",
        "unit.",
        "list.",
        "not-found.",
        "help.",
        "timeline.by-",
        "opinion.",
        "language.",
        "spotted.",
        "find.",
        "home.",
        "compare.not.",
        "talk.inline-",
        "compare.unranked.",
        # made of what a subscription is: a day, a language, an outcome, Slack's own error code
        "daily.weekday.",
        "daily.language.",
        "daily.title.",
        "daily.last.",
        "daily.policy.",
        "daily.problem.",
        "daily.refused.",
        "daily.unclear.",
        "daily.zone.",
        "install.page.",  # made of the page's name
        "policy.",  # of a denial
        "guard.",  # of a limit
    )

    unused = [
        name
        for name in load_phrases().all("en")
        if not re.search(rf"[\"'](?:daily\.)?{re.escape(name.removeprefix('daily.'))}[\"']", code)
        and not name.startswith(made)
    ]
    assert unused == []
