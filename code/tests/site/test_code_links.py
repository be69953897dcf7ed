"""Names in code that lead to their explanation."""

from pygments import highlight
from pygments.lexers import PythonLexer

from code_links import Names, named_in
from lean_html import LeanFormatter


def found(*cells):
    names = Names()
    return [[(line, column, dotted) for line, column, _, dotted in names.read(cell)] for cell in cells]


def test_imports_and_what_they_bring():
    imports = "from backprop import Network as N\nimport backprop.symbolic as sym"
    assert found(imports, "N([1])", "sym.derive([1, 1])") == [
        [(1, 21, "backprop.Network")], [(1, 0, "backprop.Network")],
        [(1, 0, "backprop.symbolic"), (1, 4, "backprop.symbolic.derive")]]
    assert found("import backprop\nbackprop.Nudge") == [[(2, 0, "backprop"), (2, 9, "backprop.Nudge")]]
    assert found("from numpy import array\narray(1)") == [[]]


def test_methods_of_what_a_call_has_made():
    _, there = found("from backprop import Network",
                     "µ = Network([2, 1])\nh = µ.train(1); h.plot()\nNetwork.load('a').save(2)")
    assert there == [(1, 4, "backprop.Network"), (2, 6, "backprop.Network.train"),
                     (2, 18, "backprop.history.History.plot"), (3, 0, "backprop.Network"),
                     (3, 8, "backprop.Network.load"), (3, 18, "backprop.Network.save")]


def test_what_a_function_of_the_page_returns():
    maker = "from backprop import Network\ndef reader():\n    net = Network([2, 1])\n    return net\n"
    assert found(maker, "net = reader()\nnet.cost(1, 2)")[1] == [(2, 4, "backprop.Network.cost")]
    either = maker.replace("    return net", "    if 1:\n        return 2\n    return net")
    assert found(either, "reader().cost(1)")[1] == []
    assert found(maker, "reader = 3", "reader().cost(1)")[2] == []


def test_cells_that_the_page_does_not_show_count_too(tmp_path):
    page = tmp_path / "page.md"
    cells = (":tags: [setup]\nfrom backprop import Network", "Network([1, 1])")
    page.write_text("---\nkernelspec: {name: python3, display_name: x}\n---\n# A\n"
                    + "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells), encoding="utf-8")
    assert named_in(str(page))["Network([1, 1])"] == [(1, 0, "Network", "backprop.Network")]


def test_a_name_with_another_meaning_is_no_link():
    brought = "from backprop.symbolic import a, w, x, z"
    for cell in ("x = 3\nx", "def f(x):\n    return x", "lambda x: x", "[x for x in range(3)]",
                 "for x in (1, 2):\n    x", "with open('a') as x:\n    x", "x, y = 1, 2\nx"):
        assert found(brought, cell)[1] == [], cell
    assert found(brought, "def f(x):\n    return x\nx")[1] == [(3, 0, "backprop.symbolic.x")]
    assert found(brought, "x = 3", "x")[2] == [] and found(brought, "%timeit x", "not python at all")[1:] == [[], []]


def test_the_formatter_sets_links_where_the_names_stand():
    code = 'from backprop import Network\nnet = Network([2, 1])  # Network\nprint("Network")\n'
    links = {(1, 21): ("Network", '<a href="api.html#N">'), (2, 6): ("Network", '<a href="api.html#N">'),
             (1, 0): ("Network", '<a href="no">'), (3, 6): ("Network", '<a href="no">')}
    html = highlight(code, PythonLexer(stripnl=False), LeanFormatter(links=links))
    assert html.count('<a href="api.html#N">Network</a>') == 2 and '"no"' not in html
    without = highlight(code, PythonLexer(stripnl=False), LeanFormatter())
    assert without == html.replace('<a href="api.html#N">Network</a>', "Network")
