"""Ask every page outside that the built site links to whether it is still there: python -m tools.links

It says which aren't, and on which of our pages they stand."""

import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bs4 import BeautifulSoup

TOP = Path(__file__).resolve().parents[1]
NOT_GONE = {401, 403, 405, 429, 503}        # an answer all the same: some let no programs in


def outside(site):
    """address -> the pages that link to it."""
    found = defaultdict(set)
    for page in sorted(Path(site).rglob("*.html")):
        for link in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select('a[href^="http"]'):
            found[link["href"].partition("#")[0]].add(page.relative_to(site).as_posix())
    return found


def why_gone(address, timeout=30):
    """None if there is an answer at this address, else what went wrong."""
    try:
        with urlopen(Request(address, headers={"User-Agent": "Mozilla/5.0 (link check of a book)"}), timeout=timeout):
            return None
    except HTTPError as error:
        return None if error.code in NOT_GONE else f"{error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return str(error)


def check(site):
    """Print what is gone; return how many that are."""
    links = outside(site)
    with ThreadPoolExecutor(8) as pool:
        gone = {address: why for address, why in zip(links, pool.map(why_gone, links)) if why}
    for address, why in gone.items():
        print(f"{address}\n  {why}\n  on {', '.join(sorted(links[address]))}")
    print(f"{len(links) - len(gone)} of {len(links)} addresses answer.")
    return len(gone)


if __name__ == "__main__":
    sys.exit(min(1, check(TOP / "_build" / "html")))
