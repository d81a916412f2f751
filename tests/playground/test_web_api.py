"""The Web API as slack_sdk's client sees it: what it answers and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from aibot.playground.fake_slack import FakeSlack, MovableClock

pytestmark = pytest.mark.anyio


async def refusal(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    data: dict[str, Any] = caught.value.response.data
    assert data["ok"] is False
    return data


async def error(call: Any) -> str:
    return str((await refusal(call))["error"])


async def test_auth_test_says_whose_token_it_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T1", "UBOT", "B1")


@pytest.mark.parametrize("how", ["header", "form", "json", "query"])
async def test_tokens_and_arguments_come_in_every_way_slack_takes(slack: FakeSlack, how: str) -> None:
    url, body = slack.api_url + "chat.postMessage", {"channel": "C1", "text": "Hi"}
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    ways: dict[str, dict[str, Any]] = {
        "header": {"data": body, "headers": bearer},
        "form": {"data": {**body, "token": slack.bot_token}},
        "json": {"json": body, "headers": bearer},
        "query": {"params": {**body, "token": slack.bot_token}},
    }
    async with aiohttp.ClientSession() as session, session.post(url, **ways[how]) as response:
        assert (await response.json())["ok"]
    assert [m.text for m in slack.messages("C1")] == ["Hi"]


async def test_a_body_that_is_no_json_is_refused(slack: FakeSlack) -> None:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {slack.bot_token}",
    }
    async with aiohttp.ClientSession() as session:
        for body, expected in (("{", "invalid_json"), ("[]", "json_not_object")):
            async with session.post(slack.api_url + "auth.test", data=body, headers=headers) as response:
                assert (await response.json())["error"] == expected


async def test_tokens_that_do_not_work_are_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    assert await error(AsyncWebClient("", base_url=slack.api_url).auth_test()) == "not_authed"
    assert await error(AsyncWebClient("xoxb-other", base_url=slack.api_url).auth_test()) == "invalid_auth"
    assert (
        await error(AsyncWebClient(slack.app_token, base_url=slack.api_url).auth_test())
        == "not_allowed_token_type"
    )
    assert await error(client.api_call("apps.connections.open")) == "not_allowed_token_type"
    await client.auth_revoke()
    assert await error(client.auth_test()) == "token_revoked"


async def test_an_uninstalled_app_is_inactive(slack: FakeSlack, client: AsyncWebClient) -> None:
    await slack.uninstall()
    assert await error(client.auth_test()) == "account_inactive"


async def test_unknown_methods_are_refused(client: AsyncWebClient) -> None:
    assert await error(client.api_call("chat.shout")) == "unknown_method"


async def test_a_missing_scope_is_named() -> None:
    async with FakeSlack(scopes=("commands",), schemas=None) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        data = await refusal(client.chat_postMessage(channel="C1", text="Hi"))
    assert (data["error"], data["needed"], data["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_posting_shows_the_message_to_the_channel(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="C1", text="Hi", unfurl_links=False)
    assert answer["message"]["bot_id"] == "B1"
    (message,) = slack.messages("C1")
    assert (message.ts, message.text, message.user) == (answer["ts"], "Hi", "UBOT")


async def test_posting_is_refused_where_slack_refuses(slack: FakeSlack, client: AsyncWebClient) -> None:
    assert await error(client.chat_postMessage(channel="C9", text="Hi")) == "channel_not_found"
    assert await error(client.chat_postMessage(channel="C2", text="Hi")) == "not_in_channel"
    assert await error(client.chat_postMessage(channel="G1", text="Hi")) == "channel_not_found"
    assert await error(client.api_call("chat.postMessage", json={"channel": "C1"})) == "no_text"
    await slack.archive("C1")
    assert await error(client.chat_postMessage(channel="C1", text="Hi")) == "is_archived"
    assert slack.from_app() == []
    assert len(slack.refusals) == 5


async def test_public_channels_need_no_membership_with_the_scope_for_it() -> None:
    async with FakeSlack(scopes=("chat:write", "chat:write.public"), schemas=None) as slack:
        await AsyncWebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
            channel="C2", text="Hi"
        )
        assert len(slack.messages("C2")) == 1


async def test_bad_blocks_are_refused_with_their_place(client: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    data = await refusal(client.chat_postMessage(channel="C1", text="Hi", blocks=blocks))
    assert data["error"] == "invalid_blocks"
    assert "json-pointer:/blocks/0/text/text" in data["response_metadata"]["messages"][0]
    assert (
        await error(client.chat_postMessage(channel="C1", text="Hi", blocks="[{")) == "invalid_blocks_format"
    )
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    assert await error(client.chat_postMessage(channel="C1", text="Hi", blocks=long)) == "msg_blocks_too_long"


async def test_long_text_is_cut_and_update_refuses_it(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="C1", text="x" * 40_001)
    assert len(slack.messages("C1")[0].text) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]
    assert await error(client.chat_update(channel="C1", ts=answer["ts"], text="x" * 4001)) == "msg_too_long"


async def test_a_user_id_means_the_dm(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="U2", text="Hi")
    assert answer["channel"] == "D2"
    assert [m.text for m in slack.dm_messages("U2")] == ["Hi"]


async def test_ephemeral_messages_are_one_persons(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postEphemeral(channel="C1", user="U1", text="Hi")
    assert [m.text for m in slack.ephemerals("U1")] == ["Hi"]
    assert slack.messages("C1") == slack.ephemerals("U2") == []
    ts = answer["message_ts"]
    assert await error(client.chat_update(channel="C1", ts=ts, text="Ho")) == "message_not_found"
    assert await error(client.chat_postEphemeral(channel="C1", user="U9", text="Hi")) == "user_not_found"
    assert (await client.conversations_history(channel="C1"))["messages"] == []


async def test_own_messages_are_updated_and_deleted(slack: FakeSlack, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="Hi"))["ts"]
    await client.chat_update(channel="C1", ts=ts, text="Ho")
    assert slack.messages("C1")[0].text == "Ho"
    link = (await client.chat_getPermalink(channel="C1", message_ts=ts))["permalink"]
    assert link == f"https://acme.slack.com/archives/C1/p{ts.replace('.', '')}"
    theirs = slack.say("Hello")
    assert await error(client.chat_update(channel="C1", ts=theirs.ts, text="x")) == "cant_update_message"
    await client.chat_delete(channel="C1", ts=ts)
    assert [m.text for m in slack.messages("C1")] == ["Hello"]
    assert await error(client.chat_delete(channel="C1", ts=ts)) == "message_not_found"


async def test_history_comes_newest_first_in_pages(slack: FakeSlack, client: AsyncWebClient) -> None:
    said = [slack.say(str(number)) for number in range(5)]
    first = await client.conversations_history(channel="C1", limit=2)
    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    assert first["has_more"] is True
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C1", limit=3, cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["2", "1", "0"]
    assert second["has_more"] is False
    between: dict[str, Any] = {"channel": "C1", "oldest": said[1].ts, "latest": said[3].ts}
    assert [m["text"] for m in (await client.conversations_history(**between))["messages"]] == ["2"]
    inclusive = await client.conversations_history(**between, inclusive=True)
    assert [m["text"] for m in inclusive["messages"]] == ["3", "2", "1"]
    assert await error(client.conversations_history(channel="C1", cursor="x")) == "invalid_cursor"
    assert await error(client.conversations_history(channel="C1", limit=1001)) == "invalid_limit"
    assert await error(client.conversations_history(channel="C2")) == "not_in_channel"


async def test_threads_are_apart_from_the_channel(slack: FakeSlack, client: AsyncWebClient) -> None:
    parent = slack.say("What is RAG?")
    await client.chat_postMessage(channel="C1", thread_ts=parent.ts, text="It is …")
    assert [m.text for m in slack.messages("C1")] == ["What is RAG?"]
    assert [m.text for m in slack.thread("C1", parent.ts)] == ["What is RAG?", "It is …"]
    (root,) = (await client.conversations_history(channel="C1"))["messages"]
    assert (root["reply_count"], root["reply_users"]) == (1, ["UBOT"])
    replies = await client.conversations_replies(channel="C1", ts=parent.ts)
    assert [m["text"] for m in replies["messages"]] == ["What is RAG?", "It is …"]
    assert replies["messages"][1]["parent_user_id"] == "U1"
    assert await error(client.conversations_replies(channel="C1", ts="1.0")) == "thread_not_found"


async def test_metadata_is_whole_only_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "daily", "event_payload": {"day": "2026-11-23"}}
    await client.chat_postMessage(channel="C1", text="Hi", metadata=metadata)
    brief = await client.conversations_history(channel="C1")
    assert brief["messages"][0]["metadata"] == {"event_type": "daily"}
    full = await client.conversations_history(channel="C1", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata
    wrong = client.api_call("chat.postMessage", json={"channel": "C1", "text": "Hi", "metadata": {"day": 1}})
    assert await error(wrong) == "invalid_metadata_format"


async def test_channels_and_people_can_be_looked_up(slack: FakeSlack, client: AsyncWebClient) -> None:
    info = (await client.conversations_info(channel="C1", include_num_members=True))["channel"]
    assert (info["name"], info["is_member"], info["num_members"]) == ("general", True, 4)
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [c["id"] for c in listed["channels"]] == ["C1", "C2"]
    await slack.invite("G1")
    mine = await client.users_conversations(types="public_channel,private_channel")
    assert [c["id"] for c in mine["channels"]] == ["C1", "G1"]
    assert (await client.conversations_members(channel="G1"))["members"][-1] == "UBOT"
    assert await error(client.conversations_list(types="secret")) == "invalid_types"
    mei = (await client.users_info(user="U2", include_locale=True))["user"]
    assert (mei["locale"], mei["tz"], mei["tz_offset"]) == ("zh-CN", "Asia/Shanghai", 28_800)
    assert "locale" not in (await client.users_info(user="U2"))["user"]
    assert await error(client.users_info(user="U9")) == "user_not_found"
    assert len((await client.users_list())["members"]) == 4


async def test_the_app_joins_channels_and_opens_dms(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.conversations_join(channel="C2")
    assert (await client.conversations_join(channel="C2"))["warning"] == "already_in_channel"
    await client.chat_postMessage(channel="C2", text="Hi")
    assert (await client.conversations_open(users="U1"))["channel"]["id"] == "D1"
    assert (await client.conversations_open(users="U1"))["already_open"] is True
    assert await error(client.conversations_open(users="U9")) == "user_not_found"
    assert slack.dm_messages("U1") == []


async def test_the_team_and_the_bot_can_be_looked_up(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["domain"] == "acme"
    assert (await client.bots_info(bot="B1"))["bot"]["user_id"] == "UBOT"
    assert await error(client.bots_info(bot="B9")) == "bot_not_found"
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert await error(client.api_test(error="boom")) == "boom"


async def test_blocks_validate_needs_no_token(slack: FakeSlack) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    good, bad = {"type": "divider"}, {"type": "header", "text": {"type": "plain_text", "text": ""}}
    assert (await client.api_call("blocks.validate", params={"blocks": json.dumps([good])}))["ok"]
    data = await refusal(client.api_call("blocks.validate", params={"blocks": json.dumps([bad])}))
    assert data["error"] == "invalid_blocks"
    assert data["errors"][0]["pointer"] == "/blocks/0/text/text"
    assert await error(client.api_call("blocks.validate")) == "invalid_arguments"


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk 3.47 with aiohttp 3.14
async def test_an_oauth_code_becomes_a_token_once(slack: FakeSlack, clock: MovableClock) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    slack.add_workspace("T2", installed=False)
    keys = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    code = slack.oauth_code(team="T2", scopes=("commands",))
    answer = await client.oauth_v2_access(**keys, code=code)
    assert (answer["team"]["id"], answer["scope"], answer["bot_user_id"]) == ("T2", "commands", "UBOT2")
    other = AsyncWebClient(answer["access_token"], base_url=slack.api_url)
    assert (await other.auth_test())["team_id"] == "T2"
    assert await error(client.oauth_v2_access(**keys, code=code)) == "invalid_code"
    late = slack.oauth_code()
    clock.advance(601)
    assert await error(client.oauth_v2_access(**keys, code=late)) == "invalid_code"
    wrong = {**keys, "client_secret": "x"}
    assert await error(client.oauth_v2_access(**wrong, code=slack.oauth_code())) == "bad_client_secret"


async def test_workspaces_are_apart(slack: FakeSlack) -> None:
    other = slack.add_workspace("T2")
    client = AsyncWebClient(other.token.value, base_url=slack.api_url)
    await client.chat_postMessage(channel="C12", text="Hi")
    assert await error(client.chat_postMessage(channel="C1", text="Hi")) == "channel_not_found"
    assert [m.text for m in slack.messages("C12", team="T2")] == ["Hi"]
    assert slack.from_app() == []


async def test_ts_never_repeat_on_a_clock_that_stands_still(slack: FakeSlack) -> None:
    said = [slack.say("x").ts for _ in range(10)]
    assert len(set(said)) == 10
    assert said == sorted(said)


async def test_what_is_printed_hides_tokens(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C1", text=f"my token is {slack.bot_token}")
    printed = slack.calls("chat.postMessage")[0].printable()
    assert "Bearer xoxb-…" in printed
    assert slack.bot_token not in printed
