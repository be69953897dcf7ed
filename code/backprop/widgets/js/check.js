// @ts-check
// check: what comes in. number(text), targetProblem(network, y), same(a, b).

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Why y can't be a target of this network, or "".
function targetProblem({ cost, compare, activation }, y) {
  if (cost !== "cross_entropy" && compare !== "cross_entropy") return "";
  if (y.some((v) => v < 0 || v > 1)) return "a target of cross-entropy lies between 0 and 1";
  const off = Math.abs(y.reduce((sum, v) => sum + v, 0) - 1) > 1e-6;
  return off && activation.at(-1) === "softmax" ? "the targets of softmax sum to 1" : "";
}

// What was typed, as a number: a decimal comma and a long minus are understood; NaN is none.
const number = (text) => (text.trim() === "" ? NaN : Number(text.replace(",", ".").replace("−", "-")));
