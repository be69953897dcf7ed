"""Write the colours' style sheet, palette.css, from the package's palette, before every other of ours."""

from pathlib import Path

from backprop.palette import site_css


def write_file(app):
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        (static / "palette.css").write_text(site_css(), encoding="utf-8")


def setup(app):
    app.add_css_file("palette.css")
    app.connect("builder-inited", write_file)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
