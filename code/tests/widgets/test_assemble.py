"""The files of js/ as they are put together and made small."""

import gzip
import json
import re

import pytest
from py_mini_racer import JSEvalException

from backprop import Nudge, Train
from backprop.widgets import assemble, train_program
from backprop.widgets.assemble import FIGURES, FOLDER, NUDGE, PARTS, classic, module, source
from tests.fixtures import engine_with
from tools import minified


def nested_templates(text):
    """Lines on which a template literal stands inside another one: the minifier would take its spaces away."""
    stack, lines, line = [], [], 1
    for i, c in enumerate(text):
        line += c == "\n"
        inside = stack and stack[-1] == "`"
        if text[i - 1] == "\\":
            continue
        if c == "`":
            if inside:
                stack.pop()
            else:
                if "`" in stack:
                    lines.append(line)
                stack.append("`")
        elif inside and c == "$" and text[i + 1] == "{":
            stack.append("{")
        elif stack and stack[-1] == "{" and c == "}":
            stack.pop()
    return lines


def test_the_finder_finds():
    assert nested_templates("a = `x ${b ? `y z` : 1}`") == [1]
    assert nested_templates("a = `x ${b} y`;\nb = `${c}`") == []


@pytest.mark.parametrize("name", sorted({*PARTS, *NUDGE, *FIGURES, "kernel",
                                        *(f"{name}_{host}" for name in ("nudge", "figures")
                                          for host in ("page", "kernel"))}))
def test_no_template_stands_inside_another(name):
    assert nested_templates((FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8")) == []


def test_a_module_exports_and_a_script_mounts():
    assert module().rstrip().endswith("export default{render};") and "mountAll" not in module()
    assert classic(source()).startswith("(()=>{") and "export" not in classic(source())
    assert "// @ts-check" not in module() and "render" not in classic(source())


def declared(text):
    """What a script's text declares outside of every function."""
    return set(assemble.DECLARED.findall(text))


def test_what_declares_a_name_is_found():
    assert declared("const a = 1;\nasync function b() {\n  const c = 1;\n}\nlet d;\nclass E {}") == {"a", "b", "d"}


WITHOUT_A_PAGE = """globalThis.document = { querySelectorAll: () => [], currentScript: null, scripts: [] };
globalThis.location = { hash: "" }; globalThis.addEventListener = () => {}; globalThis.setTimeout = () => {};
"""


@pytest.mark.parametrize("script", [assemble.site_script, lambda: assemble.site_script(FIGURES),
                                    train_program.site_script], ids=["nudge", "figures", "train"])
def test_the_sites_scripts_take_from_the_shared_one_what_they_use(script):
    shared, own = assemble.shared_script(), script()
    taken = re.search(r"const \{ (.*) \} = backpropWidgets;", own)[1].split(", ")
    assert set(taken) <= declared(assemble.read(PARTS)) and len(taken) > 5
    with engine_with(WITHOUT_A_PAGE + shared + own) as engine:           # mounts the widgets of a page without any
        given = json.loads(engine.eval("JSON.stringify(Object.keys(backpropWidgets))"))
    assert set(given) == declared(assemble.read(PARTS))
    with pytest.raises(JSEvalException, match="backpropWidgets is not defined"), engine_with(WITHOUT_A_PAGE + own):
        pass


FOCUS = """(() => {
const heard = {}, root = { addEventListener(name, listener) { heard[name] = listener; } }, attributes = {};
const focused = { getAttribute: (name) => attributes[name] ?? null, setAttribute(name, value) {
  attributes[name] = String(value); } };
%s
keepKeys(root);
heard.focusin({ target: focused });
return JSON.stringify(attributes);
})()"""


@pytest.mark.parametrize("widget", [Nudge, Train])
def test_the_element_with_the_focus_keeps_its_keys(widget):
    """JupyterLab's `d d` is bound to `:focus`, which the element itself fulfils: what stands around it is not asked."""
    text = str(widget._esm).replace("export default", "const exported =").replace("import.meta", "({})")
    with engine_with() as engine:
        assert engine.eval(FOCUS % text) == '{"data-lm-suppress-shortcuts":"true"}'
    assert re.search(r"innerHTML ?= ?[^;]+;keepKeys\(el\)", re.sub(r"\s*\n\s*", "", text)), "render() asks for it"


def test_styles_lose_what_means_nothing_and_keep_what_does():
    for name in ("widgets", "nudge", "train", "figures"):
        written = re.sub(r"/\*.*?\*/", "", (FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8"), flags=re.S)
        packed = assemble.own_style(name)
        one, other = (re.sub(r"\s|;(?=\s*\})", "", text) for text in (written, packed))
        assert one == other
        between = [len(re.findall(r"[^{};,:\s]\s+[^{};,\s]", text)) for text in (written, packed)]
        assert between[0] == between[1], "a space between the parts of a selector or a value is gone"


@pytest.mark.parametrize("name", ["nudge", "train", "figures"])
def test_every_colour_that_a_widget_names_is_there(name):
    style, scripts = assemble.style(name), "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("js/*.js"))
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    named = set(re.findall(r"var\(--([a-z]+(?:-tint)?)\)", style + scripts + code))
    assert named - set(re.findall(r"[{;]\s*--([a-z-]+):", style)) <= {"own", "shade", "black", "wide", "narrow"}
    assert {"ink", "red", "paper"} <= named


def test_both_widgets_together_stay_small():
    """As the site has them; its stylesheets are one."""
    scripts = [assemble.shared_script(), assemble.site_script(), train_program.site_script()]
    style = assemble.shared_style(on_site=True) + assemble.own_style("nudge") + assemble.own_style("train")
    sizes = [len(gzip.compress(text.encode(), 9)) for text in [*map(minified.script, scripts), style]]
    assert sum(sizes) <= 41_600, sizes
