"""The lab's steps, in a JavaScript engine, against Network and the optimisers: and wrong steps, which are rejected."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Network
from backprop.indexed import HIDDEN, pairs
from backprop.optimisers import OPTIMISERS
from backprop.widgets.datasets import data_set, digits, digits_script
from backprop.widgets.fresh import shapes
from backprop.widgets.train_program import model_script
from tests.fixtures import engine_with

HELPERS = """
let state;
const load = (net, data, start) => { state = begin(net, { train: examples(data.X, data.Y),
  test: data.X_test ? examples(data.X_test, data.Y_test) : null }, { ...start, theta: flat(start) }); return look(); };
const act = (action) => { state = reduce(state, action); return look(); };
const look = () => JSON.stringify({ ...published(state), bad: state.bad, N: state.train.N,
  X: columns(state.train.X, state.net.sizes[0]), Y: columns(state.train.Y, state.net.sizes.at(-1)),
  X_test: state.test && columns(state.test.X, state.net.sizes[0]),
  Y_test: state.test && columns(state.test.Y, state.net.sizes.at(-1)),
  history: state.history.map(({ step, C }) => ({ step, C })), link: linkOf(state) });
const columns = (values, n) => Array.from({ length: values.length / n }, (_, i) => row(values, i, n));
"""


@pytest.fixture(scope="module")
def engine():
    with engine_with(model_script() + HELPERS) as made:
        yield made


class Lab:
    """A lab in the engine, and what Python says about it."""

    def __init__(self, engine, net, X, Y, X_test=None, Y_test=None, **start):
        self.engine, self.X, self.Y, self.X_test, self.Y_test = engine, X, Y, X_test, Y_test
        self.shape = {"sizes": net.sizes, "bias": net.bias, "activation": net.activation, "cost": net.cost_name}
        data = {"X": X.T.tolist(), "Y": Y.T.tolist()}
        if X_test is not None:
            data |= {"X_test": X_test.T.tolist(), "Y_test": Y_test.T.tolist()}
        start = {"W": [W.tolist() for W in net.W[1:]], "b": [b if b is None else b[:, 0].tolist() for b in net.b[1:]],
                 "weight": "w1_11", **start}
        self.now = json.loads(engine.eval(f"load({json.dumps(self.shape)}, {json.dumps(data)}, {json.dumps(start)})"))

    def act(self, type, **action):
        self.now = json.loads(self.engine.eval(f"act({json.dumps({'type': type, **action})})"))
        self.X, self.Y = np.array(self.now["X"]).T, np.array(self.now["Y"]).T
        if type == "fresh" and self.X_test is not None:          # nothing else may touch the test set
            self.X_test, self.Y_test = np.array(self.now["X_test"]).T, np.array(self.now["Y_test"]).T
        return self.now

    def net(self):
        return Network.from_parameters(self.now["W"], self.now["b"], activation=self.now["activation"],
                                       cost=self.now["cost"])

    def check(self):
        """C, C_test and the gradient are those of the weights in the state, by Network."""
        net, now = self.net(), self.now
        assert close(now["C"], net.cost(self.X, self.Y)), f"C is {now['C']}, Network says {net.cost(self.X, self.Y)}"
        if self.X_test is not None:
            assert close(now["C_test"],
                         net.cost(self.X_test, self.Y_test)), "the test cost is not that of these weights"
        g, letter = net.gradients(self.X, self.Y), now["weight"][0]
        layer, index = now["weight"][1:].split("_")
        places = [int(k) - 1 for k in (index.split(",") if "," in index or letter == "b" else index)]
        expected = g.W[int(layer)][tuple(places)] if letter == "w" else g.b[int(layer)][places[0], 0]
        assert close(now["gradient"], expected), f"the gradient is {now['gradient']}, Network says {expected}"

    def expected_step(self, batch, memories, t):
        """All parameters after one step on this batch, by Network's gradients and the optimiser's NumPy."""
        net, step = self.net(), OPTIMISERS[self.now["optimiser"]].numpy()
        g = net.gradients(self.X[:, batch], self.Y[:, batch])
        W, b = [], []
        for l in range(1, len(net.sizes)):
            for letter, parameter, gradient, new in (("W", net.W[l], g.W[l], W), ("b", net.b[l], g.b[l], b)):
                if parameter is None:
                    new.append(None)
                    continue
                memory = memories.setdefault((letter, l), {name: np.zeros_like(parameter) for name in
                                                           OPTIMISERS[self.now["optimiser"]].memory})
                value, memories[letter, l] = step(parameter, gradient, memory, t, self.now["learning_rate"])
                new.append(value)
        return W, b


def close(a, b):
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-11


def same(given, expected):
    return all((a is None and b is None) or np.allclose(np.ravel(a), np.ravel(b), rtol=1e-9, atol=1e-11)
               for a, b in zip(given, expected))


def example(pair, sizes, seed, N):
    rng = np.random.default_rng(seed)
    activation = [HIDDEN[rng.integers(4)] for _ in sizes[2:]] + [pair[0]]
    net = Network(sizes, activation, pair[1], [bool(rng.integers(2)) for _ in sizes[1:]], seed=seed)
    X, Y = rng.normal(size=(sizes[0], N)), rng.random((sizes[-1], N))
    if pair == ("softmax", "cross_entropy"):
        Y /= Y.sum(axis=0)
    return net, X, Y


def check_steps(engine, pair, sizes, seed, N, batch_size, optimiser, steps=4, learning_rate=0.1):
    """Some steps from a random state, each compared with Network's; AssertionError where they differ."""
    net, X, Y = example(pair, sizes, seed, N)
    _, X_test, Y_test = example(pair, sizes, seed + 1, 3)
    lab = Lab(engine, net, X, Y, X_test, Y_test, batch_size=batch_size, optimiser=optimiser, seed=seed % 100,
              learning_rate=learning_rate)
    lab.check()
    memories = {}
    for t in range(1, steps + 1):
        batch = lab.now["order"]
        assert len(set(batch)) == len(batch) <= (batch_size or N) and max(batch) < N
        W, b = lab.expected_step(batch, memories, t)
        lab.act("step")
        assert (same(lab.now["W"], W)
                and same(lab.now["b"], b)), f"step {t} is not the optimiser's with Network's gradient"
        lab.check()


@settings(max_examples=80, deadline=None)
@given(pair=st.sampled_from(pairs()), seed=st.integers(0, 10**5), N=st.integers(1, 9), data=st.data(),
       sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4), optimiser=st.sampled_from(list(OPTIMISERS)))
def test_a_step_is_the_networks(engine, pair, seed, N, data, sizes, optimiser):
    batch_size = data.draw(st.one_of(st.none(), st.integers(1, N)))
    check_steps(engine, pair, sizes, seed, N, batch_size, optimiser)


WRONG = {
    "the batch before": ("const batch = batchOf(next), n", "const batch = next.perm.slice(Math.max(0, next.at - 3), "
                         "Math.max(0, next.at - 3) + (next.batch_size || train.N)), n"),
    "the output layer moves before the hidden deltas": (
        "m.deltas(bx_by, n);".replace("bx_by", "by"),
        "m.deltas(by, n); m.gradients(n); { const last = m.last; "
        "last.W.forEach((w, k) => { last.W[k] = w - learning_rate * last.dW[k]; });"
        " m.deltas(by, n); last.W.forEach((w, k) => { last.W[k] = w + learning_rate * last.dW[k]; }); }"),
    "no 1/N": ("OPTIMISERS[optimiser](m.theta, m.grad,", "OPTIMISERS[optimiser](m.theta, m.grad.map((g) => g * n),"),
    "the test set in the training": ("bx.set(train.X.subarray(e * n0, e * n0 + n0), i * n0);",
                                     "bx.set((i ? train : state.test).X.subarray((i ? e : 0) * n0, (i ? e : 0) * n0 + "
                                     "n0), i * n0);"),
    "the cost of the weights before": ("return { ...next, theta: m.theta.slice() };",
                                       "views.set(next, derive(state)); next.theta = m.theta.slice(); return next;"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_step_is_rejected(wrong):
    old, new = WRONG[wrong]
    script = model_script()
    assert script.count(old) == 1
    script = script.replace(old, new)
    if "before" in wrong and "cost" in wrong:          # remembered() must hand on the stale view
        script = script.replace("return { ...state, history, thin, best, note,",
                                "views.set(state, view); return Object.assign(state, { history, thin, best, note,")
        script = script.replace("bad: state.bad || !finite || grown };", "bad: state.bad || !finite || grown });")
    with engine_with(script + HELPERS) as broken, pytest.raises(AssertionError):
        check_steps(broken, ("tanh", "quadratic"), [2, 3, 1], 3, 9, 4, "gradient_descent", learning_rate=2.0)


def moons_lab(engine, **start):
    from backprop.widgets.datasets import two_moons
    X, Y = two_moons(40, seed=1)
    net = Network([2, 4, 1], ["tanh", "sigmoid"], "cross_entropy", seed=0)
    return Lab(engine, net, X[:, :30], Y[:, :30], X[:, 30:], Y[:, 30:], **{"batch_size": 7, "seed": 5, **start})


ACTIONS = st.sampled_from([
    ("step", {}), ("epoch", {}), ("reset", {}), ("back", {}), ("seed", {"value": 3}), ("draw", {}),
    ("draw", {"scale": 3}), ("value", {"value": -2.5}), ("weight", {"name": "w2_13"}), ("weight", {"name": "b1_2"}),
    ("learning_rate", {"value": 5}),
    ("batch_size", {"value": 1}), ("batch_size", {"value": None}), ("batch_size", {"value": 1000}),
    ("optimiser", {"name": "adam"}),
    ("optimiser", {"name": "momentum"}), ("add", {"x": [0.3, 0.1], "y": [1]}), ("add", {"x": [0.3, 0.1], "y": [7]}),
    ("move", {"i": 2, "x": [0.9, -0.9], "y": [0]}), ("remove", {"i": 0}), ("remove", {"i": 500}), ("example", {"i": 1}),
    ("weight", {"name": "w9_11"}), ("value", {"value": 1e300}), ("learning_rate", {"value": -1})])


@settings(max_examples=40, deadline=None)
@given(actions=st.lists(ACTIONS, min_size=1, max_size=12))
def test_the_costs_are_those_of_the_weights_in_every_order_of_events(engine, actions):
    lab = moons_lab(engine)
    for name, action in actions:
        before = lab.now
        now = lab.act(name, **action)
        lab.check()
        assert len(now["order"]) <= (now["batch_size"] or now["N"]) and max(now["order"]) < now["N"]
        if now.get("note", "").startswith("Nothing was changed"):
            assert {**now, "note": ""} == {**before, "note": ""}


@pytest.mark.parametrize("action, words", [
    ("{ type: 'add', x: [0.3, 5], y: [1] }", "between -1.10 and 1.10"),
    ("{ type: 'move', i: 2, x: [-1.2, 0], y: [1] }", "between -1.10 and 1.10"),
    ("{ type: 'remove', i: 0 }", "class 0 would be empty"),
    ("{ type: 'move', i: 0, x: [0, 0], y: [1] }", "class 0 would be empty"),
    ("{ type: 'data', train: examples([[0, 0], [1, 1]], [[1], [1]]), test: null }", "class 0 would be empty")])
def test_a_point_outside_and_an_empty_class_get_words_and_change_nothing(engine, action, words):
    lab = Lab(engine, Network([2, 2, 1], seed=0), np.array([[0, 0.5, 1], [0, 1, 0.5]]), np.array([[0, 1, 1]]),
              frame={"low": -1.1, "high": 1.1})
    now = json.loads(engine.eval(f"act({action})"))
    assert words in now.pop("note").replace("−", "-") and now == lab.now
    lab.act("remove", i=1)
    assert lab.now["N"] == 2 and "note" not in lab.now


def test_of_targets_that_are_no_classes_none_can_be_empty(engine):
    lab = Lab(engine, Network([1, 2, 1], ["tanh", "identity"], seed=0), np.array([[0, 0.5, 1]]),
              np.array([[0.1, 0.2, 0.7]]))
    assert lab.act("remove", i=0)["N"] == 2


DIGITS = """
const train = (net, seed, epochs) => {
  const data = { train: unpackDigits(backpropDigits, 0, 1437), test: unpackDigits(backpropDigits, 1437, 1797) };
  let state = begin(net, data, { theta: firstWeights(net, seed, 1), seed, batch_size: 10, learning_rate: 0.1,
    weight: "w2_11" });
  for (let epoch = 0; epoch < epochs; epoch++) state = reduce(state, { type: "epoch" });
  return JSON.stringify({ accuracy: derive(state).accuracy_test, ...lists(net, state.theta) });
};"""


def test_the_digits_are_read_from_every_seed():
    shape = {"sizes": [64, 30, 10], "bias": [True, True], "activation": ["tanh", "softmax"], "cost": "cross_entropy"}
    X, Y = digits()
    with engine_with(digits_script() + model_script() + DIGITS) as engine:
        runs = [json.loads(engine.eval(f"train({json.dumps(shape)}, {seed}, 8)")) for seed in range(10)]
    for seed, run in enumerate(runs):
        assert run["accuracy"] >= 0.96, f"seed {seed}: {run['accuracy']} after 8 of the 30 epochs"
        net = Network.from_parameters(run["W"], run["b"], activation=shape["activation"], cost=shape["cost"])
        right = net.forward(X[:, 1437:]).output.argmax(axis=0) == Y[:, 1437:].argmax(axis=0)
        assert right.mean() == pytest.approx(run["accuracy"])


def test_an_epoch_uses_every_example_once_and_a_rest_is_not_carried_on(engine):
    lab, seen = moons_lab(engine), []
    while lab.now["epoch"] == 0:
        seen.append(lab.now["order"])
        lab.act("step")
    assert [len(batch) for batch in seen] == [7, 7, 7, 7, 2]
    assert sorted(sum(seen, [])) == list(range(30))
    assert lab.now["order"] != seen[0]                                    # shuffled anew
    one, two = moons_lab(engine).act("epoch"), lab.now
    assert one["W"] == two["W"] and one["epoch"] == 1


def test_a_seed_gives_the_same_run_and_another_another(engine):
    ends = []
    for seed in (5, 5, 6):
        lab = moons_lab(engine, seed=seed)
        ends.append([lab.act("epoch")["W"] for _ in range(3)][-1])
    assert ends[0] == ends[1] != ends[2]


def test_divergence_is_said_and_one_can_go_back(engine):
    lab = Lab(engine, Network([1, 1], "identity", seed=0), np.array([[3.0, -2.0]]), np.array([[1.0, 0.0]]),
              learning_rate=1e3)
    start = lab.now
    for _ in range(400):
        lab.act("step")
        if lab.now["bad"]:
            break
    assert "the steps are too long" in lab.now["note"]
    lab.check()                                                           # and still the cost is that of the weights
    for _ in range(200):
        lab.act("step")
    assert "beyond every computer number" in lab.now["note"] or lab.now["C"] is None
    assert np.isfinite(np.ravel(lab.now["W"])).all()
    lab.act("back")
    assert lab.now["C"] == start["C"] and not lab.now["bad"] and "note" not in lab.now


def test_a_link_reopens_what_was_there_and_goes_on_the_same_way(engine):
    lab = moons_lab(engine, optimiser="gradient_descent")
    for _ in range(3):
        lab.act("step")
    there = lab.now
    other = moons_lab(engine, seed=77)
    other.now = json.loads(engine.eval(f"act({{ type: 'open', link: readLink({json.dumps(there['link'])}, state) }})"))
    assert {k: v for k, v in other.now.items() if k != "history"} == {k: v for k, v in there.items() if k != "history"}


@pytest.mark.parametrize("change, words", [
    ({"theta": [1, 2]}, "17 finite parameters"), ({"weight": "w3_11"}, "names no weight"),
    ({"batch_size": 31}, "not of 1 to 30"),
    ({"optimiser": "toString"}, "names no optimiser"), ({"learning_rate": -1}, "learning rate"),
    ({"at": 30}, "no step"), ({"seed": 0.5}, "seed"), ({"extra": 1}, "must hold exactly"), ({"scale": None}, "scale")])
def test_a_wrong_link_is_refused_in_words(engine, change, words):
    lab = moons_lab(engine)
    from urllib.parse import quote, unquote
    link = quote(json.dumps({**json.loads(unquote(lab.now["link"])), **change}))
    said = engine.eval(f"(() => {{ try {{ readLink({json.dumps(link)}, state); return 'taken'; "
                       f"}} catch (e) {{ return e.message; }} }})()")
    assert words in said and "Nothing was changed" in said


@pytest.mark.parametrize("hidden, activation", [([3], "relu"), ([2, 3], "tanh"), ([8, 8, 8], "identity"),
                                                ([], "sigmoid")])
def test_other_hidden_layers_compute_step_and_reopen(engine, hidden, activation):
    lab = moons_lab(engine, weight="w1_42")
    lab.act("shape", hidden=hidden, activation=activation)
    assert lab.now["sizes"] == [2, *hidden, 1] and lab.now["activation"] == [activation] * len(hidden) + ["sigmoid"]
    assert lab.now["step"] == 0 and len(lab.now["history"]) == 1
    lab.check()
    there = lab.act("step")
    lab.check()
    assert there["W"] != lab.act("reset")["W"]
    other = moons_lab(engine)
    other.now = json.loads(engine.eval(
        f"act({{ type: 'open', link: readLink({json.dumps(there['link'])}, state, () => null, true) }})"))
    assert {k: v for k, v in other.now.items() if k != "history"} == {k: v for k, v in there.items() if k != "history"}


@pytest.mark.parametrize("hidden, activation", [([9], "tanh"), ([0], "tanh"), ([2] * 5, "tanh"), ([2.5], "tanh"),
                                                ([2], "softmax"), ("22", "tanh"), ([2], "toString")])
def test_layers_that_can_not_be_are_refused_in_words(engine, hidden, activation):
    lab = moons_lab(engine)
    before = lab.now
    lab.act("shape", hidden=hidden, activation=activation)
    assert "up to 4 hidden layers of 1 to 8 neurons" in lab.now.pop("note")
    assert lab.now == before


def test_a_link_with_other_layers_is_for_pages_that_allow_them(engine):
    lab = moons_lab(engine)
    link = json.dumps(lab.act("shape", hidden=[2], activation="tanh")["link"])
    moons_lab(engine)
    said = engine.eval(f"(() => {{ try {{ readLink({link}, state); return 'taken'; "
                       f"}} catch (e) {{ return e.message; }} }})()")
    assert "stays as it is" in said and "Nothing was changed" in said


def off(points, curve):
    """The largest distance of a point, a column, to the points of a curve."""
    return max(np.hypot(*(curve - points[:, [i]])).min() for i in range(points.shape[1]))


@pytest.mark.parametrize("kind", ["two moons", "circles", "spiral", "xor", "and"])
def test_new_points_lie_where_python_draws_them(engine, kind):
    lab = moons_lab(engine)
    lab.act("fresh", kind=kind, seed=1)
    X, Y = lab.X, lab.Y
    curve, label = data_set(kind, 4000, seed=5, noise=0)
    spread = shapes()[kind][0]
    for y in (0, 1):
        assert 0.01 < off(X[:, Y[0] == y], curve[:, label[0] == y]) < 5 * spread
        assert off(X[:, Y[0] == y], curve[:, label[0] == 1 - y]) > 0.2                    # the other class is elsewhere
    assert abs(Y.mean() - label.mean()) < 0.05 and lab.now["data_seed"] == 1
    for x in lab.X_test.T:
        assert not (lab.X.T == x).all(axis=1).any(), "the test set is drawn anew, too, and no example is in both"
    lab.check()
    lab.act("fresh", kind=kind, seed=2)
    assert not np.array_equal(lab.X, X)
    lab.act("fresh", kind=kind, seed=1)
    assert np.array_equal(lab.X, X)


def test_new_points_on_a_line(engine):
    net = Network([1, 3, 1], ["tanh", "identity"], seed=0)
    lab = Lab(engine, net, *data_set("line", 30, seed=1))
    lab.act("fresh", kind="line", seed=3)
    rest = lab.Y - (0.8 * lab.X - 0.1)
    assert 0.04 < rest.std() < 0.2 and np.abs(lab.X).max() <= 1
    lab.check()


def test_no_new_points_of_an_unknown_kind(engine):
    lab = moons_lab(engine)
    before = lab.now
    for kind, seed in (("toString", 1), ("xor", 0.5), ("xor", -1)):
        lab.act("fresh", kind=kind, seed=seed)
        assert lab.now.pop("note").startswith("Nothing was changed") and lab.now == before
