"""Who may change what holds for a whole channel: a workspace's policy, which its admins decide."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

Who: TypeAlias = Literal["anyone", "members", "creator", "admins"]
Denial: TypeAlias = Literal[
    "creator-only", "admins-only", "admins-unknown", "members-only", "members-unknown"
]


def denied(
    who: Who, *, is_admin: bool | None, is_member: bool | None, is_creator: bool = True
) -> Denial | None:
    """Why a policy keeps somebody from a change; None where it does not.

    What Slack does not tell (None) counts as a no, and the denial says so. Who set a thing up is its creator; what
    nobody has set up is anyone's to begin with, and what has no creator (a channel's language) is anyone's to change.
    """
    if who == "anyone" or is_admin:
        return None
    match who:
        case "members":
            if is_member:
                return None
            return "members-unknown" if is_member is None else "members-only"
        case "creator":
            return None if is_creator else "creator-only"
        case "admins":
            return "admins-unknown" if is_admin is None else "admins-only"
        case _:
            assert_never(who)
