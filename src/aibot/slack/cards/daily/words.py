"""A subscription in words, in one language: days, times, zones, topics, and what holds its posts up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aibot.core.daily import ALL_DAYS, today_in
from aibot.core.daily.dates import rows_of
from aibot.core.facts.dates import DateRange
from aibot.slack.cards.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aibot.core.daily import Slot, Subscription
    from aibot.slack.cards.values import Values


MOST_DATES = 10  # that are told one by one


@dataclass(frozen=True, slots=True)
class DailyWords:
    """Says things of a subscription; what it returns is mrkdwn, escaped."""

    values: Values
    command: str

    def say(self, phrase: str, **values: object) -> str:
        """A phrase; its values must be escaped already."""
        return self.values.phrases.say(
            f"daily.{phrase}", self.values.language, command=self.command, **values
        )

    def has(self, phrase: str) -> bool:
        """Whether there is such a phrase."""
        return self.values.phrases.has(f"daily.{phrase}")

    def schedule(self, subscription: Subscription, now: datetime) -> str:
        """`09:00, Monday to Friday, Asia/Tokyo (UTC+9)`."""
        zone = self.zone(subscription.zone, now)
        return self.say(
            "schedule", time=f"{subscription.at:%H:%M}", days=self.days(subscription.days), zone=zone
        )

    def lines(self, subscription: Subscription, now: datetime) -> list[str]:
        """The whole state of a subscription but its posts, one thing a line."""
        lines = [
            self.say("state.when", schedule=self.schedule(subscription, now)),
            self.say("state.topics", topics=self.topics(subscription.topics)),
            self.say("state.language", language=self.say(f"language.{subscription.language}")),
            self.say("state.creator", user=f"<@{subscription.creator}>"),
        ]
        if subscription.holidays:
            lines.append(self.say("state.holidays", country=self.country(subscription.holidays)))
        today = today_in(subscription.zone, now)
        again, left = subscription.paused_until, {day for day in subscription.skip_dates if day >= today}
        while again is not None and again in left:  # what is skipped at the end of a pause belongs to it
            left.remove(again)
            again += timedelta(days=1)
        if skipped := sorted(left):
            lines.append(self.say("state.skipped", days=self.dates(skipped)))
        if subscription.problem:
            lines.append(self.problem(subscription.problem))
        elif subscription.paused:
            lines.append(self.say("state.paused"))
        elif again is not None and again > today:
            phrase = "state.starts" if subscription.has_first_day else "state.paused-until"
            lines.append(self.say(phrase, day=self.day(again)))
        return lines

    def slots(self, subscription: Subscription, slots: Iterable[Slot]) -> list[str]:
        """The next posts, or that there are none."""
        lines = [f"• {self.slot(slot, subscription.zone)}" for slot in slots]
        return [self.say("next"), *lines] if lines else [self.say("next.none")]

    def slot(self, slot: Slot, zone: str) -> str:
        """A post's local date and time with its zone: both are written out, since people read it elsewhere."""
        local = slot.local(zone)
        return self.say(
            "slot", day=self.day(local.date()), time=f"{local:%H:%M}", zone=self.zone(zone, slot.at)
        )

    def day(self, day: date) -> str:
        """A date with its weekday."""
        written = self.values.span(DateRange(day, day, "day"))
        return self.say("date", weekday=self.say(f"weekday.{day.weekday()}"), date=written)

    def dates(self, days: Iterable[date]) -> str:
        """Some dates; three or more in a row are told by the first and the last."""
        said: list[str] = []
        for row in rows_of(days):
            if len(row) > 2:
                said.append(self.say("days.range", first=self.day(row[0]), last=self.day(row[-1])))
            else:
                said += map(self.day, row)
        return self.joined(said[:MOST_DATES]) + (" …" if len(said) > MOST_DATES else "")

    def days(self, days: frozenset[int]) -> str:
        """A set of weekdays; three or more in a row are told by the first and the last."""
        if days == ALL_DAYS:
            return self.say("days.all")
        for first in sorted(days):
            row = [(first + step) % 7 for step in range(len(days))]
            if len(days) > 2 and days == frozenset(row):
                return self.say(
                    "days.range", first=self.say(f"weekday.{row[0]}"), last=self.say(f"weekday.{row[-1]}")
                )
        return self.joined(self.say(f"weekday.{day}") for day in sorted(days))

    def zone(self, zone: str, at: datetime) -> str:
        """`Asia/Tokyo (UTC+9)`, with the offset it has at a moment; a bare offset by itself."""
        offset = offset_of(zone, at)
        return offset if zone.startswith("Etc/") or zone == "UTC" else f"{escape(zone)} ({offset})"

    def topics(self, topics: Iterable[str]) -> str:
        """The topics by name; everything where there are none."""
        names = [self.topic(topic) for topic in topics]
        return self.joined(names) if names else self.say("topics.all")

    def topic(self, topic: str) -> str:
        """A kind's or an entry's name."""
        if topic in self.values.base:
            return escape(self.values.full_name(self.values.base[topic]))
        phrase = f"kinds.{topic}"
        known = self.values.phrases.has(phrase)
        return self.values.phrases.say(phrase, self.values.language) if known else escape(topic)

    def country(self, code: str) -> str:
        """A country's name, with its two letters."""
        from aibot.core.daily.places import country_names  # noqa: PLC0415 - 8 kB, read where somebody asks

        english, chinese = country_names().get(code, (code, code))
        return f"{chinese if self.values.language == 'zh' else english} ({code})"

    def problem(self, code: str) -> str:
        """What holds the posts up, and what to do about it."""
        phrase = f"problem.{_kind_of(code)}"
        return self.say(phrase) if self.has(phrase) else self.say("problem.other", code=escape(code))

    def joined(self, parts: Iterable[str]) -> str:
        """Several things in a row."""
        return self.values.joined(list(parts))


#  Slack's codes that ask the same of people; every other code is a phrase of its own, or "other"
_NOT_ALLOWED = frozenset({"no_permission", "access_denied", "team_access_not_granted", "ekm_access_denied"})


def _kind_of(code: str) -> str:
    if code.startswith("restricted_action"):
        return "restricted_action"
    if code.startswith("slack_connect"):
        return "slack_connect"
    return "not_allowed" if code in _NOT_ALLOWED else code


def offset_of(zone: str, at: datetime) -> str:
    """A zone's hours from UTC at a moment: UTC+9, UTC-3:30."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    if minutes == 0:
        return "UTC"
    hours, part = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{part:02}" if part else "")
