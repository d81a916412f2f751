"""Everything that goes wrong around a page: markup in texts, huge messages, lost connections, broken facts."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from playwright.async_api import expect
from tests.playground.page.steps import last, type_in, under_the_hood

from aibot.playground.run import playground

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Page

    from aibot.playground.server import PageServer

    OpenTab = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = pytest.mark.anyio

DATA = Path(__file__).resolve().parents[3] / "data"
EVIL = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg/onload=window.hacked=1>',
    "<javascript:window.hacked=1|click>",
    "{{7*7}} ${window.hacked=1} &lt;b&gt;&amp;amp;",
    "*<iframe srcdoc='<script>parent.hacked=1</script>'>*",
)


async def test_markup_stays_text_wherever_it_is_typed(server: PageServer, tab: Page) -> None:
    for text in EVIL:
        await stays_text(server, tab, text)
        await tab.get_by_role("button", name="Close the panel").click()
        await tab.locator("#thread").get_by_role("button", name="Close the thread").click()


async def stays_text(server: PageServer, tab: Page, text: str) -> None:
    await type_in(tab, text)
    await expect(last(tab).locator(".kit")).to_contain_text(text.strip("*<").split("|")[0][:12])
    await type_in(tab, f"/ai {text}")
    await expect(last(tab)).to_contain_text("Only visible to you")
    await type_in(tab, f"@aibot {text}")
    await expect(last(tab)).to_contain_text("1 reply")
    await last(tab).locator(".replies").click()
    await type_in(tab, text, box="#reply")
    await expect(tab.locator("#thread .message")).to_have_count(3)
    await type_in(tab, f"/rename {text}")
    await expect(last(tab)).to_contain_text("done")
    channel = server.stage.slack.workspace().channels["C1"]
    channel.topic, channel.name = text, text
    server.stage.slack.workspace().users["U2"].real_name = text
    server.stage.slack.record.changed()
    await expect(tab.locator("#heading")).to_contain_text(text)
    await under_the_hood(tab, "Inspector")
    await tab.locator("#panel .wire button").first.click()
    await expect(tab.locator("#panel .detail pre").first).to_be_visible()
    for tag in ("iframe", "script:not([src])", "img", "[onerror]", "[onload]", "a[href^=javascript]"):
        assert await tab.locator(f"body {tag}").count() == 0
    assert await tab.evaluate("window.hacked") is None


async def test_a_huge_message_is_cut_as_slack_cuts_it(tab: Page, allowed: list[str]) -> None:
    allowed += ["413", "ERR_"]  # the browser says that the server refused
    await type_in(tab, "x" * 100_000)
    await expect(last(tab).locator(".kit")).to_have_text(re.compile(r"^x{40000}$"))
    await type_in(tab, "/ai " + "模型 " * 30_000)
    await expect(last(tab)).to_contain_text("Only visible to you")
    await type_in(tab, "y" * 700_000)
    await expect(tab.locator("#foot .wrong")).to_contain_text("more than 600 kB")
    await type_in(tab, "/ai model genie 2")
    await expect(last(tab).locator(".b-header")).to_have_text("Genie 2")


async def test_a_dropped_connection_comes_back_by_itself(
    server: PageServer, tab: Page, allowed: list[str]
) -> None:
    allowed += ["ERR_"]
    await tab.fill("#composer", "half a thought")
    await server.pause()
    await expect(tab.locator("#lost")).to_contain_text("The connection is gone")
    server.stage.slack.say("said meanwhile")
    await server.resume()
    await expect(last(tab)).to_contain_text("said meanwhile")
    await expect(tab.locator("#lost")).to_be_empty()
    await expect(tab.locator(".message").first.locator(".b-header")).to_have_text("DeepSeek-V3")
    await expect(tab.locator("#composer")).to_have_value("half a thought")


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data" / "facts.yaml"


async def test_saving_a_fact_redraws_the_open_card(facts: Path, tmp_path: Path, open_tab: OpenTab) -> None:
    models = facts.parent / "curated" / "models.yaml"
    good = models.read_text("utf-8")
    sentence = "known for its low reported training cost"
    assert sentence in good
    async with playground(facts, recordings=tmp_path) as server, open_tab(url=server.url) as tab:
        await type_in(tab, "@aibot model deepseek-v3")
        await expect(last(tab)).to_contain_text("1 reply")
        models.write_text(good.replace(sentence, "known for whatever an editor just wrote"), "utf-8")
        await expect(tab.locator(".message").first).to_contain_text("whatever an editor just wrote")
        await last(tab).locator(".replies").click()
        await expect(last(tab, "#thread")).to_contain_text("whatever an editor just wrote")

        broken = good.replace("    facts:", "    facs:", 1)
        line = 1 + broken[: broken.index("    facs:")].count("\n")
        models.write_text(broken, "utf-8")
        await expect(tab.locator("#broken li", has_text=f"models.yaml:{line}")).to_contain_text("facs")
        await type_in(tab, "/ai model deepseek-v3")
        await expect(last(tab)).to_contain_text("whatever an editor just wrote")

        models.unlink()
        await expect(tab.locator("#broken")).to_contain_text("the file cannot be read")
        await type_in(tab, "/ai model genie 2")
        await expect(last(tab).locator(".b-header")).to_have_text("Genie 2")

        models.write_text(good, "utf-8")
        await expect(tab.locator("#broken")).to_be_empty()
        await expect(tab.locator(".message").first).to_contain_text(sentence)


async def test_a_taken_port_is_told_and_ends_with_2(server: PageServer) -> None:
    del server
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "aibot", "playground", "--no-browser", "--port", str(port)],
            capture_output=True, text=True, timeout=30, check=False, env=dict(os.environ),
        )  # fmt: skip
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


async def test_nothing_is_served_without_the_key(server: PageServer) -> None:
    root = server.url.removesuffix(f"{server.key}/")
    async with aiohttp.ClientSession() as session:
        for path in (
            "",
            "wrong/",
            f"{server.key}x/",
            "wrong/events?as=U1",
            f"{server.key}/../{server.key[:-1]}/",
        ):
            async with session.get(root + path) as answer:
                assert answer.status == 403
                assert server.key not in await answer.text()
        async with session.get(server.url, headers={"Host": "evil.example:80"}) as answer:
            assert answer.status == 403
        async with session.post(f"{server.url}do/crash", data={"a": "b"}) as answer:
            assert answer.status == 415
        async with session.post(f"{server.url}do/nothing", json={}) as answer:
            assert answer.status == 400
        async with session.post(f"{server.url}do/say", json={"user": "U1"}) as answer:
            assert answer.status == 400
        for name in ("..%2fserver.py", "%2e%2e/server.py", "server.py", "nothing.js"):
            async with session.get(server.url + name) as answer:
                assert answer.status in {403, 404}
        assert server.url.startswith("http://127.0.0.1:")
        async with session.get(server.url) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_is_light() -> None:
    page = Path(__file__).resolve().parents[3] / "src" / "aibot" / "playground" / "page"
    assert sum(file.stat().st_size for file in page.iterdir()) <= 200_000
