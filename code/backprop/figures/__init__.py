"""The book's drawings: one style, colours that follow light and dark, and a text alternative for each."""

from .chains import chain, nudge_rulers, training_loop, two_layer_chain, two_loops
from .networks import digit, network, neuron, neuron_position, one_neuron, overview, write_values
from .theme import (
                    GRID,
                    HIDDEN,
                    HIDDEN_TINT,
                    INK,
                    INPUT,
                    INPUT_TINT,
                    MUTED,
                    ORANGE,
                    OUTPUT,
                    OUTPUT_TINT,
                    RED,
                    Figure,
                    arrow,
                    blank_axes,
                    box,
                    show,
)

__all__ = [
    "chain", "nudge_rulers", "training_loop", "two_layer_chain", "two_loops",
    "digit", "network", "neuron", "neuron_position", "one_neuron", "overview", "write_values",
    "GRID", "HIDDEN", "HIDDEN_TINT", "INK", "INPUT", "INPUT_TINT", "MUTED", "ORANGE", "OUTPUT", "OUTPUT_TINT", "RED",
    "Figure", "arrow", "blank_axes", "box", "show",
]
