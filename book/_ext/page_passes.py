"""What is changed in a page's HTML as it is written: for the pages alone that are written anew, and on all cores.

A pass is a function of (html, app, page) that returns the HTML as it should be. Those with a lower priority come first.
What needs all pages at once waits for `build-finished` instead.
"""


def add(app, change, priority=500):
    if not hasattr(app, "page_passes"):
        app.page_passes = []
        app.connect("builder-inited", start)
    app.page_passes.append((priority, change))


def start(app):
    """From now on every page that a template gives goes through the passes."""
    if app.builder.format != "html":
        return
    changes = [change for _, change in sorted(app.page_passes, key=lambda one: one[0])]
    templates = app.builder.templates
    render = templates.render

    def changed(template, context):
        html = render(template, context)
        for change in changes if "pagename" in context else ():
            html = change(html, app, context["pagename"])
        return html

    templates.render = changed
