"""What a claim of a chapter says: nothing or its sentence where it holds, what fails where it doesn't."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from backprop import claims

BROKEN = """\
x = 3
with claim("x is two."):
    first = 1
    assert (x
            == 2)  # not three
    second = 2
after = 4"""


@pytest.fixture(scope="module")
def cell():
    """A function that runs a cell: (what it shows as Markdown, whether it failed, the shell)."""
    shell = InteractiveShell.instance()
    shell.run_cell("from backprop.claims import claim, errors_in_words\n\nerrors_in_words()", silent=True)

    def run(source):
        with capture_output() as shown:
            result = shell.run_cell(source, store_history=False)
        return [out.data["text/markdown"] for out in shown.outputs], result.success, shell

    yield run
    InteractiveShell.clear_instance()


def test_what_holds_is_said_once(cell):
    assert cell('with claim("two is $1 + 1$"):\n    assert 1 + 1 == 2')[:2] == (["✓ Checked: two is $1 + 1$"], True)
    assert cell("with claim():\n    assert 1 + 1 == 2")[:2] == ([], True)


def test_what_does_not_hold_is_said_in_words_and_the_notebook_goes_on(cell):
    said, ran_on, shell = cell(BROKEN)
    assert ran_on and shell.user_ns["after"] == 4 and shell.user_ns["first"] == 1 and "second" not in shell.user_ns
    (words,) = said
    assert words.startswith("✗ **Does not hold:** x is two. With the book's own numbers it does")
    assert "```python\nassert (x\n        == 2)  # not three\n```" in words


def test_an_error_and_the_words_of_an_assertion_are_shown(cell):
    said, ran_on, _ = cell("with claim():\n    [1, 2][5]")
    assert ran_on and "This cell can't be computed to its end" in said[0] and "numbers it can: something" in said[0]
    assert said[0].endswith("IndexError: list index out of range")
    said, ran_on, _ = cell('with claim():\n    assert False, "because it is so"')
    assert said[0].endswith("because it is so") and "What this cell claims does not hold" in said[0]


def test_a_stopped_cell_is_no_broken_claim(cell):
    said, ran_on, _ = cell("with claim():\n    raise KeyboardInterrupt")
    assert not said and not ran_on


def test_a_long_statement_is_cut(cell):
    lines = "\n".join(f"        {i}," for i in range(20))
    said, _, _ = cell(f"with claim():\n    assert not [\n{lines}\n    ]")
    assert "4,\n…\n```" in said[0] and "12," not in said[0]


def test_where_the_source_is_gone_it_says_so(monkeypatch):
    shown = []
    monkeypatch.setattr(claims, "say", shown.append)
    exec("with claim():\n    assert 0", {"claim": claims.claim})
    assert "its source is not at hand" in shown[0]


def test_a_cell_that_fails_says_where_and_what_to_do(cell):
    said, ran_on, _ = cell("numbers = [1, 2]\nfirst = 1\nlast = numbers[7]\nnever = 1")
    (words,) = said
    assert not ran_on and words.startswith("✗ **This cell stopped before its end**")
    assert "```python\nlast = numbers[7]\n```" in words and "IndexError: list index out of range" in words
    assert "something has been changed, here or in a cell above" in words
    said, *_ = cell("def inner(v):\n    return v[9]\n\nprint(inner(numbers))")
    assert "```python\nreturn v[9]\n```" in said[0]
    said, *_ = cell("import numpy as np\nnp.zeros(2).reshape(3)")
    assert "reshape(3)" in said[0] and "cannot reshape array" in said[0]


def test_what_the_package_says_itself_is_enough(cell):
    said, ran_on, _ = cell("from backprop import Network\nNetwork([2, 1]).cost([1, 2, 3], [1])")
    assert not said and not ran_on
    said, ran_on, _ = cell("raise KeyboardInterrupt")
    assert not said and not ran_on


def test_outside_of_ipython_nothing_changes(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    claims.errors_in_words()
