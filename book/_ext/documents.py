"""All pages as they were read, for what looks through the whole book: unpickled once a build."""

from functools import lru_cache


@lru_cache(maxsize=1)
def documents(env):
    """page -> its doctree, to be looked at and not to be changed; once all pages are read."""
    return {page: env.get_doctree(page) for page in sorted(env.found_docs)}
