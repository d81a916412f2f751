"""The JSON Schema of a facts file, for editors: the models' own, with their fields' docstrings as descriptions.

pydantic can read the docstrings by itself, but does so whenever the models are imported; here it is done
only when the schema is asked for.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from aibot.core.facts import model, values
from aibot.core.facts.model import FactsFile


def json_schema() -> dict[str, Any]:
    """The schema that data/facts.schema.json holds."""
    schema = FactsFile.model_json_schema()
    described = _docstrings(inspect.getsource(model)) | _docstrings(inspect.getsource(values))
    for name, definition in [(FactsFile.__name__, schema), *schema["$defs"].items()]:
        for field, form in definition.get("properties", {}).items():
            if (name, field) in described:
                form["description"] = described[name, field]
    return schema


def _docstrings(source: str) -> dict[tuple[str, str], str]:
    """The text under each field of each class."""
    found = {}
    for part in ast.parse(source).body:
        if isinstance(part, ast.ClassDef):
            for field, below in zip(part.body, part.body[1:], strict=False):
                text = (
                    below.value.value
                    if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                    else None
                )
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(text, str)
                ):
                    found[part.name, field.target.id] = inspect.cleandoc(text)
    return found
