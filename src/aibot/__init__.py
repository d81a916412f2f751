"""A Slack bot that answers questions on AI from a checked, cited fact base."""

__version__ = "0.1.0"
