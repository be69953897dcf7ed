"""What several tests share: the built site, a server for it, a browser.

    built_site      the folder of the built site (built if it is missing or stale)
    serve           the address of a server of that folder, "http://127.0.0.1:…"
    serve_folder    a function: folder -> address, for another folder
    browser         a headless Chromium
    new_page        a function: opens a fresh page that can't reach other hosts,
                    and collects in `page.problems` what went wrong in it
    axe             a function: page -> what axe-core finds, one line a finding
"""

import contextlib
import importlib.util
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from py_mini_racer import MiniRacer

from tools import browsers

TOP = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def engine_with(*scripts):
    """A JavaScript engine (V8) in which these scripts have run, for as long as the block lasts. Left to the garbage
    collector it may be taken down in the middle of something else, on another thread, and the whole process with it."""
    with MiniRacer() as engine:
        for script in scripts:
            engine.eval(script + "\n;0")
        yield engine


@pytest.fixture(scope="session")
def make():
    """The module make.py at the top."""
    spec = importlib.util.spec_from_file_location("make", TOP / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def built_site(make):
    """The folder of the site, built from what is here now."""
    return make.built_book()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128            # on a busy machine five are soon waiting, and a sixth comes back in seconds


@contextlib.contextmanager
def serving(folder):
    """A server of a folder on this machine alone, for as long as the block runs."""
    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def serve_folder():
    with contextlib.ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder))


@pytest.fixture(scope="session")
def serve(built_site, serve_folder):
    return serve_folder(built_site)


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    path = browsers.find()
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright, path)
        yield chromium
        chromium.close()


def is_local(url):
    """Is this address on this machine, or inside the page itself?"""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname == "127.0.0.1"


# Every widget of a page is alive, those too that wait until a reader comes near: as if the page were printed.
# The script of the labs may have to come first.
ALIVE = """async () => {
  const asleep = ".nudge-drawing:not(.nudge), .train-drawing:not(.train), .figures-drawing:not(.alive)";
  const still = () => document.querySelector(asleep);
  for (let i = 0; i < 600 && (i === 0 || still()); i++) {
    if (i % 20 === 0) for (const act of ["beforeprint", "afterprint"]) dispatchEvent(new Event(act));
    await new Promise((done) => setTimeout(done, 25));
  }
}"""


@contextlib.contextmanager
def page_opener(browser):
    """A function that opens pages (see new_page), which are closed when the block ends."""
    contexts = []

    def open_page(url, *, width=1280, height=900, dark=False, alive=True, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light", **options)
        contexts.append(context)
        page = context.new_page()
        page.problems = problems = []

        def guard(route):
            if is_local(route.request.url):
                route.continue_()
            else:
                problems.append(f"asks another host: {route.request.url}")
                route.abort()

        context.route("**/*", guard)
        page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: problems.append(f"script error: {e}"))
        page.on("response", lambda r: r.status >= 400 and problems.append(f"{r.status}: {r.url}"))
        page.goto(url)
        if alive and options.get("java_script_enabled", True):
            page.evaluate(ALIVE)
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()


@pytest.fixture
def new_page(browser):
    """`new_page(url, width=1280, dark=False, alive=True, **context)` opens an address in a
    context of its own and, if `alive`, waits for its widgets. Requests to other hosts are refused and, like console
    errors, page errors and failed requests, listed in `page.problems`."""
    with page_opener(browser) as open_page:
        yield open_page


# axe measures the contrast of every text by itself, a formula letter by letter; nine tenths of its time went there.
# One of each is enough: of the same colour, size and weight, on the same ground, in the same kind of place.
ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const old of document.querySelectorAll("[data-one-of-each]")) old.removeAttribute("data-one-of-each");
  for (const element of document.body.querySelectorAll("*")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(element), key = [color, fontSize, fontWeight];
    for (let up = element; up; up = up.parentElement) {
      const {backgroundColor, backgroundImage, opacity, position} = getComputedStyle(up);
      if (backgroundColor !== "rgba(0, 0, 0, 0)" || backgroundImage !== "none" || opacity !== "1"
          || position !== "static") key.push(up.className, backgroundColor, opacity, position);
    }
    if (seen.has(String(key))) continue;
    seen.add(String(key));
    element.setAttribute("data-one-of-each", "");
  }
}"""


@pytest.fixture(scope="session")
def axe():
    """`axe(page)` lists what axe-core has against the page as it is now."""
    from axe_playwright_python.base import AXE_FILE_PATH

    script = Path(AXE_FILE_PATH).read_text(encoding="utf-8")

    def check(page):
        page.evaluate(ONE_OF_EACH)
        page.evaluate(script)
        found = page.evaluate("""async () => {
            axe.configure({rules: [{id: "color-contrast", selector: "[data-one-of-each]"}]});
            return (await axe.run(document, {resultTypes: ["violations"], preload: false})).violations;
        }""")
        return [f"{v['id']}: {v['help']}: {n['target']} {n['html'][:160]}" for v in found for n in v["nodes"]]

    return check
