"""Talks to Slack."""
