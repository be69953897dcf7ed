"""The directive {quiz}: a question with choices, each of which explains itself when opened.

    :::{quiz} What is the shape of $W^{(1)}$ in 4-2-2-1?
    - [ ] $(4, 2)$ | To and from are swapped: rows are where a weight leads **to**.
    - [x] $(2, 4)$ | Two neurons receive, four send.
    :::

Every choice is an HTML <details>: it works by keyboard, without JavaScript and in a screen reader,
and a reader may open as many as they like. Lines before the first choice belong to the question;
indented lines continue a choice. Exactly one choice is right, and every one has an explanation.
"""

import hashlib

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from markup import parse_quiz


class quiz(nodes.General, nodes.Element):
    """The whole question; its first child is the paragraph that asks."""


class quiz_choice(nodes.General, nodes.Element):
    """One choice: a quiz_summary, then the paragraph that explains."""


class quiz_summary(nodes.General, nodes.TextElement):
    """The text of a choice, always visible."""


class QuizDirective(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def inline(self, text):
        parsed, messages = self.state.inline_text(text, self.lineno)
        return parsed + messages

    def run(self):
        title = " ".join(self.arguments[0].split())
        try:
            question, choices = parse_quiz(list(self.content))
        except ValueError as error:
            raise self.error(f'quiz "{title}": {error}') from None
        key = hashlib.sha256(title.encode()).hexdigest()[:10]        # the page remembers the question by it
        node = quiz(number=self.env.new_serialno("quiz"), key=key)
        self.set_source_info(node)
        node += nodes.paragraph("", "", *self.inline(title), classes=["quiz-question"])
        if any(line.strip() for line in question):
            more = nodes.Element()
            self.state.nested_parse(self.content[:len(question)], self.content_offset, more)
            node += more.children
        for is_right, text, explanation in choices:
            choice = quiz_choice(right=is_right)
            choice += quiz_summary("", "", *self.inline(text))
            verdict = nodes.strong("", "Right. " if is_right else "Not this one. ", classes=["quiz-verdict"])
            choice += nodes.paragraph("", "", verdict, *self.inline(explanation))
            node += choice
        return [node]


def visit_quiz(self, node):
    self.body.append(f'<div class="quiz" data-quiz="{node["key"]}" role="group" aria-label="Check yourself">\n'
                     '<p class="quiz-label" aria-hidden="true">Check yourself</p>\n')


def depart_div(self, node):
    self.body.append("</div>\n")


def visit_choice(self, node):
    kind = "right" if node["right"] else "wrong"
    self.body.append(f'<details class="quiz-choice quiz-{kind}">\n')


def depart_choice(self, node):
    self.body.append("</details>\n")


def visit_summary(self, node):
    self.body.append('<summary><span class="quiz-text">')


def depart_summary(self, node):
    self.body.append("</span></summary>\n")


def plainly(self, node):
    """Other outputs: the question, then each choice with its explanation, as paragraphs."""


def visit_plain_summary(self, node):
    self.visit_paragraph(node)


def depart_plain_summary(self, node):
    self.depart_paragraph(node)


def setup(app):
    others = {"latex": (plainly, plainly), "text": (plainly, plainly)}
    app.add_node(quiz, html=(visit_quiz, depart_div), **others)
    app.add_node(quiz_choice, html=(visit_choice, depart_choice), **others)
    summary = (visit_plain_summary, depart_plain_summary)
    app.add_node(quiz_summary, html=(visit_summary, depart_summary), latex=summary, text=summary)
    app.add_directive("quiz", QuizDirective)
    app.add_css_file("quiz.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
