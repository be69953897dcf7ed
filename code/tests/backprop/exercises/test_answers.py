"""One answer, two languages: what is typed gets the same verdict and the same words in Python and on the page."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backprop.exercises import all_exercises
from backprop.exercises._draw import Draw
from backprop.exercises._formula import ZEROS, Unreadable, evaluate, names_in, parse
from backprop.exercises._judge import judge
from backprop.exercises._kinds import formula, matrix, number, quantity, several, word
from backprop.exercises._words import page_data
from tests.fixtures import engine_with

TOP = Path(__file__).parents[4]
CASES = json.loads(Path(__file__).with_name("answer_cases.json").read_text(encoding="utf-8"))
MADE_UP = {
    "one half": number(0.5, near=[(0.25, "half of it"), ({"below": 0}, "upwards"), ({"above": 100}, "far too much")],
               hint="try again"),
    "thousand": number(2220, near=[(2.22, "no comma there")], hint="try again"),
    "third": number(1 / 3, tolerance=5e-4, hint="try again"),
    "node": quantity("delta2_1", near=[("delta1_2", "to and from are swapped")], hint="another node"),
    "layer": word("softmax", same={"soft max": "softmax"}, hint="another one"),
    "gradient": formula("(a - y) a (1 - a) x", near=[("(a - y) x", "the slope is missing")], hint="four factors"),
    "open slope": formula("w2_11 delta2_1 f'(z1_1)", hint="arriving, times the slope"),
    "pair": several(number(1.5, name="first"), number(-2, name="second"), near=[([-2, 1.5], "the other order")],
                    hint="look at {wrong}"),
    "shape": several(number(3), number(4), near=[([4, 3], "swapped")]),
    "shapes": several(several(number(3), number(4)), several(number(4), number(1)), hint="look again"),
    "matrix": matrix([[1, 2, 3], [4, 5, 6]]),
    "row": matrix([[1, 0.5]], name="W3"),
}
EXERCISES = {name: data for name, data in {**all_exercises(), **MADE_UP}.items() if data["kind"] != "notebook"}


@pytest.fixture(scope="module")
def javascript():
    """A function: exercise, typed text -> (verdict, hint), as the page finds them."""
    scripts = [(TOP / "book" / "_static" / "answers" / f"{script}.js").read_text(encoding="utf-8")
               for script in ("draw", "formula", "judge")]
    with engine_with(f"globalThis.bookAnswers = {{data: {json.dumps(page_data())}}}", *scripts,
                     f"globalThis.exercises = {json.dumps(EXERCISES)}") as engine:
        def on_the_page(name, typed):
            call = f"JSON.stringify(bookAnswers.judge(exercises[{json.dumps(name)}], {json.dumps(typed)}))"
            found = json.loads(engine.eval(call))
            return found["verdict"], found["hint"]
        on_the_page.engine = engine
        yield on_the_page


@pytest.mark.parametrize("name, typed, verdict, hint", CASES)
def test_shared_cases(name, typed, verdict, hint, javascript):
    typed = typed * 1_000_000 if typed in ("(", "9") and verdict == "unread" else typed
    found = judge(EXERCISES[name], typed)
    assert found[0] == verdict, found
    assert hint in (found[1] or "")
    assert javascript(name, typed) == found


TYPED = ["", " ", "\n", "<script>alert(1)</script>", "</script>", "0", "1", "-1", "1,5", "1.5", "1/3", "2/0", "١٫٥",
         "１２", "½", "(1, 2)", "[1,2]", "1;2", "1 2", "((1)", "1)", "a1_2", "δ^(2)_1", "sigma(2)", "sigma 2", "max(1)",
         "softmax", "…", "...", "e^1000", "9^9^9^9", "(-8)^(1/3)", "=", "answer =", "\\frac{1}{", "__proto__",
         "constructor", "toString(1)", "a.b",
         "'; DROP TABLE", "💥", "\ufeff0.5\u200b", "[[1,2,3],[4,5,6]]", "1 2 3; 4 5 6", "1,4;2,5;3,6", "[[1,2],[3]]",
         "[[]]", "()", "w^(2", "w_", "x_{1,", "1e999", "0x10", "1_000", "None", "nan", "inf", "-" * 40 + "1",
         "(" * 31 + "1" + ")" * 31,
         "1+" * 140 + "1", "x" * 301, "1," * 999 + "1", "a" * 2001]


@pytest.mark.parametrize("name", EXERCISES)
def test_anything_typed_gets_the_same_words(name, javascript):
    for typed in TYPED:
        found = judge(EXERCISES[name], typed)
        assert javascript(name, typed) == found, typed
        assert (found[1] is None) == (found[0] == "right")


PIECES = st.sampled_from(["1", "0.5", "2,5", "a", "w2_12", "δ", "^(2)", "_1", "σ'", "f'", "(", ")", "[", "]", ",", ", ",
                          ";", " ", "+", "-", "*", "/", "^", "²", "₁", "½", "x", "y", "max", "softmax", "=", "%", "\\",
                          "'", "z1_1", "ß", "Σ", "é", "٣", "\n", "e", "."])


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(EXERCISES)), st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=30)))
@example("gradient", "(a-y)a(1-a)x")
def test_whatever_is_typed(javascript, name, typed):
    assert javascript(name, typed) == judge(EXERCISES[name], typed)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12).map("".join))
def test_a_formula_has_one_value(javascript, typed):
    try:
        tree = parse(typed)
    except Unreadable:
        return
    values = {name: 0.3 + 0.1 * i for i, name in enumerate(names_in(tree))}
    call = f"bookAnswers.evaluate(bookAnswers.parse({json.dumps(typed)}), {json.dumps(values)})"
    theirs = javascript.engine.eval(f"JSON.stringify([{call}].map((v) => Number.isFinite(v) ? v : String(v)))")
    theirs, ours = float(json.loads(theirs)[0]), evaluate(tree, values)
    assert theirs == pytest.approx(ours, rel=1e-12, nan_ok=True)


def test_the_same_numbers_are_drawn(javascript):
    for seed in (0, 1, 7, 2**32 - 1):
        draw = Draw(seed)
        ours = [[draw.unit(), draw.whole(-3, 3), draw.of("abc")] for _ in range(50)]
        theirs = javascript.engine.eval(f"""JSON.stringify((() => {{ const d = new bookAnswers.Draw({seed});
            return Array.from({{length: 50}}, () => [d.unit(), d.whole(-3, 3), d.of("abc")]); }})())""")
        assert json.loads(theirs) == ours


def test_a_wrong_twin_is_noticed(javascript):
    """The comparison can fail: with a word changed on the page, it does."""
    javascript.engine.eval('bookAnswers.data.words["number"] = "something else"; 0')
    assert javascript("one half", "a lot") != judge(EXERCISES["one half"], "a lot")
    javascript.engine.eval(f'bookAnswers.data.words["number"] = {json.dumps(page_data()["words"]["number"])}; 0')


@pytest.mark.parametrize("name", EXERCISES)
def test_the_right_answer_is_right_and_a_near_miss_is_near(name):
    exercise = EXERCISES[name]
    if "network" in exercise:
        return                                       # its answers are in test_forward_pass.py
    value = exercise["value"] if "value" in exercise else [deep(part) for part in exercise["parts"]]
    assert judge(exercise, value) == ("right", None)
    for wrong, hint in exercise.get("near", []):
        if not isinstance(wrong, dict) and None not in (wrong if isinstance(wrong, list) else []):
            assert judge(exercise, wrong) == ("near", hint)


def deep(part):
    return part["value"] if "value" in part else [deep(one) for one in part["parts"]]


def test_every_exercise_has_something_to_say():
    """A wrong answer gets words of the exercise's own, not only "compute it once more"."""
    for name, exercise in all_exercises().items():
        parts = exercise.get("parts", [])
        assert exercise["kind"] in ("notebook", "matrix") or "hint" in exercise or "network" in exercise \
            or all("hint" in part for part in parts), name


def test_digits_of_every_script_are_known():
    known = {zero + i for zero in ZEROS for i in range(10)}
    assert known == {code for code in range(0x110000) if unicodedata.category(chr(code)) == "Nd"}
