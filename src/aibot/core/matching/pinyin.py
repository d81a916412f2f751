"""Chinese names as people type them in Latin letters, and characters that sound alike."""

import re
from collections.abc import Iterable
from itertools import islice, product

from aibot.core.matching.normalise import Token
from aibot.core.matching.words import readings

MOST_VARIANTS = 8  # readings multiply; eight cover every name of the field
FOLDED_LEAST = 6  # letters: shorter folded keys run into strangers
_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_TONE = re.compile(r"[1-5]")
_SYLLABLE = re.compile(r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:[aeiouv]+)(?:ng|n|r)?")


def sounds(character: str) -> tuple[str, ...]:
    """The toneless readings of one character, or the text itself where it has none."""
    return readings().get(character, (character,))


def alike(one: str, other: str) -> bool:
    """Whether two characters can sound the same but for the tone."""
    return not set(sounds(one)).isdisjoint(sounds(other))


def spellings(words: Iterable[str]) -> list[str]:
    """The pinyin keys of a name: readings of each character, ü as v and as u."""
    choices = [sounds(word) for word in words]
    found: dict[str, None] = {}
    for choice in islice(product(*choices), MOST_VARIANTS):
        spelled = "".join(choice)
        found[spelled] = None
        if "v" in spelled:
            found[spelled.replace("lv", "lu").replace("nv", "nu")] = None
    return list(found)


def folded(spelled: str) -> str:
    """Pinyin as a southern accent types it: zh=z, ch=c, sh=s, ng=n."""
    for sound, short in _FOLDS:
        spelled = spelled.replace(sound, short)
    return spelled


def without_tones(words: list[Token]) -> str | None:
    """'wen2 xin1' as 'wenxin'; None unless every letter run carries a tone digit."""
    if len(words) < 4 or len(words) % 2:
        return None
    for word, tone in zip(words[::2], words[1::2], strict=True):
        if word.kind != "a" or not _TONE.fullmatch(tone.text) or not _SYLLABLE.fullmatch(word.text):
            return None
    return "".join(word.text for word in words[::2])
