"""Daily posts in Slack: what people ask of them, what happens to their channels, and the runner beside the bot."""
