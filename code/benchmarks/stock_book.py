"""The site beside what a stock Jupyter Book makes of the same chapters: weight, elements, requests, time to load.

    python code/benchmarks/stock_book.py                     after python3 make.py book

Stock: the same settings and directives without what this book does to be light (STOCK_WITHOUT), with MathJax for the
equations and Jupyter Book's own search. Both are opened in one Chromium, slowed down to a sixth as on a phone, from a
server that compresses. MathJax comes from another host: without a network its scripts are missing from the counts, and
the table says so.
"""

import gzip
import statistics
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "book" / "_ext")]

import yaml  # noqa: E402
from jupyter_book.sphinx import build_sphinx  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from tools import browsers  # noqa: E402
from tools.build import BUILD, code_fingerprint  # noqa: E402

STOCK_WITHOUT = ["icon_font", "mathml", "site_trim", "site_downloads", "one_style", "one_script", "solutions", "later",
                 "lean_html", "search_data", "found", "link_hints", "cards"]
PACKED = (".html", ".css", ".js", ".svg", ".json")
PAGES = ["book/index", "book/network-structure", "book/chain-rule", "book/learning", "book/two-layer-derivation"]


COUNT = """() => {
    const [way] = performance.getEntriesByType("navigation"), all = [way, ...performance.getEntriesByType("resource")];
    return { kB: all.reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000, requests: all.length,
             elements: document.querySelectorAll("*").length, seconds: way.loadEventEnd / 1000 };
}"""


class Server(SimpleHTTPRequestHandler):
    """Serves a folder, text compressed."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path.split("?")[0]))
        if not path.is_file():
            return self.send_error(404)
        data = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in PACKED:
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def stock_settings(folder):
    """A _config.yml for the stock book."""
    config = yaml.safe_load((TOP / "_config.yml").read_text(encoding="utf-8"))
    for name in STOCK_WITHOUT:
        config["sphinx"]["local_extensions"].pop(name, None)
    for name in ("html_math_renderer", "templates_path", "html_css_files"):
        config["sphinx"]["config"].pop(name, None)
    path = folder / "_config.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def build_stock(folder):
    """Build the stock book into a folder; the chapters' results come from the last `make book`."""
    settings = {"external_toc_path": str(TOP / "_toc.yml"), "sources_check": False,
                "nb_execution_cache_path": str(BUILD / "executed" / code_fingerprint())}
    build_sphinx(TOP, folder / "html", noconfig=True, path_config=stock_settings(folder), confoverrides=settings,
                 freshenv=True, warningiserror=False, keep_going=True, jobs=2, quiet=True)
    return folder / "html"


def measure(chromium, site, page):
    """{"kB", "requests", "elements", "seconds", "missing"} of one page until it is at rest, compressed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context(viewport={"width": 412, "height": 823})
    try:
        tab = context.new_page()
        missing = []
        tab.on("requestfailed", lambda request: missing.append(request.url))
        tools = context.new_cdp_session(tab)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        tab.goto(f"http://127.0.0.1:{server.server_port}/{page}.html", wait_until="load")
        tab.wait_for_timeout(1500)
        return {**tab.evaluate(COUNT), "missing": len(missing)}
    finally:
        context.close()
        server.shutdown()
        server.server_close()


def compare(sites, pages, rounds=3):
    """{page: {name of a site: medians of its numbers}}"""
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright, browsers.find())
        found = {}
        for page in pages:
            for name, site in sites.items():
                runs = [measure(chromium, site, page) for _ in range(rounds)]
                medians = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                found.setdefault(page, {})[name] = medians
        chromium.close()
    return found


def show(found):
    lines = [f"{'':28} {'':10} {'kB':>6} {'requests':>9} {'elements':>9} {'seconds':>8} {'missing':>8}"]
    for page, sides in found.items():
        for name, run in sides.items():
            lines.append(f"{page:28} {name:10} {run['kB']:6.0f} {run['requests']:9.0f} {run['elements']:9.0f} "
                         f"{run['seconds']:8.2f} {run['missing']:8.0f}")
    return "\n".join(lines)


if __name__ == "__main__":
    if not (BUILD / "html" / "index.html").is_file():
        sys.exit("The site isn't built yet: make book")
    with tempfile.TemporaryDirectory() as folder:
        sites = {"this book": BUILD / "html", "stock": build_stock(Path(folder))}
        print(show(compare(sites, PAGES)))
