"""What the site's equations look like: primes at the right height, parentheses at their symbols."""

import pytest

from mathml import FIRST, at_equals, to_mathml


@pytest.mark.parametrize("latex", [r"f'(z)", r"\sigma'\left(z\right)", r"\tanh'(z)"])
def test_a_prime_is_not_raised_twice(latex):
    mathml = to_mathml(latex, True)
    assert "′" in mathml and "<msup>" not in mathml


def test_an_exponent_stays_one():
    assert "<msup>" in to_mathml(r"\sigma^{2}", True)


@pytest.mark.parametrize("latex, stretching", [
    (r"\sigma\left(z\right)", 0), (r"\left(1 - \sigma\left(z\right)\right)", 0),
    (r"f\left(z^{(2)}_{1}\right)", 2), (r"\left(\frac{1}{2}\right)", 2),
])
def test_parentheses_stretch_only_around_something_high(latex, stretching):
    mathml = to_mathml(latex, True)
    assert mathml.count("<mo>(</mo>") + mathml.count("<mo>)</mo>") == stretching
    assert "0.1667em" not in mathml


@pytest.mark.parametrize("latex, pieces", [
    ("a = b", ["a ", "= b"]), (r"z = \frac{a = b}{2} + 1 = c", ["z ", r"= \frac{a = b}{2} + 1 ", "= c"]),
    (r"\left(a = b\right) = c", [r"\left(a = b\right) ", "= c"]), ("= b", ["= b"]), (r"\neq", [r"\neq"]),
    (r"\begin{cases} a = b \end{cases}", [r"\begin{cases} a = b \end{cases}"]),
])
def test_a_long_formula_may_end_a_line_before_its_equals_signs(latex, pieces):
    assert at_equals(latex) == pieces
    assert all(to_mathml(piece, False).startswith(FIRST) for piece in pieces[1:])      # so its space can be given back
