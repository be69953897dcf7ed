"""The files of js/ as they are put together and made small."""

import pytest

from backprop.widgets.assemble import FIGURES, FOLDER, NUDGE, classic, module, source


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


@pytest.mark.parametrize("name", sorted({*NUDGE, *FIGURES}))
def test_no_template_stands_inside_another(name):
    assert nested_templates((FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8")) == []


def test_a_module_exports_and_a_script_mounts():
    assert module(source()).rstrip().endswith("export default{render};")
    assert classic(source()).startswith("(()=>{") and "export" not in classic(source())
    assert "// @ts-check" not in module(source())
