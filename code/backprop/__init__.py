"""Backpropagation in the notation of the book: a network, its gradients, its equations and a widget."""

from .chain_rule import gradient_check
from .network import Network

__all__ = ["Network", "Nudge", "gradient_check"]


def __getattr__(name):
    # The widget is imported when it is asked for: the network itself needs nothing but NumPy.
    if name == "Nudge":
        from .nudge import Nudge
        return Nudge
    raise AttributeError(f"module 'backprop' has no attribute {name!r}")
