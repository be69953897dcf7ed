// @ts-check
// derive: every number that is shown, by name, from a state and what the printed equations make of it.
// quantitiesAt(app, value), worthOf(app, name), productOf(app, names).

// All quantities if the chosen weight were `value`.
function quantitiesAt(app, value, network = app.network) {
  const { state, chosen } = app, now = get(state, chosen);
  put(state, chosen, value);
  const q = network(state.W, state.b, state.x, state.y);
  put(state, chosen, now);
  return q;
}

const productOf = (app, names) => names.reduce((sofar, name) => sofar * worthOf(app, name), 1);

// The value of anything displayed. In the chain, w is the chosen weight, z and a belong to the
// neuron it feeds, ∂ is taken where the nudge began; where a ratio is 0/0 its derivative stands in.
function worthOf(app, name, q = app.q) {
  if (name in q) return q[name];
  const { state, base, start, value, chosen: { l, j, k } } = app, p = app.byName.get(name), at = `${l}_${j}`;
  if (p) return p.name === state.weight && q === base ? start : get(state, p);
  if (/^[xy]_/.test(name)) return state[name[0]][name.slice(2) - 1];
  if (name.endsWith(")")) return app.second[name.split(" (")[0].replace("/dw", `/d${state.weight}`)];
  const [top, bottom] = name.split("/");
  switch (name) {
    case "η": return state.learning_rate;
    case "w": return value;
    case "dC/dw": return app.gradient;
    case "∂z/∂w": return k ? worthOf(app, l > 1 ? `a${l - 1}_${k}` : `x_${k}`, base) : 1;
    case "∂a/∂z": return base[`da/dz${at}`];
    case "∂C/∂a": return base[`dC/da${at}`];
    case "∂C/∂z": return base[`delta${at}`];
    case "predicted": return base[`dC/d${state.weight}`] * (value - start);
    case "product": return productOf(app, app.skip ? ["Δz/Δw", "ΔC/Δz"] : ["Δz/Δw", "Δa/Δz", "ΔC/Δa"]);
  }
  if (bottom) {
    const ratio = worthOf(app, top) / worthOf(app, bottom);
    return isFinite(ratio) ? ratio : worthOf(app, name.replace(/Δ/g, "∂"));
  }
  const of = { w: state.weight, C: "C" }[name[1]] || name[1] + at, now = worthOf(app, of), change = now - worthOf(app, of, base);
  return Math.abs(change) < 1e-13 * Math.abs(now) ? 0 : change;  // rounding is no change
}
