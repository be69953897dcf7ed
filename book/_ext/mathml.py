"""Sets the book's LaTeX as MathML when the site is built.

Every current browser draws MathML by itself: the page needs no script, is there
at once, and can be read aloud. LaTeX that can't be translated is a warning, and
so stops the build."""

import html
import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging

logger = logging.getLogger(__name__)
converter = LatexToMathML(fancy_error=False)

NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat|multline)\}")


def brace_end(latex, start):
    """The place after the } that closes the { at `start`."""
    depth = 0
    for i in range(start, len(latex)):
        depth += {"{": 1, "}": -1}.get(latex[i], 0) if latex[i - 1] != "\\" else 0
        if depth == 0:
            return i + 1
    return len(latex)


def replace_command(latex, command, how):
    """Replace each \\command{argument} by how(argument)."""
    while (found := re.search(re.escape(command) + r"\s*\{", latex)):
        end = brace_end(latex, found.end() - 1)
        latex = latex[:found.start()] + how(latex[found.end():end - 1]) + latex[end:]
    return latex


def substack(lines):
    return r"{\begin{subarray}{c}" + lines + r"\end{subarray}}" if r"\\" in lines else "{" + lines + "}"


def breaks_line(latex):
    """Is there a \\\\ that stands in no environment and in no braces?"""
    inner, count = latex, 1
    while count:
        inner, count = re.subn(r"\\begin\{(\w+\*?)\}(?:(?!\\begin\{).)*?\\end\{\1\}", "", inner, flags=re.S)
    return r"\\" in inner


def prepare(latex):
    """LaTeX in the form math-core knows, and the tag of a single equation."""
    latex = re.sub(r"\\label\s*\{[^}]*\}", "", latex).strip()
    latex = re.sub(r"(\\\\)\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\]", r"\1", latex)    # \\[4pt]
    latex = re.sub(r"\{(aligned|gathered)\}\[[tcb]\]", r"{\1}", latex)
    latex = latex.replace("{split}", "{aligned}")
    latex = replace_command(latex, r"\substack", substack)
    tags = []
    if not (r"\tag" in latex and NUMBERED.search(latex)):
        latex = NUMBERED.sub(r"\\\1{\2*}", latex)    # numbers come from Sphinx
        def keep(tag):
            tags.append(tag)
            return ""
        latex = replace_command(latex, r"\tag", keep).strip()
    if breaks_line(latex):
        latex = r"\begin{aligned}" + latex + r"\end{aligned}"
    return latex, tags[0] if tags else None


PRIME = re.compile(r"<msup>(<mi>[^<]*</mi>|<mrow>(?:<mspace[^>]*/>)*<mi>[^<]*</mi></mrow>)<mo>([′″])</mo></msup>")
FLAT = (r'(?:<mi[^>]*>[^<]*</mi>|<mn>[^<]*</mn>|<mo[^>]*>[^<]*</mo>|<mrow>'
        r'<mo stretchy="false">\((?:(?!</?mrow).)*</mrow>)')
FENCE = re.compile(rf'<mrow><mo(?: lspace="[^"]*")?>\(</mo>({FLAT}+)<mo(?: rspace="[^"]*")?>\)</mo></mrow>')
LAYER = re.compile(r'<mrow><mo stretchy="false">\(</mo><mn>(\d+)</mn><mo stretchy="false">\)</mo></mrow>'
                   r"(?=</msu(?:bsu)?p>)")
APPLIED = re.compile(r'(</mi>|[′″]</mo></mrow>)<mrow><mo lspace="0\.1667em"')


def tidy(mathml):
    """The same MathML, better looking: a prime is a raised mark already and must not be raised again;
    parentheses around one line of symbols needn't stretch; none stands away from its function; the number of a layer,
    which stands in every formula, is one element and not four."""
    mathml = PRIME.sub(r'<mrow>\1<mo lspace="0.05em" rspace="0">\2</mo></mrow>', mathml)
    count = 1
    while count:
        mathml, count = FENCE.subn(r'<mrow><mo stretchy="false">(</mo>\1<mo stretchy="false">)</mo></mrow>', mathml)
    return LAYER.sub(r"<mn>(\1)</mn>", APPLIED.sub(r"\1<mrow><mo", mathml))


def to_mathml(latex, display, where=None):
    """The MathML of some LaTeX; a warning at the node `where` if it has none."""
    try:
        return tidy(converter.convert_with_local_state(latex, displaystyle=display))
    except LatexError as error:
        logger.warning("this LaTeX can't be typeset: %s\n%s", error, latex, location=where)
        return f"<code>{html.escape(latex)}</code>"


LONGEST = 16                # characters of a formula in the text that a narrow screen can always hold
FIRST, INFIX = '<math><mo lspace="0">=', '<math><mo form="infix">='


def at_equals(latex):
    """The pieces of a chain of equations, each but the first beginning with its =; what braces hold stays whole."""
    pieces, start, depth = [], 0, 0
    if r"\begin" in latex:
        return [latex]
    for token in re.finditer(r"\\(left|right)\b|\\.|[{}=]", latex):
        depth += {"{": 1, r"\left": 1, "}": -1, r"\right": -1}.get(token[0], 0)
        if token[0] == "=" and depth == 0 and latex[start:token.start()].strip():
            pieces.append(latex[start:token.start()])
            start = token.start()
    return [*pieces, latex[start:]]


def visit_math(self, node):
    """A browser breaks no line in a formula: a long one becomes several, and a line may end between them."""
    latex, _ = prepare(node.astext())
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate"))
    mathml = to_mathml(latex, False, node)
    if len(re.sub(r"<[^>]*>|&\w+;", "", mathml)) > LONGEST and len(pieces := at_equals(latex)) > 1:
        mathml = "<wbr>".join(to_mathml(piece, False, node).replace(FIRST, INFIX, 1) for piece in pieces)
    self.body.append(mathml + "</span>")
    raise nodes.SkipNode


def visit_displaymath(self, node):
    latex, tag = prepare(node.astext())
    self.body.append(self.starttag(node, "div", CLASS="math notranslate"))
    self.body.append('<div class="equation">' + to_mathml(latex, True, node) + "</div>")
    number = tag or node.get("number")
    if number:
        self.body.append(f'<span class="eqno">({self.encode(str(number))})')
        if node["ids"]:
            self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def number_equations(app, document):
    """Count a page's labelled equations from 1, past those with a tag of their own;
    references show that tag."""
    equations = app.env.get_domain("math").equations
    count = 0
    for node in document.findall(nodes.math_block):
        if label := node.get("label"):
            _, tag = prepare(node.astext())
            count += not tag
            node["number"] = tag or count
            equations[label] = (app.env.docname, node["number"])


def setup(app):
    app.connect("doctree-read", number_equations)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
