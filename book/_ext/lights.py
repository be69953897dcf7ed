"""Formulas in the network's colours, and each pointing at its edge or neuron: _static/lights.js, on every page."""


def setup(app):
    app.add_js_file("lights.js", loading_method="defer", priority=800)       # when the networks are there
    app.add_css_file("lights.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
