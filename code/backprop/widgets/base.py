"""What every widget of the book shares: traits that refuse what can't be shown, and messages that don't pile up."""

import asyncio
import math
import numbers
import time

import anywidget
import numpy as np
import traitlets

INTERVAL = 1 / 30            # seconds between two messages to the browser


class Refused(traitlets.TraitError, ValueError):
    """A value the widget can't take; it says what was expected and what came. Nothing has changed."""


def real_number(value, name):
    if not isinstance(value, numbers.Real) or isinstance(value, (bool, np.bool_)):
        raise Refused(f"{name} must be a number, got {value!r}")
    if not math.isfinite(value):
        raise Refused(f"{name} must be a finite number, got {value!r}")
    return float(value)


class Real(traitlets.TraitType):
    """A finite real number."""

    default_value = 0.0

    def validate(self, obj, value):
        return real_number(value, self.name)


class Example(traitlets.TraitType):
    """x or y of one example: a flat list that fits the network."""

    default_value = ()

    def validate(self, obj, value):
        try:
            return tuple(obj._check_vector(value, self.name))    # nobody changes an entry unseen
        except (TypeError, ValueError) as error:
            raise Refused(str(error)) from None


class Widget(anywidget.AnyWidget):
    """An anywidget that sends its state to the browser at most thirty times a second."""

    def __init__(self, **traits):
        self._unsent, self._sent, self._timer = set(), -math.inf, None
        super().__init__(**traits)

    def send_state(self, key=None):
        """Send to the browser at most thirty times a second, the last state always.

        A loop that sets `value` ten thousand times would otherwise leave ten thousand messages, more
        than a notebook server lets through.
        """
        keys = set(self.keys) if key is None else {key} if isinstance(key, str) else set(key)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:                     # nobody to wake us up later: send now
            loop = None
        self._unsent |= keys
        wait = self._sent + INTERVAL - time.monotonic()
        if loop is None or wait <= 0:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(wait, self._flush)

    def _flush(self):
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        keys, self._unsent = self._unsent, set()
        self._sent = time.monotonic()
        if keys and self.comm is not None:
            super().send_state(keys)
