"""A course's folder, and that its secrets are secret."""

import json
import re

import pytest

from classroom import course as courses
from classroom import edition

from .helpers import TOP


def test_the_number_of_an_edition_cannot_be_found_by_trying(tmp_path):
    numbers = {json.loads((courses.new(tmp_path / str(i)).root / "course.json").read_text())["seed"] for i in range(3)}
    assert (len(numbers) == 3
            and all(number.bit_length() > 128 for number in numbers)), "3 of 2**256 are longer than that"
    course = courses.new(tmp_path / "0")
    assert course.settings["secret"].bit_length() > 128 and not course.practice
    with open(course.source("a1-network-structure"), encoding="utf-8") as file:
        assert str(course.settings["seed"]) not in file.read()
    assert courses.new(tmp_path / "practice", 2027).practice, "a number that a human chose is for practice"


def test_every_bit_of_the_number_counts():
    number = 2**200 + 12345
    texts = [[cell.source for cell in edition.make("a1", seed).cells] for seed in (number, number + 2**190, number + 1)]
    assert texts[0] != texts[1] and texts[0] != texts[2]


@pytest.mark.parametrize("arguments", [[], ["--seed", "2027"]])
def test_the_commands_say_what_a_chosen_number_is_good_for(tmp_path, monkeypatch, capsys, arguments):
    from classroom.__main__ import main
    for step in (["new", str(tmp_path / "course"), *arguments],
                 ["--course", str(tmp_path / "course"), "release", "a1"]):
        monkeypatch.setattr("sys.argv", ["teach.py", *step])
        main()
    said = capsys.readouterr().out
    assert said.count("can be found by trying") == (2 if arguments else 0)
    number = courses.Course(tmp_path / "course").settings["seed"]
    assert str(number) not in said or arguments, "nobody reads it on a projector"


def test_the_guide_names_every_step():
    import classroom.__main__ as commands
    guide = (TOP / "book" / "teaching.md").read_text(encoding="utf-8")
    steps = re.findall(r"^  python3 teach.py (\w+)", commands.__doc__, re.MULTILINE)
    assert len(steps) > 15
    assert [step for step in steps if not re.search(rf"(`|teach\.py ){step}\b", guide)] == []
