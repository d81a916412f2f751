"""Every code of Slack's for a post, through the real runner: what becomes of the delivery, its channel, its people."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

import pytest
from tests.slack.daily.rig import MONDAY, posting, rigged

from aibot.core.daily import next_slots
from aibot.playground.fake_slack import Channel
from aibot.slack.posting import CODES
from aibot.storage import new_subscription

if TYPE_CHECKING:
    from pathlib import Path

    from tests.slack.daily.rig import Rig

    from aibot.core.language import Phrases
    from aibot.slack.bot import Bot

#  https://docs.slack.dev/reference/methods/chat.postMessage#errors, told apart by what should become of the day's post
CHANNEL = (
    "channel_not_found", "is_archived", "not_in_channel", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked", "ekm_access_denied", "messages_tab_disabled", "no_permission",
    "team_access_not_granted", "access_denied", "slack_connect_canvas_sharing_blocked",
    "slack_connect_file_link_sharing_blocked", "slack_connect_lists_sharing_blocked",
    "slack_connect_clip_sharing_blocked", "slack_connect_blocked_file_type", "cannot_reply_to_message",
    "as_user_not_supported",
)  # fmt: skip
WORKSPACE = (
    "account_inactive", "token_revoked", "invalid_auth", "not_authed", "team_not_found", "token_expired",
)  # fmt: skip
LATER = (
    "ratelimited", "rate_limited", "org_login_required", "team_added_to_org", "message_limit_exceeded",
    "accesslimited", "two_factor_setup_required", "enterprise_is_restricted", "database_unavailable",
    "a_code_that_nobody_documented",
)  # fmt: skip
OPERATOR = (
    "missing_scope",
    "not_allowed_token_type",
    "method_deprecated",
    "deprecated_endpoint",
    "unknown_method",
)
OURS = (
    "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "block_mismatch",
    "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app",
    "markdown_text_conflict", "too_many_attachments", "too_many_contact_cards", "attachment_payload_limit_exceeded",
    "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data",
    "invalid_json", "json_not_object", "invalid_post_type", "missing_post_type", "duplicate_message_not_found",
    "duplicate_channel_not_found",
)  # fmt: skip
UNKNOWN = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
#  What a subscriber is told to do about it: a word of the fix
FIXES = {
    "is_archived": "unarchived", "not_in_channel": "/invite me", "channel_not_found": "/invite me",
    "ekm_access_denied": "workspace admin", "no_permission": "workspace admin", "access_denied": "workspace admin",
    "team_access_not_granted": "workspace admin",
    **{code: "channel manager" for code in CHANNEL if code.startswith("restricted_action")},
    **{code: "Slack Connect" for code in CHANNEL if code.startswith("slack_connect")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class After:
    """How things stand once the runner has met a code."""

    state: str
    error: str
    paused_for: str
    told: tuple[str, ...]
    forms: tuple[str, ...]  # of the messages it tried: blocks, or text
    posts: int
    later: bool  # it is tried again, and not at once


async def met(codes: tuple[str, ...], rig: Rig, bot: Bot, *, times: int | None = None) -> dict[str, After]:
    """One channel for each code, all of them due at one minute, and the runner as `aibot run` has it."""
    workspace, channels = rig.slack.workspace(), {}
    for number, code in enumerate(codes):
        channels[code] = channel = f"C{number + 100}"
        workspace.channels[channel] = Channel(channel, code, members=["U1", "UBOT"])
        rig.store.subscribe(
            new_subscription(
                team="T1", channel=channel, creator="U1", at=time(9), zone="Asia/Tokyo", now=MONDAY
            )
        )
        rig.slack.trouble("chat.postMessage", "error", error=code, channel=channel, times=times)
    slots = [next_slots(subscription, MONDAY, 1)[0] for subscription in rig.store.list()]
    rig.clock.move_to(max(slot.due for slot in slots).timestamp())
    calls = len(codes) * (2 if times == 1 else 1)
    async with posting(rig, bot, posts_per_second=1_000.0):
        await rig.slack.until(lambda: len(_tried(rig)) >= calls, timeout=30)
    return {code: _after(rig, channel) for code, channel in channels.items()}


def _tried(rig: Rig, channel: str | None = None) -> list[str]:
    calls = [call.arguments for call in rig.slack.calls("chat.postMessage") if call.arguments.get("metadata")]
    return ["blocks" if "blocks" in one else "text" for one in calls if channel in {None, one["channel"]}]


def _after(rig: Rig, channel: str) -> After:
    [delivery] = rig.store.deliveries.of_channel(channel, "2026-11-24")
    told = tuple(message.text for message in rig.slack.dm_messages("U1") if f"<#{channel}>" in message.text)
    later = delivery.try_at is not None and delivery.try_at > rig.clock()
    return After(
        delivery.state, delivery.error or "", rig.has(channel).problem, told, tuple(_tried(rig, channel)),
        len(rig.channel_texts(channel)), later,
    )  # fmt: skip


@pytest.fixture(scope="module")
def after(bot: Bot, phrases: Phrases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, After]:
    """All that leaves the workspace as it is, in one run: a run for each code would take minutes."""

    async def run(folder: Path, codes: tuple[str, ...], times: int | None) -> dict[str, After]:
        async with rigged(bot, phrases, f"sqlite:///{folder}/aibot.db") as rig:
            return await met(codes, rig, bot, times=times)

    once = asyncio.run(run(tmp_path_factory.mktemp("once"), OURS, 1))
    return once | asyncio.run(
        run(tmp_path_factory.mktemp("always"), CHANNEL + LATER + OPERATOR + UNKNOWN, None)
    )


def test_every_code_has_its_case() -> None:
    tables = (CHANNEL, WORKSPACE, LATER[:-1], OPERATOR, OURS, UNKNOWN)
    meanings = ("channel", "workspace", "later", "operator", "ours", "unknown")
    stated = {code: meaning for codes, meaning in zip(tables, meanings, strict=True) for code in codes}
    assert stated == CODES


@pytest.mark.parametrize("code", CHANNEL)
def test_the_channel_is_paused_and_its_subscriber_told_once_with_the_fix(
    after: dict[str, After], code: str
) -> None:
    found = after[code]
    assert (found.state, found.error, found.paused_for) == ("failed", code, code)
    assert (found.forms, found.posts, found.later) == (("blocks",), 0, False)
    assert len(found.told) == 1
    assert FIXES.get(code, f"({code})") in found.told[0]


@pytest.mark.parametrize("code", LATER)
def test_it_is_tried_again_later_and_nobody_is_bothered(after: dict[str, After], code: str) -> None:
    found = after[code]
    assert (found.state, found.paused_for, found.told, found.forms) == ("due", "", (), ("blocks",))
    assert found.error == ("ratelimited" if code == "rate_limited" else code)
    assert found.later


@pytest.mark.parametrize("code", OPERATOR)
def test_the_operators_faults_are_tried_again_until_they_are_mended(
    after: dict[str, After], code: str
) -> None:
    found = after[code]
    assert (found.state, found.error, found.paused_for, found.told) == ("due", code, "", ())
    assert found.later


@pytest.mark.parametrize("code", OURS)
def test_our_own_fault_goes_out_as_text_once(after: dict[str, After], code: str) -> None:
    found = after[code]
    assert (found.state, found.paused_for, found.told) == ("sent", "", ())
    assert (found.forms, found.posts) == (("blocks", "text"), 1)


@pytest.mark.parametrize("code", UNKNOWN)
def test_what_may_have_been_posted_is_unknown_and_not_sent_again(after: dict[str, After], code: str) -> None:
    found = after[code]
    assert (found.state, found.error, found.paused_for, found.told) == ("unknown", code, "", ())
    assert found.forms == ("blocks",)


@pytest.mark.anyio
async def test_a_message_refused_even_as_text_fails_and_pauses_nobody(rig: Rig, bot: Bot) -> None:
    found = (await met(("invalid_arguments",), rig, bot, times=2))["invalid_arguments"]
    assert (found.state, found.error, found.paused_for, found.told) == ("failed", "invalid_arguments", "", ())
    assert found.forms == ("blocks", "text")
    rig.slack.exchanges.clear()


@pytest.mark.anyio
@pytest.mark.parametrize("code", WORKSPACE)
async def test_the_workspace_is_stopped_and_its_post_waits(rig: Rig, bot: Bot, code: str) -> None:
    found = (await met((code,), rig, bot))[code]
    assert (found.state, found.error, found.paused_for, found.told) == ("due", code, "", ())
    assert rig.store.stopped() == [("T1", code)]
    rig.slack.exchanges.clear()
