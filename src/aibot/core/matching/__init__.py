"""Which entries a question names, and how surely. Versions are never guessed."""

from aibot.core.matching.matcher import Matcher
from aibot.core.matching.names import Match, Matches, MissingVersion, Name
from aibot.core.matching.normalise import clean, key

__all__ = ["Match", "Matcher", "Matches", "MissingVersion", "Name", "clean", "key"]
