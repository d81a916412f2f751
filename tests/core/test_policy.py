"""Who may change what holds for a whole channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from aibot.core.policy import Who, denied

if TYPE_CHECKING:
    from aibot.core.policy import Denial


@pytest.mark.parametrize(
    ("who", "is_admin", "is_member", "is_creator", "why"),
    [
        ("anyone", None, None, False, None),
        ("members", False, True, False, None),
        ("members", False, False, True, "members-only"),
        ("members", None, None, True, "members-unknown"),
        ("creator", False, None, True, None),
        ("creator", None, True, False, "creator-only"),
        ("admins", False, True, True, "admins-only"),
        ("admins", None, True, True, "admins-unknown"),
    ],
)
def test_what_is_not_told_counts_as_a_no(
    *, who: Who, is_admin: bool | None, is_member: bool | None, is_creator: bool, why: Denial | None
) -> None:
    assert denied(who, is_admin=is_admin, is_member=is_member, is_creator=is_creator) == why


@pytest.mark.parametrize("who", get_args(Who))
def test_an_admin_may_whatever_holds(who: Who) -> None:
    assert denied(who, is_admin=True, is_member=False, is_creator=False) is None


def test_what_has_no_creator_is_anyones_where_creators_decide() -> None:
    assert denied("creator", is_admin=False, is_member=False) is None
