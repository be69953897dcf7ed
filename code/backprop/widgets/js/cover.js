// @ts-check
// cover: the face of the first page. It says when the answer is right and shades the pixels. Returns {draw()} or null.

function cover(app) {
  const { root } = app, pixels = all(root, "[data-pixel]");
  if (!root.matches(".cover")) return null;
  return { draw() {
    const { q, state, config } = app, off = Math.abs(q[config.output] - state.y[0]);
    set(root, { "data-right": off < 0.02, "data-other": app.state.weight !== app.first.weight });
    for (const el of pixels) {
      const x = state.x[el.dataset.pixel];
      set(el, { "data-dark": x > 0, style: `--shade:${Math.round(50 + 50 * clamp(x, [-1, 1]))}%` });
    }
  } };
}
