"""For all tests: what they share, and which of them need more than Python."""

import pytest
from hypothesis import settings

pytest_plugins = ["tests.fixtures"]

# The same examples in every run: a commit is judged by what it changes, not by chance.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

# A test that asks for one of these needs what the marker says.
NEEDS = {"browser": "browser", "lab": "lab", "built_site": "site", "small_book": "site"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        for fixture, marker in NEEDS.items():
            if fixture in item.fixturenames:
                item.add_marker(marker)
