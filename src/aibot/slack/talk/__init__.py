"""What people write to the bot and around it: messages, threads that remember, names in double brackets."""
