"""What a notebook shows for a network and for a history: a table and a drawing, with the same in words."""

from html import escape

MOST_NEURONS, MOST_LAYERS = 8, 4             # of a layer, of a network: what can still be drawn


def network_html(net):
    """A network as a table, one row a layer, above it a drawing if it is small."""
    rows = [f"<tr><th>0, input</th><td>{net.sizes[0]}</td><td></td><td></td><td></td><td></td></tr>"]
    for l, (n, activation) in enumerate(zip(net.sizes[1:], net.activation), 1):
        W, b = net.W[l], net.b[l]
        name = f"{l}, output" if l == len(net.sizes) - 1 else f"{l}, hidden"
        count = W.size + (0 if b is None else b.size)
        rows.append(f"<tr><th>{name}</th><td>{n}</td><td>{W.shape}</td><td>{'none' if b is None else b.shape}</td>"
                    f"<td>{escape(activation)}</td><td>{count:,}</td></tr>")
    head = "".join(f"<th>{title}</th>" for title in ("layer", "neurons", "W", "b", "activation", "parameters"))
    table = (f"<table><caption>{escape(net.cost_name.replace('_', '-'))} cost, {net.n_parameters:,} "
             f"parameters</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")
    if max(net.sizes) > MOST_NEURONS or len(net.sizes) > MOST_LAYERS + 1:
        return table
    from . import figures
    words = f"a network {'-'.join(map(str, net.sizes))}, each neuron after the input split into z and a"
    return figures.show(figures.network(net.sizes, bias=net.bias), words)._repr_mimebundle_()["text/html"] + table


def history_html(history):
    """The costs and accuracies of a training over the epochs; in words if there was no epoch yet."""
    if not history.epochs:
        return escape(repr(history))
    from . import figures
    words = f"{history.epochs} epochs, the last: {history.last()}"
    return figures.show(history.plot(), words)._repr_mimebundle_()["text/html"] + f"<p>{escape(words)}</p>"
