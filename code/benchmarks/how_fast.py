"""How fast is the book's network? Beside its plain version, scikit-learn, PyTorch, JAX and the floor under them all.

    python code/benchmarks/how_fast.py            prints the table
    python code/benchmarks/how_fast.py --keep     and writes backprop/how_fast.json, which the page of the book shows

Everybody does the same work on one thread: the same examples, first weights and order of examples where they can be
given. The sides take turns, round by round; a figure is the median over the rounds of processor time, a ratio the
median of the ratios within a round. Who isn't installed is left out and named:
pip install torch jax scikit-learn (the book itself needs neither of the first two).
"""

import os

ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
os.environ.update(ONE_THREAD | {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false "
                                                                     "intra_op_parallelism_threads=1"})

import argparse  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

CODE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CODE))

from backprop import Network, gradient_check  # noqa: E402

KEPT = CODE / "backprop" / "how_fast.json"
RATE = 0.1


def classifier(sizes):
    """Sigmoid layers, and at the end what turns numbers into shares: softmax, for a single output sigmoid."""
    last = "softmax" if sizes[-1] > 1 else "sigmoid"
    return Network(sizes, activation=["sigmoid"] * (len(sizes) - 2) + [last], cost="cross_entropy", seed=0)


def orders(N, epochs):
    """The order of the examples in each epoch, as Network.train draws it from seed 0."""
    rng = np.random.default_rng(0)
    return [rng.permutation(N) for _ in range(epochs)]


# --- the sides: each returns a function that trains from the first weights and gives back the last W[1] -------------

def floor(net, X, Y, batch_size, epochs):
    """No training: the matrix products and exponentials alone that no one can do without."""
    W, L = net.W, len(net.W) - 1
    x = [np.ascontiguousarray(X[:, i:i + batch_size]) for i in range(0, X.shape[1], batch_size)]
    made = {}
    for N in {x_i.shape[1] for x_i in x}:
        z = [np.empty((n, N), X.dtype) for n in net.sizes]
        made[N] = z, [z_l.copy() for z_l in z]
    dW, W_T = [np.empty_like(W_l) for W_l in W[1:]], [W_l.T for W_l in W[1:]]

    def run():
        for _ in range(epochs):
            for x_i in x:
                z, a = made[x_i.shape[1]]
                before = x_i
                for l in range(1, L + 1):
                    np.dot(W[l], before, z[l])
                    before = np.exp(z[l], a[l])
                for l in range(L, 1, -1):
                    np.dot(z[l], a[l - 1].T, dW[l - 1])
                    np.dot(W_T[l - 1], z[l], z[l - 1])
                np.dot(z[1], x_i.T, dW[0])
    return run


def book(net, X, Y, batch_size, epochs):
    def run():
        trained = Network.from_parameters(net.W, net.b, net.activation, net.cost_name)
        trained.train(X, Y, learning_rate=RATE, epochs=epochs, batch_size=batch_size, seed=0)
        return trained.W[1]
    return run


def plain(net, X, Y, batch_size, epochs):
    """Twenty lines as a chapter would show them, for any number of sigmoid layers below a softmax."""
    def run():
        W, b, L = list(net.W), list(net.b), len(net.W) - 1
        for order in orders(X.shape[1], epochs):
            total = 0
            for start in range(0, len(order), batch_size):
                batch = order[start:start + batch_size]
                y, a = Y[:, batch], [X[:, batch]]
                for l in range(1, L + 1):
                    z = W[l] @ a[-1] + b[l]
                    a.append(1 / (1 + np.exp(-z)) if l < L else np.exp(z - z.max(axis=0)))
                a[L] = a[L] / a[L].sum(axis=0)
                total -= (y * np.log(a[L])).sum()
                delta = a[L] - y
                for l in range(L, 0, -1):
                    dW, db = delta @ a[l - 1].T / len(batch), delta.mean(axis=1, keepdims=True)
                    if l > 1:
                        delta = (W[l].T @ delta) * a[l - 1] * (1 - a[l - 1])
                    W[l], b[l] = W[l] - RATE * dW, b[l] - RATE * db
        return W[1]
    return run


def scikit_learn(net, X, Y, batch_size, epochs):
    from sklearn.neural_network import MLPClassifier
    rows, labels = np.ascontiguousarray(X.T), Y.argmax(axis=0)

    def run():
        fit = MLPClassifier(tuple(net.sizes[1:-1]), activation="logistic", solver="sgd", momentum=0, alpha=0, tol=0,
                            batch_size=batch_size, learning_rate_init=RATE, max_iter=epochs, random_state=0,
                            n_iter_no_change=epochs + 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                                      # that it has not converged
            fit.fit(rows, labels)
    return run


def pytorch(net, X, Y, batch_size, epochs):
    import torch
    torch.set_num_threads(1)
    rows, labels = torch.tensor(np.ascontiguousarray(X.T)), torch.tensor(Y.argmax(axis=0))
    layers = []
    for l in range(1, len(net.sizes)):
        layers += [torch.nn.Linear(net.sizes[l - 1], net.sizes[l], dtype=rows.dtype), torch.nn.Sigmoid()]
    model, loss = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()

    def run():
        with torch.no_grad():
            for l, layer in enumerate(layers[::2], 1):
                layer.weight.copy_(torch.tensor(net.W[l]))
                layer.bias.copy_(torch.tensor(net.b[l][:, 0]))
        descent = torch.optim.SGD(model.parameters(), lr=RATE)
        for order in orders(X.shape[1], epochs):
            for batch in torch.tensor(order).split(batch_size):
                descent.zero_grad()
                loss(model(rows[batch]), labels[batch]).backward()
                descent.step()
        return layers[0].weight.detach().numpy()
    return run


def jax(net, X, Y, batch_size, epochs):
    import jax
    import jax.numpy as jnp
    jax.config.update("jax_enable_x64", True)
    rows, targets = jnp.asarray(X.T), jnp.asarray(Y.T)

    def loss(parameters, x, y):
        *hidden, (W, b) = parameters
        for W_l, b_l in hidden:
            x = jax.nn.sigmoid(x @ W_l.T + b_l)
        return -(y * jax.nn.log_softmax(x @ W.T + b)).sum(axis=1).mean()

    def step(parameters, batch):
        cost, g = jax.value_and_grad(loss)(parameters, rows[batch], targets[batch])
        return jax.tree.map(lambda p, g_p: p - RATE * g_p, parameters, g), cost

    @jax.jit
    def epoch(parameters, order):                                                # a whole epoch, compiled
        whole = len(order) // batch_size * batch_size
        parameters, _ = jax.lax.scan(step, parameters, order[:whole].reshape(-1, batch_size))
        return step(parameters, order[whole:])[0] if whole < len(order) else parameters

    def run():
        parameters = [(jnp.asarray(net.W[l]), jnp.asarray(net.b[l][:, 0])) for l in range(1, len(net.W))]
        for order in orders(X.shape[1], epochs):
            parameters = epoch(parameters, jnp.asarray(order))
        return np.asarray(parameters[0][0])
    return run


SIDES = {"the floor": (floor, None), "this book": (book, None), "plain NumPy": (plain, None),
         "scikit-learn": (scikit_learn, "sklearn"), "PyTorch": (pytorch, "torch"), "JAX": (jax, "jax")}


# --- measuring -----------------------------------------------------------------------------------------------------

def installed():
    """name -> version of everyone who is here; those who are not are named on the screen."""
    found = {"Python": platform.python_version(), "NumPy": np.__version__}
    for name, (_, module) in SIDES.items():
        if module:
            try:
                found[name] = importlib.import_module(module).__version__
            except ImportError:
                print(f"{name} is not installed: left out (pip install {module.replace('sklearn', 'scikit-learn')})")
    return found


def take_turns(functions, rounds):
    """name -> processor seconds in each round; every side has run once before the clock starts."""
    for function in functions.values():
        function()
    seconds = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.process_time()
            function()
            seconds[name].append(time.process_time() - start)
    return seconds


def race(here, sizes, N, batch_size, dtype, epochs, rounds):
    """Milliseconds an epoch and the ratio to the floor, for everyone who is here, after a look that they agree."""
    net = classifier(sizes)
    X, Y = examples(sizes, N, dtype)
    net = Network.from_parameters([W.astype(dtype) for W in net.W[1:]], [b.astype(dtype) for b in net.b[1:]],
                                  net.activation, net.cost_name)
    runs = {name: make(net, X, Y, batch_size, epochs) for name, (make, module) in SIDES.items()
            if module is None or name in here}
    wanted = runs["plain NumPy"]()
    for name in set(runs) & {"this book", "PyTorch", "JAX"}:
        off = np.abs(runs[name]() - wanted).max() / np.abs(wanted - net.W[1]).max()
        assert off < (1e-2 if dtype == np.float32 else 1e-8), f"{name} came to other weights: {off}"
    seconds = take_turns(runs, rounds)
    rows = {name: {"ms": 1e3 * statistics.median(times) / epochs,
                   "ratio": statistics.median(t / f for t, f in zip(times, seconds["the floor"]))}
            for name, times in seconds.items()}
    return {"sizes": sizes, "examples": N, "batch_size": batch_size, "dtype": np.dtype(dtype).name, "sides": rows}


def examples(sizes, N, dtype):
    """The digits where the sizes are theirs, random numbers else: the time is the same for both."""
    if sizes[0] == 64:
        from sklearn.datasets import load_digits
        data = load_digits()
        return np.ascontiguousarray(data.data.T[:, :N] / 16, dtype), np.eye(10, dtype=dtype)[:, data.target[:N]]
    rng = np.random.default_rng(0)
    return rng.random((sizes[0], N), dtype), np.eye(sizes[-1], dtype=dtype)[:, rng.integers(0, sizes[-1], N)]


def nudge_every_weight(net, x, y):
    """All derivatives the obvious way: two costs for every parameter, one after the other."""
    derivatives = []
    for parameter in [p for p in net.W + net.b if p is not None]:
        flat = parameter.reshape(-1)                                             # a view
        for i in range(flat.size):
            before, h = flat[i], 6e-6
            flat[i] = before + h
            up = net.cost(x, y)
            flat[i] = before - h
            derivatives.append((up - net.cost(x, y)) / (2 * h))
            flat[i] = before
    return np.array(derivatives)


def backward_or_nudge(sizes, rounds=5):
    """One example, all derivatives: multiplications counted and milliseconds measured, both ways."""
    net = classifier(sizes)
    rng = np.random.default_rng(0)
    x, y = rng.random((sizes[0], 1)), np.eye(sizes[-1])[:, :1]
    g = net.gradients(x, y)
    formula = np.concatenate([p.ravel() for p in g.W[1:] + g.b[1:]])
    off = np.abs(nudge_every_weight(net, x, y) - formula).max()
    assert off < 1e-6, f"the two ways differ by {off}"
    seconds = take_turns({"backward": lambda: [net.gradients(x, y) for _ in range(20)],
                          "nudging": lambda: nudge_every_weight(net, x, y),
                          "check": lambda: gradient_check(net, x, y)}, rounds)
    products = [m * n for m, n in zip(sizes, sizes[1:])]
    count = {"backward": 2 * sum(products) + sum(products[1:]), "nudging": 2 * net.n_parameters * sum(products)}
    return {"sizes": sizes, "parameters": net.n_parameters, "multiplications": count,
            "ms": {name: 1e3 * statistics.median(times) / (20 if name == "backward" else 1)
                   for name, times in seconds.items()}}


def measure(quick):
    here = installed()
    rounds = 3 if quick else 11
    found = {"versions": here, "machine": f"{platform.system()}, {platform.machine()}", "threads": 1, "rounds": rounds}
    found["digits"] = race(here, [64, 30, 10], 1797, 10, np.float64, 10, rounds)
    found["pixels"] = race(here, [784, 30, 10], 2000 if quick else 10_000, 100, np.float32, 5, rounds)
    found["by size"] = [race({n: v for n, v in here.items() if n != "scikit-learn"}, [784, n, n, 10],
                             1280 if n > 256 else 2560, 256, np.float32, 3, 3 if n > 256 else rounds)
                        for n in ((16, 128) if quick else (16, 64, 256, 1024))]
    found["backward or nudging"] = [backward_or_nudge(sizes, 3) for sizes in
                                    ([4, 2, 2, 1], [4, 10, 3], [64, 30, 10], *([] if quick else [[784, 30, 10]]))]
    return found


def show(found):
    for run in (found["digits"], found["pixels"], *found["by size"]):
        print(f"\n{'-'.join(map(str, run['sizes']))}, {run['examples']} examples, batches of {run['batch_size']}, "
              f"{run['dtype']}")
        for name, row in sorted(run["sides"].items(), key=lambda item: item[1]["ms"]):
            print(f"  {name:14}{row['ms']:10.2f} ms an epoch{row['ratio']:8.2f} x the floor")
    print("\nall derivatives of one example")
    for row in found["backward or nudging"]:
        count, ms = row["multiplications"], row["ms"]
        print(f"  {'-'.join(map(str, row['sizes'])):10} {row['parameters']:6} parameters: "
              f"backward {ms['backward']:.3f} ms, nudging one by one {ms['nudging']:.1f} ms "
              f"({ms['nudging'] / ms['backward']:.0f} x; multiplications "
              f"{count['nudging'] / count['backward']:.0f} x), gradient_check {ms['check']:.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="write what the page of the book shows")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and sizes, to see that it runs")
    arguments = parser.parse_args()
    result = measure(arguments.quick)
    show(result)
    if arguments.keep:
        KEPT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(f"\nwritten: {KEPT}")
