"""The equations: their names and order, their printed form, their proofs, and that a wrong one can't pass."""

import pickle

import numpy as np
import pytest
import sympy

from backprop import Network
from backprop.symbolic import (
    ACTIVATIONS,
    Equations,
    Quantity,
    a,
    delta,
    derive,
    latex,
    prove,
    prove_activation,
    prove_cost,
    sigma,
    softplus,
    typeset,
    w,
    x,
    y,
    z,
)

NAMED = ["identity", "sigmoid", "tanh", "relu"]
PAIRS = ([(name, "quadratic") for name in NAMED + ["softmax"]]
         + [("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")])


def test_names_come_in_the_order_in_which_they_can_be_computed():
    equations = derive([2, 3, 1])
    names = list(equations)
    assert names[:4] == ["z1_1", "a1_1", "z1_2", "a1_2"]
    assert (names.index("C") < names.index("delta2_1") < names.index("dC/dw2_11") < names.index("dC/db2_1")
            < names.index("delta1_1"))
    assert [n for n in names if n.startswith("dC/dw1")] == [f"dC/dw1_{j}{k}" for j in (1, 2, 3) for k in (1, 2)]
    known = {*"x_1 x_2 y_1".split()}
    for name, equation in equations.items():
        needs = {str(s) for s in equation.rhs.free_symbols}
        assert all(n in known or n[0] in "wb" for n in needs), f"{name} uses something not computed yet: {needs}"
        known.add(name)
    assert isinstance(equations["dC/dw1_21"], sympy.Eq)


def test_indices_above_9_have_a_comma():
    equations = derive([12, 3, 11])
    assert "dC/dw1_3,12" in equations and "dC/dw2_11,3" in equations and "dC/dw1_39" in equations
    assert latex(w(1, 3, 12)) == "w^{(1)}_{3,12}"


def test_gradients_are_delta_times_what_the_weight_carries():
    equations = derive([4, 2, 2, 1])
    assert equations["dC/dw2_12"].rhs == delta(2, 1) * a(1, 2)
    assert equations["dC/dw1_23"].rhs == delta(1, 2) * x(3)
    assert equations["dC/db3_1"].rhs == delta(3, 1)
    assert "dC/db3_1" not in derive([4, 2, 2, 1], bias=[True, True, False])


@pytest.mark.parametrize("sizes, bias", [([4, 2, 2, 1], True), ([4, 2, 2, 1], [True, True, False]), ([2, 3, 1], True),
                                         ([1, 1, 1], True), ([2, 2, 2], True), ([3, 4, 4, 1], True),
                                         ([2, 3, 2, 3], [False, True, True])])
def test_the_book_networks_are_proved_with_any_activation_and_cost(sizes, bias):
    equations = derive(sizes, activation="f", cost="generic", bias=bias)
    assert prove(equations) == Network(sizes, bias=bias).n_parameters


@pytest.mark.slow
def test_softmax_output_is_proved_with_any_cost():
    assert prove(derive([1, 2], activation="softmax", cost="generic")) == 4


@pytest.mark.parametrize("sizes", [[1, 1], [1, 2], [2, 3], [1, 2, 2]])
def test_softmax_with_cross_entropy_is_proved_for_targets_that_sum_to_1(sizes):
    activation = ["identity"] * (len(sizes) - 2) + ["softmax"]
    right = derive(sizes, activation=activation, cost="cross_entropy")
    assert prove(right) == Network(sizes).n_parameters
    twice = sympy.Eq(Quantity("dC/dw1_11"), 2 * right["dC/dw1_11"].rhs, evaluate=False)
    if sizes[-1] > 1:                                        # one output alone is always 1: its gradients are all 0
        with pytest.raises(AssertionError, match="dC/dw1_11 in the list is not the derivative"):
            prove(Equations(right.sizes, right.activation, right.cost, right.bias, {**right, "dC/dw1_11": twice}))


@pytest.mark.parametrize("name", NAMED)
def test_named_activations_are_proved(name):
    prove_activation(name)


@pytest.mark.parametrize("activation, cost", PAIRS)
def test_output_and_cost_pairs_are_proved(activation, cost):
    prove_cost(activation, cost)
    prove_cost(activation, cost, n=3 if activation == "softmax" else 1)


@pytest.mark.parametrize("name, wrong", [
    ("delta1_2", w(2, 1, 1) * delta(2, 1) * a(1, 2) * (1 - a(1, 2))),       # the weight of another neuron
    ("delta1_1", w(2, 1, 1) * delta(2, 1)),                                    # missing f'
    ("delta2_1", a(2, 1) - y(1)),                                              # missing f' at the output
    ("delta2_1", 2 * (a(2, 1) - y(1)) * a(2, 1) * (1 - a(2, 1))),             # factor 2
    ("dC/dw1_21", delta(1, 2) * x(2)),                                         # transposed index
    ("dC/db1_1", delta(1, 2)),
])
def test_a_wrong_equation_is_not_proved(name, wrong):
    right = derive([2, 3, 1])
    equations = Equations(right.sizes, right.activation, right.cost, right.bias,
                          {**right, name: sympy.Eq(Quantity(name), wrong, evaluate=False)})
    assert prove(right) == 13
    with pytest.raises(AssertionError, match="is not the derivative of C"):
        prove(equations)


def test_one_path_of_two_is_not_proved():
    right = derive([2, 2, 2], activation="f", cost="generic")
    one_path = right["delta1_1"].rhs.subs(w(2, 2, 1), 0)
    with pytest.raises(AssertionError):
        prove(Equations(right.sizes, right.activation, right.cost, right.bias,
                        {**right, "delta1_1": sympy.Eq(delta(1, 1), one_path)}))


@pytest.mark.parametrize("name, wrong", [("sigmoid", lambda a, z: a * (1 + a)), ("tanh", lambda a, z: 1 - a),
                                         ("identity", lambda a, z: a),
                                         ("relu", lambda a, z: sympy.Integer(1))])
def test_a_wrong_derivative_is_not_proved(name, wrong, monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, name, (ACTIVATIONS[name][0], wrong))
    with pytest.raises(AssertionError):
        prove_activation(name)
    with pytest.raises(AssertionError):
        prove_cost(name, "quadratic")


def test_a_wrong_cost_is_not_proved(monkeypatch):
    monkeypatch.setattr("backprop.symbolic._cost", lambda name, output, zs, As, ys: sum(softplus(z_j) for z_j in zs))
    with pytest.raises(AssertionError, match="printed C"):
        prove_cost("sigmoid", "cross_entropy")


def test_functions_know_their_derivatives():
    t = sympy.Symbol("t", real=True)
    for function in (sigma(t), softplus(t)):
        assert (sympy.simplify(sympy.diff(function.rewrite(sympy.exp), t) - sympy.diff(function, t).rewrite(sympy.exp))
                == 0)
    assert float(sigma(sympy.Integer(2))) == pytest.approx(1 / (1 + np.exp(-2)))


def test_latex_is_in_the_book_s_notation():
    equations = derive([2, 2, 1])
    block = equations.latex("z1_1", "delta1_2")
    assert block.startswith("\\begin{aligned}") and (r"z^{(1)}_{1} &= w^{(1)}_{11} x_{1} + w^{(1)}_{12} x_{2} + "
                                                     r"b^{(1)}_{1} \\") in block
    assert r"w^{(2)}_{12} \delta^{(2)}_{1} a^{(1)}_{2} \left(1 - a^{(1)}_{2}\right)" in block
    assert r"\left(a^{(2)}_{1} - y_{1}\right) a^{(2)}_{1} \left(1 - a^{(2)}_{1}\right)" in equations.latex("delta2_1")
    assert latex(Quantity("dC/dw2_12")) == r"\frac{\partial C}{\partial w^{(2)}_{12}}"
    assert r"\frac{1}{1 + e^{" in derive([1, 2], activation="softmax").latex("a1_1")
    assert typeset(equations["C"], tag="C1")._repr_latex_().endswith(r"\tag{C1}$$")
    assert equations._repr_latex_().startswith("$$")
    long, short = derive([4, 1]).latex("z1_1"), derive([3, 1]).latex("z1_1")       # five terms go on to a second line
    assert r"w^{(1)}_{13} x_{3} \\ &\qquad + w^{(1)}_{14} x_{4} + b^{(1)}_{1}" in long and r"\\" not in short


def test_every_printed_block_has_balanced_braces_and_no_code_names():
    for activation, cost in PAIRS:
        block = derive([2, 3, 2], activation=["tanh", activation], cost=cost).with_factors().latex()
        assert block.count("{") == block.count("}") and "_1_" not in block and "w2" not in block and "dC/" not in block


def test_quantities_refuse_other_names_and_survive_pickling():
    with pytest.raises(ValueError, match="no quantity of the book"):
        Quantity("w2")
    assert pickle.loads(pickle.dumps(z(1, 2))) == z(1, 2)


def test_an_unknown_equation_says_what_there_is():
    with pytest.raises(KeyError, match="no equation named 'w1_11'; there are"):
        derive([1, 1])["w1_11"]


@pytest.mark.parametrize("arguments, words", [
    (dict(sizes=[2]), "at least"), (dict(sizes=[2, 1], activation="softplus"), "unknown activation"),
    (dict(sizes=[2, 1], cost="cross_entropy", activation="f"), "must be sigmoid or softmax"),
    (dict(sizes=[2, 1], cost="mse"), "unknown cost"),
    (dict(sizes=[2, 2, 1], activation="softmax"), "softmax belongs to the output"),
])
def test_derive_refuses_what_the_network_refuses(arguments, words):
    with pytest.raises(ValueError, match=words):
        derive(**arguments)


def test_open_functions_can_be_printed_but_not_computed():
    equations = derive([2, 1], activation="f", cost="generic")
    for printer in (equations.numpy, equations.javascript):
        with pytest.raises(ValueError, match="can be printed, not computed"):
            printer()


def test_the_printed_numpy_checks_its_arguments():
    equations, net = derive([2, 3, 1]), Network([2, 3, 1], seed=0)
    compute = equations.numpy()
    assert isinstance(compute(net.W, net.b, [1, 2], [0])["C"], float)
    assert compute(net.W[1:], net.b[1:], np.ones((2, 5)), np.ones((1, 5)))["C"].shape == (5,)
    with pytest.raises(ValueError, match="x has 3 rows, the network has 2 inputs"):
        compute(net.W, net.b, [1, 2, 3], [0])
    with pytest.raises(ValueError, match="the equations are of sizes"):
        compute([np.ones((1, 2))], None, [1, 2], [0])
    with pytest.raises(ValueError, match="x has 2 columns and y has 1"):
        compute(net.W, net.b, np.ones((2, 2)), [0])
    with pytest.raises(ValueError, match="different lengths"):
        compute(net.W, net.b, [[1, 2], [3]], [0])
    with pytest.raises(ValueError, match="targets of cross_entropy lie between 0 and 1, got 2"):
        derive([2, 3, 1], cost="cross_entropy").numpy()(net.W, net.b, [1, 2], [2])


def test_factors_multiply_to_delta():
    equations = derive([2, 3, 2], activation=["tanh", "sigmoid"], cost="cross_entropy").with_factors()
    net = Network([2, 3, 2], activation=["tanh", "sigmoid"], cost="cross_entropy", seed=1)
    values = equations.numpy()(net.W, net.b, [0.5, -1.0], [1, 0])
    for l, n in ((1, 3), (2, 2)):
        for j in range(1, n + 1):
            assert (values[f"dC/da{l}_{j}"] * values[f"da/dz{l}_{j}"]
                    == pytest.approx(values[f"delta{l}_{j}"], rel=1e-12))


def test_the_list_grows_with_the_parameters_not_with_their_square():
    def operations(sizes):
        return sum(sympy.count_ops(equation.rhs) for equation in derive(sizes).values())

    small, large = Network([4, 4, 4, 4], seed=0).n_parameters, Network([16, 16, 16, 16], seed=0).n_parameters
    assert operations([16] * 4) / operations([4] * 4) < 1.2 * large / small


def test_javascript_declares_each_value_once():
    source = derive([3, 4, 2], activation=["relu", "softmax"], cost="cross_entropy").javascript()
    declared = [line.split()[1] for line in source.splitlines() if line.startswith("  const ")]
    assert len(declared) == len(set(declared))
    assert source.startswith("function network(W, b, x, y) {")


def test_the_package_types_no_gradient_into_javascript():
    """The widget's own JavaScript may not know a derivative: f' of the named activations is printed, not typed."""
    from pathlib import Path

    import backprop
    folder = Path(backprop.__file__).parent / "widgets" / "js"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js")
                   if not path.name.startswith("train")).replace(" ", "")
    for forbidden in ("Math.tanh", "(1-a", "Math.exp(-", "1-a*a", "sigmoid("):
        assert forbidden not in text, f"js/ contains {forbidden}: the mathematics comes from backprop.symbolic"
