"""What a reader meets in each chapter is counted right, and is within its limits."""

import pytest

from tools import reader_numbers

CHAPTER = """# A chapter

*Reading time: 9 minutes.*

Ten words stand here so that there is something to count.

```{code-cell} ipython3
:tags: [setup]
import numpy as np
```

```{code-cell} ipython3
:tags: [hide-input]
Nudge(net, x, y)
```

```{code-cell} ipython3
x = 1

print(x)
```

```{code-cell} ipython3
:tags: [check]
# Checked: something.
assert x == 1
```

:::{quiz} Which?
- [x] This | Yes.
:::

:::{exercise} One
:label: one
How many?
:::

```{code-cell} ipython3
answer = ...
check("one", answer)
```
"""


def test_a_chapter_is_counted():
    numbers = reader_numbers.from_source(CHAPTER)
    assert (numbers["lines"], numbers["cells"], numbers["asserts"], numbers["exercises"]) == (2, 1, 0, 1)
    assert numbers["minutes"] == 1 + 2 + 1 + 3 and numbers["promised"] == 9 and 15 < numbers["words"] < 35
    assert reader_numbers.misses("a", numbers, {}) == []


@pytest.mark.parametrize("old, new, said", [
    ("print(x)", "assert x == 1", "1 visible cells only assert"),
    ("x = 1\n", "x = 1\n" * 200, "201 lines"),
    ("9 minutes", "20 minutes", "promises 20 minutes, takes 7"),
])
def test_what_is_too_much_is_named(old, new, said):
    numbers = reader_numbers.from_source(CHAPTER.replace(old, new, 1))
    assert any(said in sentence for sentence in reader_numbers.misses("a", numbers, {}))


def test_what_is_late_is_named():
    numbers = reader_numbers.from_source(CHAPTER)
    sizes = {"390": {"share": 0.3, "screens": 4.0}, "1280": {"share": 0.1, "screens": None}}
    late = reader_numbers.misses("a", numbers, sizes)
    assert len(late) == 3 and "30%" in late[0] and "4.0 screens" in late[1] and "nowhere" in late[2]


@pytest.mark.parametrize("page", reader_numbers.chapters())
def test_the_chapters_keep_to_their_limits(page):
    text = (reader_numbers.TOP / "book" / f"{page}.md").read_text(encoding="utf-8")
    assert reader_numbers.misses(page, reader_numbers.from_source(text), {}) == []
