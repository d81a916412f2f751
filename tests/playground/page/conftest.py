"""The playground's page in a real browser."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright
from tests.playground.page.browsers import FLAGS, MISSING, chromium

from aibot.playground.run import playground

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Browser, Page

    from aibot.playground.server import PageServer

HERE = Path(__file__).parent
UNSEEN = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are left out, said so at the end; in CI they stay and fail."""
    if chromium() or os.environ.get("CI") == "true":
        return
    left_out = [item for item in items if HERE in item.path.parents and "browser" in item.fixturenames]  # type: ignore[attr-defined]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[UNSEEN] = len(left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash.get(UNSEEN, 0):
        terminalreporter.section("NO BROWSER", red=True, bold=True)
        terminalreporter.line(f"{left_out} browser tests were not run: {MISSING}", red=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    del anyio_backend
    path = chromium()
    assert path, MISSING
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        await running.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PageServer]:
    async with playground(recordings=tmp_path) as running:
        yield running


OpenTab = "Callable[..., AbstractAsyncContextManager[Page]]"


@pytest.fixture
def allowed() -> list[str]:
    """What the browser may complain of in this test."""
    return []


@pytest.fixture
def open_tab(browser: Browser, server: PageServer, allowed: list[str]) -> OpenTab:  # type: ignore[valid-type]
    """Open the page in a browser of its own; what it fetches elsewhere and what goes wrong in it fails the test."""

    @asynccontextmanager
    async def opened(
        *, dark: bool = False, width: int = 1280, height: int = 860, url: str | None = None
    ) -> AsyncIterator[Page]:
        wrong: list[str] = []
        context = await browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        try:
            tab = await context.new_page()
            tab.set_default_timeout(8000)
            tab.on("pageerror", lambda error: wrong.append(str(error)))
            tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            tab.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
            tab.on(
                "request", lambda asked: wrong.append(f"fetches {asked.url}") if not _own(asked.url) else None
            )
            await tab.goto(url or server.url)
            await tab.wait_for_selector("body[data-ready]")
            yield tab
            assert [one for one in wrong if not any(part in one for part in allowed)] == []
        finally:
            await context.close()

    return opened


def _own(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:"))


@pytest.fixture
async def tab(open_tab: Callable[..., AbstractAsyncContextManager[Page]]) -> AsyncIterator[Page]:
    async with open_tab() as opened:
        yield opened
