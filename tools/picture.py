"""Make the pictures that show the book elsewhere: screenshot.png for the README, from the built site, and
book/_static/card.png, which is shown where somebody passes on a link (found.py names it).
"""

import tempfile
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

from tools import browsers

TOP = Path(__file__).resolve().parents[1]
STATIC = TOP / "book" / "_static"
CARD = STATIC / "card.png"
CARD_SIZE = 1200, 630                   # what sites that show a link ask for

CARD_PAGE = """<!doctype html><style>
@font-face {{ font-family: Display; src: url({static}/fonts/book-display.woff2); }}
@font-face {{ font-family: Text; src: url({static}/fonts/book-text.woff2); }}
body {{ margin: 0; background: white; color: #1f2328; overflow: hidden; }}
h1 {{ font: 700 104px/1.02 Display; letter-spacing: -0.025em; margin: 0; position: absolute; left: 72px; top: 72px; }}
p {{ font: 36px/1.35 Text; margin: 0; position: absolute; left: 72px; bottom: 72px; width: 580px; }}
img {{ position: absolute; right: 56px; bottom: 20px; width: 340px; }}
</style><h1>{title}</h1><p>How neural networks learn: every equation derived by a program, every network one you can
move.</p><img src="{static}/logo.svg" alt="">"""


def make_screenshot(chromium):
    page = chromium.new_page(viewport={"width": 1240, "height": 860}, device_scale_factor=1.5)
    page.goto((TOP / "_build" / "html" / "book" / "index.html").as_uri())
    widget = page.locator(".nudge").first
    widget.locator("input[type=range]").first.press("PageUp")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(500)
    page.screenshot(path=TOP / "screenshot.png")


def make_card(chromium, target=CARD):
    title = yaml.safe_load((TOP / "_config.yml").read_text(encoding="utf-8"))["title"]
    width, height = CARD_SIZE
    page = chromium.new_page(viewport={"width": width, "height": height})
    with tempfile.TemporaryDirectory() as folder:            # a page of the disk may show files of the disk
        place = Path(folder) / "card.html"
        place.write_text(CARD_PAGE.format(title=title, static=STATIC.as_uri()), encoding="utf-8")
        page.goto(place.as_uri())
        page.evaluate("document.fonts.ready.then(() => 1)")
        page.screenshot(path=target)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright, browsers.find())
        make_card(chromium)
        make_screenshot(chromium)
