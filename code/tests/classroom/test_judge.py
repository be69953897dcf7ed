"""What comes through the wall between the tests and a student's code, and that the tests on both sides agree."""

import contextlib
import io
import re

import numpy as np
import pytest

from backprop.assignment import as_function, number, one_of, pair, refuses, same, untouched, without_warning
from classroom.judge import Function, Student, StudentError
from classroom.plain import Other
from classroom.sandbox import Sandbox
from tests.classroom.helpers import QUICK, answer, copy, judged, made, needs_sandbox


@pytest.fixture(scope="module")
def student():
    student = Student(QUICK)
    student.cell("import numpy as np, sympy")
    yield student
    student.close()


# ------------------------------------------------------------ one call at a time

@needs_sandbox
def test_a_call_tells_what_it_changed_and_what_it_warned_of(student):
    student.cell("def both(A, numbers, B):\n    B[0] = 0\n    numbers[1] = B[:]\n    return 1 / A\n"
                 "def nothing(A, B):\n    A = A + 1\n    return A")
    both, A, B = student.get("both"), np.array([0.0, 1.0]), np.array([1.0, 2.0])
    both(A, [A, A], B)
    assert both.changed == [1, 2] and both.warned == ["divide by zero encountered in divide"]
    assert (A == [0, 1]).all() and (B == [1, 2]).all(), "nothing a student does changes a test's own arrays"
    nothing = student.get("nothing")
    nothing(A, B)
    assert nothing.changed == nothing.warned == []
    with pytest.raises(AssertionError, match="both has changed argument 2"):
        untouched(both, A, [A, A], B, what="both")
    with pytest.raises(AssertionError, match="both warns: divide by zero"):
        without_warning(both, A, [A, A], B, what="both")
    assert (untouched(nothing, A, B, what="nothing") == without_warning(nothing, A, B, what="nothing")).all()


@needs_sandbox
def test_who_runs_out_of_time_has_half_as_much_from_then_on_and_what_stands_above_a_loop_counts(monkeypatch):
    times, ask = [], Sandbox.ask

    def recorded(self, do, cpu=None, **request):
        times.append(cpu)
        return ask(self, do, cpu=cpu, **request)

    monkeypatch.setattr(Sandbox, "ask", recorded)
    endless = "first = 7\nwhile True:\n    pass"
    with contextlib.closing(Student(QUICK)) as student:
        student.cell("x = 1")
        assert [student.cell(endless)[0] for _ in range(4)] == ["this cell took too long"] * 4
        assert student.cell("second = first")[0] == "" and student.get("second") == 7
    assert [time / QUICK.cpu for time in times] == [1, 1, 1 / 2, 1 / 4, 1 / 5, 1 / 5, 1 / 5]


@pytest.mark.filterwarnings("ignore:divide")
def test_the_same_is_seen_in_a_notebook():
    def both(A, numbers, B):
        numbers[1] = B[:]
        return 1 / A
    A, B = np.array([0.0, 1.0]), np.array([1.0, 2.0])
    with pytest.raises(AssertionError, match="both has changed argument 2"):
        untouched(both, A, [A, A], B, what="both")
    with pytest.raises(AssertionError, match="both warns: divide by zero"):
        without_warning(both, A, [A, A], B, what="both")
    assert untouched(np.add, A, B, what="add").shape == without_warning(np.add, A, B, what="add").shape == (2,)


def test_what_a_reply_says_is_checked(monkeypatch):
    student = Student(QUICK)
    for changed in (None, 7, "0", {"0": 1}, [[0]], [5, -1, None]):
        monkeypatch.setattr(student, "ask", lambda do, **request: {"value": 1, "changed": changed, "warned": changed})  # noqa: B023
        function = Function(student, "f")
        assert function(2.0) == 1 and function.changed == [] and all(type(text) is str for text in function.warned)
    monkeypatch.setattr(student, "ask", lambda do, **request: {"error": "Odd", "kinds": 7})
    with pytest.raises(StudentError, match="raised Odd"):
        refuses(Function(student, "f"), what="f")


READ = {"sympy.Matrix([[1, sympy.Rational(1, 2)], [0, 3]])": np.array([[1, 0.5], [0, 3]]),
        "np.array(sympy.Matrix([[1], [2]]))": np.array([[1.0], [2.0]]),
        "np.longdouble(0.5)": 0.5,
        "np.array([0.5, 1], dtype=np.longdouble)": np.array([0.5, 1]),
        "np.array([0.5, 1], dtype=np.float16)": np.array([0.5, 1])}
NOT_READ = {"print": "a function", "lambda: 1": "a function", "[print]": "a function",
            "sympy.Matrix([[sympy.Symbol('q')]])": "an array of dtype object",
            "np.zeros((600, 600))": r"an array of shape \(600, 600\), too large", "1j": "of type complex"}


@needs_sandbox
def test_values(student):
    for source, right in READ.items():
        student.cell(f"value = {source}")
        same(student.get("value"), right, source)
    student.cell("value = np.empty(3, dtype=object)\nvalue[1], value[2] = np.ones((2, 1)), np.ones((1, 1))")
    value = student.get("value")
    assert value[0] is None and value[1].shape == (2, 1) and len(value) == 3
    for source, line in NOT_READ.items():
        student.others = []
        student.cell(f"value = {source}\ndef f():\n    return value")
        student.get("f")()
        assert isinstance(student.others[0], Other) and re.search(line, repr(student.others[0])), source


@needs_sandbox
def test_a_module_written_in_the_notebook_can_be_imported(student):
    assert student.cell("%%writefile helper.py\ndef double(x):\n    return 2 * x\n")[:2] == ("", "")
    assert student.cell("from helper import double")[:2] == ("", "")
    assert student.get("double")(4) == 8


@needs_sandbox
def test_a_derived_error_is_a_refusal(student):
    source = ("class Mismatch(ValueError): pass\n"
              "def refuse(x):\n    raise Mismatch('no')\ndef other(x):\n    raise KeyError('no')\n")
    here = {}
    exec(source, here)
    student.cell(source)
    for refuse, other in [(here["refuse"], here["other"]), (student.get("refuse"), student.get("other"))]:
        refuses(refuse, 1, what="refuse")
        with pytest.raises((KeyError, StudentError)):
            refuses(other, 1, what="other")


def test_what_a_student_writes_is_read_kindly_but_not_loosely():
    import sympy

    assert (
        one_of(" Get STUCK", ["settle", "get stuck"], "it") == "get stuck"
        and one_of(np.True_, [True, False], "it") is True
    )
    for wrong in (1, "True", "getstuck"):
        with pytest.raises(AssertionError, match="expected one of"):
            one_of(wrong, [True, "get stuck"], "it")
    for good in (2, 2.5, np.float32(2), np.array(2.0), sympy.Rational(1, 2)):
        number(good, "it")
        same(good, float(good), "it")
    for wrong in ("2", True, np.True_, [2], np.array([2.0]), 2j, sympy.Symbol("q")):
        with pytest.raises(AssertionError, match="expected a number"):
            number(wrong, "it")
    pair((np.int64(2), sympy.Integer(3)), "it")
    for wrong in ([2, 3], (2, 3, 4), (..., 3), ("2", "3"), 2):
        with pytest.raises(AssertionError, match="expected a pair"):
            pair(wrong, "it")
    a = sympy.Symbol("a", real=True)
    assert as_function(1 - sympy.Symbol("a") ** 2, a)(2) == -3
    with pytest.raises(AssertionError, match="still contains z"):
        as_function(a + sympy.Symbol("z"), a)(2)


# ------------------------------------------------------------ whole questions, on both sides

SIGMOID = """def activate(name, z):
    if name == "relu":
        return np.maximum(z, 0)
    if name == "softsign":
        return z / (1 + np.abs(z))
    return {}
"""
STEP = """def step(W1, W2, x, y, eta):
    a1 = sigmoid(W1 @ x)
    a2 = sigmoid(W2 @ a1)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (W2.T @ d2) * a1 * (1 - a1)
    {}
"""
NUDGE = """def nudged_gradient(W, b, x, y, c, l, j, k, h):
    W[l][j - 1, k - 1] += h
    up = cost(W, b, x, y, c)
    W[l][j - 1, k - 1] -= 2 * h
    down = cost(W, b, x, y, c)
    {}
    return (up - down) / (2 * h)
"""
DELTAS = """def deltas(W, a, y, c):
    delta = np.empty(len(W), dtype=object)
    delta[-1] = c * (a[-1] - y) * a[-1] * (1 - a[-1])
    for l in range(len(W) - 2, 0, -1):
        delta[l] = (W[l + 1].T @ delta[l + 1]) * a[l] * (1 - a[l])
    return delta
"""
UPDATED = """class ShapeMismatch(ValueError):
    pass
def updated(parameter, gradient, eta):
    if np.shape(parameter) != np.shape(gradient):
        raise ShapeMismatch("shapes")
    {}
"""

# Answers beside the model solution: {question: (code appended to the model solution, whether it stands)}.
ANSWERS = {
    "a1-network-structure": [
        {"1a": ("shape_W2 = tuple(map(str, shape_W2))", False), "2a": ("index = np.int64(index[0]), index[1]", True)}
    ],
    "a2-forward-pass": [
        {"2a": (SIGMOID.format("1 / (1 + np.exp(-z))"), False)},  # warns
        {"2a": (SIGMOID.format("0.5 * (1 + np.tanh(z / 2))"), False)},  # 0 for z = -50
        {"2a": (SIGMOID.format("np.where(z < 0, np.exp(z) / (1 + np.exp(z)), 1 / (1 + np.exp(-z)))"), False)},
        {
            "2a": (SIGMOID.format("np.exp(-np.logaddexp(0, -z))"), True),
            "4a": ("f_prime = f_prime.subs(a, sympy.Symbol('a'))", True),
            "6a": (
                "V, d = sympy.Matrix(V2) * sympy.Matrix(V1), sympy.Matrix(V2) * sympy.Matrix(d1) + sympy.Matrix(d2)",
                True,
            ),
        },
    ],
    "a3-cost": [
        {
            "1b": ("change = str(change)", False),
            "4a": ("steeper = 'Cross-Entropy'", True),
            "6a": ("works.popitem()", False),
            "5a": (
                "def cross_entropy(z, y):\n    return np.maximum(z, 0) - y * z + np.log(1 + np.exp(-np.abs(z)))",
                False,
            ),
        },
        {
            "5a": ("def cross_entropy(z, y):\n    return y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)", True),
            "6a": ("works = {pair: np.bool_(value) for pair, value in works.items()}", True),
        },
    ],
    "a4-chain-rule": [
        {
            "1a": (
                "changes = [round(float(v), 4) for v in changes]\n"
                "ratios = [round(float(v), 4)"
                " for v in (changes[0] / dw, changes[1] / changes[0], changes[2] / changes[1])]\n"
                "derivative = round(float(derivative), 4)",
                True,
            ),
            "3a": (DELTAS, True),
            "5a": (NUDGE.format("pass"), False),
            "6a": ("direction, predicted_change = direction.upper(), round(float(predicted_change), 4)", True),
        },
        {"5a": (NUDGE.format("W[l][j - 1, k - 1] += h"), False)},  # all but the last digit
    ],
    "a5-two-layer-derivation": [
        {
            "1a": ("shape_back = shape_back[0], ...", False),
            "5b": ("factor_sum = '2'", False),
            "4b": (UPDATED.format("return parameter - eta * gradient"), True),
        },
        {"4b": (UPDATED.format("parameter -= eta * gradient\n    return parameter"), False)},
    ],
    "a6-learning": [
        {
            "2a": (STEP.format("W1 -= eta * d1 @ x.T\n    W2 -= eta * d2 @ a1.T\n    return W1, W2"), False),
            "5a": ("W, b = [None, np.ones((600, 2)), np.ones((600, 600)), np.ones((1, 600))], [None, 0, 0, 0]", False),
            "6a": ("predictions = {rate: word.upper() for rate, word in predictions.items()}", True),
        },
        {"2a": (STEP.format("W2 -= eta * d2 @ a1.T\n    return W1 - eta * d1 @ x.T, W2"), False)},
    ],
}


def seen(notebook):
    """{question: whether it stands} under the tests a student has, run as the notebook runs them."""
    names, said = {}, io.StringIO()
    with contextlib.redirect_stdout(said):
        for cell in notebook.cells:
            if cell.cell_type == "code" and "notebook-only" not in cell.metadata.get("tags", []):
                exec(compile(cell.source, "cell", "exec"), names)
    return {question: sign == "✓" for sign, question in re.findall(r"^([✓✗·]) (\w+)", said.getvalue(), re.MULTILINE)}


@needs_sandbox
@pytest.mark.filterwarnings("ignore:(overflow|invalid|divide)")
@pytest.mark.parametrize(("assignment", "answers"), [(a, answers) for a, cases in ANSWERS.items() for answers in cases],
                         ids=[f"{a[:2]}-{i}" for a, cases in ANSWERS.items() for i in range(len(cases))])
@pytest.mark.parametrize("seed", [0, 3])
def test_what_stands_for_the_student_stands_when_graded(assignment, answers, seed):
    """Answers that are right in another way, or wrong in a way the question names: the student can see it, too."""
    notebook = copy(made(assignment, seed)[2])
    for question, (source, _) in answers.items():
        answer(notebook, question, source, append=True)
    results, looks, _ = judged(assignment, seed, notebook)
    graded = {question: state == "stands" for question, (state, _) in results.items()}
    assert graded == {question: answers.get(question, (None, True))[1] for question in graded}, results
    assert seen(notebook) == graded
    assert looks == (
        ["5a: doesn't stand, and it gave an array of shape (600, 600), too large to be read, which no test reads"]
        if assignment.startswith("a6") and "5a" in answers
        else []
    )


@needs_sandbox
def test_an_import_inside_a_function_is_a_line():
    notebook = copy(made("a1-network-structure", 11)[2])
    answer(notebook, "1b", "def n_parameters(sizes, bias):\n    import pandas")
    results, looks, _ = judged("a1-network-structure", 11, notebook)
    assert results["1b"][0] == "fails" and looks == [
        "1b: doesn't stand, and needs what isn't here (n_parameters(…) raised ModuleNotFoundError: No module named "
        "'pandas')"]


@needs_sandbox
def test_no_student_pays_for_a_machine_without_memory(monkeypatch):
    """Whoever has used it up: what can't be judged is no 0."""
    from classroom import sandbox
    monkeypatch.setattr(sandbox, "SCARCE", 2**40)
    results, looks, _ = judged("a1-network-structure", 11, copy(made("a1-network-structure", 11)[2]))
    assert {state for state, _ in results.values()} == {"unjudged"}
    assert looks[-1].startswith("6a: not judged, because its sandbox couldn't be started: it ran while the machine had")


@needs_sandbox
def test_a_value_that_is_not_read_is_named():
    notebook = copy(made("a6-learning", 3)[2])
    answer(notebook, "4a", "largest_slope = 1j", append=True)
    answer(notebook, "1a", "factor = print", append=True)
    answer(notebook, "3b", r"updates = type('a\nbob: not graded\x1b[2J', (), {})()", append=True)
    results, looks, _ = judged("a6-learning", 3, notebook)
    assert results["4a"] == ("fails", "largest_slope: expected a number, got a value of type complex")
    assert results["1a"] == ("fails", "factor: expected a number, got the function factor")
    assert looks == ["3b: doesn't stand, and it gave a value of type a bob: not graded [2J, which no test reads",
                     "4a: doesn't stand, and it gave a value of type complex, which no test reads"]
