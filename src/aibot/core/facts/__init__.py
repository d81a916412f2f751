"""The fact base: reading, checking and looking things up in it."""

from aibot.core.facts.attributes import ATTRIBUTES, Attribute
from aibot.core.facts.base import FactBase, Relation, fact_ids, source_id, source_place
from aibot.core.facts.model import Entry, Fact, FactsFile, Kind, Note, Source, Verdict
from aibot.core.facts.parse import FileText, base_of, parse_facts, parse_file, parse_parts
from aibot.core.facts.values import DateValue, EntryValue, ListValue, QuantityValue, TextValue, UrlValue

__all__ = [
    "ATTRIBUTES",
    "Attribute",
    "DateValue",
    "Entry",
    "EntryValue",
    "Fact",
    "FactBase",
    "FactsFile",
    "FileText",
    "Kind",
    "ListValue",
    "Note",
    "QuantityValue",
    "Relation",
    "Source",
    "TextValue",
    "UrlValue",
    "Verdict",
    "base_of",
    "fact_ids",
    "parse_facts",
    "parse_file",
    "parse_parts",
    "source_id",
    "source_place",
]
