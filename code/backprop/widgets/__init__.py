"""The widget that trains: Train, its data sets and the files a page needs."""


def __getattr__(name):
    if name == "Train":
        from .train import Train
        return Train
    raise AttributeError(f"module 'backprop.widgets' has no attribute {name!r}")
