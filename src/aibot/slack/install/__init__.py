"""Many workspaces: how they install the bot, whose token a request takes, and what is left when they go."""
