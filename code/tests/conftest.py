"""For all tests: what they share, and what becomes of those that need more than this machine has.

A test that needs a browser or the sandbox is skipped where none can be had, and the last line says how
many were and what would let them run. With BACKPROP_SKIP_NOTHING set, as in continuous integration, it fails."""

import os
from functools import cache

import pytest
from hypothesis import settings

pytest_plugins = ["tests.fixtures"]

# The same examples in every run: a commit is judged by what it changes, not by chance.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

# Servers of this machine are spoken to directly, whatever proxy leads out of it.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))

# A test that asks for one of these needs what the marker says.
NEEDS = {"browser": "browser", "lab": "lab", "built_site": "site", "small_book": "site"}


# What these tests share takes a minute to make. They begin, so that no other process is given some of them and makes it
# again.
FIRST = "classroom/test_hostile.py"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.path.as_posix().endswith(FIRST))
    for item in items:
        for fixture, marker in NEEDS.items():
            if fixture in item.fixturenames:
                item.add_marker(marker)


@cache
def why_no_browser():
    from tools import browsers

    try:
        os.environ["BACKPROP_BROWSER"] = browsers.find()
    except browsers.NoBrowser as error:
        return str(error)


@cache
def why_no_sandbox():
    from classroom.sandbox import why_not

    return why_not()


MISSING = {"browser": why_no_browser, "sandbox": why_no_sandbox}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    for marker, why in MISSING.items():
        if item.get_closest_marker(marker) and (reason := why()):
            if os.environ.get("BACKPROP_SKIP_NOTHING"):
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


def pytest_unconfigure(config):
    """The last lines: what was left out, and what would let it run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter and not hasattr(config, "workerinput") else []
    for marker in MISSING:
        reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped if marker in report.keywords]
        if reasons:
            reporter.write_line(f"{len(reasons)} tests that need a {marker} were skipped. "
                                f"{max(set(reasons), key=reasons.count)}", yellow=True)
