"""Pages of few elements, so that a phone lays them out at once.

- Code: names, punctuation and spaces, which have the colour of plain text, are plain text.
- What is folded is built when it is opened: the content of a closed `<details>` stands in a `<noscript>`, which is
  text to a browser that runs scripts (book.js makes elements of it) and ordinary content to one that doesn't.
- Lines of HTML begin at the left.
- Code with a line wider than every page can be reached by keyboard at once; what else scrolls, book.js finds out.
"""

import re
from html import unescape

from pygments.formatters import HtmlFormatter
from pygments.token import Token
from sphinx.highlighting import PygmentsBridge

import page_passes

PLAIN = {Token.Name, Token.Name.Namespace, Token.Punctuation, Token.Text.Whitespace, Token.Text}
FEWEST = 600                # characters: below, folding content away saves nothing
# This builds itself when the page is read, is a form, or is part of a widget that does.
ALIVE = re.compile(r"<(?:noscript|script|iframe|canvas)\b|(?:nudge|train|figure)-place|answer-field|data-field=")

OPEN, CLOSE = "\ue000", "\ue001"

# The end of a line with the white space around it; or all of an element in which white space means something.
LINE_END = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)|\s*\n\s*", re.S)
WIDE = 84                   # characters of code that a page has room for
PRE = re.compile(r"<pre>(.*?)</pre>", re.S)
EDGE = re.compile(r"<details\b[^>]*>|</details>")
SUMMARY = re.compile(r"\s*<summary\b.*?</summary>", re.S)


class LeanFormatter(HtmlFormatter):
    """Pygments' HTML without elements for what looks like plain text, and with the links of code_links.py.

    links: (line from 1, column from 0) -> (name that stands there, opening tag).
    """

    def __init__(self, links=None, **options):
        super().__init__(**options)
        self.links = links or {}

    def _get_css_classes(self, ttype):
        return "" if ttype in PLAIN else super()._get_css_classes(ttype)

    def _format_lines(self, tokens):
        tags = []
        for kind, line in super()._format_lines(self._marked(tokens, tags)):
            yield kind, re.sub(f"{OPEN}(.*?){CLOSE}", lambda found: f"{tags.pop(0)}{found[1]}</a>", line)

    def _marked(self, tokens, tags):
        """The tokens, those that are links between marks that no code contains."""
        line, column = 1, 0
        for kind, text in tokens:
            name, tag = self.links.get((line, column), (None, None))
            if name == text:
                tags.append(tag)
            yield kind, f"{OPEN}{text}{CLOSE}" if name == text else text
            line += text.count("\n")
            column = len(text) - text.rfind("\n") - 1 if "\n" in text else column + len(text)


def outermost(html):
    """(start, end) of what is between <details> and </details>, of each closed one that is in no other."""
    spans, depth, start, is_open = [], 0, 0, False
    for edge in EDGE.finditer(html):
        if edge[0].startswith("</"):
            depth -= 1
            if depth == 0 and not is_open:
                spans.append((start, edge.start()))
        else:
            if depth == 0:
                start, is_open = edge.end(), re.search(r"\sopen\b", edge[0]) is not None
            depth += 1
    return spans


def put_away(html):
    """The page with the content of its closed folds put away; done before, it changes nothing."""
    parts, last = [], 0
    for start, end in outermost(html):
        summary = SUMMARY.match(html, start, end)
        if not summary:
            continue
        content = html[summary.end():end]
        if len(content) < FEWEST or ALIVE.search(content):
            continue
        parts += [html[last:summary.end()], "<noscript>", content, "</noscript>"]
        last = end
    return "".join([*parts, html[last:]])


def mark_wide(html):
    """The page with its wide code marked as what scrolls."""
    def marked(found):
        lines = unescape(re.sub(r"<[^>]*>", "", found[1])).split("\n")
        return f'<pre tabindex="0" data-scrolls="">{found[1]}</pre>' if max(map(len, lines)) > WIDE else found[0]
    return PRE.sub(marked, html)


def unindented(html):
    """The page without the indentation of its lines, outside of what is shown as it was typed."""
    return LINE_END.sub(lambda found: found[1] or "\n", html)


def setup(app):
    PygmentsBridge.html_formatter = LeanFormatter
    page_passes.add(app, lambda html, app, page: unindented(put_away(mark_wide(html))), priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
