"""The contract of Network: shapes, exactness at saturation, training, and an error in words for everything wrong."""

import copy
import warnings
from fractions import Fraction

import numpy as np
import pytest

from backprop import Network, gradient_check
from backprop.network_structure import n_parameters
from backprop.two_layer_derivation import Gradients

X = np.array([[0.5, -1.0], [0.25, 2.0], [1.5, 0.0], [-0.75, 1.0]])
Y = np.array([[1.0, 0.0]])


@pytest.fixture
def net():
    return Network([4, 2, 2, 1], seed=0)


def test_shapes_carry_the_index_of_the_formula(net):
    assert net.sizes == [4, 2, 2, 1] and net.n_parameters == 19
    assert net.W[0] is None and net.b[0] is None
    assert [W.shape for W in net.W[1:]] == [(2, 4), (2, 2), (1, 2)]
    assert [b.shape for b in net.b[1:]] == [(2, 1), (2, 1), (1, 1)]
    trace = net.forward(X)
    assert trace.z[0] is None and np.array_equal(trace.a[0], X)
    assert [a.shape for a in trace.a] == [(4, 2), (2, 2), (2, 2), (1, 2)]
    assert trace.output is trace.a[3]
    g = net.gradients(X, Y)
    assert g.W[0] is None and g.b[0] is None and g.delta[0] is None
    assert [W.shape for W in g.W[1:]] == [W.shape for W in net.W[1:]]
    assert [b.shape for b in g.b[1:]] == [b.shape for b in net.b[1:]]
    assert [d.shape for d in g.delta[1:]] == [(2, 2), (2, 2), (1, 2)]


def test_the_documents_own_network_has_18_parameters():
    net = Network([4, 2, 2, 1], activation=["sigmoid", "sigmoid", "identity"], bias=[True, True, False], seed=1)
    assert net.n_parameters == 18 and net.b[3] is None
    assert net.gradients(X, Y).b[3] is None
    assert n_parameters([3, 4, 4, 1]) == 41


def test_a_list_or_one_dimension_is_one_column(net):
    one = net.forward([0.5, 0.25, 1.5, -0.75])
    assert one.output.shape == (1, 1)
    assert one.output[0, 0] == pytest.approx(net.forward(X).output[0, 0], rel=1e-14)
    assert isinstance(net.cost([0.5, 0.25, 1.5, -0.75], [1]), float)


def test_cost_sums_over_outputs_and_averages_over_columns():
    net = Network.from_parameters(W=[[[1.0], [2.0]]], activation="identity")
    assert net.cost([[1.0, 3.0]], [[0.0, 3.0], [0.0, 0.0]]) == pytest.approx(0.5 * ((1 + 4) + (0 + 36)) / 2)


def test_batch_gradient_is_the_mean_of_the_single_ones(net):
    g = net.gradients(X, Y)
    single = [net.gradients(X[:, i], Y[:, i]) for i in range(2)]
    for l in range(1, 4):
        np.testing.assert_allclose(g.W[l], (single[0].W[l] + single[1].W[l]) / 2, rtol=1e-13)
        np.testing.assert_allclose(g.delta[l], np.hstack([s.delta[l] for s in single]), rtol=1e-13)


def test_the_seed_decides_the_weights():
    assert np.array_equal(Network([3, 2], seed=5).W[1], Network([3, 2], seed=5).W[1])
    assert not np.array_equal(Network([3, 2], seed=5).W[1], Network([3, 2], seed=6).W[1])


def test_from_parameters_copies_and_round_trips(net):
    W1 = np.ones((1, 2))
    made = Network.from_parameters(W=[W1])
    W1[:] = 7
    assert np.array_equal(made.W[1], [[1, 1]]) and np.array_equal(made.b[1], [[0]])
    again = Network.from_parameters(W=net.W, b=net.b, activation=net.activation, cost=net.cost_name)
    assert again.cost(X, Y) == net.cost(X, Y)
    assert Network.from_parameters(W=[np.eye(2)], b=[[1.0, 2.0]]).b[1].shape == (2, 1)


def test_float32_stays_and_is_lost_with_one_float64():
    W, b = [np.ones((2, 3), np.float32)], [np.zeros((2, 1), np.float32)]
    net = Network.from_parameters(W=W, b=b)
    assert net.forward([1, 2, 3]).output.dtype == np.float32
    g = net.gradients([1.0, 2, 3], [0, 1])
    assert g.W[1].dtype == g.b[1].dtype == g.delta[1].dtype == np.float32
    net.update(g, 0.1)
    assert net.W[1].dtype == np.float32
    assert Network.from_parameters(W=W, b=[np.zeros((2, 1))]).dtype == np.float64
    assert Network.from_parameters(W=[np.ones((2, 3), int)]).dtype == np.float64
    assert gradient_check(net, [1.0, 2, 3], [0, 1]) < 1e-6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation, cost",
                         [("sigmoid", "cross_entropy"), ("softmax", "cross_entropy"), ("sigmoid", "quadratic"),
                          ("softmax", "quadratic"), ("tanh", "quadratic"), ("relu", "quadratic")])
@pytest.mark.parametrize("z", [-1000.0, -40.0, 0.0, 40.0, 1000.0])
def test_saturation_loses_nothing_and_warns_of_nothing(activation, cost, z, dtype):
    net = Network.from_parameters(W=[np.array([[1], [-1]], dtype)], b=[None], activation=activation, cost=cost)
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        C = net.cost([z], [1, 0])
        g = net.gradients([z], [1, 0])
    assert np.isfinite(C) and np.isfinite(g.W[1]).all()
    if cost == "cross_entropy" and activation == "sigmoid":       # two outputs, each log(1 + exp(-z))
        assert C == pytest.approx(2 * np.logaddexp(0, -z), rel=1e-6)
    if cost == "cross_entropy" and activation == "softmax":
        assert C == pytest.approx(np.logaddexp(0, -2 * z), rel=1e-6, abs=1e-30)
    if cost == "cross_entropy" and z == -1000:
        np.testing.assert_array_equal(g.delta[1], [[-1], [1]])


def test_the_contracts_own_number():
    net = Network.from_parameters(W=[[[1.0]]], b=[None], cost="cross_entropy")
    assert net.cost([-1000.0], [1]) == 1000 and net.gradients([-1000.0], [1]).delta[1] == -1


def test_relu_has_slope_0_at_0():
    net = Network.from_parameters(W=[[[1.0]]], b=[None], activation="relu")
    assert net.gradients([0.0], [1.0]).delta[1] == 0


# --- backward changes nothing, update changes everything at once -------------------------------------

def test_gradients_change_no_parameter(net):
    before = copy.deepcopy((net.W, net.b))
    net.gradients(X, Y), net.cost(X, Y), net.forward(X), gradient_check(net, X, Y)
    for old, new in zip(before[0] + before[1], net.W + net.b):
        assert old is None and new is None or np.array_equal(old, new)


def test_update_is_simultaneous_even_with_a_large_learning_rate(net):
    before = copy.deepcopy((net.W, net.b))
    g = net.gradients(X, Y)
    net.update(g, 1000.0)
    for l in range(1, 4):
        np.testing.assert_array_equal(net.W[l], before[0][l] - 1000.0 * g.W[l])
        np.testing.assert_array_equal(net.b[l], before[1][l] - 1000.0 * g.b[l])


def test_train_takes_the_simultaneous_step_and_reports_the_cost_before_it(net):
    twin = copy.deepcopy(net)
    costs = []
    for _ in range(3):
        costs.append(twin.cost(X, Y))
        twin.update(twin.gradients(X, Y), 30.0)
    history = net.train(X, Y, learning_rate=30.0, epochs=3, batch_size=2, seed=0)
    np.testing.assert_allclose(history.cost, costs, rtol=1e-12)
    np.testing.assert_allclose(net.W[1], twin.W[1], rtol=1e-12)


def test_train_with_an_uneven_last_batch_averages_over_examples():
    x, y = np.array([[1.0, 2, 3]]), np.zeros((1, 3))
    net = Network.from_parameters(W=[[[1.0]]], b=[None], activation="identity")
    assert net.train(x, y, learning_rate=0, epochs=1, batch_size=2, seed=0).cost[0] == pytest.approx((1 + 4 + 9) / 6)


def test_training_learns_xor_and_repeats_with_its_seed():
    x, y = np.array([[0, 0, 1, 1], [0, 1, 0, 1.0]]), np.array([[0, 1, 1, 0.0]])
    outputs = []
    for _ in range(2):
        net = Network([2, 4, 1], activation="tanh", seed=3)
        history = net.train(x, y, learning_rate=0.3, epochs=800, batch_size=2, seed=4)
        outputs.append(net.forward(x).output)
    assert history.cost[-1] < 0.01 < history.cost[0] and len(history.cost) == 800
    assert np.array_equal(*outputs)


def test_divergence_is_said_and_the_parameters_stay_finite():
    net = Network.from_parameters(W=[[[1.0]]], activation="identity")
    with pytest.raises(ValueError, match="training stopped in epoch .*smaller learning_rate"):
        net.train([[10.0]], [[0.0]], learning_rate=100.0, epochs=500)
    assert np.isfinite(net.W[1]).all() and np.isfinite(net.b[1]).all()


# --- everything wrong is refused in words ----------------------------------------------------------------

@pytest.mark.parametrize("arguments, error, words", [
    (dict(sizes=[4]), ValueError, "at least an input and one more layer"),
    (dict(sizes=[]), ValueError, "at least"),
    (dict(sizes=[4, 0, 1]), ValueError, "at least one neuron"),
    (dict(sizes=[4, -2, 1]), ValueError, "at least one neuron"),
    (dict(sizes=[4, 2.0, 1]), TypeError, "whole numbers, got 2.0"),
    (dict(sizes=[4, True]), TypeError, "whole numbers"),
    (dict(sizes="421"), TypeError, "must be a list"),
    (dict(sizes=4), TypeError, "must be a list"),
    (dict(sizes={4: 2, 2: 1}), TypeError, "must be a list"),
    (dict(sizes={4, 2}), TypeError, "must be a list"),                    # a set has no order
    (dict(sizes=np.array(4)), TypeError, "must be a list"),
    (dict(sizes=[2, 1], activation="sigmod"), ValueError, "unknown activation 'sigmod'"),
    (dict(sizes=[2, 1], activation=["tanh", "tanh"]), ValueError, "2 entries, the network has 1 layer"),
    (dict(sizes=[2, 1], activation=3), TypeError, "activation must be"),
    (dict(sizes=[2, 2, 1], activation="softmax"), ValueError, "softmax belongs to the output"),
    (dict(sizes=[2, 1], cost="mse"), ValueError, "unknown cost 'mse'"),
    (dict(sizes=[2, 1], cost=None), TypeError, "cost must be a name"),
    (dict(sizes=[2, 1], activation="tanh", cost="cross_entropy"), ValueError, "must be sigmoid or softmax, got tanh"),
    (dict(sizes=[2, 1], activation="identity", cost="cross_entropy"), ValueError, "between 0 and 1"),
    (dict(sizes=[2, 1], bias=[True, False]), ValueError, "bias has 2 entries"),
    (dict(sizes=[2, 1], bias="yes"), TypeError, "bias must be"),
    (dict(sizes=[2, 1], seed=-1), ValueError, "seed"),
    (dict(sizes=[2, 1], seed=1.5), ValueError, "seed"),
])
def test_construction_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        Network(**arguments)


@pytest.mark.parametrize("W, b, error, words", [
    ([], None, ValueError, "W is empty"),
    (np.ones((2, 2)), None, TypeError, "W must be a list"),
    ([[1.0, 2.0]], None, ValueError, r"W\[1\] must have shape \(n_1, n_0\), got shape \(2,\)"),
    ([[[1.0, 2.0], [3.0]]], None, ValueError, "different lengths"),
    ([np.ones((2, 3)), np.ones((1, 3))], None, ValueError, r"W\[2\] has shape \(1, 3\), expected 2 columns"),
    ([np.ones((2, 3))], [np.ones((3, 1))], ValueError, r"b\[1\] has shape \(3, 1\), expected \(2, 1\)"),
    ([np.ones((2, 3))], [np.ones((1, 2))], ValueError, r"expected \(2, 1\)"),
    ([np.ones((2, 3))], [None, np.ones(2), np.ones(2)], ValueError, "b has 3 entries, expected 1"),
    ([np.ones((2, 3))], [1.0], ValueError, r"b\[1\] has shape \(\)"),
    ([np.full((1, 1), np.nan)], None, ValueError, r"W\[1\] must be finite, got nan at \[0, 0\]"),
    ([np.ones((1, 1))], [[np.inf]], ValueError, "got inf"),
    ([[["a"]]], None, TypeError, "real numbers"),
    ([[[1j]]], None, TypeError, "real numbers"),
    ([None, None], None, TypeError, "real numbers"),
    ([np.ma.array([[1.0, 2.0]], mask=[[False, True]])], None, ValueError, r"W\[1\] has masked entries"),
    pytest.param([np.array([[np.finfo(np.longdouble).max]])], None, ValueError, "got inf", marks=pytest.mark.skipif(
        np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="long double is float64 here")),
])
def test_from_parameters_refuses(W, b, error, words):
    with pytest.raises(error, match=words):
        Network.from_parameters(W=W, b=b)


@pytest.mark.parametrize("x, y, error, words", [
    ([1, 2, 3], [1], ValueError, "x has 3 rows, the network has 4 inputs"),
    (np.ones((2, 4)), [1], ValueError, r"did you mean x\.T"),
    (np.ones((4, 2)), [1], ValueError, "x has 2 columns and y has 1"),
    (np.ones((4, 1)), [1, 2], ValueError, "y has 2 rows, the network has 1 outputs"),
    (np.ones((4, 0)), np.ones((1, 0)), ValueError, "empty batch"),
    ([], [1], ValueError, "x has 0 rows"),
    (1.0, [1], ValueError, r"got shape \(\)"),
    (np.ones((4, 1, 1)), [1], ValueError, "1-D .* or 2-D"),
    ([1, 2, np.nan, 4], [1], ValueError, r"x must be finite, got nan at \[2, 0\]"),
    ([1, 2, 3, 4], [np.inf], ValueError, "y must be finite, got inf"),
    (["1", "2", "3", "4"], [1], TypeError, "real numbers"),
    ([1, 2, 3, 4j], [1], TypeError, "real numbers"),
    ([1, 2, 3, None], [1], TypeError, "real numbers"),
    ([[1, 2], [3]], [1], ValueError, "different lengths"),
])
def test_data_refused_by_every_method(net, x, y, error, words):
    for method in (net.cost, net.gradients, lambda x, y: net.train(x, y, learning_rate=0.1, epochs=1)):
        with pytest.raises(error, match=words):
            method(x, y)


def test_targets_of_cross_entropy():
    net = Network([2, 2], activation="softmax", cost="cross_entropy", seed=0)
    with pytest.raises(ValueError, match="between 0 and 1, got 1.5"):
        net.cost([1, 2], [1.5, -0.5])
    with pytest.raises(ValueError, match="sum to 1 in each column, column 1 sums to 1.5"):
        net.gradients(np.ones((2, 2)), [[1, 0.5], [0, 1.0]])


def test_many_float32_targets_sum_to_1():
    net = Network.from_parameters(W=[np.zeros((5000, 1), np.float32)], activation="softmax", cost="cross_entropy")
    # summed in float32
    assert net.cost(np.ones((1, 2)), np.full((5000, 2), 1 / 5000)) == pytest.approx(np.log(5000), rel=1e-3)


def test_the_largest_numbers_raise_words_or_nothing():
    net = Network.from_parameters(W=[[[1.0], [-1.0]]], activation="softmax")
    with np.errstate(all="raise", under="ignore"):
        assert net.forward([1e308]).output.ravel().tolist() == [1, 0] and net.cost([1e308], [0, 1]) == 1
    net = Network.from_parameters(W=[[[0.0]]], activation="identity")
    with pytest.raises(ValueError, match=r"the gradient of b\[1\] must be finite"):
        net.gradients([[0, 0]], [[-1.7e308, -1.7e308]])
    cost = net.train([[1.0, 1, 1]], [[1.2e154] * 3], learning_rate=0, epochs=1, batch_size=1).cost
    assert cost == pytest.approx([0.72e308])


def test_overflow_is_refused_not_drawn(net):
    big = Network.from_parameters(W=[[[1e300]]], activation="identity")
    with pytest.raises(ValueError, match="overflows"):
        big.forward([1e300])
    with pytest.raises(ValueError, match="overflows"):
        big.cost([1.0], [0.0])
    small = Network.from_parameters(W=[np.ones((1, 1), np.float32)], b=[np.zeros(1, np.float32)])
    with pytest.raises(ValueError, match="too large for float32"):
        small.forward([1e300])
    net.W[2][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"z\[2\] must be finite"):
        net.forward(X)


def test_a_parameter_replaced_by_a_wrong_shape_is_named(net):
    net.W[2] = np.ones((3, 3))
    with pytest.raises(ValueError, match=r"W\[2\] has shape \(3, 3\), expected \(2, 2\)"):
        net.forward(X)


@pytest.mark.parametrize("l, kind, value, error, words", [
    # would cut x to whole numbers
    (1, "W", np.ones((2, 4), int), TypeError, r"W\[1\] must be an array of float64 or float32, got int64|int32"),
    (2, "b", np.ones((2, 1), int), TypeError, r"b\[2\] must be an array"),
    (2, "W", [[1.0, 2.0], [3.0, 4.0]], TypeError, r"W\[2\] must be an array of float64 or float32, got list"),
    (1, "W", None, TypeError, "got NoneType"),
    (3, "b", np.ones(1), ValueError, r"b\[3\] has shape \(1,\), expected \(1, 1\)"),
])
def test_a_parameter_replaced_by_something_else_is_refused(net, l, kind, value, error, words):
    g = net.gradients(X, Y)
    getattr(net, kind)[l] = value
    for use in (lambda: net.forward(X), lambda: net.gradients(X, Y), lambda: net.update(g, 0.1)):
        with pytest.raises(error, match=words):
            use()


def test_one_float64_parameter_makes_the_network_float64():
    net = Network.from_parameters(W=[np.ones((1, 1), np.float32)] * 2)
    assert net.dtype == np.float32
    net.W[2] = np.ones((1, 1))
    assert net.dtype == np.float64 and net.forward([1 / 3]).a[0] == 1 / 3


def test_a_trace_shares_nothing():
    net, x = Network([2, 2, 2], activation="identity", seed=0), np.ones((2, 1))
    trace = net.forward(x)
    arrays = [x, *net.W[1:], *net.b[1:], *trace.z[1:], *trace.a]
    assert not any(np.shares_memory(p, q) for i, p in enumerate(arrays) for q in arrays[:i])


def test_one_dimension_for_many_examples_gets_the_right_hint():
    net = Network([1, 1], seed=0)
    with pytest.raises(ValueError,
                       match=r"y has 3 rows, the network has 1 outputs \(a 1-D y is one example: did you mean \[y\]"):
        net.cost([[1, 2, 3]], [0, 1, 0])


def test_masked_data_is_refused(net):
    with pytest.raises(ValueError, match="x has masked entries"):
        net.forward(np.ma.array([1.0, 2, 3, 4], mask=[0, 1, 0, 0]))


@pytest.mark.parametrize("g, error, words", [
    (None, TypeError, "what gradients.* returns.*got NoneType"),
    (Gradients([None, [["a"]]], [None, [[0.0]]], None), TypeError, "real numbers"),
    (Gradients([None, [[1j]]], [None, [[0.0]]], None), TypeError, "real numbers"),
    (Gradients([None, None], [None, [[0.0]]], None), ValueError,
     r"gradient of W\[1\] is None, expected shape \(1, 1\)"),
])
def test_update_refuses_what_is_no_gradient(g, error, words):
    net = Network.from_parameters(W=[[[1.0]]])
    with pytest.raises(error, match=words):
        net.update(g, 0.1)
    # lists and fractions will do
    net.update(Gradients([None, [[1.0]]], [None, [[2.0]]], None), Fraction(1, 2))
    assert net.W[1] == 0.5 and net.b[1] == -1


@pytest.mark.parametrize("rate, error", [(10**400, ValueError), (np.nan, ValueError), (np.inf, ValueError),
                                         (-0.1, ValueError), ("0.1", TypeError), (None, TypeError), (True, TypeError)])
def test_learning_rate_refused_and_nothing_changed(net, rate, error):
    before = copy.deepcopy(net.W)
    g = net.gradients(X, Y)
    with pytest.raises(error, match="learning_rate"):
        net.update(g, rate)
    with pytest.raises(error, match="learning_rate"):
        net.train(X, Y, learning_rate=rate, epochs=1)
    assert all(np.array_equal(old, new) for old, new in zip(before[1:], net.W[1:]))


def test_a_refused_update_changes_no_layer(net):
    g = net.gradients(X, Y)
    before = copy.deepcopy(net.W)
    wrong = Gradients(W=g.W[:3] + [np.ones((2, 1))], b=g.b, delta=g.delta)
    with pytest.raises(ValueError, match=r"W\[3\] has shape \(2, 1\), expected \(1, 2\)"):
        net.update(wrong, 0.1)
    with pytest.raises(ValueError, match="nothing was changed"):
        net.update(Gradients(W=g.W, b=g.b[:3] + [np.full((1, 1), 1e308)], delta=g.delta), 1e10)
    with pytest.raises(ValueError, match="the gradients have 2 layers, the network has 3"):
        net.update(Gradients(W=g.W[:3], b=g.b, delta=g.delta), 0.1)
    assert all(np.array_equal(old, new) for old, new in zip(before[1:], net.W[1:]))


@pytest.mark.parametrize("arguments, words", [
    (dict(batch_size=0), "batch_size"), (dict(batch_size=3), "from 1 to 2"), (dict(batch_size=1.5), "batch_size"),
    (dict(epochs=0), "epochs"), (dict(epochs=1.5), "epochs"), (dict(seed=-3), "seed"),
])
def test_train_refuses(net, arguments, words):
    with pytest.raises(ValueError, match=words):
        net.train(X, Y, **{"learning_rate": 0.1, "epochs": 1, **arguments})
