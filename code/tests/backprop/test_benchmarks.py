"""The benchmark whose figures the book shows: its sides do the same work, and what is kept is what the page reads."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

CODE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def benchmark():
    specification = importlib.util.spec_from_file_location("how_fast", CODE / "benchmarks" / "how_fast.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_race_is_run_by_all_that_need_nothing_installed(benchmark):
    run = benchmark.race({}, [6, 4, 3], 25, 10, np.float64, 2, 2)
    assert set(run["sides"]) == {"the floor", "this book", "plain NumPy"}
    assert run["sides"]["the floor"]["ratio"] == 1 and all(side["ms"] > 0 for side in run["sides"].values())


def test_who_comes_to_other_weights_is_no_rival(benchmark, monkeypatch):
    def lazy(net, X, Y, batch_size, epochs):                          # one epoch less than it was asked for
        return benchmark.book(net, X, Y, batch_size, epochs - 1)
    monkeypatch.setitem(benchmark.SIDES, "this book", (lazy, None))
    with pytest.raises(AssertionError, match="this book came to other weights"):
        benchmark.race({}, [6, 4, 3], 25, 10, np.float64, 2, 2)


def test_nudging_is_counted_and_agrees_with_the_backward_pass(benchmark):
    row = benchmark.backward_or_nudge([3, 4, 2], rounds=1)
    assert row["parameters"] == 26 and row["multiplications"] == {"backward": 2 * 20 + 8, "nudging": 2 * 26 * 20}


def test_who_is_not_installed_is_named(benchmark, monkeypatch, capsys):
    monkeypatch.setitem(benchmark.SIDES, "PyTorch", (benchmark.pytorch, "no_such_module"))
    assert "PyTorch" not in benchmark.installed()
    assert "PyTorch is not installed: left out" in capsys.readouterr().out


def test_what_is_kept_has_what_the_page_shows():
    kept = json.loads((CODE / "backprop" / "how_fast.json").read_text(encoding="utf-8"))
    for run in (kept["digits"], kept["pixels"], *kept["by size"]):
        assert run["sides"]["the floor"]["ratio"] == 1
        assert {"this book", "plain NumPy", "PyTorch", "JAX"} <= set(run["sides"])
    assert kept["digits"]["sizes"] == [64, 30, 10] and kept["rounds"] >= 10
    assert all(row["ms"]["nudging"] > row["ms"]["backward"] for row in kept["backward or nudging"])
