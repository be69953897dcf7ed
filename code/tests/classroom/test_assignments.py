"""The six assignments: model solutions earn everything, blank and wrong ones don't, in several editions."""

import html
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from tests.classroom.helpers import TOP, answer, copy, edition, judged, kind, made, needs_sandbox, points_of_tests
from tools import notebooks
from tools.guard import guard

ASSIGNMENTS = edition.assignments()
EDITIONS = [edition.FORMATIVE, 7, 4711]


def test_there_are_six():
    assert [name.split("-")[0] for name in ASSIGNMENTS] == ["a1", "a2", "a3", "a4", "a5", "a6"]
    chapters = {path.stem for path in (TOP / "book").glob("*.md")}
    assert all(name.split("-", 1)[1] in chapters for name in ASSIGNMENTS)


@needs_sandbox
@pytest.mark.parametrize("seed", EDITIONS)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_model_solution_earns_all_and_blank_nothing(assignment, seed):
    _, released, solved = made(assignment, seed)
    results, looks, notes = judged(assignment, seed, solved)
    assert {q: r for q, r in results.items() if r[0] != "stands"} == {} and len(results) == len(points_of_tests(solved))
    assert looks == notes == []
    results, looks, notes = judged(assignment, seed, released)
    assert {q for q, (state, _) in results.items() if state != "fails"} == set()
    assert looks == notes == []


# One answer that passes the visible tests, or looks as if it should, and is wrong: question, code, reason.
WRONG = {
    "a1-network-structure": [
        ("1b", "def n_parameters(sizes, bias):\n    return 18 if len(bias) == 3 and not bias[2] else 19", "hard-coded"),
        ("3a", "def to_book(weights, bias_rows):\n    return [None] + [w.T for w in weights], [None] + list(bias_rows)",
         "flat biases"),
        ("4a", "def first_parameters(sizes, seed):\n    rng = np.random.default_rng(seed)\n"
               "    return ([None] + [rng.normal(size=(m, n)) for m, n in zip(sizes, sizes[1:])],\n"
               "            [None] + [np.zeros((n, 1)) for n in sizes[1:]])", "transposed"),
        ("6a", "def flatten(W, b):\n    return np.concatenate([w.T.ravel() for w in W[1:]] + "
               "[v.ravel() for v in b[1:] if v is not None])", "columns first, biases last"),
    ],
    "a2-forward-pass": [
        ("2a", "def activate(name, z):\n    return {'relu': np.maximum(z, 0), 'softsign': z / (1 + np.abs(z)),\n"
               "            'sigmoid': 1 / (1 + np.exp(-np.clip(z, -30, 30)))}[name]", "clipped"),
        ("3a", "def forward(W, b, names, x):\n    a = [x]\n    for l in range(1, len(W)):\n"
               "        z = W[l] @ a[-1] + (0 if b[l] is None else b[l])\n"
               "        a.append(z if names[l - 1] == 'identity' else activate(names[0], z))\n    return a",
         "first name only"),
        ("6a", "V, d = V2 @ V1, d1 + d2", "the bias not carried through"),
    ],
    "a3-cost": [
        ("1b", "change = 0.1", "no slope"),
        ("2a", "def cost(A, Y, c):\n    return 0.5 * np.sum(c * (A - Y)**2) / A.shape[1]\n"
               "def sensitivity(A, Y, c):\n    return c * (A - Y) / A.shape[1]", "shapes not refused"),
        ("3a", "z, y, a = sympy.symbols('z y a', real=True)\ndelta = a - y", "without the weights"),
        ("5a", "def cross_entropy(z, y):\n    a = 1 / (1 + np.exp(-z))\n"
               "    return -y * np.log(a) - (1 - y) * np.log(1 - a)", "unstable"),
    ],
    "a4-chain-rule": [
        ("2a", "dC_dw = delta3 * 2 * w3_11 * f2_1 * w2_11 * f1_1 * x_1", "one path twice"),
        ("3a", "def deltas(W, a, y, c):\n    L = len(W) - 1\n    d = [None] * (L + 1)\n"
               "    d[L] = c * (a[L] - y) * a[L] * (1 - a[L])\n"
               "    for l in range(L - 1, 0, -1):\n        d[l] = W[l + 1][:1].T @ d[l + 1][:1] * a[l] * (1 - a[l])\n"
               "    return d",
         "one path of several"),
        ("5a", "def nudged_gradient(W, b, x, y, c, l, j, k, h):\n    V = [None] + [w.copy() for w in W[1:]]\n"
               "    V[l][j - 1, k - 1] += h\n    return (cost(V, b, x, y, c) - cost(W, b, x, y, c)) / h", "one-sided"),
    ],
    "a5-two-layer-derivation": [
        ("3a", "def gradients_one(W1, b1, W2, b2, x, y):\n    a1 = f(W1 @ x + b1)\n    d2 = W2 @ a1 + b2 - y\n"
               "    d1 = W2.T @ d2\n    return d1 @ x.T, d1, d2 @ a1.T, d2", "missing f'"),
        ("4b", "def updated(parameter, gradient, eta):\n    return parameter - eta * gradient", "broadcasts"),
        ("5a", "def gradients_batch(W1, b1, W2, b2, X, Y):\n    a1 = f(W1 @ X + b1)\n    d2 = W2 @ a1 + b2 - Y\n"
               "    d1 = (W2.T @ d2) * slope(a1)\n"
               "    return d1 @ X.T, d1.sum(1, keepdims=True), d2 @ a1.T, d2.sum(1, keepdims=True)", "sum, not mean"),
    ],
    "a6-learning": [
        ("2a", "def step(W1, W2, x, y, eta):\n    a1 = sigmoid(W1 @ x)\n    a2 = sigmoid(W2 @ a1)\n"
               "    d2 = (a2 - y) * a2 * (1 - a2)\n"
               "    V2 = W2 - eta * d2 @ a1.T\n    return W1 - eta * ((V2.T @ d2) * a1 * (1 - a1)) @ x.T, V2",
         "early update"),
        ("3a", "def epoch(w, b, x, y, order, batch_size, eta):\n    e = w * x + b - y\n"
               "    return w - eta * np.mean(e * x), b - eta * np.mean(e)", "one batch"),
        ("5a", "W = [None, np.array([[1.0, 1.0]])]\nb = [None, np.array([[0.0]])]", "a straight line"),
    ],
}


@needs_sandbox
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_wrong_answers_are_rejected_and_cost_only_their_question(assignment):
    notebook = copy(made(assignment, 7)[2])
    for question, source, _ in WRONG[assignment]:
        answer(notebook, question, source)
    results, _, _ = judged(assignment, 7, notebook)
    assert {q for q, (state, _) in results.items() if state != "stands"} == {q for q, _, _ in WRONG[assignment]}


@needs_sandbox
def test_answers_copied_from_another_edition_fail():
    results, _, _ = judged("a1-network-structure", 7, made("a1-network-structure", 4711)[2])
    assert {"1a", "2a"} <= {q for q, (state, _) in results.items() if state == "fails"}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_public_notebooks_are_generated(assignment):
    _, released, _ = made(assignment, edition.FORMATIVE)
    committed = (TOP / "book" / "assignments" / f"{assignment}.ipynb").read_text(encoding="utf-8")
    assert committed == nbformat.writes(released, version=4) + "\n", "python -m classroom public makes it anew"


REGION = re.compile(r"BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)\n[^\n]*END (?:SOLUTION|HIDDEN TESTS)", re.DOTALL)


def lines_of(text):
    return {line.strip().removeprefix("#|").strip() for line in text.splitlines()}


def hidden_lines(notebook):
    """The lines that students must never get, long enough to be recognised."""
    hidden, given = set(), set()
    for cell in notebook.cells:
        for part in REGION.findall(cell.source):
            hidden |= {line for line in lines_of(part) if len(line) > 24}
        given |= lines_of(REGION.sub("", cell.source))
    return hidden - given


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_released_notebooks_hold_no_solution_and_no_hidden_test(assignment):
    source, released, _ = made(assignment, edition.FORMATIVE)
    text = "\n".join(cell.source for cell in released.cells)
    assert "BEGIN " not in text and "END " not in text and "#|" not in text and "<<" not in text
    secret = hidden_lines(source)
    assert len(secret) > 15
    assert secret & lines_of(text) == set()


def test_the_built_site_holds_no_solution_and_no_hidden_test(built_site):
    markers = ["BEGIN " + what for what in ("SOLUTION", "HIDDEN TESTS")]
    for path in built_site.rglob("*"):
        if path.suffix in (".html", ".ipynb", ".md", ".txt", ".js", ".json", ".py"):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert [m for m in markers if m in text] == [], path
    assert not list(built_site.rglob("*classroom*")) + list(built_site.rglob("*gradebook*"))
    for assignment in ASSIGNMENTS:
        secret = hidden_lines(made(assignment, edition.FORMATIVE)[0])
        files = [path for path in built_site.rglob(f"{assignment}*") if path.is_file()]
        assert {".html", ".ipynb"} <= {path.suffix for path in files}, "a page that can be downloaded"
        committed = TOP / "book" / "assignments" / f"{assignment}.ipynb"
        for path in files:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ipynb":
                assert text == notebooks.notebook(committed), "what is committed, with links that lead on in Jupyter"
                text = "\n".join(cell["source"] for cell in nbformat.reads(text, as_version=4).cells)
            assert secret & lines_of(html.unescape(re.sub("<[^>]+>", "", text))) == set(), path


def headings():
    found = {}
    for path in (TOP / "book").glob("*.md"):
        text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        lines = re.findall(r"^#{1,4} (.+)$", text, re.MULTILINE)
        if lines:
            found[lines[0].strip()] = [line.strip() for line in lines[1:]]
    return found


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_hints_name_sections_that_exist(assignment):
    book = headings()
    for cell in made(assignment, edition.FORMATIVE)[0].cells:
        if kind(cell) == "test":
            for hint in edition.TEST.match(cell.source)[3].split("; "):
                chapter, section = hint.split(": ", 1)
                assert any(line.startswith(section) for line in book[chapter]), hint


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_form(assignment):
    """Every question that is tested can be answered, the points add up to 20 to 30, something is written by hand."""
    source, released, _ = made(assignment, edition.FORMATIVE)
    cells = [c for c in source.cells if "nbgrader" in c.metadata]
    answers = {c.metadata.nbgrader.grade_id for c in cells if kind(c) == "answer"}
    assert {name.removesuffix("-test") for name in points_of_tests(source)} == answers
    points = sum(c.metadata.nbgrader.get("points", 0) for c in cells)
    text = "\n".join(c.source for c in released.cells)
    assert 20 <= points <= 30 and f"There are {points} points" in text
    assert any(kind(c) == "written" for c in cells)
    assert "*Marking.*" in edition.marking_notes(source) and "*Model answer.*" in edition.marking_notes(source)
    assert "*Marking.*" not in text and "*Model answer.*" not in text


def test_no_edition_asks_for_what_cannot_be_seen():
    """Whatever is drawn: the change predicted in a4 shows in the widget's decimals, and the step of a6 doesn't end at
    0."""
    def numbers(assignment, seed, pattern):
        text = "\n".join(cell.source for cell in edition.make(assignment, seed).cells)
        return [float(number) for number in re.search(pattern, text).groups()]

    for seed in range(60):
        gradient, = numbers("a4", seed, r"gradient = (\S+)\n")
        x, w, y, nudge = numbers("a4", seed, r"with \$x = (\S+)\$, \$w = (\S+)\$, \$y = (\S+)\$. The weight is nudged "
                                             r"by \$\\Delta w = (\S+)\$")
        old, new = 1 / (1 + np.exp(-w * x)), 1 / (1 + np.exp(-(w + nudge) * x))
        assert abs(gradient) >= 0.02 and abs((new - y) ** 2 - (old - y) ** 2) / 2 > 0.005, seed
        eta, k = numbers("a6", seed, r'same\(factor, 1 - (\S+) \* (\S+), "factor"')
        assert 0.3 < abs(1 - eta * k) < 0.9, seed


def test_editions_differ():
    for assignment in ASSIGNMENTS:
        texts = {"".join(cell.source for cell in made(assignment, seed)[1].cells) for seed in EDITIONS}
        assert len(texts) == len(EDITIONS)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_students_can_run_all(assignment):
    """With a kernel, from top to bottom, blank: nothing raises, and the last cell says where one stands."""
    notebook = copy(made(assignment, edition.FORMATIVE)[1])
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import sys; sys.modules['nbgrader'] = None   # not installed"))
    NotebookClient(notebook, timeout=600, coalesce_streams=True, kernel_name="python3").execute()
    said = "".join(o.get("text", "") for o in notebook.cells[-1].outputs)
    total = sum(points_of_tests(notebook).values())
    assert (f"0 of {total} points stand" in said
            and said.count("not answered yet") + said.count("doesn't stand yet") == len(points_of_tests(notebook)))
    assert not any(o.output_type == "error" for c in notebook.cells if c.cell_type == "code" for o in c.outputs)


def test_students_see_what_stands():
    notebook = copy(made("a1-network-structure", edition.FORMATIVE)[2])
    answer(notebook, "1b", "def n_parameters(sizes, bias):\n    return 17")
    answer(notebook, "6a", "def flatten(W, b):\n    return W[7]")
    NotebookClient(notebook, timeout=600, coalesce_streams=True, kernel_name="python3").execute()
    said = {c.metadata.nbgrader.grade_id.split("-")[1]: c.outputs[0].text for c in notebook.cells if kind(c) == "test"}
    assert said["1a"].startswith("✓ 1a stands (2 points)")
    assert "expected 18.0, got 17" in said["1b"] and "Read: Network structure: How many numbers is that?" in said["1b"]
    assert "IndexError" in said["6a"] and "in flatten" in said["6a"]
    assert "14 of 19 points stand" in notebook.cells[-1].outputs[0].text


def test_the_author_is_told_of_mistakes(tmp_path, monkeypatch):
    monkeypatch.setattr(edition, "AUTHOR", tmp_path)
    page = "```{code-cell} ipython3\n# Answer 1a\nx = 1\n```\n\n```{code-cell} ipython3\n# Answer 1a\nx = 2\n```\n"
    (tmp_path / "a1-x.md").write_text("---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n" + page)
    with pytest.raises(edition.AuthorError, match="twice.*a1-1a"):
        edition.make("a1", 0)
    with pytest.raises(edition.AuthorError, match="no assignment 'a9'"):
        edition.make("a9", 0)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_class_gets_no_dead_links_and_the_guard(assignment):
    """In a student's folder lies no chapter; the public edition's links are the site's."""
    links = {seed: [re.findall(r"\]\(([^)]+)\)", cell.source) for cell in made(assignment, seed)[0].cells
                    if cell.cell_type == "markdown" and cell.source.startswith("# ")][0]
             for seed in (edition.FORMATIVE, 7)}
    assert links[edition.FORMATIVE] and all(link.startswith("../") for link in links[edition.FORMATIVE])
    assert links[7] == []
    first = next(cell for cell in made(assignment, 7)[1].cells if cell.cell_type == "code")
    assert first.source == guard() and first.metadata.nbgrader.locked
