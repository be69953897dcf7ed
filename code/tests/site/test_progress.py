"""Progress stays in the browser: it survives a reload, another tab and a newer page; blocked storage breaks nothing."""

import json

import pytest

from backprop.exercises import all_exercises

pytestmark = [pytest.mark.site, pytest.mark.browser]

KEY = "backprop-book-progress"
NAME = "structure-count"


@pytest.fixture
def chapter(built_site, new_page):
    return new_page((built_site / "book" / "network-structure.html").as_uri())


def answer(page, typed=None):
    field = page.locator(f'[data-exercise="{NAME}"] input')
    field.fill(typed or str(int(all_exercises()[NAME]["value"])))
    field.press("Enter")


def kept(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "null")


def test_answers_and_quizzes_survive_a_reload(chapter):
    answer(chapter, "32")
    assert kept(chapter)["exercises"][NAME] == {"verdict": "near", "typed": "32"}
    answer(chapter)
    chapter.locator(".quiz-right > summary").first.click()
    chapter.reload()
    assert chapter.locator(f'[data-exercise="{NAME}"]').get_attribute("data-verdict") == "right"
    assert chapter.locator(".quiz").first.locator(".quiz-right").get_attribute("open") is not None
    tick = chapter.locator(".bd-sidebar-primary .progress-tick:not([hidden])")
    assert tick.count() == 1 and "2 of" in tick.get_attribute("title")
    assert chapter.problems == []


def test_another_tab_shows_it_and_undoes_nothing(chapter):
    other = chapter.context.new_page()
    other.goto(chapter.url)
    answer(chapter)
    other.wait_for_selector(".bd-sidebar-primary .progress-tick:not([hidden])", state="attached")
    other.locator(".quiz-right > summary").first.click()
    assert kept(chapter)["exercises"][NAME]["verdict"] == "right" and len(kept(chapter)["quizzes"]) == 1


def test_a_right_answer_is_not_lost_by_a_later_try(chapter):
    answer(chapter)
    answer(chapter, "7")
    assert kept(chapter)["exercises"][NAME]["verdict"] == "right"


def test_what_the_notebook_answers_is_ticked_by_hand(chapter):
    box = chapter.get_by_label("I have done it there").first
    name = box.evaluate("b => b.closest('[data-exercise]').dataset.exercise")
    assert all_exercises()[name]["kind"] == "notebook"
    box.check()
    chapter.reload()
    assert box.is_checked() and kept(chapter)["exercises"][name]["verdict"] == "right"
    box.uncheck()
    assert kept(chapter)["exercises"] == {}


def test_a_newer_page_keeps_what_it_does_not_know(chapter):
    old = {"version": 1, "exercises": {"gone": {"verdict": "right", "typed": "1"}}, "quizzes": {}, "predictions": {}}
    chapter.evaluate(f"localStorage.setItem('{KEY}', {json.dumps(json.dumps(old))})")
    chapter.reload()
    answer(chapter)
    assert set(kept(chapter)["exercises"]) == {"gone", NAME}
    assert chapter.problems == []


@pytest.mark.parametrize("spoilt", [
    "{", "[]", "7", '{"version": 9}',
    '{"version": 1, "exercises": 3, "place": {"page": "javascript:alert(1)"}}'])
def test_spoilt_storage_breaks_nothing(chapter, spoilt):
    chapter.evaluate(f"localStorage.setItem('{KEY}', {json.dumps(spoilt)})")
    chapter.reload()
    answer(chapter)
    assert kept(chapter)["exercises"][NAME]["verdict"] == "right"
    assert chapter.problems == []


def test_blocked_storage_is_said_once(built_site, new_page):
    page = new_page("about:blank")
    page.add_init_script("""const keep = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) {
        if (key.startsWith('backprop')) throw new DOMException('full', 'QuotaExceededError');
        keep.call(this, key, value); };""")
    page.goto((built_site / "book" / "network-structure.html").as_uri())
    assert page.locator(".progress-note").count() == 0
    answer(page)
    answer(page, "32")
    page.locator(".quiz-right > summary").first.click()
    assert page.locator(".progress-note").count() == 1
    assert page.locator(f'[data-exercise="{NAME}"]').get_attribute("data-verdict") == "near"
    page.locator(".progress-note button").click()
    answer(page)
    assert page.locator(".progress-note").count() == 0 and page.problems == []


def test_export_erase_import_and_going_on(built_site, chapter, tmp_path, axe):
    answer(chapter)
    chapter.evaluate("document.querySelectorAll('.bd-article h2')[3].scrollIntoView()")
    chapter.wait_for_timeout(100)
    chapter.goto((built_site / "book" / "index.html").as_uri())
    place = chapter.locator("#your-progress")
    go = place.locator(".progress-go")
    assert "Network structure" in go.inner_text() and "network-structure.html#" in go.get_attribute("href")
    with chapter.expect_download() as download:
        place.get_by_role("button", name="Export").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    assert NAME in json.loads(file.read_text(encoding="utf-8"))["exercises"]
    place.get_by_role("button", name="Erase").click()
    assert kept(chapter) is not None
    place.get_by_role("button", name="Erase everything?").click()
    assert kept(chapter) is None and place.locator(".progress-go").count() == 0
    exported = file.read_text(encoding="utf-8")
    for text, says in (("no JSON", "holds no progress"), ("{}", "holds no progress"), (exported, "Imported")):
        file.write_text(text, encoding="utf-8")
        chapter.locator("#your-progress input[type=file]").set_input_files(file)
        chapter.locator(".progress-said", has_text=says).wait_for()
    assert NAME in kept(chapter)["exercises"]
    assert chapter.locator("table .progress-tick:not([hidden])").count() == 1
    assert [one for one in axe(chapter) if "progress" in one] == []
