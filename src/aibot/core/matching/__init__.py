"""Which entries a question names, and how surely. Versions are never guessed."""

from aibot.core.matching.matcher import Matcher
from aibot.core.matching.names import Match, Matches, MissingVersion, Name
from aibot.core.matching.normalise import clean, key
from aibot.core.matching.typeahead import Suggested, Typeahead
from aibot.core.matching.versions import leaves_open

__all__ = [
    "Match",
    "Matcher",
    "Matches",
    "MissingVersion",
    "Name",
    "Suggested",
    "Typeahead",
    "clean",
    "key",
    "leaves_open",
]
