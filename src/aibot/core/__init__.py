"""Decides. Takes text and data and time as arguments and returns values; no input or output."""
