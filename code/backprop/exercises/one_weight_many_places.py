"""Exercises of the chapter One weight, many places."""

from ._kinds import number, several

ANSWERS = {
    "shared-weight": number(
        24,
        near=[(12, "that is what comes through one of the two places; the weight stands in two"),
              (144, "the answers of the two places add, they don't multiply"),
              (6, "that is how the output answers one place; how does the cost answer the output?")],
        hint="how does the cost answer the output, and how does the output answer each of the two places?"),

    "shared-count": several(
        number(78400, hint="fully connected: a weight from each pixel to each neuron"),
        number(2500, hint="a convolution has the weights of its patterns, wherever they stand"),
        near=[([2500, 78400], "both numbers are right, in the other order"),
              ([78400, 1440000], "the same weights serve every place: count the patterns' weights once")],
        expected="two numbers, fully connected and convolution"),

    "shared-design": number(
        0.3,
        near=[(0, "nothing closes the way of the memory: follow one unit of the first input to the end")],
        hint="write h_2 and h_3 out; with what factor does the first input stand in them?"),
}
