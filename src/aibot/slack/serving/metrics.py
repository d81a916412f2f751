"""Counts for Prometheus: answers by outcome, refused requests by status, the socket's state; no names, no words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from aibot import __version__
from aibot.core.answers import outcome_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.slack.bot import Reply
    from aibot.slack.serving.watching import Watch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#  From an exact name to a question over the whole base, up to what Slack allows before it gives up
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 3.0)
#  A post comes within two minutes of its time by intent, and by AIBOT_GRACE at most two hours later unless that is set
LAG_BUCKETS = (30.0, 60.0, 90.0, 120.0, 150.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 7_500.0)
#  Slack has some hundred error codes, and we call a dozen methods, most of which fail in few ways
MOST_PAIRS = 150


class Metrics:
    """What is counted. Every label has a handful of values that we choose, whatever people send."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "aibot_answers",
            "Questions answered, by what came of them, the language, and the way they came",
            ("outcome", "language", "via"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "aibot_answer_seconds",
            "From a question's text to its card",
            ("via",),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._refused = Counter(
            "aibot_http_refused",
            "Requests over HTTP that got no further, by status",
            ("status",),
            registry=self._registry,
        )
        self._opinions = Counter(
            "aibot_opinions", "What people say of cards", ("verdict",), registry=self._registry
        )
        self._held_back = Counter(
            "aibot_held_back",
            "What was asked above a limit, stood in the channel already, or came a second time",
            ("why",),
            registry=self._registry,
        )
        self._calls = Counter(
            "aibot_slack_calls",
            "Our calls to Slack, by method and outcome: ok, Slack's error code, or what failed",
            ("method", "outcome"),
            registry=self._registry,
        )
        self._pairs: set[tuple[str, str]] = set()
        self._posts = Counter(
            "aibot_posts",
            "Daily posts that this process has closed, by state",
            ("state",),
            registry=self._registry,
        )
        self._lag = Histogram(
            "aibot_post_lag_seconds",
            "From the time a channel asked for to its daily post, by Slack's clock",
            buckets=LAG_BUCKETS,
            registry=self._registry,
        )
        self._waiting = Gauge(
            "aibot_posts_waiting", "Daily posts that are not closed, in all processes", ("state",),
            registry=self._registry,
        )  # fmt: skip
        self._late = Gauge(
            "aibot_posts_late_seconds",
            "How long ago the oldest daily post that still waits fell due",
            registry=self._registry,
        )
        self._database = Gauge(
            "aibot_database_up",
            "1 when the database answered at the last look, and takes changes",
            registry=self._registry,
        )
        self._under_way = Gauge(
            "aibot_answers_under_way",
            "Answers begun after the acknowledgement and not done",
            registry=self._registry,
        )
        build = Gauge("aibot_build_info", "The version", ("version",), registry=self._registry)
        build.labels(__version__).set(1)
        self._ready = Gauge("aibot_ready", "1 when /readyz says 200", registry=self._registry)
        self._restarts = Gauge(
            "aibot_socket_restarts", "How often the watchdog began anew", registry=self._registry
        )

    def count_reply(self, reply: Reply, via: str, seconds: float) -> None:
        """A question was answered."""
        self._answers.labels(outcome_of(reply.answer), reply.language, via).inc()
        self._seconds.labels(via).observe(seconds)

    def count_opinion(self, verdict: str) -> None:
        """Somebody said whether a card is right."""
        self._opinions.labels(verdict).inc()

    def count_posts(self, state: str, closed: int, lags: Sequence[float] = ()) -> None:
        """Daily posts were closed: sent, skipped, failed, or unknown for good; `lags` are how late each was."""
        self._posts.labels(state).inc(closed)
        for lag in lags:
            self._lag.observe(lag)

    def count_held_back(self, why: str) -> None:
        """Something was not said, or not said again: person, channel, workspace, shown or seen."""
        self._held_back.labels(why).inc()

    def count_refusal(self, status: int) -> None:
        """A request was turned away before it reached Bolt."""
        self._refused.labels(str(status)).inc()

    def count_call(self, method: str, outcome: str) -> None:
        """A call of ours to Slack ended; past some hundred pairs a new error code counts as `other`."""
        if (method, outcome) not in self._pairs:
            if len(self._pairs) >= MOST_PAIRS:
                outcome = "other"
            self._pairs.add((method, outcome))
        self._calls.labels(method, outcome).inc()

    def text(self, *, ready: bool, restarts: int, under_way: int = 0, watch: Watch | None = None) -> bytes:
        """Everything, in Prometheus's text format."""
        self._ready.set(ready)
        self._restarts.set(restarts)
        self._under_way.set(under_way)
        if watch is not None:
            self._database.set(watch.reachable and watch.is_writable)
            self._waiting.labels("due").set(watch.standing.due)
            self._waiting.labels("under_way").set(watch.standing.under_way)
            self._late.set(watch.standing.late)
        return generate_latest(self._registry)
