"""Where the parts of the drawn network lie: three layouts with the same questions to each, and room for a label.

Wide: from left to right. Compact: from top to bottom, a neuron's a beside and a little below its z, the cost beside
the one output; for a narrow column and beside a curve, with at most two neurons in a layer. Tall: from top to
bottom, a below z, for the networks that Compact has no room for. A point is (x, y), the place of a text (x, y, anchor).
"""


class Layout:
    """sizes: of the network; moving: numbers will travel along its edges, and need room there."""

    wide = False

    def __init__(self, sizes, moving=False):
        self.sizes, self.L, self.moving = sizes, len(sizes) - 1, moving
        self.measure()

    @property
    def dense(self):
        """No room for numbers and names."""
        return self.r < 17

    def bias(self, l, j):
        """Where the short edge of a bias begins."""
        x, y = self.at(l, j, "z")
        return x - 0.8 * self.r - 13, y - 0.8 * self.r - 13


class Wide(Layout):
    wide = True

    def measure(self):
        most, L = max(self.sizes), self.L
        self.room = max(24, min(68, 560 / most))                        # from neuron to neuron
        self.r = r = max(5, min(19, self.room / 2 - 7))
        self.pair = 2 * r + 28                                          # from z to a
        tail = 50 + 24 * self.moving                                    # room for the cost's message
        gap = max(2 * r + 14, min(2 * r + 150, (670 - 2 * r - tail - L * self.pair) / L))     # from a to the next z
        self.column = {(0, "a"): r + 8}
        for l in range(1, L + 1):
            self.column[l, "z"] = self.column[l - 1, "a"] + gap
            self.column[l, "a"] = self.column[l, "z"] + self.pair
        end = self.column[L, "a"] + r + tail
        self.box = max(720, end + 34), most * self.room + 44
        self.shift = (self.box[0] - end - 34) / 2
        self.cost = end + self.shift, 36 + most * self.room / 2

    def at(self, l, j, kind):
        return self.column[l, kind] + self.shift, self.cost[1] + (j - (self.sizes[l] + 1) / 2) * self.room

    def name(self, l, j, kind):
        x, y = self.at(l, j, kind)
        return x, y - self.r - (12 if l == self.L and kind == "a" else 9), "middle"

    def delta(self, l, j):                                              # in the place of z's name
        x, y = self.at(l, j, "z")
        return x - 16, y - self.r - 9, "start"

    def total(self, l, j):                                              # in the place of a's name
        x, y = self.at(l, j, "a")
        return x - 16, y - self.r - 9, "start"

    def sign(self, l, j, length):
        x, y = self.at(l, j, "z")
        return x + self.pair / 2, y - 6, "middle"

    def around_cost(self):
        (x, y) = self.cost
        return {"name": (x, y - 28, "middle"), "goal": (x, y + 36, "middle")}

    def title(self, l):
        x = (self.column[l, "a"] + self.column.get((l, "z"), self.column[l, "a"])) / 2 + self.shift
        return max(x, 18), 12, "middle"


class Compact(Layout):
    # a lies `half` right of the middle, z as far left of it, and a `fall` below z
    r, half, fall = 17, 22, 18

    @staticmethod
    def fits(sizes):
        return max(sizes[1:]) <= 2 and sizes[0] <= 5

    def measure(self):
        self.row = 86 if self.moving else 68                            # from layer to layer
        last = self.r + 6 + self.row * self.L + self.fall
        beside = self.sizes[-1] == 1
        self.cost = (236, last) if beside else (170, last + 66)
        self.box = 340, self.cost[1] + 23

    def at(self, l, j, kind):
        slot = 340 / self.sizes[l]
        x, y = slot * (j - 0.5), self.r + 6 + self.row * l
        if l == 0:
            return x + (12 if self.sizes[0] > 3 else 0), y
        if l == self.L and self.sizes[l] == 1:
            x -= 54                                                     # room for the cost
        return (x - self.half, y) if kind == "z" else (x + self.half, y + self.fall)

    def name(self, l, j, kind):
        x, y = self.at(l, j, kind)
        if l == self.L and kind == "a" and self.sizes[l] == 1:
            return x + 6, y - self.r - 9, "start"
        if kind == "z" or l == 0:
            return x - self.r - 4, y + 4, "end"
        return x + self.r + (8 if l == self.L else 4), y + 4, "start"

    def delta(self, l, j):
        x, y = self.at(l, j, "z")
        return x + self.half - 8, y + self.r + 18, "end"

    def total(self, l, j):
        x, y = self.at(l, j, "a")
        return min(x + 14, 340 - 62), y - self.r - 6, "start"

    def sign(self, l, j, length):
        x, y = self.at(l, j, "z")
        if length > 2:                              # too long to stand between z and a: below z, and below its delta
            return x, y + self.r + (32 if self.moving else 12), "middle"
        return x + self.half + 4, y - 2, "middle"

    def around_cost(self):
        (x, y) = self.cost
        name = (x, y - 25, "middle") if self.sizes[-1] == 1 else (x - 31, y - 6, "end")
        return {"name": name, "goal": (x + 32, y + 4, "start")}


class Tall(Layout):
    def measure(self):
        self.room = min(78, 310 / max(self.sizes))
        self.r = r = max(5, min(19, self.room / 2 - 8))
        self.step, self.pair = 4 * r + 84, 2 * r + 28
        end = r + 8 + self.L * self.step + r + 50
        self.box, self.cost = (340, end + 34), (170, end)

    def at(self, l, j, kind):
        y = self.r + 8 + l * self.step - (self.pair if kind == "z" else 0)
        return 170 + (j - (self.sizes[l] + 1) / 2) * self.room, y

    def name(self, l, j, kind):
        x, y = self.at(l, j, kind)
        return x - self.r - (8 if l == self.L else 4), y + 4, "end"

    def delta(self, l, j):
        x, y = self.at(l, j, "z")
        return x - 6, y + self.pair / 2 + 4, "end"

    def total(self, l, j):
        x, y = self.at(l, j, "a")
        return x + self.r + 5, y + 4, "start"

    def sign(self, l, j, length):
        x, y = self.at(l, j, "z")
        return x + 8, y + self.pair / 2 + 4, "start"

    def around_cost(self):
        (x, y) = self.cost
        return {"name": (x - 33, y + 4, "end"), "goal": (x + 34, y + 4, "start")}


def point(begin, end, t):
    return begin[0] + t * (end[0] - begin[0]), begin[1] + t * (end[1] - begin[1])


def inside(line, left, top, right, bottom):
    """The length of the part of a line ((x1, y1), (x2, y2)) that lies in a box."""
    (x1, y1), (x2, y2) = line
    enter, leave = 0.0, 1.0
    for start, way, low, high in ((x1, x2 - x1, left, right), (y1, y2 - y1, top, bottom)):
        if not way:
            if not low < start < high:
                return 0.0
            continue
        near, far = sorted(((low - start) / way, (high - start) / way))
        enter, leave = max(enter, near), min(leave, far)
    return max(0.0, leave - enter) * ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5


class Room:
    """Which parts of a drawing are taken, by boxes and by lines, and the freest place for one more label."""

    def __init__(self, width, height):
        self.width, self.height, self.taken, self.lines = width, height, [], []

    def take(self, x, y, width, height):
        """A box, by its middle."""
        self.taken.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))

    def take_text(self, place, width, height=26):
        """A text that begins, ends or has its middle at place, as its anchor says."""
        x, y, anchor = place
        self.take(x + {"start": width / 2, "middle": 0, "end": -width / 2}[anchor], y - 4, width, height)

    def hidden(self, x, y, width, height):
        """How much of such a box would lie on what is taken or outside."""
        left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        shared = sum((min(right, b[2]) - max(left, b[0])) * (min(bottom, b[3]) - max(top, b[1])) for b in self.taken
                     if b[0] < right and b[2] > left and b[1] < bottom and b[3] > top)
        outside = max(0, -left) + max(0, right - self.width) + max(0, -top) + max(0, bottom - self.height)
        return shared + 1000 * outside

    def crossed(self, x, y, width, height, own):
        """How long the lines are, but `own`, that run through such a box."""
        return sum(inside(line, x - width / 2, y - height / 2, x + width / 2, y + height / 2)
                   for line in self.lines if line != own)

    def along(self, begin, end, width, height):
        """How far along the line from begin to end, as a share, the middle of such a box lies most freely; it is
        taken."""
        def worth(t):
            return 10 * self.hidden(*point(begin, end, t), width, height) + 60 * abs(t - 0.46)
        best = min((i / 100 for i in range(20, 81, 2)), key=worth)
        self.take(*point(begin, end, best), width, height)
        return best

    def beside(self, begin, end, width, height):
        """The middle of a box that lies beside the line from begin to end: free, and near its middle."""
        (x1, y1), (x2, y2) = begin, end
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        nx, ny = (y1 - y2) / length, (x2 - x1) / length                 # across the line
        least, place = float("inf"), None
        for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, -0.6, -1.4):    # before it: a bias's is short
            for side in (-1, 1):
                for away in (4, 12, 22, 34):
                    reach = away + (abs(nx) * width + abs(ny) * height) / 2
                    (mx, my), far = point(begin, end, t), 40 * abs(t - 0.5) + 1.5 * away + (side > 0)
                    box = mx + side * reach * nx, my + side * reach * ny, width, height
                    if far < least and (worth := far + 3 * self.hidden(*box)) < least:        # it only grows from here
                        worth += 0.7 * self.crossed(*box, (begin, end))
                        if worth < least:
                            least, place = worth, box[:2]
        return place
