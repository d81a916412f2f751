"""The word lists, each read at its first use and once; NOTICE tells where they come from."""

import re
from functools import cache
from importlib import resources

_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")


def _read(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")


@cache
def english() -> dict[str, int]:
    """English words and their rank by frequency, the commonest 0."""
    words = _read("english.txt").split()
    return dict(zip(words, range(len(words)), strict=True))


@cache
def chinese() -> frozenset[str]:
    """Chinese words of two to four characters."""
    return frozenset(_read("chinese.txt").split())


@cache
def _simplified_table() -> dict[int, str]:
    pairs = _read("simplified.txt").strip()
    return {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, character by character."""
    return text.translate(_simplified_table()) if _HAN.search(text) else text


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Each Han character's toneless readings, the commonest first."""
    first, _, other = _read("pinyin.txt").partition("\n\n")
    found: dict[str, tuple[str, ...]] = {}
    for table in (first, other):
        for line in table.splitlines():
            syllable, characters = line.split(" ", 1)
            for character in characters:
                found[character] = (*found.get(character, ()), syllable)
    return found


@cache
def around_names() -> dict[str, list[str]]:
    """The words around names, by section."""
    sections: dict[str, list[str]] = {}
    for line in _read("around.txt").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            section.extend(line.split())
    return sections
