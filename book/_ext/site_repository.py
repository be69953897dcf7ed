"""Where _config.yml names the repository: links to it, to a page's source and to its issues, and, on pages that are
notebooks, buttons that open them in Binder, Colab and a JupyterHub. Without it there is none of these.

The theme's own buttons would open a page's source, which isn't what its reader knows: ours open the notebook."""

import html
from pathlib import Path

from tools import pages
from tools.repository import TRACKER, repository, services, site_address, with_tracker

LOGOS = {"Binder": "logo_binder.svg", "Colab": "logo_colab.png", "JupyterHub": "logo_jupyterhub.svg"}


def take_over(app, config):
    """The theme's own buttons are left out; an address that follows from the repository's is known to all."""
    options = config.html_theme_options
    for name in ("launch_buttons", "repository_url", "repository_branch"):
        options.pop(name, None)
    if address := site_address():
        config.html_baseurl = config.html_baseurl or address
    config.book_tracker = with_tracker(TRACKER)
    if footer := options.get("extra_footer"):
        options["extra_footer"] = with_tracker(
            footer, lambda words, address: f'<a href="{html.escape(address)}">{words}</a>')


def name_tracker(app, page, source):
    source[0] = with_tracker(source[0])


def source_file(srcdir, page):
    """The file that an author changes to change this page: of an assignment, not the notebook made from it."""
    if page.startswith("book/assignments/"):
        return f"classroom/author/{Path(page).name}.md"
    return f"{page}.md" if (Path(srcdir) / f"{page}.md").is_file() else None


def source_links(repo, srcdir, page):
    """[(text, address, icon), …]"""
    links = [("Repository", repo.url, "fas fa-code-branch")]
    file = source_file(srcdir, page)
    if file and (edit := repo.edit(file)):
        links.append(("Suggest an edit", edit, "fas fa-pencil"))
    if issue := repo.issue(page):
        links.append(("Report a mistake", issue, "fas fa-lightbulb"))
    return links


def launch_links(repo, srcdir, page):
    source = pages.source_of(srcdir, page)
    if not source:
        return []
    place = Path(pages.place_of(source)).relative_to("notebooks").as_posix()
    made = [(name, getattr(repo, name.lower())(service, place)) for name, service in services().items()]
    return [(name, address, f"_static/images/{LOGOS[name]}") for name, address in made if address]


def add_buttons(app, pagename, templatename, context, doctree):
    repo, groups = repository(), []
    if not repo or "header_buttons" not in context:
        return
    for label, tooltip, icon, links in (
            ("launch-buttons", "Run this page elsewhere", "fas fa-rocket", launch_links(repo, app.srcdir, pagename)),
            ("source-buttons", "Source and issues", "fas fa-code-branch", source_links(repo, app.srcdir, pagename))):
        if links:
            groups.append({"type": "group", "tooltip": tooltip, "icon": icon, "label": label, "buttons": [
                {"type": "link", "text": text, "url": html.escape(address), "icon": own}
                for text, address, own in links]})
    context["header_buttons"][:0] = groups


def setup(app):
    app.add_config_value("book_tracker", "", "env")         # all pages are read again when it changes
    app.connect("config-inited", take_over, priority=100)
    app.connect("source-read", name_tracker)
    app.connect("html-page-context", add_buttons, priority=901)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
