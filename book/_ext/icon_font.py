"""Makes the theme's icon font as small as the icons that the site shows."""

import re
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

from fontTools import subset

from kept import kept


def shrink(app, error):
    """Keep of the icon font the icons that occur: a few kilobytes of 156."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    font = site / "_static" / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    css = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    css += (site / "_static" / "styles" / "sphinx-book-theme.css").read_text(encoding="utf-8")
    # Both expressions begin with a sign to look for: with \b or "anything but", they would try every place of a text.
    names = {name for page in site.rglob("*.html")
             for name in re.findall(r"fa-([a-z-]+)", page.read_text(encoding="utf-8"))}
    # Icons that the theme's scripts put in when something is copied or searched.
    names |= {"check", "xmark", "spinner", "chevron-down", "chevron-up", "circle-xmark"}
    icons = {chr(int(code, 16)) for selectors, code in re.findall(r'[{}]([^{}]+)\{content:"\\([0-9a-f]+)"', css)
             if names & set(re.findall(r"\.fa-([a-z-]+)", selectors))}
    icons |= set(re.findall("[\ue000-\uf8ff]", css))
    icons |= {chr(int(code, 16)) for code in re.findall(r'--pst-icon[a-z-]*:"\\([0-9a-f]+)"', css)}
    code = Path(__file__).read_text(encoding="utf-8")
    whole = b64encode(font.read_bytes()).decode()
    font.write_bytes(b64decode(kept(app, "icons", [code, whole, *sorted(icons)], lambda: with_only(icons, font))))


def with_only(icons, font):
    """The font file with these signs alone, in base64."""
    options = subset.Options(flavor="woff2", hinting=False)
    loaded, small = subset.load_font(str(font), options), BytesIO()
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(icons))
    subsetter.subset(loaded)
    subset.save_font(loaded, small, options)
    return b64encode(small.getvalue()).decode()


def setup(app):
    app.connect("build-finished", shrink)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
