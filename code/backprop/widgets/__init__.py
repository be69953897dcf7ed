"""The book's widgets: a Python class each, one set of parts in js/, draw/ and css/."""


def __getattr__(name):
    if name == "Nudge":
        from .nudge import Nudge
        return Nudge
    if name == "Train":
        from .train import Train
        return Train
    raise AttributeError(f"module 'backprop.widgets' has no attribute {name!r}")
