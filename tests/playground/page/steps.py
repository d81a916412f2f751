"""What the tests do over and over on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page


async def type_in(tab: Page, text: str, *, box: str = "#composer") -> None:
    """Type and send."""
    await tab.fill(box, text)
    await tab.press(box, "Enter")


def last(tab: Page, within: str = "#messages") -> Locator:
    """The newest message."""
    return tab.locator(f"{within} .message").last


async def act_as(tab: Page, name: str) -> None:
    """Become somebody else."""
    user = await tab.locator("#who option", has_text=name).get_attribute("value")
    await tab.select_option("#who", user)
    await expect(tab.locator("body")).to_have_attribute("data-ready", user or "")


async def under_the_hood(tab: Page, name: str) -> None:
    """Open a tab of the panel."""
    if await tab.locator("#panel").is_hidden():
        await tab.click("#hood")
    await tab.get_by_role("tab", name=name).click()
