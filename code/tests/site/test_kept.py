"""What an earlier build made is used again if, and only if, nothing has changed that it is made of."""

from kept import kept


def test_it_is_made_once_for_each_state(tmp_path):
    class App:
        doctreedir = tmp_path / "doctrees"

    made = []

    def make():
        made.append(1)
        return f"number {len(made)}"

    assert kept(App, "thing", ["code", "a"], make) == "number 1"
    assert kept(App, "thing", ["code", "a"], make) == "number 1"
    assert kept(App, "other", ["code", "a"], make) == "number 2"
    assert kept(App, "thing", ["code", "b"], make) == "number 3"
    assert kept(App, "thing", ["codea"], make) == "number 4", "where one ingredient ends is part of it"
