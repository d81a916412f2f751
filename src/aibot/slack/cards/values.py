"""Typed values as people read them, in either language: dates, numbers with unit and bound, names."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from aibot.core.facts import DateValue, EntryValue, ListValue, QuantityValue, TextValue, UrlValue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aibot.core.answers.dates import DateAsked
    from aibot.core.facts import Entry, Fact, FactBase
    from aibot.core.facts.dates import DateRange
    from aibot.core.language import Language, Phrases

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SCALED = frozenset({"tokens", "parameters", "active parameters", "molecules", "cells", "GPU hours"})
#  What Chinese counts in 万 and 亿; of tokens and parameters it says 128K and 671B as well
_COUNTED = frozenset({"molecules", "cells", "GPU hours"})
_ZH_SCALES = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_SCALES = ((Decimal(10**12), "T"), (Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(1000), "K"))


@dataclass(frozen=True, slots=True)
class Values:
    """Formats values in one language."""

    base: FactBase
    phrases: Phrases
    language: Language

    @property
    def colon(self) -> str:
        """What stands behind a label."""
        return "：" if self.language == "zh" else ":"

    def name(self, entry_id: str) -> str:
        """An entry's name in this language."""
        return self.base[entry_id].name.in_(self.language)

    def full_name(self, entry: Entry) -> str:
        """An entry's name with the other language's in brackets, where it differs and is not in it already."""
        here = entry.name.in_(self.language)
        there = entry.name.in_("en" if self.language == "zh" else "zh")
        if there in here or here in there:
            return here
        return f"{here}（{there}）" if self.language == "zh" else f"{here} ({there})"

    def of(self, fact: Fact) -> str:
        """A fact's value, or its sentence where it has none."""
        match fact.value:
            case DateValue():
                return self.dated(fact.value)
            case QuantityValue():
                return self.quantity(fact.value)
            case EntryValue():
                return self.joined([self.name(other) for other in fact.value.entry])
            case TextValue():
                return fact.value.text.in_(self.language)
            case UrlValue():
                return fact.value.url
            case ListValue():
                return self.joined(
                    [item.zh if self.language == "zh" else item.en for item in fact.value.list]
                )
            case None:
                return self.sentence(fact)

    def sentence(self, fact: Fact) -> str:
        """The fact's own sentence."""
        return fact.zh if self.language == "zh" else fact.en

    def joined(self, parts: list[str]) -> str:
        """Several names in a row."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def dated(self, value: DateValue) -> str:
        """A date with whose it is, what happened, and its day's zone: `9 December 2024 (launch, US Pacific time)`."""
        span = value.span
        notes = [value.variant.in_(self.language)] if value.variant is not None else []
        if value.meaning != "release":
            notes.append(self.phrases.say(f"meaning.{value.meaning}", self.language))
        if span.precision in ("day", "range") and value.zone != "unknown":
            notes.append(self.zone(value.zone))
        text = self.span(span)
        if not notes:
            return text
        return f"{text}（{'，'.join(notes)}）" if self.language == "zh" else f"{text} ({', '.join(notes)})"

    def zone(self, zone: str) -> str:
        """A time zone in words."""
        phrase = f"zone.{zone}"
        if self.phrases.has(phrase):
            return self.phrases.say(phrase, self.language)
        return self.phrases.say("zone.other", self.language, zone=zone.rpartition("/")[2].replace("_", " "))

    def span(self, span: DateRange) -> str:
        """A date as precise as it is known."""
        first, last = span.first, span.last
        if span.precision == "year":
            return f"{first.year}年" if self.language == "zh" else str(first.year)
        if span.precision == "month":
            return (
                f"{first.year}年{first.month}月"
                if self.language == "zh"
                else f"{_MONTHS[first.month - 1]} {first.year}"
            )
        if span.precision == "day":
            return self._day(first)
        if (first.year, first.month) != (last.year, last.month):
            return f"{self._day(first)} – {self._day(last)}"
        if self.language == "zh":
            return f"{first.year}年{first.month}月{first.day}—{last.day}日"
        return f"{first.day}–{last.day} {_MONTHS[first.month - 1]} {first.year}"

    def asked_date(self, asked: DateAsked) -> str:
        """A date as it was asked for, with the parts that were named: `26 December`, `2024年12月`."""
        return self._parts(asked.year, asked.month, asked.day, _MONTHS)

    def counted_date(self, date: str) -> str:
        """A year, a month or a day that something is counted under, short enough for a bar: `Dec 2024`."""
        year, month, day = (int(part) for part in [*date.split("-"), "0", "0"][:3])
        return self._parts(year, month, day, [name[:3] for name in _MONTHS])

    def _parts(self, year: int | None, month: int | None, day: int | None, months: Sequence[str]) -> str:
        if self.language == "zh":
            parts = [(year, "年"), (month, "月"), (day, "日")]
            return "".join(f"{number}{unit}" for number, unit in parts if number)
        named = months[month - 1] if month else ""
        return " ".join(str(part) for part in (day, named, year) if part)

    def _day(self, day: date) -> str:
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def quantity(self, value: QuantityValue) -> str:
        """A number with unit, bound, base and variant: `less than 1/20 of GPT-4`, `200万字`."""
        number = self._number(value.quantity, value.unit)
        if value.to is not None:
            high = self._number(value.to, value.unit)
            number = self.phrases.say("value.range", self.language, low=number, high=high)
        text = self.phrases.say(f"unit.{value.unit}", self.language, number=number)
        if value.of is not None:
            text = self.phrases.say("value.of", self.language, value=text, entry=self.name(value.of))
        text = self.phrases.say(f"bound.{value.bound}", self.language, value=text)
        if value.variant is not None:
            variant = value.variant.in_(self.language)
            text = self.phrases.say("value.variant", self.language, value=text, variant=variant)
        return text

    def _number(self, number: Decimal, unit: str) -> str:
        if unit == "ratio" and 0 < number < 1 and (1 / number) == (1 / number).to_integral_value():
            return f"1/{int(1 / number)}"
        if self.language == "zh" and unit in _COUNTED:
            return _scaled(number, _ZH_SCALES)
        if unit in _SCALED:
            return _scaled(number, _SCALES)
        if self.language == "zh" and number >= 10_000 and number % 1_000 == 0:
            counted = _scaled(number, _ZH_SCALES[1:])
            return f"{counted[:-1]} 万" if unit == "USD" else counted
        if unit == "USD" and number >= 1_000_000:
            return f"{_plain(number / 1_000_000)} million"
        return _plain(number)


def _scaled(number: Decimal, scales: Sequence[tuple[Decimal, str]]) -> str:
    """128K, 5.58M, 3000万; a number that does not come out even stays as it is: 8,192."""
    for scale, letter in scales:
        if number >= scale:
            scaled = number / scale
            even = scaled * 1000 == (scaled * 1000).to_integral_value() if scale > 1000 else number % 100 == 0
            # 万 is itself the comma of Chinese numbers
            return f"{_plain(scaled).replace(',', '')}{letter}" if even else _plain(number)
    return _plain(number)


def _plain(number: Decimal) -> str:
    """A number without needless zeros, its thousands parted."""
    whole = number.to_integral_value()
    return f"{int(whole):,}" if number == whole else f"{number.normalize():,f}"
