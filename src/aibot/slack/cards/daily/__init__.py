"""The cards of daily posts: subscriptions, the form, lists, and the post itself."""
