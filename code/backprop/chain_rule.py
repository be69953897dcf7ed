"""Third floor: the derivatives that the chain rule multiplies, and a check of any gradient by nudging."""

import numpy as np

# f' as a function of the activation a = f(z), shape (n_l, N); always the derivative with respect to z.
# relu has no derivative at z = 0; there the book takes 0.
DERIVATIVES = {
    "identity": lambda a: np.ones_like(a),
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "relu": lambda a: (a > 0).astype(a.dtype),
}


def output_delta(a, y, cost, activation):
    """Local gradient of the output layer (BP1): dC/dz, shape (n_L, N), one column an example.

    a, y: output and target (n_L, N). Cross-entropy after sigmoid or softmax leaves a - y.
    """
    if cost == "cross_entropy":
        return a - y
    if activation == "softmax":                   # every output depends on every z
        return a * ((a - y) - (a * (a - y)).sum(axis=0, keepdims=True))
    return (a - y) * DERIVATIVES[activation](a)


def gradient_check(net, x, y):
    """Compare net.gradients(x, y) with central differences; return the largest relative error, a float.

    Each parameter is moved by ±h and the cost computed again, in float64 whatever the network's
    dtype. An error is relative to the larger of the two derivatives, but never to less than 1e-4 of
    the largest derivative, second derivative or cost, nor to less than 1e-9 of what leaves the network
    times what a weight carries: smaller derivatives drown in the nudge's own error and in rounding.
    About 1e-6 or less: the two agree at this point. At the kink of relu they differ by nature.
    """
    def double(arrays):
        return [None if array is None else array.astype(np.float64) for array in arrays]

    net = type(net).from_parameters(W=double(net.W), b=double(net.b), activation=net.activation, cost=net.cost_name)
    g = net.gradients(x, y)
    C = net.cost(x, y)
    formula, nudged, bend = [], [], []
    for parameters, gradients in ((net.W, g.W), (net.b, g.b)):
        for parameter, gradient in zip(parameters, gradients):
            if parameter is None:
                continue
            for index in np.ndindex(parameter.shape):
                before = parameter[index]
                h = 6e-6 * max(1.0, abs(before))          # about the cube root of the rounding unit
                parameter[index] = before + h
                up = net.cost(x, y)
                parameter[index] = before - h
                down = net.cost(x, y)
                parameter[index] = before
                formula.append(gradient[index])
                nudged.append((up - down) / (2 * h))
                bend.append(abs(up + down - 2 * C) / h / h)
    formula, nudged = np.array(formula), np.array(nudged)
    larger = np.maximum(np.abs(formula), np.abs(nudged))
    a = net.forward(x).a
    leaves = max(1.0, np.abs(a[-1]).max(), np.abs(y).max())
    carried = max(1.0, *[np.abs(a_l).max() for a_l in a[:-1]])          # the bias carries 1
    smallest = max(1e-4 * max(larger.max(), *bend, C), 1e-9 * leaves * carried)
    return float((np.abs(formula - nudged) / np.maximum(larger, smallest)).max())
