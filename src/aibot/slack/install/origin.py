"""Which installation a request is for: a workspace's own, or that of the organisation it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncBoltContext

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """A workspace, and the organisation it was reached through, where Slack names one."""

    team: str
    enterprise: str = ""
    whole: bool = False  # the request is for the whole organisation's installation
    shared: bool = False  # from a channel of several organisations, and the workspace may be another's


def origin_of(context: AsyncBoltContext, body: Json) -> Origin:
    """Where a request is meant for, which in a shared channel need not be where its sender is.

    Bolt reads `authorizations` before `team_id`, as https://docs.slack.dev/apis/events-api/#authorizations asks for.
    An organisation's installation has no workspace there; then it is the one that the event was received through.
    """
    named = (
        context.team_id, body.get("context_team_id"), body.get("team_id"), _inner(body, "user", "team_id"),
        _inner(body, "view", "app_installed_team_id"),
    )  # fmt: skip
    team = next((str(one) for one in named if isinstance(one, str) and one.startswith("T")), "")
    enterprise = context.enterprise_id or ""
    # each pair is of one side: the one that the event was received through, and the one it happened in
    sides = [(body.get(f"{side}team_id"), body.get(f"{side}enterprise_id")) for side in ("context_", "")]
    shared = body.get("is_ext_shared_channel") is True and (team, enterprise) not in sides
    return Origin(team, enterprise, bool(context.is_enterprise_install), shared)


def origin_of_message(origin: Origin, body: Json) -> Origin | None:
    """Whose message a button stands on; in a shared channel somebody of another workspace may press it.

    A bot's message names the workspace the bot posts from, and the bot is ours: Slack sends us no others' buttons. But
    what a message's menu is used on (`message_action`) may be anybody's, and does not say where we are asked.
    """
    team = _inner(body, "message", "team") if body.get("type") == "block_actions" else None
    return Origin(team) if isinstance(team, str) and team.startswith("T") and team != origin.team else None


def settle(body: Json, team: str) -> None:
    """Let a request name the workspace it is meant for, wherever it names one: listeners key what they keep by that.

    In a shared channel it may name the sender's, and a button's payload names none in an organisation's installation.
    """
    if "team_id" in body:
        body["team_id"] = team
    if "team" in body or "team_id" not in body:
        body["team"] = {**(body["team"] if isinstance(body.get("team"), dict) else {}), "id": team}


def _inner(body: Json, outer: str, name: str) -> object:
    inside = body.get(outer)
    return inside.get(name) if isinstance(inside, dict) else None
