"""One table of cases for numbers, ticks and ranges, held by Python and by a JavaScript engine."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.widgets.assemble import read
from backprop.widgets.draw import format as twin
from tests.fixtures import engine_with

CASES = json.loads(Path(__file__).with_name("format_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def js():
    with engine_with(read(["format"])) as engine:
        yield lambda expression, *values: json.loads(engine.eval(f"JSON.stringify({expression})"
                                                                 % tuple(map(json.dumps, values))))


def test_numbers_in_both_languages(js):
    for value, digits, text in CASES["show"]:
        assert twin.show(value, digits) == text == js("show(%s, %s)", value, digits)
    for name in ("short", "plain", "signed"):
        for value, text in CASES[name]:
            assert twin.FORMATS[name](value) == text == js(f"FORMATS.{name}(%s)", value)


def test_ticks_ranges_and_spans_in_both_languages(js):
    for low, high, n, texts in CASES["nice"]:
        assert ([text for _, text in twin.nice(low, high, n)] == texts
                == [text for _, text in js("nice([%s, %s], %s)", low, high, n)])
    for values, cap, headroom, ends in CASES["reach"]:
        assert twin.reach(values, cap, headroom) == pytest.approx(ends, rel=1e-12)
        assert js("reach(%s, %s ?? Infinity, %s)", values, cap, headroom) == pytest.approx(ends, rel=1e-12)
    for value, ends in CASES["span"]:
        assert twin.span(value) == ends == js("span(%s)", value)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([2, 3, 4]))
def test_any_number_is_written_alike(js, value, digits):
    assert twin.show(value, digits) == js("show(%s, %s)", value, digits)
    for name in ("short", "plain", "signed"):
        assert twin.FORMATS[name](value) == js(f"FORMATS.{name}(%s)", value)


@given(st.integers(-10**7, 10**7), st.integers(4, 10))
def test_ties_are_written_alike(js, numerator, power):
    value = numerator / 2**power                        # exact in binary: many end in a 5 where they are cut
    assert twin.show(value) == js("show(%s)", value) and twin.short(value) == js("FORMATS.short(%s)", value)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(3, 8))
def test_any_axis_has_the_same_ticks(js, low, width, n):
    here, there = twin.nice(low, low + width, n), js("nice([%s, %s], %s)", low, low + width, n)
    assert [text for _, text in here] == [text for _, text in there]


def test_what_is_no_number_is_said():
    assert twin.show(math.inf) == "∞" and twin.show(math.nan) == "undefined"
