"""This site beside a stock Jupyter Book of the same chapters: what a first visit fetches, elements, requests, time.

    python code/benchmarks/stock_book.py

The chapters are copied; what only this book's extensions understand becomes what Jupyter Book has for it (a quiz a
box, a folded check a hidden cell), and the three pages that are wholly made by them (the sources, the cards, the
package's names) are left out there. Both books are built from nothing, in folders of their own, one after the other,
and served with gzip. What a page fetches until it is idle is counted as it comes over the wire, from other hosts too
if they can be reached, and elements once it is drawn.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from playwright.sync_api import sync_playwright  # noqa: E402

from tools import browsers  # noqa: E402

LEFT_OUT = {"book/review", "book/sources", "book/api"}
STOCK = {"extra_extensions": ["sphinx_exercise"], "config": {"language": "en"}}
TAGS = {"check": "hide-cell", "setup": "remove-cell", "notebook-only": "remove-cell"}
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
COLUMNS = ["kB", "kB from other hosts", "requests", "elements"]


def stock_text(text):
    """A chapter without what only this book's extensions understand."""
    text = re.sub(r"^:::\{quiz\} ?(.*)$", r":::{admonition} Question\n\1\n", text, flags=re.M)
    text = re.sub(r"^:::\{notebook-only\}\n.*?^:::$", "", text, flags=re.M | re.S)
    text = re.sub(r"^:::\{site-only\}\n(.*?)^:::$", r"\1", text, flags=re.M | re.S)
    text = re.sub(r"^```\{(?:progress|sources|review)\}.*?^```$", "", text, flags=re.M | re.S)
    text = re.sub(r"\{site-file\}`(.*?) <.*?>`", r"\1", text)
    return re.sub(r"^:tags: \[([\w-]+)\]$", lambda tag: f":tags: [{TAGS.get(tag[1], tag[1])}]", text, flags=re.M)


def stock_book(folder):
    """The same chapters and the same theme, with settings that Jupyter Book itself documents."""
    ours = yaml.safe_load((TOP / "_config.yml").read_text(encoding="utf-8"))
    settings = {name: ours[name] for name in ("title", "author", "bibtex_bibfiles", "parse", "only_build_toc_files")}
    settings |= {"execute": {"execute_notebooks": "force", "timeout": 120}, "sphinx": STOCK}
    toc = yaml.safe_load((TOP / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        part["chapters"] = [chapter for chapter in part["chapters"] if chapter["file"] not in LEFT_OUT]
    (folder / "book" / "assignments").mkdir(parents=True)
    for file in pages_of(toc):
        source = next(path for kind in (".md", ".ipynb") if (path := TOP / f"{file}{kind}").is_file())
        text = source.read_text(encoding="utf-8")
        (folder / f"{file}{source.suffix}").write_text(stock_text(text) if source.suffix == ".md" else text,
                                                       encoding="utf-8")
    shutil.copy(TOP / "book" / "references.bib", folder / "book")
    for name, content in (("_config.yml", settings), ("_toc.yml", toc)):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return pages_of(toc)


def pages_of(toc):
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def build(folder, *command):
    """Seconds until the book in this folder is built."""
    started = time.monotonic()
    ran = subprocess.run([sys.executable, *command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, errors="replace", env={**os.environ, "PYTHONPATH": str(TOP / "code")})
    if not (folder / "_build" / "html" / "index.html").is_file():
        sys.exit(f"{' '.join(command)} made no book:\n{ran.stdout[-2000:]}")
    return time.monotonic() - started


class Packed(SimpleHTTPRequestHandler):
    """A folder as servers give it: text compressed."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data, kind = path.read_bytes(), self.guess_type(str(path))
        self.send_response(200)
        if re.match(r"text/|application/(javascript|json)|image/svg", kind):
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def visit(browser, base, page):
    """[kB, kB from other hosts, requests, elements] of a first visit, and the hosts that didn't answer."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    wire, asked, weight, silent = context.new_cdp_session(opened), {}, {True: 0, False: 0}, set()
    wire.send("Network.enable")
    wire.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]}))

    def came(event):
        weight[asked.get(event["requestId"], "").startswith(base)] += event["encodedDataLength"]

    wire.on("Network.loadingFinished", came)
    opened.on("requestfailed", lambda r: silent.add(r.url.split("/")[2]) if r.url.startswith("http") else None)
    opened.goto(f"{base}/{page}.html", wait_until="load", timeout=120_000)
    try:
        opened.wait_for_load_state("networkidle", timeout=30_000)
    except Exception:  # noqa: BLE001  a host that never answers keeps a page waiting
        silent.add("a host that never answered")
    elements = opened.evaluate("document.getElementsByTagName('*').length")
    requests = sum(url.startswith("http") for url in asked.values())
    context.close()
    return [weight[True] / 1000, weight[False] / 1000, requests, elements], silent


def visits(browser, site, pages):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Packed, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows = {page: visit(browser, f"http://127.0.0.1:{server.server_port}", page) for page in pages}
    server.shutdown()
    return {page: row for page, (row, _) in rows.items()}, set().union(*(silent for _, silent in rows.values()))


def report(pages, ours, stock):
    print(f"{'':36}" + "".join(f"{name:>22}" for name in COLUMNS))
    print(f"{'page':36}" + f"{'ours':>12}{'stock':>10}" * len(COLUMNS))
    for page in pages:
        print(f"{page:36}" + "".join(f"{a:12.0f}{b:10.0f}" for a, b in zip(ours[page], stock[page], strict=True)))
    mean = [[sum(rows[page][i] for page in pages) / len(pages) for i in range(len(COLUMNS))] for rows in (ours, stock)]
    print(f"{'mean':36}" + "".join(f"{a:12.0f}{b:10.0f}" for a, b in zip(*mean, strict=True)))


def main():
    with tempfile.TemporaryDirectory() as there:
        plain, own = Path(there) / "stock", Path(there) / "ours"
        plain.mkdir()
        pages = stock_book(plain)
        leave = shutil.ignore_patterns(".git", ".venv", "_build", "notebooks", "__pycache__", ".*_cache")
        shutil.copytree(TOP, own, ignore=leave)
        (own / "_build").mkdir()
        took = build(own, "-m", "tools.build"), build(plain, "-c", JUPYTER_BOOK, "build", ".")
        with sync_playwright() as playwright:
            chromium = browsers.launch(playwright, browsers.find())
            ours, _ = visits(chromium, own / "_build" / "html", pages)
            stock, silent = visits(chromium, plain / "_build" / "html", pages)
            chromium.close()
    report(pages, ours, stock)
    print(f"built from nothing: ours {took[0]:.0f} s on {os.cpu_count()} cores, stock {took[1]:.0f} s on one")
    if silent:
        print("Not counted, they didn't answer: " + ", ".join(sorted(silent)))


if __name__ == "__main__":
    main()
