"""Time zones as people type them: IANA ids, cities, countries, abbreviations, UTC+8, 北京时间; never guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aibot.core.daily.places import longest_place, zone_ids, zones_by_place

MOST_OFFERED = 4

_STATES = ("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Denver")

#  Each abbreviation's zones. Several: people in each of them write it so, and must say which they mean.
_SHORT: dict[str, tuple[str, ...]] = {
    "utc": ("UTC",), "gmt": ("UTC",), "zulu": ("UTC",),
    "est": ("America/New_York",), "edt": ("America/New_York",), "et": ("America/New_York",),
    "eastern": ("America/New_York",), "us eastern": ("America/New_York",), "eastern time": ("America/New_York",),
    "pst": ("America/Los_Angeles",), "pdt": ("America/Los_Angeles",), "pt": ("America/Los_Angeles",),
    "pacific": ("America/Los_Angeles",), "us pacific": ("America/Los_Angeles",),
    "pacific time": ("America/Los_Angeles",),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"), "cdt": ("America/Chicago",),
    "ct": ("America/Chicago",), "us central": ("America/Chicago",), "central time": ("America/Chicago",),
    "mst": ("America/Denver", "America/Phoenix"), "mdt": ("America/Denver",),
    "mountain": ("America/Denver", "America/Phoenix"), "us mountain": ("America/Denver", "America/Phoenix"),
    "mountain time": ("America/Denver", "America/Phoenix"),
    "akst": ("America/Anchorage",), "akdt": ("America/Anchorage",), "hst": ("Pacific/Honolulu",),
    "ast": ("America/Halifax", "Asia/Riyadh"), "adt": ("America/Halifax",), "nst": ("America/St_Johns",),
    "brt": ("America/Sao_Paulo",),
    "bst": ("Europe/London", "Asia/Dhaka"), "wet": ("Europe/Lisbon",), "west": ("Europe/Lisbon",),
    "cet": ("Europe/Brussels",), "cest": ("Europe/Brussels",), "mez": ("Europe/Berlin",),
    "eet": ("Europe/Athens",), "eest": ("Europe/Athens",), "msk": ("Europe/Moscow",), "trt": ("Europe/Istanbul",),
    "sast": ("Africa/Johannesburg",), "eat": ("Africa/Nairobi",), "wat": ("Africa/Lagos",),
    "gst": ("Asia/Dubai",), "irst": ("Asia/Tehran",), "pkt": ("Asia/Karachi",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"), "npt": ("Asia/Kathmandu",),
    "ict": ("Asia/Bangkok",), "wib": ("Asia/Jakarta",), "sgt": ("Asia/Singapore",), "myt": ("Asia/Kuala_Lumpur",),
    "pht": ("Asia/Manila",), "hkt": ("Asia/Hong_Kong",), "jst": ("Asia/Tokyo",), "kst": ("Asia/Seoul",),
    "awst": ("Australia/Perth",), "acst": ("Australia/Darwin", "Australia/Adelaide"),
    "acdt": ("Australia/Adelaide",), "aest": ("Australia/Sydney", "Australia/Brisbane"),
    "aedt": ("Australia/Sydney",), "nzst": ("Pacific/Auckland",), "nzdt": ("Pacific/Auckland",),
    "北京时间": ("Asia/Shanghai",), "中国时间": ("Asia/Shanghai",), "中国标准时间": ("Asia/Shanghai",),
    "us": _STATES, "america": _STATES, "usa": _STATES, "united states": _STATES, "the us": _STATES, "the usa": _STATES,
    "美东": ("America/New_York",), "美国东部": ("America/New_York",), "东部时间": ("America/New_York",),
    "美西": ("America/Los_Angeles",), "美国西部": ("America/Los_Angeles",), "太平洋时间": ("America/Los_Angeles",),
    "美中": ("America/Chicago",), "美国中部": ("America/Chicago",),
    "格林威治": ("UTC",), "格林尼治": ("UTC",), "世界时": ("UTC",), "协调世界时": ("UTC",), "世界标准时间": ("UTC",),
}  # fmt: skip

#  Offsets that no whole hour says; a zone's rules are more than its offset, so people choose.
_PARTS: dict[int, tuple[str, ...]] = {
    330: ("Asia/Kolkata", "Asia/Colombo"), 345: ("Asia/Kathmandu",), 210: ("Asia/Tehran",), 270: ("Asia/Kabul",),
    390: ("Asia/Yangon",), 570: ("Australia/Darwin", "Australia/Adelaide"), 630: ("Australia/Lord_Howe",),
    525: ("Australia/Eucla",), 765: ("Pacific/Chatham",), -210: ("America/St_Johns",), -570: ("Pacific/Marquesas",),
}  # fmt: skip
_WITH_NAME = re.compile(r"(?:utc|gmt)\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?(?!\d|:)")
_BARE_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?([0-5]\d))(?!\d|:)")
_HAN_OFFSET = re.compile(r"([东西])([一二三四五六七八九十]{1,2})区")
_HAN_DIGITS = {name: number for number, name in enumerate("零一二三四五六七八九十")}
_IANA = re.compile(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}")
_HAN = re.compile("[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class ZoneTyped:
    """A zone as typed: what it can mean, the likeliest first; nothing where there is no such zone."""

    typed: str
    zones: tuple[str, ...]
    end: int  # where it ends in the text
    offset: bool = False  # it was given as hours from UTC


def place_key(name: str) -> str:
    """A place's name as the table has it: small letters, no accents, no dots or apostrophes, single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[.'’ʻ]", "", plain).replace("-", " ").replace("_", " ").lower().split())


def zone_at(text: str, start: int) -> ZoneTyped | None:
    """The zone that begins at a place in a text (small letters), the longest reading; None where none does."""
    found = _offset_at(text, start) or _iana_at(text, start)
    return found or _named_at(text, start)


def known_zone(name: str) -> str | None:
    """An IANA id in its proper spelling, as Slack or a stored choice names it; None where it is none."""
    return zone_ids().get(name.strip().lower())


def near_zones(typed: str) -> tuple[str, ...]:
    """Zones whose place is spelled nearly so: "tokio" → Asia/Tokyo. To be offered, never to be taken."""
    wanted = place_key(typed.rpartition("/")[2])
    if len(wanted) < 4 or _HAN.search(wanted):
        return ()
    most = 1 if len(wanted) < 8 else 2
    near = process.extract(wanted, _latin_places(), scorer=OSA.distance, score_cutoff=most, limit=8)
    nearest = min((distance for _, distance, _ in near), default=0)
    zones = [zones_by_place()[name] for name, distance, _ in near if distance == nearest]
    return tuple(dict.fromkeys(zone for one in zones for zone in one))[:MOST_OFFERED]


def _latin_places() -> list[str]:
    return [name for name in zones_by_place() if len(name) >= 4 and name.isascii()]


def _offset_at(text: str, start: int) -> ZoneTyped | None:
    found = _WITH_NAME.match(text, start) or _BARE_OFFSET.match(text, start)
    if found is not None:
        sign, hours, minutes = found[1], int(found[2]), int(found[3] or 0)
    else:
        found = _HAN_OFFSET.match(text, start)
        if found is None:
            return None
        sign, minutes = "+" if found[1] == "东" else "-", 0
        tens, ten, ones = found[2].rpartition("十")
        hours = (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + _HAN_DIGITS.get(ones, 0)
        if ten and ones == "":
            hours = 10 * _HAN_DIGITS.get(tens, 1)
    offset = (hours * 60 + minutes) * (-1 if sign == "-" else 1)
    return ZoneTyped(found[0], _zones_at_offset(offset), found.end(), offset=True)


def _zones_at_offset(minutes: int) -> tuple[str, ...]:
    if minutes == 0:
        return ("UTC",)
    if minutes % 60:
        return _PARTS.get(minutes, ())
    hours = minutes // 60
    # the sign of these ids is the other way round: https://data.iana.org/time-zones/tz-link.html
    return (f"Etc/GMT{-hours:+d}",) if -12 <= hours <= 14 else ()


def _iana_at(text: str, start: int) -> ZoneTyped | None:
    found = _IANA.match(text, start)
    if found is None:
        return None
    zone = known_zone(found[0])
    if zone is None and not _looks_like_iana(found[0]):
        return None
    return ZoneTyped(found[0], (zone,) if zone else (), found.end())


def _looks_like_iana(word: str) -> bool:
    """Whether "mars/olympus" or "amercia/new_york" means a zone: "mon/wed" and "zh/en" do not."""
    area = word.partition("/")[0]
    return area in _AREAS or any(len(known) > 4 and OSA.distance(area, known) <= 2 for known in _AREAS)


_AREAS = frozenset(
    [
        "africa",
        "america",
        "antarctica",
        "arctic",
        "asia",
        "atlantic",
        "australia",
        "brazil",
        "canada",
        "chile",
        "etc",
        "europe",
        "indian",
        "mars",
        "mexico",
        "pacific",
        "us",
        "usa",
        "moon",
    ]
)


def _named_at(text: str, start: int) -> ZoneTyped | None:
    """The longest name that begins here and ends at the end of a word."""
    places, best = zones_by_place(), None
    for end in _ends(text, start):
        name = place_key(text[start:end])
        zones = _SHORT.get(name) or places.get(name)
        if zones is None and name.endswith("时间"):
            zones = _SHORT.get(name[:-2]) or places.get(name[:-2])
        if zones is None and name.endswith(" time"):
            zones = _SHORT.get(name[:-5]) or places.get(name[:-5])
        if zones is not None:
            best = ZoneTyped(text[start:end], zones, end)
    return best


def _ends(text: str, start: int) -> list[int]:
    """Where a name that begins here could end, the nearest first."""
    last = min(len(text), start + longest_place() + 6)
    if _HAN.match(text, start):
        han = start
        while han < last and _HAN.match(text, han):
            han += 1
        return list(range(start + 2, han + 1))
    ends, words = [], 0
    for end in range(start + 1, last + 1):
        inside = end < len(text) and (text[end].isalnum() or text[end] in "'’") and not _HAN.match(text, end)
        if text[end - 1].isalpha() and not inside:
            ends.append(end)
            words += 1
            if words == 5:
                break
        elif text[end - 1] in ",;()":
            break
    return ends
