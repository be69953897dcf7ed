"""A solution is folded: a `<details>` whose line says which exercise it solves, without a link in what is pressed.

And sphinx-exercise names the text of every exercise and solution alike: no page may use an id twice.
"""

import re

from docutils import nodes
from sphinx_exercise.nodes import solution_node

import page_passes

ONE_NAME_FOR_ALL = re.compile(r'(?<=<section) id="(?:exercise|solution)-content"')


def visit_solution(self, node):
    node["classes"] = [name for name in node["classes"] if name != "dropdown"]
    title = node.next_node(nodes.title)
    for link in list(title.findall(nodes.reference)):
        link.replace_self(link.children)
    self.body.append(self.starttag(node, "details", CLASS="admonition") + '<summary class="admonition-title">')
    for child in title.children:
        child.walkabout(self)
    self.body.append("</summary>\n")
    node.remove(title)


def depart_solution(self, node):
    self.body.append("</details>\n")


def setup(app):
    app.setup_extension("sphinx_exercise")
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    page_passes.add(app, lambda html, app, page: ONE_NAME_FOR_ALL.sub("", html))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
