"""Training: the fast passes give the numbers of the plain loop, and what users expect of `train`."""

import copy
import os
import signal
import threading
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Network
from backprop.batches import Steps
from backprop.learning import RULES
from backprop.optimisers import OPTIMISERS

from .test_gradients import cases

RNG = np.random.default_rng(5)
X = RNG.normal(size=(4, 23))
Y = np.eye(3)[:, (X[:3] ** 2).argmax(axis=0)]


def classifier(seed=0, hidden="tanh"):
    return Network([4, 5, 3], activation=[hidden, "softmax"], cost="cross_entropy", seed=seed)


def plain_loop(net, X, Y, learning_rate, epochs, batch_size, seed, optimiser="gradient_descent", stale=False):
    """Training as a chapter shows it: one batch after the other with the package's checked functions.

    stale=True is wrong on purpose: every batch but the first gets the gradients of the batch before it.
    """
    rng, rule, t = np.random.default_rng(seed), OPTIMISERS[optimiser], 0
    step, memory, costs, last = rule.numpy(), {}, [], None
    for _ in range(epochs):
        order, total = rng.permutation(X.shape[1]), 0
        for start in range(0, X.shape[1], batch_size):
            batch = order[start:start + batch_size]
            total += net.cost(X[:, batch], Y[:, batch]) * len(batch) / X.shape[1]
            now = net.gradients(X[:, batch], Y[:, batch])
            g, last, t = last if stale and last else now, now, t + 1
            for name, parameters, gradients in (("W", net.W, g.W), ("b", net.b, g.b)):
                for l in range(1, len(parameters)):
                    if parameters[l] is not None:
                        kept = memory.get((name, l)) or {m: np.zeros_like(parameters[l]) for m in rule.memory}
                        parameters[l], memory[name, l] = step(parameters[l], gradients[l], kept, t, learning_rate)
                        parameters[l] = parameters[l].astype(gradients[l].dtype)
        costs.append(total)
    return costs


def largest_difference(net, other):
    pairs = [(p, q) for p, q in zip(net.W + net.b, other.W + other.b) if p is not None]
    scale = max(1.0, max(np.abs(q).max() for _, q in pairs))
    return max(np.abs(p - q).max() for p, q in pairs) / scale


# --- the same numbers ----------------------------------------------------------------------------------------

@settings(max_examples=150, deadline=None)
@given(cases(scales=(0.3, 1.0, 3.0)), st.integers(1, 9), st.sampled_from(sorted(RULES)), st.sampled_from([1.0, 0.01]),
       st.integers(0, 2**32), st.booleans(), st.sampled_from(["C", "F"]))
def test_the_same_numbers_as_the_plain_loop(case, batch_size, optimiser, rate, seed, single, order):
    net, *_ = case
    rng = np.random.default_rng(seed)
    N = int(rng.integers(batch_size, 4 * batch_size + 2))
    x, y = rng.normal(size=(net.sizes[0], N)), rng.uniform(size=(net.sizes[-1], N))
    if net.cost_name == "cross_entropy":
        y = y / y.sum(axis=0)
    x, y = np.array(x, order=order), np.array(y, order=order)
    if single:
        net = Network.from_parameters([W.astype(np.float32) for W in net.W[1:]],
                                      [None if b is None else b.astype(np.float32) for b in net.b[1:]],
                                      net.activation, net.cost_name)
    rate *= 0.1 if optimiser == "gradient_descent" else 0.01
    plain = copy.deepcopy(net)
    costs = plain_loop(plain, x, y, rate, 3, batch_size, seed, optimiser)
    history = net.train(x, y, learning_rate=rate, epochs=3, batch_size=batch_size, seed=seed, optimiser=optimiser)
    # Adam divides by the size of a gradient, however small: there rounding can be all there is.
    tolerance = (1e-3 if single else 1e-7) if optimiser == "adam" else 1e-4 if single else 1e-12
    assert all(p is None or p.dtype == (np.float32 if single else np.float64) for p in net.W + net.b)
    np.testing.assert_allclose(history.cost, costs, rtol=tolerance, atol=tolerance)
    assert largest_difference(net, plain) < tolerance


def test_a_plain_loop_that_is_wrong_is_told_apart():
    net, plain, stale = classifier(), classifier(), classifier()
    net.train(X, Y, learning_rate=0.1, epochs=2, batch_size=5, seed=1)
    plain_loop(plain, X, Y, 0.1, 2, 5, 1)
    plain_loop(stale, X, Y, 0.1, 2, 5, 1, stale=True)
    assert largest_difference(net, plain) < 1e-12 < 1e-4 < largest_difference(net, stale)


@pytest.mark.parametrize("batch_size", [1, 5, 23])
def test_the_fast_passes_are_the_ones_that_ran(batch_size, monkeypatch):
    monkeypatch.setattr(Steps, "_carefully", lambda *_: pytest.fail("the careful pass was used"))
    for hidden in ("identity", "sigmoid", "tanh", "relu"):
        classifier(hidden=hidden).train(X, Y, learning_rate=0.1, epochs=3, batch_size=batch_size, seed=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("z", [5.0, 100.0, 600.0, 800.0, 1e4])
def test_outputs_beyond_the_range_of_exp_lose_nothing(dtype, z):
    x, y = np.array([[z, -z, z], [0, 0, 0]], dtype), np.array([[1, 0, 0], [0, 1, 1]], dtype)
    nets = [Network.from_parameters([np.eye(2, dtype=dtype)], None, "softmax", "cross_entropy") for _ in range(2)]
    costs = plain_loop(nets[1], x, y, 1e-7, 2, 1, 3)
    history = nets[0].train(x, y, learning_rate=1e-7, epochs=2, batch_size=1, seed=3)
    tolerance = 1e-12 if dtype is np.float64 else 1e-5
    np.testing.assert_allclose(history.cost, costs, rtol=tolerance, atol=1e-30)
    assert largest_difference(*nets) < tolerance


# --- what goes wrong is said, and the network stays usable -----------------------------------------------------

@pytest.mark.parametrize("activation, optimiser", [
    ("identity", "gradient_descent"), (["tanh", "identity"], "gradient_descent"), ("identity", "momentum"),
    (["relu", "tanh"], "adam")])
def test_divergence_has_its_words_and_the_last_finite_parameters(activation, optimiser):
    rate = 1e300 if optimiser == "adam" else 1e3
    net = Network([4, 3, 2] if activation == "identity" else [4, 2, 2], activation=activation, seed=0)
    y = RNG.normal(size=(2, 23))
    with pytest.raises(ValueError, match=r"training stopped in epoch \d+: .* must be finite, got .*; "
                                         r"try a smaller learning_rate than 1"):
        net.train(100 * X, 1e3 * y, learning_rate=rate, epochs=500, batch_size=5, seed=0, optimiser=optimiser)
    assert all(p is None or np.isfinite(p).all() for p in net.W + net.b)


def test_divergence_is_noticed_at_the_same_step_as_by_the_plain_loop():
    net, plain, y = (Network([4, 3, 1], "identity", seed=0), Network([4, 3, 1], "identity", seed=0), Y[:1])
    with pytest.raises(ValueError) as fast:
        net.train(X, y, learning_rate=3.0, epochs=100, batch_size=5, seed=2)
    rng = np.random.default_rng(2)
    with pytest.raises(ValueError) as slow:
        while True:
            order = rng.permutation(23)
            for start in range(0, 23, 5):
                batch = order[start:start + 5]
                plain.cost(X[:, batch], y[:, batch])
                plain.update(plain.gradients(X[:, batch], y[:, batch]), 3.0)
    assert str(slow.value).split(",")[0] in str(fast.value)
    for p, q in zip(net.W[1:], plain.W[1:]):
        np.testing.assert_allclose(p, q, rtol=1e-6)


def test_an_overflow_that_leaves_the_cost_finite_is_noticed():
    net = Network.from_parameters([np.full((1, 2), 1e308), [[1e-300]]], None, activation="tanh")
    with pytest.raises(ValueError, match=r"z\[1\] must be finite"):
        net.train([[10.0], [10.0]], [[0.5]], learning_rate=0.1, epochs=1)


def test_nothing_is_warned_of_however_strict_numpy_is():
    net = Network([4, 3, 3], ["sigmoid", "sigmoid"], seed=1)
    with np.errstate(all="raise", under="ignore"):
        net.train(1e5 * X, Y, learning_rate=0.1, epochs=2, batch_size=4, seed=0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal to a thread's process that could stand for Ctrl-C")
def test_ctrl_c_leaves_a_usable_network_and_history():
    net, before = classifier(), classifier()
    history = net.train(X, Y, learning_rate=0.1, epochs=1, seed=0)
    here = signal.signal(signal.SIGINT, signal.default_int_handler)      # what a script starts with & ignores Ctrl-C
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            net.train(X, Y, learning_rate=0.1, epochs=10**7, batch_size=1, history=history)
            time.sleep(5)
    finally:
        signal.signal(signal.SIGINT, here)
    assert history.epochs > 2 and largest_difference(net, before) > 1e-3
    assert net.cost(X, Y) < before.cost(X, Y)
    net.train(X, Y, learning_rate=0.1, epochs=1, history=history)


def test_memory_does_not_grow_with_the_epochs():
    def peak(epochs):
        net = Network([20, 30, 10], seed=0)
        tracemalloc.start()
        net.train(x, y, learning_rate=0.1, epochs=epochs, batch_size=10, seed=0)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top
    x, y = RNG.normal(size=(20, 200)), RNG.uniform(size=(10, 200))
    peak(1)
    assert peak(60) - peak(2) < 20_000                        # the history's own numbers


# --- validation, best weights, stopping, resuming --------------------------------------------------------------

def test_costs_after_the_epoch_are_of_the_network_as_it_is_then():
    net, xv, yv = classifier(), X[:, :8], Y[:, :8]
    seen = []
    history = net.train(X, Y, learning_rate=0.3, epochs=4, batch_size=5, seed=0, validation=(xv, yv),
                        callback=lambda net, history: seen.append((net.cost(X, Y), net.cost(xv, yv),
                                                                   net.accuracy(X, Y), net.accuracy(xv, yv))))
    found = zip(history.train_cost, history.validation_cost, history.accuracy, history.validation_accuracy)
    np.testing.assert_allclose(list(found), seen, rtol=1e-12)
    assert history.epochs == 4 and history.train_cost != history.cost


def test_without_validation_nothing_more_is_measured_unless_asked_for():
    assert classifier().train(X, Y, learning_rate=0.1, epochs=2).train_cost == [None, None]
    asked = classifier().train(X, Y, learning_rate=0.1, epochs=2, measure=True)
    assert None not in asked.train_cost + asked.accuracy and asked.validation_cost == [None, None]


def test_accuracy_is_left_out_where_targets_are_no_classes():
    net = Network([4, 2, 1], activation=["tanh", "identity"], seed=0)
    history = net.train(X, X[:1], learning_rate=0.1, epochs=1, measure=True)
    assert history.accuracy == [None] and history.train_cost[0] > 0


def test_early_stopping_keeps_the_best_network():
    net, noise = classifier(), Y[:, ::-1]
    seen = []
    history = net.train(X, Y, learning_rate=1.0, epochs=300, batch_size=5, seed=0, validation=(X, noise),
                        early_stopping=7, callback=lambda net, history: seen.append(net.cost(X, noise)))
    best = int(np.argmin(seen))
    assert history.best_epoch == best and len(seen) == best + 1 + 7 < 300
    assert net.cost(X, noise) == min(seen)
    kept = classifier()
    kept.train(X, Y, learning_rate=1.0, epochs=len(seen), batch_size=5, seed=0, validation=(X, noise), keep_best=True)
    assert kept.cost(X, noise) == min(seen)
    last = classifier()
    last.train(X, Y, learning_rate=1.0, epochs=len(seen), batch_size=5, seed=0, validation=(X, noise))
    assert last.cost(X, noise) == seen[-1] > min(seen)


@pytest.mark.parametrize("optimiser", sorted(RULES))
def test_two_halves_are_the_whole(optimiser):
    whole, halves = classifier(), classifier()
    options = dict(learning_rate=0.05, batch_size=5, optimiser=optimiser)
    one = whole.train(X, Y, epochs=6, seed=3, **options)
    two = halves.train(X, Y, epochs=2, seed=3, **options)
    assert halves.train(X, Y, epochs=4, history=two, **options) is two
    assert one.cost == two.cost and largest_difference(whole, halves) == 0


def test_a_callback_stops_training():
    history = classifier().train(X, Y, learning_rate=0.1, epochs=50, callback=lambda net, history: history.epochs == 3)
    assert history.epochs == 3


def test_progress_is_shown_and_closed(capsys):
    classifier().train(X, Y, learning_rate=0.1, epochs=3, progress=True, validation=(X, Y))
    shown = capsys.readouterr().err
    assert "3/3" in shown and "validation accuracy" in shown


@pytest.mark.parametrize("arguments, error, words", [
    (dict(optimiser="adamw"), ValueError, "'adamw', expected one of gradient_descent, momentum, adam"),
    (dict(early_stopping=3), ValueError, "give validation="),
    (dict(keep_best=True), ValueError, "give validation="),
    (dict(early_stopping=0, validation=(X, Y)), ValueError, "from 1, got 0"),
    (dict(validation=X), TypeError, "must be a pair"),
    (dict(validation=(X.T, Y)), ValueError, "X_validation has 23 rows"),
    (dict(validation=(X, Y[:, 1:])), ValueError, "X_validation has 23 columns and Y_validation has 22"),
    (dict(history=[1.0]), TypeError, "what an earlier train returned"), (dict(callback=3), TypeError, "callback"),
])
def test_train_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        classifier().train(X, Y, **{"learning_rate": 0.1, "epochs": 1, **arguments})


def test_a_history_of_another_network_is_refused():
    history = classifier().train(X, Y, learning_rate=0.1, epochs=1, optimiser="momentum")
    with pytest.raises(ValueError, match="history is of a network with 43 parameters, this one has 19"):
        Network([4, 2, 3], seed=0).train(X, Y, learning_rate=0.1, epochs=1, optimiser="momentum", history=history)


# --- predict, accuracy, save, load, the picture ----------------------------------------------------------------

def test_predict_and_accuracy():
    net = Network.from_parameters([np.eye(3)], [None], "softmax", "cross_entropy")
    x = np.array([[3.0, 0, 0, 1], [0, 2, 0, 5], [1, 1, 1, 0]])
    assert net.predict(x).tolist() == [0, 1, 2, 1] and net.predict(x[:, 0]).tolist() == [0]
    assert net.accuracy(x, np.eye(3)[:, [0, 1, 2, 0]]) == 0.75
    with pytest.raises(ValueError, match="a column that names none"):
        net.accuracy(x[:, :1], [[0.5], [0.5], [0]])
    one = Network.from_parameters([[[1.0]]], [None], "tanh")
    assert one.predict([[-0.1, 0.2]]).tolist() == [0, 1] and one.accuracy([[-0.1, 0.2]], [[-1, -1]]) == 0.5


def test_save_and_load(tmp_path):
    for net in (classifier(), Network([4, 3, 2, 1], ["sigmoid", "relu", "identity"], bias=[True, False, True], seed=1)):
        net.save(tmp_path / "net")
        again = Network.load(tmp_path / "net")
        assert again.activation == net.activation and again.cost_name == net.cost_name and again.bias == net.bias
        assert np.array_equal(again.forward(X).output, net.forward(X).output)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_load_refuses_what_is_no_network(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match="holds no network"):
        Network.load(tmp_path / "file")
    np.savez(tmp_path / "other.npz", W1=np.eye(2))
    with pytest.raises(ValueError, match="holds no network"):
        Network.load(tmp_path / "other.npz")
    np.savez(tmp_path / "object.npz", activation=np.array(["tanh"]), cost="quadratic", W1=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="holds no network"):
        Network.load(tmp_path / "object.npz")
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "missing")


def test_the_picture_shows_what_was_measured():
    import matplotlib
    matplotlib.use("agg")
    history = classifier().train(X, Y, learning_rate=0.1, epochs=3, validation=(X, Y))
    costs, shares = history.plot().axes
    assert [line.get_label() for line in costs.lines][:3] == ["running cost", "training cost", "validation cost"]
    assert list(costs.lines[1].get_ydata()) == history.train_cost and len(shares.lines) == 2
    assert len(classifier().train(X, Y, learning_rate=0.1, epochs=2).plot().axes) == 1
    assert "of 3 epochs" in repr(history) and "validation accuracy" in repr(history)
