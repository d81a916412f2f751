"""Sentences that can be read by themselves, and those that lean on a text nobody has seen."""

from __future__ import annotations

import pytest

from aibot.core.facts import Fact
from aibot.core.facts.alone import stands_alone


def fact(en: str = "OpenAI released o1.", zh: str = "OpenAI 发布了 o1。") -> Fact:
    return Fact.model_validate({"about": "status", "en": en, "zh": zh, "source": "article 1"})


@pytest.mark.parametrize(
    "en",
    [
        "The article calls o1 the strongest.",
        "o1 is the strongest, this article says.",
        "It is one of the article's examples.",
        "The authors expect more.",
        "Growth slows, according to the report.",
    ],
)
def test_english_that_leans(en: str) -> None:
    assert not stands_alone(fact(en))


@pytest.mark.parametrize(
    "zh", ["文章称 o1 最强。", "o1 是文中的例子。", "本文讲的是 o1。", "该文第一作者是张三。"]
)
def test_chinese_that_leans(zh: str) -> None:
    assert not stands_alone(fact(zh=zh))


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("According to the report of the QbitAI Think Tank, it grows.", "据量子位智库报告，它在增长。"),
        ("The report by Gartner says so.", "高德纳的报告如此说。"),
        ("An article in Nature describes it.", "论文中描述了它。"),
        ("It reads text files and reports errors.", "它读取文本文件；该文件夹可以共享。"),
        ("Google DeepMind's own post says so.", "Google DeepMind 官方文章这样说。"),
    ],
)
def test_what_names_its_source_stands_alone(en: str, zh: str) -> None:
    assert stands_alone(fact(en, zh))
