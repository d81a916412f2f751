"""Slack's published block types as a check, where the schema was built and jsonschema-rs is installed."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .workspace import Json


class Schema:
    """A JSON schema made from @slack/types; blocks are checked against the type that they say they are."""

    def __init__(self, path: Path) -> None:
        self._schema: Json = json.loads(path.read_text("utf-8"))
        self._definitions: Json = self._schema["definitions"]
        self._whole = _validator(self._schema)
        self._of_kind: dict[str, Any] = {}
        names = [one["$ref"].rsplit("/", 1)[-1] for one in self._definitions["KnownBlock"]["anyOf"]]
        self._names = {kind: name for name in names for kind in self._kinds(self._definitions[name])}

    def whole(self, value: Any) -> Iterator[tuple[str, str]]:
        """Yield a pointer and a message for what is wrong with a whole view."""
        yield from _errors(self._whole, value)

    def block(self, block: Json) -> Iterator[tuple[str, str]]:
        """Yield a pointer and a message for what is wrong with one block."""
        kind = str(block.get("type"))
        name = self._names.get(kind)
        if name is None:
            yield "/type", f"unsupported type: {kind}"
            return
        if kind not in self._of_kind:
            root = {"$ref": f"#/definitions/{name}", "definitions": self._definitions}
            self._of_kind[kind] = _validator({"$schema": self._schema["$schema"], **root})
        yield from _errors(self._of_kind[kind], block)

    def _kinds(self, definition: Json) -> Iterator[str]:
        kind = definition.get("properties", {}).get("type", {}).get("const")
        if kind:
            yield kind
        for part in (*definition.get("anyOf", ()), *definition.get("allOf", ())):
            inner = self._definitions[part["$ref"].rsplit("/", 1)[-1]] if "$ref" in part else part
            yield from self._kinds(inner)


def load(directory: Path | None, name: str) -> Schema | None:
    """Load a schema; None where it was not built or jsonschema-rs is not installed."""
    path = directory / f"{name}.schema.json" if directory else None
    if path is None or not path.exists():
        return None
    try:
        return _loaded(path, path.stat().st_mtime_ns)
    except ImportError:
        return None


@functools.lru_cache(maxsize=4)
def _loaded(path: Path, _changed: int) -> Schema:
    return Schema(path)


def _validator(schema: Json) -> Any:
    import jsonschema_rs  # noqa: PLC0415  (only tests have it)

    return jsonschema_rs.validator_for(schema)


def _errors(validator: Any, value: Any) -> Iterator[tuple[str, str]]:
    for error in validator.iter_errors(value):
        yield "".join(f"/{part}" for part in error.instance_path), str(error.message)[:300]
