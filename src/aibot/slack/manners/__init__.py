"""How the bot behaves among people: limits, nothing twice, opinions, and what it could not answer."""
