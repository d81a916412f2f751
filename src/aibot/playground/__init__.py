"""The bot without a Slack workspace."""
