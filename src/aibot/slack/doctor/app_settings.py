"""The app's settings in Slack beside our manifest: events, interactivity, the command, and how Slack reaches us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.slack.doctor.findings import Finding, command_finding
from aibot.slack.manifest import EVENTS, PATH

if TYPE_CHECKING:
    from collections.abc import Mapping

MEND = "put the manifest of `aibot manifest` into the app (App Manifest on its page); install it anew if Slack asks"
WHERE = (
    "Slack tells a bot's token nothing of them. Make a configuration token (https://api.slack.com/apps → Your App "
    "Configuration Tokens) and run `SLACK_CONFIG_TOKEN=xoxe.xoxp-… aibot doctor`; or compare App Manifest on the "
    "app's page with `aibot manifest`"
)


def settings_findings(exported: Mapping[str, Any], command: str, *, http: bool) -> list[Finding]:
    """What the app's own settings, from `apps.manifest.export`, have wrong."""
    settings = _object(exported, "settings")
    subscribed = _object(settings, "event_subscriptions")
    events = subscribed.get("bot_events")
    missing = [event for event in EVENTS if event not in (events if isinstance(events, list) else [])]
    interactivity = _object(settings, "interactivity")
    found = [
        Finding("events", "wrong", f"the app is not told of {', '.join(missing)}", MEND)
        if missing
        else Finding("events", "ok", f"all {len(EVENTS)} that the bot listens to"),
        Finding("interactivity", "ok", "on")
        if interactivity.get("is_enabled") is True
        else Finding("interactivity", "wrong", "off: no button of the bot does anything", MEND),
        _way(settings, subscribed, interactivity, http=http),
    ]
    in_slack = command_finding(command, exported)
    return [*found, Finding("command in Slack", in_slack.state, in_slack.what, in_slack.fix)]


def _way(
    settings: Mapping[str, Any],
    subscribed: Mapping[str, Any],
    interactivity: Mapping[str, Any],
    *,
    http: bool,
) -> Finding:
    """Whether Slack reaches us the way we listen."""
    if (settings.get("socket_mode_enabled") is True) is http:
        ours, theirs = ("HTTP", "Socket Mode") if http else ("Socket Mode", "HTTP")
        return Finding("way", "wrong", f"the bot listens over {ours}, and Slack sends over {theirs}", MEND)
    addresses = {str(one.get("request_url") or "") for one in (subscribed, interactivity)}
    if http and not all(address.startswith("https://") and address.endswith(PATH) for address in addresses):
        return Finding(
            "way", "wrong", f"Slack sends to {' and '.join(sorted(addresses)) or 'no address'}", MEND
        )
    return Finding("way", "ok", f"HTTP, to {' and '.join(sorted(addresses))}" if http else "Socket Mode")


def unseen(last_request: float | None) -> Finding:
    """What to say of the settings where nobody may look at them, with what a bot that runs here has heard."""
    heard = (
        "" if last_request is None else f" (the bot that runs here heard from Slack {last_request:.0f} s ago)"
    )
    return Finding("events and interactivity", "not checked", f"{WHERE}{heard}")


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}
