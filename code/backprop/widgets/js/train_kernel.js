// Train in a notebook, where the model's traits are the state. render({model, el}).

function render({ model, el }) {
  const page = model.get("_page");
  el.innerHTML = page.drawing;
  keepKeys(el);
  if (page.digits && !globalThis.backpropDigits) globalThis.backpropDigits = page.digits;
  const root = el.querySelector(".train-drawing");
  let sent = null, due = null;
  const save = () => {
    clearTimeout(due);
    due = setTimeout(() => {
      const { state, view } = app, parameters = { ...lists(state.net, state.theta), activation: state.net.activation };
      sent = JSON.stringify(parameters);
      model.set({ _parameters: parameters, weight: state.weight, value: view.value, learning_rate: state.learning_rate, batch_size: state.batch_size, seed: state.seed, step: state.step, epoch: state.epoch });
      model.save_changes();
    }, 100);
  };
  const start = { ...page.start, ...model.get("_parameters"), weight: model.get("weight"), learning_rate: model.get("learning_rate"), batch_size: model.get("batch_size"), seed: model.get("seed") };
  const { W, b, activation } = model.get("_parameters");               // of the network as it is now
  const net = { ...page.config.net, sizes: [W[0][0].length, ...W.map((rows) => rows.length)], bias: b.map(Boolean), activation };
  const app = lab(root, { ...page.config, net }, dataOf(page.config, page.data), start, { save });
  const leave = follow(model, ["weight", "value", "learning_rate", "batch_size", "seed", "_parameters"], () => {
    const { state } = app, parameters = model.get("_parameters"), text = JSON.stringify(parameters);
    if (model.get("weight") !== state.weight) app.dispatch({ type: "weight", name: model.get("weight") }, false);
    if (text !== sent && !same([parameters.W, parameters.b], Object.values(lists(state.net, state.theta)))) app.dispatch({ type: "parameters", ...parameters }, false);
    for (const name of ["learning_rate", "batch_size", "seed"]) if (model.get(name) !== app.state[name]) app.dispatch({ type: name, value: model.get(name) }, false);
  });
  const commands = (message) => { if (message.act) app.dispatch({ type: message.act, ...message.options }); };
  model.on("msg:custom", commands);
  return () => { app.stop(); clearTimeout(due); model.off("msg:custom", commands); leave(); };
}
