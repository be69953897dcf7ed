"""Slides for the lesson plan: the chapters' own figures, in files that ask no other host for anything."""

import re

import pytest

from classroom import course as courses
from classroom import presentation
from classroom.course import CourseError

from .helpers import TOP

PLAIN = "# A deck\n\n---\nminutes: 0–10\n\n## One\n\n$a<b$ and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


def plan(number):
    """The minutes of a session, as the teacher's guide has them."""
    guide = (TOP / "book" / "teaching.md").read_text(encoding="utf-8")
    session = re.search(rf"^### Session {number}:.*?(?=^### |^With six)", guide, re.DOTALL | re.MULTILINE)[0]
    return re.findall(r"^\| (\d+–\d+) \|", session, re.MULTILINE)


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The three decks, made in a course."""
    course = courses.new(tmp_path_factory.mktemp("slides") / "course", 11)
    return course, {path.stem: path for path in presentation.make(course)}


def test_every_part_of_the_plan_has_a_slide(decks):
    for number in (1, 2, 3):
        text = decks[1][f"session-{number}"].read_text(encoding="utf-8")
        shown = re.findall(r'<div class="minutes">(.+?) min</div>', text)
        assert list(dict.fromkeys(shown)) == plan(number)


def test_the_figures_are_the_chapters(decks):
    from backprop import figures
    drawn = figures.show(figures.one_neuron(4), "x").svg
    paths = set(re.findall(r' d="([^"]{200,})"', drawn))
    deck = decks[1]["session-1"].read_text(encoding="utf-8")
    assert paths and all(path in deck for path in paths)
    for path in decks[1].values():
        text = path.read_text(encoding="utf-8")
        slides = text[text.index('<div class="reveal">'):text.index("<script>")]
        assert slides.count("<figure>") == slides.count("<svg") == text.count("</figure>") >= 3
        words = re.sub(r"<svg.*?</svg>", "", slides, flags=re.DOTALL)
        assert "HELD" not in words and "$" not in words and "{figure}" not in words


def test_a_deck_may_be_changed(tmp_path):
    course = courses.new(tmp_path / "course", 11)
    (course.root / "slides").mkdir()
    for name in presentation.sessions():
        (course.root / "slides" / f"{name}.md").write_text(PLAIN, encoding="utf-8")
    text = presentation.make(course)[1].read_text(encoding="utf-8")
    assert "<title>A deck</title>" in text and "<math>" in text and "<td>1</td>" in text
    assert "0–10 min" in text and text.count("<section>") == 2
    for wrong, why in [("```{figure} no-chapter\nx\n```\n", "no chapter 'no-chapter'"),
                       ("```{figure} cost\nno such line\n```\n", "0 cells of cost hold"),
                       ("```{figure} cost\nimport numpy as np\n```\n", "shows no figure")]:
        with pytest.raises(CourseError, match=why):
            presentation.page(wrong, {}, "mine.md")


def test_the_slides_show_everything_and_ask_nobody(decks, browser):
    """Every slide fits, and the arrow key turns them, from a file and without a network."""
    for name, path in decks[1].items():
        page, asked, errors = browser.new_page(viewport={"width": 1280, "height": 720}), [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_function("Reveal.isReady()")
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            assert page.evaluate("Reveal.getIndices().h") == number
            high, wide = page.evaluate("[Reveal.getCurrentSlide().scrollHeight, Reveal.getCurrentSlide().scrollWidth]")
            assert high <= 720 and wide <= 1280, (name, number)
            page.keyboard.press("ArrowRight")
        assert errors == [] and {url.split(":")[0] for url in asked} == {"file"}
        page.close()
