"""The frozen table of places and IANA ids, read at its first use and once."""

from functools import cache
from importlib import resources


@cache
def _rows() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    text = (resources.files(__name__) / "places.tsv").read_text("utf-8")
    split = (line.partition("\t") for line in text.splitlines())
    return tuple(
        (tuple(zones.split(",")), tuple(names.split("|")) if names else ()) for zones, _, names in split
    )


@cache
def zones_by_place() -> dict[str, tuple[str, ...]]:
    """Each place's zones, the likeliest first: one where it is settled, several where people must say which."""
    return {name: zones for zones, names in _rows() for name in names}


@cache
def zone_ids() -> dict[str, str]:
    """Every IANA id by its small letters."""
    return {zone.lower(): zone for zones, _ in _rows() if len(zones) == 1 for zone in zones}


@cache
def longest_place() -> int:
    """How many characters the longest name has."""
    return max(map(len, zones_by_place()))


@cache
def country_names() -> dict[str, tuple[str, str]]:
    """Each country's name in English and Chinese, by its two letters."""
    text = (resources.files(__name__) / "countries.tsv").read_text("utf-8")
    rows = (line.partition("\t") for line in text.splitlines())
    split = ((code, names.partition("|")) for code, _, names in rows)
    return {code: (english, chinese) for code, (english, _, chinese) in split}
