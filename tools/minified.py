"""Scripts and styles of the site, as small as they can be made: without comments and spaces, the names inside
scripts shortened. A notebook's copy keeps its names: it is made on the reader's machine, by rjsmin alone.
"""

import minify


def script(text):
    """A classic script that does the same; raises minify.MinifyError where it is no JavaScript."""
    return minify.string("application/javascript", text)


def style(text):
    """A stylesheet that looks the same; raises minify.MinifyError where it is no CSS."""
    return minify.string("text/css", text)
