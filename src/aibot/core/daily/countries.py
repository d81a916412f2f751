"""Countries whose public holidays can be left out, as people type them: cn, USA, Germany, 中国."""

from __future__ import annotations

from functools import cache

from holidays.registry import COUNTRIES
from rapidfuzz import process
from rapidfuzz.distance import OSA

from aibot.core.daily.places import country_names

MOST_OFFERED = 3
_ALSO = {
    "usa": "US", "america": "US", "uk": "GB", "england": "GB", "britain": "GB", "great britain": "GB", "prc": "CN",
    "korea": "KR", "uae": "AE", "holland": "NL", "russia": "RU", "vietnam": "VN", "czech republic": "CZ",
    "taiwan": "TW", "hong kong": "HK", "香港": "HK", "台湾": "TW", "澳门": "MO", "中国大陆": "CN", "内地": "CN",
}  # fmt: skip


def find_country(typed: str) -> str | None:
    """The two letters of a country with a calendar, or None."""
    return _codes().get(typed.strip().lower())


def near_countries(typed: str) -> tuple[str, ...]:
    """Countries spelled nearly so. To be offered, never to be taken."""
    typed = typed.strip().lower()
    if len(typed) < 4 or not typed.isascii():
        return ()
    found = process.extract(typed, list(_codes()), scorer=OSA.distance, score_cutoff=2, limit=MOST_OFFERED)
    return tuple(dict.fromkeys(_codes()[name] for name, _, _ in found if len(name) > 3))


@cache
def _codes() -> dict[str, str]:
    supported = {codes[1]: codes for codes in COUNTRIES.values() if len(codes[1]) == 2}
    found: dict[str, str] = {}
    for two, names in country_names().items():
        if two in supported:
            found.update({name.lower(): two for name in names})
    for two, codes in supported.items():
        found.update({code.lower(): two for code in codes[1:]})
    found.update({name: two for name, two in _ALSO.items() if two in supported})
    return found
