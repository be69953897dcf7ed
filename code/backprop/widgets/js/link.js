// @ts-check
// link: the state that an address carries, and what is wrong with it. readLink(text, {config, state, byName}).

const LINKED = ["W", "b", "learning_rate", "start", "weight", "x", "y"];

// The state that a link carries; throws an Error that says in words what is wrong with it.
function readLink(text, { config, state, byName }) {
  const shape = (v) => (Array.isArray(v) ? v.map(shape) : usable(v) ? 0 : v && "wrong");
  let s = null, fits = false;
  try {
    if (text.length < 100000) s = JSON.parse(decodeURIComponent(text));
    fits = same([shape(s.start), shape(s.learning_rate)], [0, 0]) && ["W", "b", "x", "y"].every((key) => same(shape(s[key]), shape(state[key])));
  } catch { }
  const wrong = !s ? "it is too long or no JSON" : !same(Object.keys(s).sort(), LINKED) ? `it must hold exactly ${LINKED.join(", ")}`
    : !fits ? `it must hold finite numbers in the sizes of this network, ${config.sizes.join("-")}` : !byName.has(s.weight) ? "it names no weight of this network"
      : s.learning_rate < 0 ? "its learning rate is negative" : targetProblem(config, s.y);
  if (wrong) throw new Error(`This link can't be used: ${wrong}. Nothing was changed.`);
  return s;
}
