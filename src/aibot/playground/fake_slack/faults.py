"""Trouble on demand: what Slack's side does instead of answering, for the next call or for every call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "error", "rate_limit", "server_error", "reset", "hang", "accept_then_hang", "accept_then_reset", "garbage"
]


@dataclass
class Fault:
    """One kind of trouble with a method (`*` is any); `times` is None for always; see rules.RATE_LIMIT."""

    method: str
    kind: Kind
    error: str = "internal_error"
    status: int = 500
    retry_after: int = 1
    times: int | None = 1
    channel: str | None = None
    team: str | None = None
    extra: dict[str, object] = field(default_factory=dict)

    def fits(self, method: str, *, channel: str | None, team: str | None) -> bool:
        """Say whether this fault is about that call."""
        return (
            self.method in {"*", method}
            and self.channel in {None, channel}
            and self.team in {None, team}
            and self.times != 0
        )


class Faults:
    """The trouble ordered so far."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Order trouble; the oldest fitting order is served first."""
        self.orders.append(fault)
        return fault

    def clear(self) -> None:
        """End all trouble."""
        self.orders.clear()

    def take(self, method: str, *, channel: str | None = None, team: str | None = None) -> Fault | None:
        """Return the trouble this call meets, counted down."""
        for fault in self.orders:
            if fault.fits(method, channel=channel, team=team):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
