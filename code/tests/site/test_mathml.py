"""What the site's equations look like: primes at the right height, parentheses at their symbols."""

import pytest

from mathml import to_mathml


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
