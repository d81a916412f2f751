"""The app's calls as Slack reads them: form or JSON, arguments in the URL, tokens in header or body."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.requests import Request

    from .workspace import Json


def arguments(request: Request, body: bytes) -> tuple[Json, str | None]:
    """Return a call's arguments, and the warning or error about its body if there is one."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        try:
            parsed = json.loads(body or b"{}")
        except ValueError:
            return args, "invalid_json"
        if not isinstance(parsed, dict):
            return args, "json_not_object"
        return {**args, **parsed}, None
    if kind == "multipart/form-data":
        return args, "invalid_form_data"  # only files are sent this way, and no method here takes one
    if body and kind not in {"application/x-www-form-urlencoded", ""}:
        return args, "invalid_post_type"
    return {**args, **dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))}, None


def token_of(request: Request, args: Json) -> str:
    """Find the token: in the header, or else among the arguments."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return str(args.get("token") or "")


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """Return the client id and secret of HTTP basic authentication."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return None
    return user, password
