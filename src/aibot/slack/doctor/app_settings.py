"""The app's settings in Slack beside our manifest: events, interactivity, the command, and how Slack reaches us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.secrets import WHERE as SECRETS
from aibot.slack.doctor.findings import Finding, command_finding
from aibot.slack.manifest import LOOK_UP, OPTIONAL_SCOPES, PATH, SCOPES, manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aibot.settings import Settings

MEND = "put the manifest of `aibot manifest` into the app (App Manifest on its page); install it anew if Slack asks"
WHERE = (
    "Slack tells a bot's token nothing of them. Make a configuration token (https://api.slack.com/apps → Your App "
    "Configuration Tokens) and run `SLACK_CONFIG_TOKEN=xoxe.xoxp-… aibot doctor`; or compare App Manifest on the "
    "app's page with `aibot manifest`"
)


def settings_findings(exported: Mapping[str, Any], settings: Settings, *, http: bool) -> list[Finding]:
    """What the app's own settings, from `apps.manifest.export`, have wrong beside the manifest that we would make."""
    theirs = _object(exported, "settings")
    subscribed, interactivity = _object(theirs, "event_subscriptions"), _object(theirs, "interactivity")
    # where AIBOT_URL does not say it, our address is the one that events go to
    address = settings.url or str(subscribed.get("request_url") or "https://…")
    ours = manifest(settings.command, http=address if http else None, many=settings.many)
    events = ours["settings"]["event_subscriptions"]["bot_events"]
    missing = _missing(events, subscribed.get("bot_events"))
    found = [
        Finding("events", "wrong", f"the app is not told of {', '.join(missing)}", MEND)
        if missing
        else Finding("events", "ok", f"all {len(events)} that the bot listens to"),
        Finding("interactivity", "ok", "on")
        if interactivity.get("is_enabled") is True
        else Finding("interactivity", "wrong", "off: no button of the bot does anything", MEND),
        _way(exported, ours, http=http),
    ]
    in_slack = command_finding(settings.command, exported)
    found.append(Finding("command in Slack", in_slack.state, in_slack.what, in_slack.fix))
    differences = _differences(exported, ours)
    if differences:
        return [*found, Finding("manifest in Slack", "wrong", "; ".join(differences), MEND)]
    as_ours = "scopes, tabs, shortcut and addresses are as in ours"
    if offered := _missing(OPTIONAL_SCOPES, _scopes(exported)):
        as_ours += f"; it does not offer {', '.join(offered)}, which are optional: what takes them is missing"
    return [*found, Finding("manifest in Slack", "ok", as_ours)]


def _way(exported: Mapping[str, Any], ours: Mapping[str, Any], *, http: bool) -> Finding:
    """Whether Slack reaches us the way we listen."""
    if (_object(exported, "settings").get("socket_mode_enabled") is True) is http:
        here, there = ("HTTP", "Socket Mode") if http else ("Socket Mode", "HTTP")
        return Finding("way", "wrong", f"the bot listens over {here}, and Slack sends over {there}", MEND)
    if not http:
        return Finding("way", "ok", "Socket Mode")
    (wanted,) = set(_addresses(ours).values())
    wrong = [
        f"{what} to {address or 'no address'}"
        for what, address in _addresses(exported).items()
        if address != wanted or not address.startswith("https://") or not address.endswith(PATH)
    ]
    if wrong:
        return Finding("way", "wrong", f"Slack sends {', '.join(wrong)}; it should be {wanted}", MEND)
    return Finding("way", "ok", f"HTTP, to {wanted}")


def _addresses(app: Mapping[str, Any]) -> dict[str, str]:
    """Where a manifest has Slack send things."""
    settings, commands = _object(app, "settings"), _list(_object(app, "features"), "slash_commands")
    return {
        "events": str(_object(settings, "event_subscriptions").get("request_url") or ""),
        "presses": str(_object(settings, "interactivity").get("request_url") or ""),
        **{str(one.get("command")): str(one.get("url") or "") for one in commands if isinstance(one, dict)},
    }


def _differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """What else they lack of ours that something does not work without."""
    found = []
    oauth, features = _object(theirs, "oauth_config"), _object(theirs, "features")
    if scopes := _missing(SCOPES, _scopes(theirs)):
        found.append(f"it does not ask for {', '.join(scopes)}")
    if urls := _missing(ours["oauth_config"].get("redirect_urls", []), oauth.get("redirect_urls")):
        found.append(f"{', '.join(urls)} is no redirect URL of it: nobody can install it")
    if ours["settings"]["org_deploy_enabled"] and not _object(theirs, "settings").get("org_deploy_enabled"):
        found.append("whole organisations cannot install it")
    tabs = _object(features, "app_home")
    for tab, wanted in ours["features"]["app_home"].items():
        if (tabs.get(tab) is True) is not wanted:
            found.append(f"{tab} is {'off' if wanted else 'on'}")
    shortcuts = _list(features, "shortcuts")
    if LOOK_UP not in [one.get("callback_id") for one in shortcuts if isinstance(one, dict)]:
        found.append(f"it has no shortcut {LOOK_UP}")
    return found


def _scopes(app: Mapping[str, Any]) -> Any:
    """The scopes that a manifest asks for, the optional ones among them."""
    return _object(_object(app, "oauth_config"), "scopes").get("bot")


def signing_secret_finding(running: Mapping[str, Any]) -> Finding:
    """Whether the signing secret is this app's: only what Slack signs can tell, and the bot that runs here heard it."""
    forged, last = running.get("forged_requests"), running.get("last_request_seconds")
    if isinstance(last, int | float):
        what = f"the bot that runs here took a request of Slack's {last:.0f} s ago"
        return Finding("signing secret", "ok", what)
    if isinstance(forged, int) and forged:
        return Finding(
            "signing secret",
            "wrong",
            f"the bot that runs here took no request, and refused {forged} for their signature",
            f"copy it anew, and not the client secret beside it: {SECRETS['SLACK_SIGNING_SECRET']}",
        )
    return Finding(
        "signing secret",
        "not checked",
        "it has its form; whether it is this app's shows when Slack sends something to a bot that runs here",
    )


def unseen(last_request: float | None) -> Finding:
    """What to say of the settings where nobody may look at them, with what a bot that runs here has heard."""
    heard = (
        "" if last_request is None else f" (the bot that runs here heard from Slack {last_request:.0f} s ago)"
    )
    return Finding("events and interactivity", "not checked", f"{WHERE}{heard}")


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _list(parent: Mapping[str, Any], name: str) -> list[Any]:
    value = parent.get(name)
    return value if isinstance(value, list) else []


def _missing(ours: Iterable[str], theirs: Any) -> list[str]:
    return [one for one in ours if not isinstance(theirs, list) or one not in theirs]
