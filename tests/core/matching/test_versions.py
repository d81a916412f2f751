"""Versions without an entry are missing, never answered; sizes, amounts and years are no versions."""

import pytest

from aibot.core.matching import Matcher


@pytest.mark.parametrize(
    ("question", "asked", "nearest"),
    [
        ("gpt-6", "gpt-6", "gpt-4"),
        ("who made gpt-3", "gpt-3", "gpt-4"),
        ("gpt-4 mini", "gpt-4 mini", "gpt-4"),
        ("GPT-4-32k", "GPT-4-32k", "gpt-4"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt4all", "gpt4all", "gpt-4"),
        ("mini gpt-4", "mini gpt-4", "gpt-4"),
        ("o1 pro", "o1 pro", "openai-o1"),
        ("o3什么时候发布", "o3", "openai-o1"),
        ("claude 3 haiku mini", "claude 3 haiku mini", "claude-3"),
        ("anthropic claude 4", "anthropic claude 4", None),
        ("claude opus 4", "claude opus 4", "claude-3-opus"),
        ("claud 4", "claud 4", None),
        ("llama 3.2", "llama 3.2", "llama-3"),
        ("llama3-8b-instruct", "llama3-8b-instruct", "llama-3"),
        ("code llama", "code llama", "llama"),
        ("Phi-2是哪年的", "Phi-2", None),
        ("deepseek-v2.5", "deepseek-v2.5", None),
        ("deepseek r1是什么", "deepseek r1", None),
        ("deepsek r1", "deepsek r1", None),
        ("qwen 72b", "qwen 72b", "qwen"),
        ("deepseek-v3 405b", "deepseek-v3 405b", "deepseek-v3"),
        ("gpt-4o 200b", "gpt-4o 200b", "gpt-4o"),
        ("phi-3 3.9b", "phi-3 3.9b", "phi-3"),
        ("通义千问3", "通义千问3", "qwen"),
        ("文心一言4.0怎么样", "文心一言4.0", "ernie-bot"),
        ("Sora第二代", "Sora第二代", "sora"),
        ("第二代Sora", "第二代Sora", "sora"),
        ("sora turbo", "sora turbo", "sora"),
        ("google pixel 10", "google pixel 10", "google-pixel-9"),
        ("graph-rag", "graph-rag", "retrieval-augmented-generation"),
        ("rag 2.0", "rag 2.0", "retrieval-augmented-generation"),
        ("bm25+", "bm25", "bm25"),
    ],
)
def test_another_version_is_missing(matcher: Matcher, question: str, asked: str, nearest: str | None) -> None:
    found = matcher.match(question)
    assert not found.sure
    assert [missing.asked for missing in found.missing] == [asked]
    if nearest:
        assert found.missing[0].family[0] == nearest


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("llama 3 70b", "llama-3"),
        ("phi-3 4b", "phi-3"),
        ("deepseek-v3 100m users", "deepseek-v3"),
        ("gpt-4 turbo 128K tokens", "gpt-4-turbo"),
        ("kimi 200万字", "kimi"),
        ("Sora 2024年12月发布", "sora"),
        ("gpt 4.0", "gpt-4"),
        ("gemini-2-0", "gemini-2-0"),
        ("claude 35 sonnet", "claude-3-5-sonnet"),
        ("kimi chat price", "kimi"),
        ("gpt-4-based agents", "gpt-4"),
    ],
)
def test_sizes_amounts_and_years_are_no_versions(matcher: Matcher, question: str, entry: str) -> None:
    found = matcher.match(question)
    assert [match.entry for match in found.sure] == [entry]
    assert not found.missing


def test_a_lost_zero_is_no_lost_dot(matcher: Matcher) -> None:
    assert not matcher.match("gemini 20").sure


def test_known_and_unknown_versions_in_one_question(matcher: Matcher) -> None:
    found = matcher.match("is gpt-6 better than GPT-4o and claude 4?")
    assert [match.entry for match in found.sure] == ["gpt-4o"]
    assert [missing.asked for missing in found.missing] == ["gpt-6", "claude 4"]


def test_a_keyword_makes_an_ordinary_word_a_name(matcher: Matcher) -> None:
    kinds = frozenset({"model"})
    assert matcher.match("ferret chasing rabbits").sure == ()
    assert [m.entry for m in matcher.match("ferret chasing rabbits", kinds=kinds).sure] == ["ferret"]
    assert matcher.match("openai", kinds=kinds).sure == ()


def test_rest_is_the_question_without_names(matcher: Matcher) -> None:
    assert matcher.match("who made GPT-4o, and when?").rest == "who made , and when?"


def test_all_names_are_found_in_order(matcher: Matcher) -> None:
    found = matcher.match("compare 文心一言, Kimi and deepsek v3")
    assert [match.entry for match in found.sure] == ["ernie-bot", "kimi", "deepseek-v3"]
    assert [match.how for match in found.sure] == ["exact", "exact", "slip"]
