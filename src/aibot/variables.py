"""Every variable that the environment may hold: its name, its default and what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable, for messages and the documentation."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("SLACK_BOT_TOKEN", "", "The bot token, `xoxb-…`."),
    Setting("SLACK_APP_TOKEN", "", "The app-level token, `xapp-…`, for Socket Mode."),
    Setting("SLACK_SIGNING_SECRET", "", "The signing secret, for `--http`."),
    Setting("SLACK_CLIENT_ID", "", "The app's client ID, for many workspaces, in place of the bot token."),
    Setting("SLACK_CLIENT_SECRET", "", "The app's client secret, for the same."),
    Setting(
        "SLACK_CONFIG_TOKEN", "", "For `aibot doctor` alone: a configuration token, to see the app's events."
    ),
    Setting(
        "SLACK_API_URL", "https://slack.com/api/", "Another Slack, such as the one that `make demo` starts."
    ),
    Setting("AIBOT_COMMAND", "/ai", "The slash command's name; the manifest must name the same one."),
    Setting(
        "AIBOT_CONTACT",
        "none",
        "Who people ask when something is wrong, named in the Home tab: a user id, an e-mail address or a URL.",
    ),
    Setting(
        "AIBOT_DATABASE",
        "sqlite:///aibot.db",
        "Where daily posts are remembered: a SQLite file, postgresql://user@host/name, or off.",
    ),
    Setting("AIBOT_FACTS", "the fact base that came along", "The path of another facts.yaml."),
    Setting("AIBOT_GRACE", "120", "How many minutes late a daily post may still come; later it is skipped."),
    Setting("AIBOT_HOST", "127.0.0.1", "The address `aibot run --http` listens on; 0.0.0.0 for all."),
    Setting("AIBOT_PORT", "3000", "The port `aibot run --http` listens on."),
    Setting(
        "AIBOT_HEALTH_PORT",
        "none",
        "A port of its own, on `AIBOT_HOST`, for /healthz, /readyz and /metrics; in Socket Mode the only one.",
    ),
    Setting(
        "AIBOT_KEYS",
        "",
        "What seals the tokens of many workspaces; `aibot keys new` makes one. Several with commas, the newest first.",
    ),
    Setting("AIBOT_LANGUAGE", "en", "The language of replies to questions without any letter: en or zh."),
    Setting(
        "AIBOT_LIMIT_CHANNEL", "60", "How many answers a minute are posted into one channel; 0 is no limit."
    ),
    Setting("AIBOT_LIMIT_PERSON", "30", "How many questions a minute one person may ask; 0 is no limit."),
    Setting(
        "AIBOT_LIMIT_WORKSPACE",
        "1200",
        "How many questions a minute all of a workspace may ask; 0 is no limit.",
    ),
    Setting("AIBOT_LOG_FORMAT", "text", "text, or json for one JSON object a line."),
    Setting("AIBOT_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Setting("AIBOT_POSTS_PER_SECOND", "5", "Daily posts a second in one workspace, at most."),
    Setting("AIBOT_URL", "", "The bot's public https address, where many workspaces install it."),
    Setting(
        "AIBOT_UNANSWERED",
        "on",
        "Whether questions without an answer are noted for `aibot unanswered`: on, or off for all workspaces.",
    ),
    Setting(
        "AIBOT_ZONE",
        "UTC",
        "The time zone of daily posts where Slack does not tell a person's: Asia/Shanghai.",
    ),
)
