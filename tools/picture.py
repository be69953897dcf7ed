"""Make screenshot.png, the picture in the README, from the built site."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tools import browsers

TOP = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright, browsers.find())
        page = chromium.new_page(viewport={"width": 1240, "height": 860}, device_scale_factor=1.5)
        page.goto((TOP / "_build" / "html" / "book" / "index.html").as_uri())
        widget = page.locator(".nudge").first
        widget.locator("input[type=range]").first.press("PageUp")
        page.evaluate("document.activeElement.blur()")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(500)
        page.screenshot(path=TOP / "screenshot.png")
