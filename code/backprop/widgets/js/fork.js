// @ts-check
// fork: nudge an activation; every weighted input behind it follows, and the cost, together and one path at a time.
// config: {equations, W, b, a, y, j, n, scale, enlarged}, the network behind the activation, whose inputs are the
// activations a; how long a change of 1 is drawn, and how many times as long one of the cost.

function fork(root, { equations, W, b, a, y, j, n, scale, enlarged }) {
  const network = new Function(`${equations}; return network;`)(), base = network(W, b, a, y), range = root.querySelector("[type=range]");
  const signed = (value) => FORMATS.signed(value);
  function draw() {
    const d = Number(range.value), rows = [d], moved = network(W, b, a.map((v, k) => (k === j - 1 ? v + d : v)), y);
    for (let i = 1; i <= n; i++) rows.push(moved[`z1_${i}`] - base[`z1_${i}`]);
    rows.push(moved.C - base.C);
    for (let i = 0; i < n; i++) {  // a bias lets one weighted input move alone
      const only = [b[0].map((v, k) => (k === i ? v + W[0][i][j - 1] * d : v)), ...b.slice(1)];
      rows.push(network(W, only, a, y).C - base.C);
    }
    const sum = rows.slice(n + 2).reduce((s, v) => s + v, 0);
    set(root, { "data-fork": JSON.stringify({ rows, sum }) });
    const far = (i) => (i > n ? scale * enlarged : scale), begins = (i) => rows.slice(n + 2, i).reduce((s, v) => s + v, 0);  // a path begins where the one before ends
    for (const el of all(root, "[data-row]")) {
      const i = Number(el.dataset.row), from = i > n + 1 ? begins(i) : 0, at = (v) => (far(i) * v).toFixed(1);
      set(el.querySelector(".change"), { d: `M${at(from)} 10H${at(from + rows[i])}` });
    }
    for (const el of all(root, "[data-worth]")) el.textContent = signed(el.dataset.worth === "sum" ? sum : rows[el.dataset.worth]);
    set(range, { "aria-valuetext": `change ${signed(d)}, cost ${signed(rows[n + 1])}` });
  }
  range.addEventListener("input", draw);
  slide(range);
  draw();
}
