"""Scripts of the site, as small as they can be made: without comments and spaces, the names inside shortened.
A notebook's copy keeps its names: it is made on the reader's machine, by rjsmin alone.
"""

import minify


def script(text):
    """A classic script that does the same; raises minify.MinifyError where it is no JavaScript."""
    return minify.string("application/javascript", text)
