"""How soon the playground shows a card, how fast a command is drawn, how heavy the page is."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect
from tests.playground.page.browsers import FLAGS, MISSING, chromium

from aibot.playground.run import playground

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
COLD, WARM, DRAWN, HEAVY, SAVED = 30.0, 3.0, 0.150, 200_000, 1.0
COMMANDS = (
    "model deepseek-v3",
    "gemeni 1.5 pro",
    "model gpt-6",
    "DeepSeek-V3 训练花了多少钱？",
    "date 2024-12",
    "domain medical",
)
ROUNDS = 60

#  From the key press to the frame that shows the answer, all inside the page.
TIMED = """([text]) => new Promise((resolve) => {
    const box = document.querySelector("#composer");
    const before = document.querySelectorAll("#messages .message").length;
    const began = performance.now();
    const watcher = new MutationObserver(() => {
        if (document.querySelectorAll("#messages .message").length === before) return;
        watcher.disconnect();
        requestAnimationFrame(() => resolve((performance.now() - began) / 1000));
    });
    watcher.observe(document.querySelector("#messages"), { childList: true, subtree: true });
    box.value = text;
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
})"""

WRITTEN = """() => new Promise((resolve) => {
    const list = document.querySelector("#messages");
    const look = () => list.textContent.includes("what was just written") && resolve(true);
    new MutationObserver(look).observe(list, { childList: true, subtree: true });
    look();
})"""


async def first_card(browser: Browser, url: str) -> None:
    """Wait until the page at an address shows a card."""
    tab = await browser.new_page()
    await tab.goto(url)
    await expect(tab.locator(".message .b-header")).to_be_visible()
    await tab.close()


async def started(browser: Browser, command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Seconds from starting a command to the card on the page it prints the address of."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            if found := re.search(rb"http://127\.0\.0\.1:\d+/[\w-]+/", line):
                await first_card(browser, found[0].decode())
                return time.perf_counter() - began
        raise RuntimeError("the playground did not start")
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: `make` and the playground below it
        await process.wait()


async def cold(browser: Browser) -> float:
    """A clone, `make play`, and the first card; the package cache is whatever this machine has."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        await asyncio.to_thread(subprocess.run, ["git", "clone", "-q", str(ROOT), folder], check=True)
        python = getattr(sys, "_base_executable", sys.executable)
        environment = {
            name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}
        }
        await started(browser, ["make", "play", f"PYTHON={python}"], Path(folder), environment)
        return time.perf_counter() - began


async def drawn(tab: Page) -> list[float]:
    """Seconds from pressing Enter to the card, many times."""
    return [
        float(await tab.evaluate(TIMED, [f"/ai {COMMANDS[number % len(COMMANDS)]}"]))
        for number in range(ROUNDS)
    ]


async def saved(browser: Browser) -> float:
    """Seconds from saving a facts file to the card redrawn."""
    with tempfile.TemporaryDirectory() as folder:
        facts = shutil.copytree(ROOT / "data", Path(folder) / "data") / "facts.yaml"
        models = facts.parent / "curated" / "models.yaml"
        async with playground(facts, recordings=Path(folder)) as server:
            tab = await browser.new_page()
            await tab.goto(server.url)
            await expect(tab.locator(".message .b-header")).to_be_visible()
            text = models.read_text("utf-8").replace(
                "its low reported training cost", "what was just written"
            )
            began = time.perf_counter()
            models.write_text(text, "utf-8")
            await tab.evaluate(WRITTEN)
            seconds = time.perf_counter() - began
            await tab.close()
            return seconds


def line(what: str, value: float, target: float, unit: str = "s") -> bool:
    """Print a figure beside its target; whether it is met."""
    met = value <= target
    print(f"{what:52} {value:10.3f} {unit:3} target {target:10.3f} {unit:3} {'ok' if met else 'MISSED'}")
    return met


async def main(*, with_cold: bool) -> int:
    """Measure and print; fails where a target is missed."""
    path = chromium()
    if not path:
        print(MISSING)
        return 1
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        command = [sys.executable, "-m", "aibot", "playground", "--no-browser"]
        warm = [await started(browser, command, ROOT, dict(os.environ)) for _ in range(5)]
        with tempfile.TemporaryDirectory() as folder:
            async with playground(recordings=Path(folder)) as server:
                tab = await browser.new_page(viewport={"width": 1280, "height": 800})
                await tab.goto(server.url)
                await expect(tab.locator(".message .b-header")).to_be_visible()
                times = await drawn(tab)
                await tab.close()
        seconds = await saved(browser)
        page = sum(file.stat().st_size for file in (ROOT / "src" / "aibot" / "playground" / "page").iterdir())
        met = [
            line("started to the first card on the page, median of 5", statistics.median(warm), WARM),
            line(
                f"a typed command to its card, p95 of {ROUNDS}", statistics.quantiles(times, n=20)[-1], DRAWN
            ),
            line(f"a typed command to its card, median of {ROUNDS}", statistics.median(times), DRAWN),
            line("a facts file saved to the card redrawn", seconds, SAVED),
            line("the page's weight", page / 1000, HEAVY / 1000, "kB"),
        ]
        if with_cold:
            met.append(line("a clone to the first card, packages in the cache", await cold(browser), COLD))
        await browser.close()
    return 0 if all(met) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-clone", action="store_true", help="leave the clone and its installation out")
    sys.exit(asyncio.run(main(with_cold=not parser.parse_args().no_clone)))
