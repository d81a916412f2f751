"""Installing the bot in a workspace: the way there and back, and everything that can go wrong on it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from tests.slack.install.rig import Many, many

from aibot.slack.install.door import MOST_OPEN, cookie_of
from aibot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from aibot.storage.oauth_states import SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


@pytest.fixture
async def rig(bot: Bot, tmp_path: Path) -> AsyncIterator[Many]:
    async with many(bot, tmp_path) as running:
        yield running


async def test_a_workspace_installs_the_bot_and_is_answered(rig: Many) -> None:
    page = await rig.install("T1")
    assert (page.status, page.titles) == (200, ["Installed", "已安装"])
    assert "Acme &lt;T1&gt;" in page.text
    assert "Acme <T1>" not in page.text
    held = await rig.has("T1")
    assert (held.token, held.bot, held.bot_user, held.installer) == (rig.slack.bot_token, "B1", "UBOT", "U1")
    assert set(held.scopes) == {*SCOPES, *OPTIONAL_SCOPES}
    assert "Retrieval" in await rig.say("RAG", team="T1")
    assert rig.slack.refusals == []


async def test_slack_is_asked_for_what_the_manifest_has(rig: Many) -> None:
    sent = await rig.browser().get(f"{rig.url}/slack/install")
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert sent.headers["Location"].startswith(f"{rig.slack.url}/oauth/v2/authorize?")
    assert asked["scope"] == [",".join([*SCOPES, *OPTIONAL_SCOPES])]
    assert asked["redirect_uri"] == [f"{rig.url}/slack/oauth_redirect"]
    assert asked["client_id"] == ["1.1"]
    assert len(asked["state"][0]) >= 40


async def test_the_cookie_is_for_this_host_over_https_and_for_no_script(rig: Many) -> None:
    sent = await rig.browser().get(f"{rig.url}/slack/install")
    cookie = sent.headers["Set-Cookie"]
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
    assert cookie.startswith(f"{cookie_of(state)}={state};")
    assert cookie.startswith("__Host-")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=600"} <= parts
    assert not any(part.startswith("domain") for part in parts)


@pytest.mark.parametrize("path", ["install", "oauth_redirect", "oauth_redirect?error=access_denied"])
async def test_nothing_runs_in_a_page_and_nobody_frames_keeps_or_learns_of_it(rig: Many, path: str) -> None:
    page = await rig.browser().get(f"{rig.url}/slack/{path}")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in page.text


async def test_whoever_declines_reads_so(rig: Many) -> None:
    browser = rig.browser()
    asked = parse_qs(urlsplit((await browser.get(f"{rig.url}/slack/install")).headers["Location"]).query)
    fields = {name: values[0] for name, values in asked.items()}
    back = await browser.get(f"{rig.slack.url}/oauth/v2/authorize/allow", method="POST", **fields, deny="1")
    page = await browser.get(back.headers["Location"])
    assert (page.status, page.titles) == (403, ["Not installed", "未安装"])
    assert f'href="{rig.url}/slack/install"' in page.text


async def test_a_state_runs_out(rig: Many) -> None:
    browser = rig.browser()
    back = await rig.consent(browser, "T1")
    rig.clock.advance(SECONDS)
    page = await browser.get(back)
    assert (page.status, page.titles[0]) == (400, "This link has run out")
    assert rig.slack.calls("oauth.v2.access") == []


async def test_a_link_works_once(rig: Many) -> None:
    browser = rig.browser()
    back = await rig.consent(browser, "T1")
    assert (await browser.get(back)).status == 200
    assert (await browser.get(back)).titles == ["This link has run out", "链接已失效"]
    assert len(rig.slack.calls("oauth.v2.access")) == 1


async def test_another_browser_cannot_finish(rig: Many) -> None:
    first, second = rig.browser(), rig.browser()
    back = await rig.consent(first, "T1")
    assert (await second.get(back)).titles[0] == "Another browser began this"
    await second.get(f"{rig.url}/slack/install")
    assert (await second.get(back)).status == 403
    assert rig.slack.calls("oauth.v2.access") == []
    assert (await first.get(back)).status == 200


async def test_what_began_in_two_tabs_is_finished_in_both_whichever_comes_first(rig: Many) -> None:
    browser = rig.browser()
    first, second = await rig.consent(browser, "T1"), await rig.consent(browser, "T2")
    for back, team in ((second, "T2"), (first, "T1")):
        page = await browser.get(back)
        assert (page.status, page.titles[0]) == (200, "Installed")
        assert await rig.installation(team) is not None


async def test_a_browser_keeps_a_few_installations_and_drops_the_first(rig: Many) -> None:
    browser = rig.browser()
    begun = [await rig.consent(browser, "T1") for _ in range(MOST_OPEN + 2)]
    assert len(browser.cookies) == MOST_OPEN
    pages = [(await browser.get(back)).status for back in begun]
    assert pages == [403, 403, *[200] * MOST_OPEN]


async def test_one_states_cookie_is_no_good_for_another(rig: Many) -> None:
    browser = rig.browser()
    await rig.consent(browser, "T1")
    [mine] = browser.cookies.values()
    back = await rig.consent(rig.browser(), "T1")
    theirs = parse_qs(urlsplit(back).query)["state"][0]
    browser.cookies[cookie_of(theirs)] = mine
    assert (await browser.get(back)).titles[0] == "Another browser began this"
    assert rig.slack.calls("oauth.v2.access") == []


async def test_a_cookie_and_a_state_that_agree_are_not_enough(rig: Many) -> None:
    browser = rig.browser()
    browser.cookies[cookie_of("made-up")] = "made-up"
    page = await browser.get(f"{rig.url}/slack/oauth_redirect?code=x&state=made-up")
    assert page.titles[0] == "This link has run out"
    assert rig.slack.calls("oauth.v2.access") == []


async def test_a_code_that_slack_no_longer_takes(rig: Many) -> None:
    browser = rig.browser()
    back = await rig.consent(browser, "T1")
    code = parse_qs(urlsplit(back).query)["code"][0]
    rig.slack.state.oauth_codes.pop(code)
    page = await browser.get(back)
    assert (page.status, page.titles[0]) == (400, "Slack did not finish it")
    assert code not in page.text


@pytest.mark.parametrize("kind", ["reset", "server_error", "garbage", "rate_limit"])
async def test_a_slack_that_is_down(rig: Many, kind: str) -> None:
    browser = rig.browser()
    back = await rig.consent(browser, "T1")
    rig.slack.trouble("oauth.v2.access", kind)  # type: ignore[arg-type]
    page = await browser.get(back)
    assert (page.status, page.titles) == (503, ["Slack cannot be reached right now", "现在无法连接 Slack"])
    assert await rig.installation("T1") is None


@pytest.mark.parametrize("code", ["invalid_client_id", "bad_client_secret", "bad_redirect_uri"])
async def test_the_operators_own_fault_is_told_as_such(
    rig: Many, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = rig.browser()
    back = await rig.consent(browser, "T1")
    rig.slack.trouble("oauth.v2.access", error=code)
    page = await browser.get(back)
    assert (page.status, page.titles[0]) == (500, "The bot is not set up right")
    assert code in page.text
    assert f"Slack refuses its settings ({code})" in caplog.text


async def test_a_bot_that_slack_does_not_name_is_installed_all_the_same(rig: Many) -> None:
    browser = rig.browser()
    back = await rig.consent(browser, "T1")
    rig.slack.trouble("auth.test", "server_error")
    assert (await browser.get(back)).status == 200
    assert (await rig.has("T1")).bot == ""
    await rig.slack.invite("C1")
    mention = await rig.slack.mention("RAG")
    assert "Retrieval" in (await rig.slack.answer(mention)).text


async def test_a_database_that_takes_nothing_is_told_with_a_reference(
    rig: Many, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.memory.database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE oauth_states")
    browser = rig.browser()
    page = await browser.get(await rig.consent(browser, "T1"))
    assert (page.status, page.titles[0]) == (503, "The bot cannot write this down right now")
    reference = caplog.text.split("reference=")[1].split()[0]
    assert page.text.count(reference) == 2


@pytest.mark.parametrize(
    "query",
    [
        "", "code=x", "state=x", "code=&state=", f"code={'x' * 600}&state=x", f"state={'x' * 5_000}&code=x",
        "code=%00&state=%00", "code=%ff&state=%ff", "code=x&state=%F0%9F%92%A9", "code[]=x&state[]=y",
        "code=a&code=b&state=a&state=b", "error=" + quote("<script>alert(1)</script>"),
        "error=access_denied&error_description=" + quote("<b>"), "state=" + quote("<b>") + "&code=" + quote('"><i>'),
    ],
)  # fmt: skip
async def test_nonsense_is_a_page_that_repeats_nothing(rig: Many, query: str) -> None:
    browser = rig.browser()
    browser.cookies[cookie_of("x")] = "x"
    page = await browser.get(f"{rig.url}/slack/oauth_redirect?{query}")
    assert page.status in (400, 403)
    assert len(page.titles) == 2
    assert not any(part in page.text for part in ("<script", "alert", "<b>", "<i>", "xxxxx"))
    assert rig.slack.calls("oauth.v2.access") == []


@pytest.mark.parametrize("path", ["install", "oauth_redirect"])
async def test_only_get(rig: Many, path: str) -> None:
    page = await rig.browser().get(f"{rig.url}/slack/{path}", method="POST")
    assert (page.status, page.headers["Allow"]) == (405, "GET")


async def test_a_workspace_that_installs_again_has_the_new_token(rig: Many) -> None:
    await rig.install("T1")
    first = await rig.has("T1")
    rig.memory.daily.stop_team("T1", "invalid_auth")
    assert (await rig.install("T1")).status == 200
    second = await rig.has("T1")
    assert second.token != first.token
    assert rig.memory.daily.stopped() == []
    await rig.slack.answer(await rig.slack.mention("RAG"))
    assert rig.tokens_of(rig.slack.calls("chat.postMessage")) == {second.token}


async def test_without_many_workspaces_there_is_no_door(rig: Many, bot: Bot) -> None:
    from tests.slack.conftest import running  # noqa: PLC0415

    await rig.install("T1")
    async with running(bot, rig.slack):
        page = await rig.browser().get((rig.slack.app_url or "").replace("events", "install"))
        assert page.status == 404
