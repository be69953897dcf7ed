// @ts-check
// model: parameters {name, l, j, k, spoken, place} of a state {W, b, x, y, weight, learning_rate}; get, put.

// A parameter is {name, l, j, k, spoken, place}: w^(l)_jk, or the bias b^(l)_j, whose k is 0.
const row = (state, { l, j, k }) => (k ? state.W[l - 1][j - 1] : state.b[l - 1]);
const get = (state, p) => row(state, p)[(p.k || p.j) - 1];
const put = (state, p, value) => { row(state, p)[(p.k || p.j) - 1] = value; };
