// @ts-check
// nudge_page: Nudge on a page of the book. mountAll().

// Every <div class="nudge-place"> holds the drawing and a script of JSON.
function mountAll() {
  const places = all(document, ".nudge-place"), apps = [];
  const attempt = (place, act) => () => {
    try { act(); } catch (error) { place.append(`The widget could not start: ${error.message}`); }
  };
  const mount = (place, i) => {
    let app;
    return [attempt(place, () => {
      unfold(place);
      const { config, state } = JSON.parse(place.querySelector("script").textContent);
      app = new Nudge(place.querySelector(".nudge-drawing"), config, state, { link: `nudge-${i + 1}`, save() { } });
    }), attempt(place, () => { if (app) apps.push(app.start()); })];
  };
  const open = () => {
    const [, name, text] = /^#(nudge[^=]*)=(.*)$/s.exec(location.hash) || [];
    const app = apps.find((app) => app.host.link === name);
    if (app) app.openLink(text);
    else if (name && !(name.slice(6) <= places.length)) apps[0]?.warn("This link can't be used: it names no widget of this page. Nothing was changed.");
  };
  const acts = places.map((place, i) => {
    const fresh = !place.dataset.mounted;  // in an exported notebook every widget brings this script
    place.dataset.mounted = "true";
    return fresh ? mount(place, i) : [];
  });
  const stick = () => { for (const app of apps) belowBar(app.find(".track")); };
  inTurn([...acts.flat(), open, stick]);
  addEventListener("hashchange", open);
}
