"""Freezes the word lists the matcher reads: English and Chinese words, pinyin, simplified characters.

Run with the `words` dependency group: `uv run --group words scripts/freeze_words.py`.
The lists under src/aibot/core/matching/words/ are the result; NOTICE beside them names origin and licence.
"""

import re
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path

import opencc
from pypinyin import Style, lazy_pinyin, pinyin

WORDS = Path(__file__).parents[1] / "src" / "aibot" / "core" / "matching" / "words"
ENGLISH_KEPT = 60_000  # below this rank come words no one types by accident
CHINESE_LEAST = 20  # occurrences in jieba's corpus; rarer words cut names apart
READING_LEAST = 0.03  # share of a character's use a second reading must have
HAN = range(0x4E00, 0x9FFF + 1)


def english_words() -> list[str]:
    """Words by falling frequency."""
    text = (resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    counted = [(word, int(count)) for word, count in (line.split() for line in text.splitlines() if line)]
    counted.sort(key=lambda pair: (-pair[1], pair[0]))
    return [word for word, _ in counted if re.fullmatch(r"[a-z]{2,}", word)][:ENGLISH_KEPT]


def chinese_words() -> dict[str, int]:
    """Words of two to four characters and how often they occur."""
    text = (resources.files("jieba") / "dict.txt").read_text("utf-8")
    counted = ((word, int(count)) for word, count, _ in (line.split() for line in text.splitlines() if line))
    return {
        word: count
        for word, count in counted
        if re.fullmatch(r"[一-鿿]{2,4}", word) and count >= CHINESE_LEAST
    }


def readings(words: dict[str, int]) -> dict[str, list[str]]:
    """Toneless readings of each character, the commonest first; those seldom met in words are left out."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in words.items():
        for character, reading in zip(word, lazy_pinyin(word, style=Style.NORMAL), strict=True):
            used[character][reading] += count
    found = {}
    for code in HAN:
        character = chr(code)
        first = pinyin(character, style=Style.NORMAL)[0][0]
        if not re.fullmatch(r"[a-z]+", first.replace("ü", "v")):
            continue
        counts = used[character] or Counter({first: 1})
        total = sum(counts.values())
        kept = [reading for reading, n in counts.most_common(3) if n / total >= READING_LEAST]
        found[character] = [reading.replace("ü", "v") for reading in kept]
    return found


def pinyin_lines(found: dict[str, list[str]]) -> list[str]:
    """'syllable characters': first readings, an empty line, then other readings."""
    tables: tuple[dict[str, str], dict[str, str]] = (defaultdict(str), defaultdict(str))
    for character, syllables in found.items():
        for place, syllable in enumerate(syllables):
            tables[min(place, 1)][syllable] += character
    first, other = ([f"{syllable} {table[syllable]}" for syllable in sorted(table)] for table in tables)
    return [*first, "", *other]


def simplified_pairs() -> str:
    """Traditional characters, each followed by its simplified form."""
    convert = opencc.OpenCC("t2s").convert
    pairs = {}
    for code in HAN:
        traditional, simple = chr(code), chr(code)
        while (further := convert(simple)) != simple:
            simple = further
        if simple != traditional and len(simple) == 1:
            pairs[traditional] = simple
    return "".join(traditional + simple for traditional, simple in pairs.items())


def main() -> None:
    """Write the four lists."""
    words = chinese_words()
    lists = {
        "english.txt": "\n".join(english_words()),
        "chinese.txt": "\n".join(sorted(words)),
        "pinyin.txt": "\n".join(pinyin_lines(readings(words))),
        "simplified.txt": simplified_pairs(),
    }
    WORDS.mkdir(exist_ok=True)
    for name, text in lists.items():
        (WORDS / name).write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
