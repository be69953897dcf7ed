// @ts-check
// model: parameters {name, l, j, k, spoken, place} of a state {W, b, x, y, weight, learning_rate}; get, put, targetProblem.

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// A parameter is {name, l, j, k, spoken, place}: w^(l)_jk, or the bias b^(l)_j, whose k is 0.
const row = (state, { l, j, k }) => (k ? state.W[l - 1][j - 1] : state.b[l - 1]);
const get = (state, p) => row(state, p)[(p.k || p.j) - 1];
const put = (state, p, value) => { row(state, p)[(p.k || p.j) - 1] = value; };

// Why y can't be a target of this network, or "".
function targetProblem({ cost, compare, activation }, y) {
  if (cost !== "cross_entropy" && compare !== "cross_entropy") return "";
  if (y.some((v) => v < 0 || v > 1)) return "a target of cross-entropy lies between 0 and 1";
  const off = Math.abs(y.reduce((sum, v) => sum + v, 0) - 1) > 1e-6;
  return off && activation.at(-1) === "softmax" ? "the targets of softmax sum to 1" : "";
}

// What was typed, as a number: a decimal comma and a long minus are understood; NaN is none.
const number = (text) => (text.trim() === "" ? NaN : Number(text.replace(",", ".").replace("−", "-")));
