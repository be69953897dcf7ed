"""For paper: what each lab of a page shows when it has come alive, as a picture with a caption.

Without its script a lab is a cloud of points. So the browser opens the page as a reader does and takes the picture of
the opening state: the plane, the network, the digit; of a lab without these, its first curve. What is there to be
pressed is left out.
"""

from base64 import b64encode

from bs4 import BeautifulSoup

IDLE = "It comes alive with JavaScript."
PICTURE = """
.train-drawing :is(button, select, input, label, .bar, .transport, .readout, .dials, .ask, .keys, .plane > .aside),
.train-drawing.pictured .pane:not(.plane, .network, .pad), body > :not(:has(.train-place)), header, .bd-header-article
  { display: none !important; }
.train-drawing.pictured:has(.plane):has(.network) .pane { grid-column: span 3 !important; }
.train-drawing.pictured:not(:has(.network)) .plane { margin-inline: 15%; }
"""
HAS_PICTURE = """lab => {
  const drawing = lab.querySelector(".train-drawing");
  drawing.classList.toggle("pictured", !!drawing.querySelector(".plane, .network, .pad"));
}"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))"


def pictures(chromium, address):
    """The labs of the page at this address, in their order, as PNG files."""
    page = chromium.new_page(viewport={"width": 800, "height": 1000}, device_scale_factor=2, color_scheme="light")
    page.goto(address, wait_until="load")
    shown = []
    for lab in page.locator(".train-place").all():
        lab.scroll_into_view_if_needed()
        lab.locator(".still").wait_for(state="detached")
        lab.evaluate(HAS_PICTURE)
    page.add_style_tag(content=PICTURE)
    for lab in page.locator(".train-place").all():
        lab.scroll_into_view_if_needed()
        page.evaluate(DRAWN)
        shown.append(lab.locator(".panes").screenshot(animations="disabled"))
    page.close()
    return shown


def on_paper(chromium, address, article, where):
    """Put the picture of each lab, and what it is, in the lab's place; where: where the live one is found."""
    places = article.select(".train-place")
    for place, png in zip(places, pictures(chromium, address) if places else [], strict=True):
        what = place.select_one(".on-paper").get_text(" ", strip=True).removesuffix(IDLE).strip()
        figure = BeautifulSoup('<figure class="lab"><img><figcaption></figcaption></figure>', "html.parser").figure
        figure.img["src"] = f"data:image/png;base64,{b64encode(png).decode()}"
        figure.img["alt"] = what
        figure.figcaption.string = f"{what} This is how it opens; {where} it is alive."
        place.replace_with(figure)
