"""Numbers drawn from a seed, the same in Python and on the page (book/_static/answers/draw.js).

Mulberry32: 32-bit integers only, so that both languages agree to the last bit.
"""

MASK = 0xFFFFFFFF


class Draw:
    """Draw(seed): the same seed gives the same numbers, in both languages."""

    def __init__(self, seed):
        self.state = seed & MASK

    def unit(self):
        """A number from [0, 1)."""
        self.state = (self.state + 0x6D2B79F5) & MASK
        t = self.state
        t = (t ^ t >> 15) * (t | 1) & MASK
        t ^= t + ((t ^ t >> 7) * (t | 61) & MASK) & MASK
        return (t ^ t >> 14) / 4294967296

    def between(self, low, high):
        return low + (high - low) * self.unit()

    def whole(self, low, high):
        """A whole number from low to high, both possible."""
        return low + int(self.unit() * (high - low + 1))

    def of(self, things):
        return things[self.whole(0, len(things) - 1)]
