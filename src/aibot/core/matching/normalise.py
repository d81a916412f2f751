"""One normal key for names and questions: width, case, spacing, hyphens, accents and script never matter."""

import html
import re
import unicodedata
from typing import NamedTuple

from aibot.core.matching.words import simplified

HAN = "㐀-䶿一-鿿豈-﫿"
_LETTER = rf"[^\W0-9_{HAN}]"
# A letter run with inner apostrophes ("don't"; a possessive 's is dropped), a number, or one Han character.
_TOKEN = re.compile(
    rf"([0-9]+(?:\.[0-9]+)*)|([{HAN}])|({_LETTER}+(?:'(?![sS](?![^\W_])){_LETTER}+)*)(?:'[sS](?![^\W_]))?"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_QUOTES = str.maketrans("‘’‚‛`´ʼ＇“”„‟«»", "''''''''\"\"\"\"\"\"")
# Slack's own marks: https://docs.slack.dev/messaging/formatting-message-text
_PEOPLE_AND_CHANNELS = re.compile(r"<[@#!][^<>]{0,200}>")
_LABELLED_LINK = re.compile(r"<[^<>|\s]{1,1000}\|([^<>]{0,500})>")
_BARE_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|\s]{1,1000})>")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)(?:www\.)?", re.IGNORECASE)
_EMOJI = re.compile(r"(?<![^\W_]):[a-z+-][a-z0-9_+'-]{0,60}:", re.IGNORECASE)
_OUR_OWN_NAME = re.compile(r"(?<!\w)@(?:ai)?bot\b", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_VERSION_WORDS = frozenset({"v", "ver", "version"})
_JOINED_VERSION = re.compile(r"(?<![^\W0-9_])(?:version|ver)(?=[0-9])|v+(?=[0-9])")


class Token(NamedTuple):
    """One word, number or Han character, and where it stands in the cleaned text."""

    text: str
    start: int
    end: int
    kind: str  # "a" letters, "0" number, "字" Han
    glued: bool  # nothing stands between it and the token before


def _width(text: str) -> str:
    """NFKC until nothing changes: one pass can leave what a second one would fold."""
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", text)
        if folded == text:
            break
        text = folded
    return text


def _plain(text: str) -> str:
    """Width, invisible characters, quotes and traditional characters."""
    if text.isascii():
        return text.replace("`", "'") if "`" in text else text
    return _INVISIBLE.sub("", _width(simplified(_width(text))).translate(_QUOTES))


def _fold(word: str) -> str:
    """Case and accents of one letter run."""
    if word.isascii():
        word = word.lower()
        return word.replace("'", "") if "'" in word else word
    for _ in range(4):
        apart = unicodedata.normalize("NFKD", word.casefold())
        folded = _width("".join(c for c in apart if not unicodedata.combining(c)).replace("'", ""))
        if folded == word:
            break
        word = folded
    return word


def clean(text: str) -> str:
    """Take off Slack's marks and whatever only changes how the text looks; case stays."""
    if "<" in text:
        text = _PEOPLE_AND_CHANNELS.sub(" ", text)
        text = _LABELLED_LINK.sub(r"\1", text)
        text = _BARE_LINK.sub(r"\1", text)
    if ":" in text:
        text = _EMOJI.sub(" ", _SCHEME.sub("", text))
    if "&" in text:
        text = html.unescape(text)
    if "@" in text:
        text = _OUR_OWN_NAME.sub(" ", text)
    return _SPACES.sub(" ", _plain(_CONTROL.sub(" ", text))).strip()


def tokens(cleaned: str, most: int | None = None) -> list[Token]:
    """The words, numbers and Han characters of a cleaned text, without version marks such as the v of v3."""
    found: list[Token] = []
    before = -1
    for match in _TOKEN.finditer(cleaned):
        number, han, word = match.groups()
        start, end = match.span()
        if number:
            # The mark of a version belongs to its number: the v of v3, "ver. 3", the v of "deepseekv3".
            first = start
            while found and found[-1].kind == "a":
                last = found[-1]
                bare = "" if last.text in _VERSION_WORDS else last.text.rstrip("v")
                if bare == last.text:
                    break
                found.pop()
                if bare:
                    first = last.end - (len(last.text) - len(bare))
                    found.append(last._replace(text=bare, end=first))
                else:
                    first = last.start
            found.append(Token(number, first, end, "0", bool(found) and found[-1].end == first))
        elif han:
            found.append(Token(han, start, end, "字", start == before))
        elif folded := _fold(word):
            found.append(Token(folded, start, end, "a", start == before))
        before = end
        if most is not None and len(found) >= most:
            break
    return found


def joined(words: list[Token]) -> str:
    """The normal key of these tokens."""
    text = "".join([token.text for token in words])
    while "v" in text or "ver" in text:
        shorter = _JOINED_VERSION.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


def key(text: str) -> str:
    """The normal key: two texts that differ only in looks have the same one."""
    return joined(tokens(_plain(text)))


def plain_tokens(text: str) -> list[Token]:
    """The tokens of a name as written."""
    return tokens(_plain(text))
