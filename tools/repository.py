"""Where the book's repository is, from the one place that says so: `repository:` in _config.yml.

All that depends on it is made here: the addresses at which a page is edited and a mistake reported, those at which
Binder, Colab and a JupyterHub open its notebook, and the site's own address where nothing else names it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import yaml

TOP = Path(__file__).resolve().parents[1]
NOTEBOOKS = "notebooks"        # the branch that tools.publish fills: the notebooks and the package, nothing else

# What differs between the hosts that have it. (An issue's form is .github/ISSUE_TEMPLATE/mistake.yml.)
EDIT = {"github": "{url}/edit/{branch}/{file}", "gitlab": "{url}/-/edit/{branch}/{file}"}
ISSUE = {"github": ("{url}/issues/new", {"template": "mistake.yml", "where": "{page}"}),
         "gitlab": ("{url}/-/issues/new", {"issue[title]": "{page}: "})}
TRACKER = "the issue tracker of the repository you have this book from"       # in the text and in extra_footer
BINDER = {"github": "gh/{owner}/{name}", "gitlab": "gl/{owner}%2F{name}"}


@dataclass(frozen=True)
class Repository:
    """url: "https://host/owner/name"; host: "github", "gitlab" or "", which has no links of its own kind."""

    url: str
    branch: str = "main"

    @property
    def host(self):
        where = urlsplit(self.url).hostname or ""
        return next((name for name in ("github", "gitlab") if name in where.split(".")), "")

    @property
    def owner(self):
        return self.url.split("/")[-2]

    @property
    def name(self):
        return self.url.split("/")[-1]

    def edit(self, file):
        """The address at which a file of the repository is edited, or None."""
        return self._filled(EDIT[self.host], file=quote(file)) if self.host else None

    def issue(self, page):
        """The address at which a mistake on this page, or on none in particular (""), is reported, or None."""
        if not self.host:
            return None
        address, fields = ISSUE[self.host]
        said = {key: text.format(page=page) for key, text in fields.items() if page or "{page}" not in text}
        return f"{self._filled(address)}?{urlencode(said)}".rstrip("?")

    def binder(self, service, notebook):
        """Binder makes `notebooks/` itself, from the main branch (.binder/postBuild)."""
        place = self._filled(BINDER[self.host]) if self.host else f"git/{quote(self.url, safe='')}"
        return f"{service}/v2/{place}/{self.branch}?urlpath={quote(f'lab/tree/notebooks/{notebook}')}"

    def colab(self, service, notebook):
        """Colab opens what lies in a branch on GitHub, and nothing else."""
        if self.host != "github":
            return None
        return f"{service}/github/{self.owner}/{self.name}/blob/{NOTEBOOKS}/{quote(notebook)}"

    def jupyterhub(self, service, notebook):
        """A JupyterHub with nbgitpuller fetches the branch of the notebooks."""
        return f"{service}/hub/user-redirect/git-pull?" + urlencode(
            {"repo": self.url, "branch": NOTEBOOKS, "urlpath": f"lab/tree/{self.name}/{notebook}"}, safe="/")

    def pages(self):
        """Where GitHub Pages shows the site, or "" with another host."""
        if self.host != "github":
            return ""
        own = f"{self.owner.lower()}.github.io"
        return f"https://{own}/" if self.name.lower() == own else f"https://{own}/{self.name}/"

    def _filled(self, form, **more):
        return form.format(url=self.url, branch=self.branch, owner=self.owner, name=self.name, **more)


@cache
def settings():
    """_config.yml, read."""
    return yaml.safe_load((TOP / "_config.yml").read_text(encoding="utf-8"))


def repository():
    """The book's repository, or None where _config.yml names none. ValueError if what it names is no address."""
    told = settings().get("repository") or {}
    url = (told.get("url") or "").rstrip("/").removesuffix(".git")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or len([part for part in parts.path.split("/") if part]) < 2:
        raise ValueError(f"repository: url: in _config.yml is {url!r}, expected https://host/owner/name")
    return Repository(url, told.get("branch") or "main")


def with_tracker(text, link="[{}]({})".format):
    """The text, in which `TRACKER` leads to the issues where the repository is known: link makes it of words and
    an address."""
    repo = repository()
    if not repo:
        return text
    here = link("the issue tracker", repo.issue("")) if repo.host else link("the book’s repository", repo.url)
    return text.replace(TRACKER, here)


def services():
    """The services that open notebooks, name -> address, of `launch_buttons:` in _config.yml."""
    told = settings().get("launch_buttons") or {}
    known = {"Binder": "binderhub_url", "Colab": "colab_url", "JupyterHub": "jupyterhub_url"}
    return {name: told[key].rstrip("/") for name, key in known.items() if told.get(key)}


def site_address():
    """Where the site is on the web, "https://…/", or "": html.baseurl, else what the repository's host gives it."""
    if base := (settings().get("html") or {}).get("baseurl"):
        return f"{base.rstrip('/')}/"
    return repo.pages() if (repo := repository()) else ""
