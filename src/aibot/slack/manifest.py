"""The app as Slack sees it: its command, events and scopes, for Socket Mode or for HTTP."""

from __future__ import annotations

from typing import Any

#  Each scope with what needs it: https://docs.slack.dev/reference/scopes
SCOPES = {
    "app_mentions:read": "the event app_mention",
    "channels:read": "what happens to channels with a daily fact; whether the bot is in one",
    "chat:write": "answers to mentions and direct messages, and daily facts",
    "commands": "the slash command",
    "groups:read": "the same for private channels",
    "im:history": "the event message.im",
}
#  Asked for, but whoever installs may say no, and everything works without:
#  https://docs.slack.dev/reference/app-manifest (oauth_config.scopes.bot_optional)
OPTIONAL_SCOPES = {
    "channels:history": "the event message.channels: follow-ups in threads without a mention, and names in double "
    "brackets; looking whether a daily post whose answer was lost stands in the channel. Without it a follow-up needs "
    "a mention, and such a day is marked unknown and not posted again",
    "groups:history": "the same for private channels",
    "users:read": "the time zone and locale of who asks, and who is an admin; without it AIBOT_ZONE is taken and said",
}
#  Each event with the scope it needs, "" for none: https://docs.slack.dev/reference/events
EVENT_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_id_changed": "channels:read",
    "channel_left": "channels:read",
    "channel_shared": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "tokens_revoked": "",
    "user_change": "users:read",
}
EVENTS = tuple(EVENT_SCOPES)
LOOK_UP = "aibot_look_up"  # the message shortcut's callback id
PATH = "/slack/events"
#  Where workspaces install the bot, if many may: `slack/install/door.py`
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
#  Heard besides, where whole organisations may install it; no scope
ORG_EVENTS = ("team_access_revoked",)


def manifest(
    command: str = "/ai", *, http: str | None = None, daily: bool = True, many: bool = False
) -> dict[str, Any]:
    """The app manifest: https://docs.slack.dev/reference/app-manifest.

    Over HTTP, `http` is the bot's public address; over Socket Mode, the default, Slack needs none. Without `daily`, the
    command's hint offers no daily posts. With `many`, other workspaces and whole organisations can install it there.
    """
    if many and http is None:
        raise ValueError("many workspaces take HTTP")
    request_url = {} if http is None else {"request_url": _events_url(http)}
    hints = ["deepseek-v3", "who made Sora?", "date 2024-12", "subscribe 9am weekdays Tokyo", "help"]
    if not daily:
        hints.remove("subscribe 9am weekdays Tokyo")
    slash: dict[str, Any] = {
        "command": command,
        "description": "Facts on AI, each with its source · 人工智能知识，句句有出处",
        "usage_hint": " | ".join(hints),
        "should_escape": False,
    }
    if http is not None:
        slash["url"] = _events_url(http)
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "aibot",
            "description": "Answers questions on AI from a checked, cited fact base. No language model.",
            "long_description": (
                "Ask about models, organisations, people, techniques, domains and dates in English or Chinese, by "
                "slash command, mention or direct message. Every statement comes with its source; where sources "
                "disagree you see both, and where the fact base does not know, the bot says so. There is no language "
                "model in it."
            ),
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "aibot", "always_online": True},
            #  A name has 24 characters at most: https://docs.slack.dev/reference/app-manifest
            "shortcuts": [
                {
                    "name": "Look up in aibot",
                    "type": "message",
                    "callback_id": LOOK_UP,
                    "description": "What this message names, with sources; only you see it · 查这条消息",
                }
            ],
            "slash_commands": [slash],
        },
        "oauth_config": {
            **({"redirect_urls": [redirect_url(http)]} if many and http else {}),
            #  What is optional has to stand in both:
            #  https://docs.slack.dev/authentication/installing-with-oauth#optional-scopes
            "scopes": {"bot": [*SCOPES, *OPTIONAL_SCOPES], "bot_optional": list(OPTIONAL_SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": [*EVENTS, *(ORG_EVENTS if many else ())]},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": many,
            "socket_mode_enabled": http is None,
            "token_rotation_enabled": False,
        },
    }


def redirect_url(address: str) -> str:
    """Where Slack sends people back to who install the bot."""
    return f"{address.rstrip('/').removesuffix(PATH)}{REDIRECT_PATH}"


def _events_url(address: str) -> str:
    """Where Slack's requests go; an address that names the path already is left as it is."""
    address = address.rstrip("/")
    return address if address.endswith(PATH) else f"{address}{PATH}"
