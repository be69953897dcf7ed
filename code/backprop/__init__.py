"""Backpropagation in the notation of the book: a network, its gradients, its equations and a widget."""

from .chain_rule import gradient_check
from .network import Network

__all__ = ["Network", "Nudge", "Train", "gradient_check"]


def __getattr__(name):
    # The widgets are imported when they are asked for: the network itself needs nothing but NumPy.
    if name == "Nudge":
        from .widgets.nudge import Nudge
        return Nudge
    if name == "Train":
        from .widgets.train import Train
        return Train
    raise AttributeError(f"module 'backprop' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
