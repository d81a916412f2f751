"""What a person sees of the bot outside of conversations: the Home tab, and the search field in it and elsewhere."""
