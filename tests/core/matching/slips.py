"""Misspells names as people do: the same slips on every machine, from a seed.

edit1, edit2: one or two slips of the hand in ASCII letters. spacing, case, fullwidth: the same name written
otherwise. homophone: a Han character for another of the same sound. handrop: a Han character lost, doubled or
swapped. Digits and the letters glued to them stay: GPT-4 typed for GPT-3 is another name, not a slip.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

KINDS = ("edit1", "edit2", "spacing", "case", "fullwidth", "homophone", "handrop")

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_OFFSET = (0.0, 0.5, 0.75, 1.25)


def _neighbours() -> dict[str, str]:
    pos = {c: (r, i + _OFFSET[r]) for r, row in enumerate(_ROWS) for i, c in enumerate(row)}
    near = {}
    for a, (ra, xa) in pos.items():
        near[a] = "".join(
            sorted(
                b
                for b, (rb, xb) in pos.items()
                if b != a and b.isalpha() and abs(ra - rb) <= 1 and abs(xa - xb) <= 1.01
            )
        )
    return near


NEAR = _neighbours()

# Han characters of the field with common same-sound (toneless pinyin) stand-ins an input method offers.
HOMOPHONES = {
    "通": "同统",
    "义": "意议艺",
    "千": "前迁",
    "问": "文闻",
    "文": "闻纹",
    "心": "新芯",
    "一": "壹依",
    "言": "严颜研",
    "深": "申身",
    "度": "渡杜",
    "求": "球秋",
    "索": "所锁",
    "讯": "迅训",
    "飞": "非菲",
    "星": "兴形",
    "火": "伙货",
    "盘": "磐潘",
    "古": "谷骨",
    "影": "映颖",
    "零": "灵凌",
    "万": "晚玩",
    "物": "务误",
    "阿": "啊",
    "里": "理李",
    "百": "摆佰",
    "蚂": "马玛",
    "蚁": "义以",
    "巨": "具据",
    "人": "仁任",
    "网": "往罔",
    "络": "洛落",
    "法": "发",
    "大": "达",
    "慧": "惠会",
    "云": "匀运",
    "谷": "古骨",
    "歌": "哥割",
    "苹": "平萍",
    "果": "裹国",
    "微": "威危",
    "软": "阮",
    "李": "理里",
    "开": "凯",
    "复": "富付",
    "医": "一依",
    "教": "叫较",
    "育": "玉欲",
    "金": "今斤",
    "融": "容荣",
    "源": "园原",
    "游": "由油",
    "戏": "系细",
    "律": "率绿",
    "检": "捡减",
    "增": "赠",
    "强": "墙",
    "生": "声升",
    "成": "城程",
    "数": "树术",
    "据": "具剧",
    "合": "和河",
    "蒸": "争征",
    "馏": "流留",
    "剪": "减简",
    "枝": "支知",
    "具": "巨据",
    "身": "深申",
    "智": "志制",
    "学": "雪穴",
    "习": "席喜",
    "注": "住柱",
    "意": "义艺",
    "力": "利立",
    "混": "浑",
    "专": "砖",
    "家": "加佳",
    "模": "磨摩",
    "型": "形行",
    "华": "花划",
    "为": "维位",
    "小": "晓",
    "米": "迷",
    "三": "叁散",
    "摩": "模磨",
    "斯": "思司",
    "技": "计记",
    "量": "亮两",
    "位": "为维",
    "南": "男难",
    "方": "房芳",
    "电": "店点",
    "国": "过果",
    "山": "删",
    "东": "动冬",
    "北": "被备",
    "京": "经精",
}

_HAN = re.compile(r"[㐀-鿿]")
_GLUED = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{1,2}(?=[0-9])|(?<=[0-9])[A-Za-z]{1,2}(?![A-Za-z])|[0-9]+(?:\.[0-9]+)*"
)


class Stream:
    """A random stream that is the same everywhere: SHA-256 in counter mode."""

    def __init__(self, *parts: object) -> None:
        self.key = "\x1f".join(str(p) for p in parts).encode("utf-8")
        self.n = 0

    def below(self, n: int) -> int:
        self.n += 1
        h = hashlib.sha256(self.key + b"\x00" + str(self.n).encode()).digest()
        return int.from_bytes(h[:8], "big") % n

    def pick(self, seq: Sequence[T]) -> T:
        return seq[self.below(len(seq))]

    def weighted(self, pairs: Sequence[tuple[str, int]]) -> str:
        total = sum(w for _, w in pairs)
        x = self.below(total)
        for v, w in pairs:
            if x < w:
                return v
            x -= w
        raise AssertionError


def _free_positions(s: str) -> list[int]:
    """Indices of ASCII letters that an edit may touch."""
    held: set[int] = set()
    for m in _GLUED.finditer(s):
        held.update(range(*m.span()))
    return [i for i, c in enumerate(s) if c.isascii() and c.isalpha() and i not in held]


def _slip(s: str, rnd: Stream) -> str | None:
    """One human slip in the ASCII letters of s, or None where there is no room for one."""
    free = _free_positions(s)
    if len(free) < 3:
        return None
    # people seldom get the first letter wrong: keep it as a target one time in ten
    if len(free) > 1 and rnd.below(10):
        free = free[1:]
    ok = set(free)
    op = rnd.weighted((("swap", 22), ("drop", 25), ("near", 25), ("double", 13), ("extra", 15)))
    if op == "swap":
        at = [i for i in free if i + 1 in ok and s[i].lower() != s[i + 1].lower()]
        if not at:
            op = "drop"
        else:
            i = rnd.pick(at)
            return s[:i] + s[i + 1] + s[i] + s[i + 2 :]
    i = rnd.pick(free)
    c = s[i]
    if op == "drop":
        return s[:i] + s[i + 1 :]
    if op == "double":
        return s[:i] + c + s[i:]
    near = rnd.pick(NEAR[c.lower()])
    near = near.upper() if c.isupper() else near
    return s[:i] + near + s[i + 1 :] if op == "near" else s[: i + 1] + near + s[i + 1 :]


def _pieces(s: str) -> list[str]:
    """Runs of letters, digits (with inner dots), Han, and the separators between them."""
    return re.findall(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)*|[㐀-鿿]+|[^A-Za-z0-9㐀-鿿]+", s)


def _spacing(s: str, rnd: Stream) -> str | None:
    p = _pieces(s)
    words = [x for x in p if re.match(r"[A-Za-z0-9㐀-鿿]", x)]
    if len(words) < 2:
        return None
    style = rnd.weighted(
        (("none", 30), ("space", 25), ("hyphen", 15), ("one", 20), ("underscore", 6), ("wide", 4))
    )
    if style == "none":
        return "".join(words)
    if style in ("space", "hyphen", "underscore"):
        return {"space": " ", "hyphen": "-", "underscore": "_"}[style].join(words)
    if style == "wide":
        return "　".join(words)
    cut = 1 + rnd.below(len(words) - 1)  # one border only: glue it if open, open it if glued
    out, k = [], 0
    for i, x in enumerate(p):
        if re.match(r"[A-Za-z0-9㐀-鿿]", x):
            if k == cut and i and re.match(r"[A-Za-z0-9㐀-鿿]", p[i - 1]):
                out.append(" ")
            k += 1
            out.append(x)
        elif k != cut:
            out.append(x)
    return "".join(out)


def _case(s: str, rnd: Stream) -> str | None:
    if not any(c.isascii() and c.isalpha() for c in s):
        return None
    style = rnd.pick(("upper", "lower", "title", "random"))
    if style == "random":
        return "".join(c.upper() if rnd.below(2) else c.lower() for c in s)
    return {"upper": s.upper(), "lower": s.lower(), "title": s.title()}[style]


def _wide(c: str) -> str:
    return "　" if c == " " else chr(ord(c) + 0xFEE0) if 0x21 <= ord(c) <= 0x7E else c


def _fullwidth(s: str, rnd: Stream) -> str | None:
    runs = [m.span() for m in re.finditer(r"[!-~]+", s)]
    if not runs:
        return None
    if rnd.below(2):
        return "".join(_wide(c) for c in s)
    a, b = rnd.pick(runs)
    return s[:a] + "".join(_wide(c) for c in s[a:b]) + s[b:]


def _homophone(s: str, rnd: Stream) -> str | None:
    at = [i for i, c in enumerate(s) if c in HOMOPHONES and HOMOPHONES[c] != c]
    if not at or len(_HAN.findall(s)) < 3:
        return None
    i = rnd.pick(at)
    return s[:i] + rnd.pick(HOMOPHONES[s[i]]) + s[i + 1 :]


def _handrop(s: str, rnd: Stream) -> str | None:
    at = [i for i, c in enumerate(s) if _HAN.match(c)]
    if len(at) < 4:
        return None
    op = rnd.pick(("drop", "double", "swap"))
    i = rnd.pick(at)
    if op == "drop":
        return s[:i] + s[i + 1 :]
    if op == "double":
        return s[:i] + s[i] + s[i:]
    j = i + 1
    if j >= len(s) or not _HAN.match(s[j]) or s[j] == s[i]:
        return s[:i] + s[i + 1 :]
    return s[:i] + s[j] + s[i] + s[j + 1 :]


_OTHERWISE: dict[str, Callable[[str, Stream], str | None]] = {
    "spacing": _spacing,
    "case": _case,
    "fullwidth": _fullwidth,
    "homophone": _homophone,
    "handrop": _handrop,
}


def slip(name: str, kind: str, seed: int, forbidden: Callable[[str], bool]) -> str | None:
    """One slip of this kind, or None where the name has no room for one."""
    for attempt in range(12):
        rnd = Stream(seed, name, kind, attempt)
        out: str | None
        if kind in {"edit1", "edit2"}:
            if len(_free_positions(name)) < (4 if kind == "edit1" else 7):
                return None
            out = _slip(name, rnd)
            if kind == "edit2" and out is not None:
                out = _slip(out, rnd)
        else:
            out = _OTHERWISE[kind](name, rnd)
        if out is None:
            return None
        out = out.strip()
        same = kind in {"edit1", "edit2"} and out.lower() == name.lower()
        if out and out != name and not same and not forbidden(out):
            return out
    return None


def slips(
    names: Iterable[str], kind: str, seed: int, forbidden: Callable[[str, str], bool]
) -> Iterator[tuple[str, str]]:
    """Pairs of (misspelt, name) for every name with room for this kind of slip."""
    for name in names:
        out = slip(name, kind, seed, lambda text, name=name: forbidden(text, name))  # type: ignore[misc]
        if out is not None:
            yield out, name
