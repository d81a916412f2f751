"""How questions are cleaned and keyed."""

import pytest

from aibot.core.matching import clean, key


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("<@U0ABC123> what is <http://x.ai|x.ai>", "what is x.ai"),
        ("<https://deepseek.com>", "deepseek.com"),
        ("<#C0123|general> *Kimi* :wave:", "*Kimi*"),
        ("R&amp;D &lt;3", "R&D <3"),
        ("what’s “GPT‑4”", 'what\'s "GPT‐4"'),
        ("So\u200bra\u202e", "Sora"),
        ("ＧＰＴ－４　Ｔｕｒｂｏ", "GPT-4 Turbo"),
        ("訊飛星火", "讯飞星火"),
        ("@bot who made\x00Sora", "who made Sora"),
    ],
)
def test_marks_are_taken_off(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    "typed",
    [
        "DeepSeek-V3",
        "deepseek v3",
        "DEEPSEEK_V3",
        "deepseekv3",
        "DeepSeek version 3",
        "deepseek ver. 3",
        "ＤｅｅｐＳｅｅｋ Ｖ３",
    ],
)
def test_version_marks_and_looks_fold_into_one_key(typed: str) -> None:
    assert key(typed) == "deepseek3"


def test_versions_stay_apart() -> None:
    assert len({key(text) for text in ("GPT-4", "GPT-4o", "GPT-4.1", "GPT-41", "o1")}) == 5


def test_accents_and_possessives_go() -> None:
    assert key("OpenAI's café") == key("openai cafe")
