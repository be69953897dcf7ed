"""Third floor: the derivatives that the chain rule multiplies, and a check of any gradient by nudging."""

import numpy as np

from .checks import as_columns, check_finite
from .cost import cost_of_each, mean_cost
from .forward_pass import ACTIVATIONS, Trace

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

    Each parameter is moved by ±h and the cost computed again, in float64 whatever the network's dtype; many
    parameters at once, each as more columns of the same forward pass. An error is relative to the larger of the two
    derivatives, but never to less than 1e-4 of the largest derivative, second derivative or cost, nor to less than
    1e-9 of what leaves the network times what a weight carries, nor to less than 1e8 times what the rounding of the
    cost makes of the difference: smaller derivatives drown in the nudge's own error and in rounding.
    About 1e-7 or less: the two agree at this point. At the kink of relu they differ by nature.
    """
    def double(arrays):
        return [None if array is None else array.astype(np.float64) for array in arrays]

    net = type(net).from_parameters(W=double(net.W), b=double(net.b), activation=net.activation, cost=net.cost_name)
    g = net.gradients(x, y)
    C = net.cost(x, y)
    trace, y = net.forward(x), as_columns(y, net.sizes[-1], "y", "outputs")
    differences = [errors for l in range(1, len(net.W)) for errors in nudged_layer(net, trace, y, l)]
    nudged, bend = (np.concatenate(parts) for parts in zip(*differences))
    formula = np.concatenate([array.ravel() for l in range(1, len(net.W)) for array in (g.W[l], g.b[l])
                              if array is not None])
    larger = np.maximum(np.abs(formula), np.abs(nudged))
    leaves = max(1.0, np.abs(trace.output).max(), np.abs(y).max())
    carried = max(1.0, *[np.abs(a_l).max() for a_l in trace.a[:-1]])             # the bias carries 1
    smallest = max(1e-4 * max(larger.max(), bend.max(), C), 1e-9 * leaves * carried,
                   1e8 * rounding(net, trace, y, C) / NUDGE)
    return float((np.abs(formula - nudged) / np.maximum(larger, smallest)).max())


NUDGE = 6e-6                                                 # about the cube root of the rounding unit
AT_ONCE = 2**16                                              # numbers in the widest layer of nudged passes


def nudged_layer(net, trace, y, l):
    """For the weights, then the biases of layer l: their (derivatives, second derivatives) by nudging, as vectors."""
    for parameter, carried in ((net.W[l], trace.a[l - 1]), (net.b[l], np.ones((1, y.shape[1])))):
        if parameter is not None:
            h = NUDGE * np.maximum(1.0, np.abs(parameter)).ravel()
            to, source = np.unravel_index(np.arange(parameter.size), parameter.shape)
            part = max(1, AT_ONCE // (2 * y.shape[1] * max(net.sizes[l:])))
            found = [nudged_costs(net, trace, y, l, to[i:i + part], carried[source[i:i + part]], h[i:i + part])
                     for i in range(0, parameter.size, part)]
            up, down = np.concatenate(found, axis=1)
            C = mean_cost(trace, y, net.cost_name, net.activation[-1])
            yield (up - down) / (2 * h), np.abs(up + down - 2 * C) / h / h


def nudged_costs(net, trace, y, l, to, carried, h):
    """The cost with each of M parameters of layer l at +h and at -h: (2, M).

    A nudge of h (M,) changes one weighted input, z[l][to], by h times what the parameter carries, (M, N); from
    there on everything is computed anew.
    """
    L, (M, N) = len(net.W) - 1, carried.shape
    change = np.stack([h, -h])[:, :, np.newaxis] * carried                       # (2, M, N)
    if l == L:
        z = np.repeat(trace.z[L][:, np.newaxis], 2 * M, axis=1).reshape(-1, 2, M, N)
        z[to, :, np.arange(M)] += change.swapaxes(0, 1)
    else:
        f = ACTIVATIONS[net.activation[l - 1]]
        change = f(trace.z[l][to] + change) - trace.a[l][to]                     # of the one activation
        l += 1
        z = trace.z[l][:, np.newaxis, np.newaxis] + net.W[l][:, to][:, np.newaxis, :, np.newaxis] * change
    z = z.reshape(len(z), -1)                                                    # a column an example and nudge
    for k in range(l, L):
        z = net.W[k + 1] @ ACTIVATIONS[net.activation[k - 1]](z) + (0 if net.b[k + 1] is None else net.b[k + 1])
    end = Trace([z], [ACTIVATIONS[net.activation[-1]](z)])
    targets = np.broadcast_to(y[:, np.newaxis], (len(y), 2 * M, N)).reshape(len(y), -1)
    costs = cost_of_each(end, targets, net.cost_name, net.activation[-1]).reshape(2, M, N).mean(axis=2)
    check_finite(costs, "a nudged cost", ": it overflows float64")
    return costs


def rounding(net, trace, y, C):
    """About how far the cost may be off because the sums in z[L], a[L] - y and the cost itself are rounded."""
    terms = np.abs(net.W[-1]) @ np.abs(trace.a[-2]) + (0 if net.b[-1] is None else np.abs(net.b[-1]))
    delta = np.abs(output_delta(trace.output, y, net.cost_name, net.activation[-1]))
    off = (terms * delta).sum(axis=0).mean() + C
    if net.cost_name == "quadratic":
        off += (np.abs(trace.output - y) * (np.abs(trace.output) + np.abs(y))).sum(axis=0).mean()
    return 2.0 ** -53 * off
