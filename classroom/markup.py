"""What students write and paste, made such that it does nothing where it is shown.

The marking page shows a student's text to the teacher, who is logged in there and may change every grade.
"""

import base64
import re

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")        # none that can hold a script, as SVG can

ELSEWHERE = ("http://", "https://", "mailto:", "#")            # where a link may lead
# where a picture may come from
SHOWN = (*ELSEWHERE, "attachment:", *(f"data:{mime};base64," for mime in PICTURES))
CODE = r"```.*?```|`[^`\n]*`"
FORMULA = r"(?<![\\$`])(?P<sign>\$\$?)(?![\s$])(?P<latex>.+?)(?<![\s\\])(?P=sign)(?!\d)"
# HTML, links
ACTIVE = re.compile(rf"{CODE}|{FORMULA}|(?P<tag><)(?=[A-Za-z/!?])|\](?P<link>[(:](?P<target>\s*<?[^\s)>]*))", re.DOTALL)


def rendered(text, pictures):
    """(whether a Markdown text could do something on that page or breaks it, the names of the pictures it shows)."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
    if tiresome(text):
        return False, set()                       # it is only shown as it was typed
    acts, shown = [], set()

    class Watch(IPythonRenderer):
        """The page's own renderer, so that what is a link here is one there, however it is written."""

        def link(self, text, url, title=None):
            acts.extend([url] if not url.casefold().startswith(ELSEWHERE) else [])
            return super().link(text, url, title)

        def image(self, text, url, title=None):
            acts.extend([url] if not url.casefold().startswith(SHOWN) else [])
            shown.add(url.removeprefix("attachment:"))
            return super().image(text, url, title)

        def block_html(self, html):
            acts.append(html)
            return ""

        inline_html = block_mermaidjs = block_html
    try:
        MarkdownWithMath(Watch(escape=False, attachments=pictures)).render(text)
    except Exception as error:                    # a picture that isn't there, or nested too deep
        acts.append(error)
    return bool(acts), shown


MOST_SIGNS, MOST_LINES, LONGEST, SHOWN_OF_IT = 1000, 2000, 50_000, 10_000
OF_ONE, OF_ALL = 20_000, 60_000          # characters shown of a cell of code, of all that the student has added
CUT = "\n… (cut here; the whole text is in the file that was handed in)"


def tiresome(text):
    """Whether a text may take the pages' renderer minutes: it looks for the end of each bracket, dollar … anew."""
    return (len(text) > LONGEST or text.count("\n") > MOST_LINES
            or any(text.count(sign) > MOST_SIGNS for sign in "[]()\\$`<>*_~!&|"))


def verbatim(text):
    """A text as it was typed, as a block of code; of one that would keep the renderer busy only the beginning."""
    if tiresome(text):
        text = text[:SHOWN_OF_IT] + (CUT if len(text) > SHOWN_OF_IT else "")
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 3)
    return f"{fence}\n{text}\n{fence}"


def shorten(notebook):
    """Cut code and the student's own cells of a judged notebook to what the pages can show in seconds."""
    room = OF_ALL
    for cell in notebook.cells:
        own = cell.metadata.get("added", False)
        most = min(OF_ONE, room) if own else OF_ONE
        if (own or cell.cell_type == "code") and len(cell.source) > most:
            text = cell.source[:most] + CUT
            cell.source = text if cell.cell_type == "code" else verbatim(text)
        room = max(0, room - len(cell.source)) if own else room


def harmless(text, pictures):
    """The same text where it does nothing; else without HTML and without links that lead to no web page."""
    if tiresome(text):
        return verbatim(text)
    if not rendered(text, pictures)[0]:
        return text

    def inert(found):
        if found["tag"]:
            return "&lt;"
        target = (found["target"] or "").lstrip(" <\n")
        attached = target.startswith("attachment:")
        known = target.removeprefix("attachment:") in pictures if attached else target.casefold().startswith(SHOWN)
        return found[0] if known or not found["link"] else "]\\" + found["link"]
    quiet = ACTIVE.sub(inert, text)
    return quiet if not rendered(quiet, pictures)[0] else verbatim(text)


def pictures_in(attachments):
    """The pictures pasted into a text cell, {name: {type: content}}, and a line for each thing there that is none."""
    kept, lost = {}, []
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        for mime in PICTURES:
            content = data.get(mime) if isinstance(data, dict) else None
            try:
                content = "".join("".join(content).split())
                if base64.b64decode(content, validate=True):
                    kept[name] = {mime: content}
                    break
            except (ValueError, TypeError):
                pass
        else:
            lost.append(f"{name[:100]!r} was pasted in, and left out: only PNG, JPEG, GIF and WebP pictures are shown")
    return kept, lost
