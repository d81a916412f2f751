"""What stands around the bot while it serves: HTTP, Socket Mode, probes, counts, traces, and what runs beside."""
