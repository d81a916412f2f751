"""One attempt at one delivery: post it, or look for it first; what came of it, for the record."""

from __future__ import annotations

import contextlib
import json
import logging
from typing import TYPE_CHECKING

from aibot.storage import Settled

if TYPE_CHECKING:
    from aibot.slack.posting import Outcome, Poster
    from aibot.storage import Claimed

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 15.0, 600.0
#  An outcome that cannot be looked up for a day stays unknown for good
GIVE_UP_LOOKING = 86_400.0


def key_of(claimed: Claimed) -> str:
    """A delivery's key, as its post carries it."""
    return f"{claimed.subscription}:{claimed.day}"


async def post(poster: Poster, claimed: Claimed, now: float) -> tuple[Settled, Outcome]:
    """Post a claimed delivery, whose message is frozen."""
    assert claimed.body is not None
    outcome = await poster.post(claimed.team, claimed.channel, json.loads(claimed.body), key_of(claimed))
    return settled(claimed, outcome, now), outcome


def settled(claimed: Claimed, outcome: Outcome, now: float) -> Settled:
    """What an outcome means for the delivery."""

    def close(state: str, step: str, **more: object) -> Settled:
        return Settled(claimed.subscription, claimed.day, claimed.attempt, state, step, **more)  # type: ignore[arg-type]

    code = outcome.code
    match outcome.meaning:
        case "sent":
            return close("sent", f"posted: {outcome.ts}", ts=outcome.ts)
        case "channel":
            return close("failed", f"Slack refuses the channel: {code}", error=code)
        case "ours":
            return close("failed", f"Slack refuses the message, even as text: {code}", error=code)
        case "unknown":
            step = f"no answer that says whether it was posted: {code}"
            return close("unknown", step, try_at=now, error=code)
        case "workspace" | "gone":
            return close("due", f"the app cannot post in the workspace: {code}", try_at=now + 60, error=code)
        case "later" | "operator":
            wait = max(outcome.seconds, 0 if code == "ratelimited" else backoff(claimed.attempt))
            return close("due", f"not posted ({code}); again in {wait:.0f} s", try_at=now + wait, error=code)


def lag(claimed: Claimed, settled: Settled) -> float | None:
    """Seconds from the time that the channel asked for to the post, by Slack's clock; None where there is no post."""
    if settled.state != "sent" or settled.ts is None:
        return None
    with contextlib.suppress(
        ValueError
    ):  # counting must not fail what is posted, whatever Slack's answer says
        return max(0.0, float(settled.ts) - claimed.slot)
    return None


def backoff(attempt: int) -> float:
    """Seconds before the next attempt: doubled each time, ten minutes at most."""
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt - 1, 10)))


async def look(poster: Poster, claimed: Claimed, now: float, on_unknown: str) -> Settled:
    """Find out whether an earlier attempt posted it."""

    def close(state: str, step: str, **more: object) -> Settled:
        return Settled(claimed.subscription, claimed.day, claimed.attempt, state, step, **more)  # type: ignore[arg-type]

    if claimed.body is None:  # what is said is written down before it is sent, so nothing was
        return close("due", "not sent: the attempt ended before it", try_at=now)
    since = claimed.first_sent if claimed.first_sent is not None else now
    found = await poster.look(claimed.team, claimed.channel, key_of(claimed), since)
    if found.found == "there":
        return close("sent", f"found in the channel: {found.ts}", ts=found.ts)
    if found.found == "not there":  # where it is too late by now, nobody may claim it, and it is given up
        return close("due", "not in the channel: to be posted", try_at=now)
    if found.again and now < claimed.give_up_at + GIVE_UP_LOOKING:
        return close("unknown", f"cannot look now ({found.why}); again soon", try_at=now, error=found.why)
    if on_unknown == "repost" and now <= claimed.give_up_at:
        return close(
            "due",
            f"cannot look ({found.why}); the workspace wants it posted again",
            try_at=now,
            error=found.why,
        )
    log.error("nobody can say whether %s was posted (%s); it is left alone", key_of(claimed), found.why)
    return close("unknown", f"cannot look ({found.why}); left alone", error=found.why)
