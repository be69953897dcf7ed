"""How the list of equations grows with the network, beside differentiating the cost for every parameter.

Run: python code/benchmarks/derive_growth.py. Both sides are timed in the same run: read the ratios.
Naive: the cost written out in all parameters, then sympy.diff for each of them; left out where it
would take minutes.
"""

import time

import sympy

from backprop.network_structure import n_parameters
from backprop.symbolic import Quantity, derive


def seconds(function):
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def naive(sizes):
    equations = derive(sizes)
    cost = equations.unrolled("C")
    return [sympy.diff(cost, Quantity(name[4:])) for name in equations if name.startswith(("dC/dw", "dC/db"))]


def operations(expressions):
    return sum(sympy.count_ops(expression) for expression in expressions)


if __name__ == "__main__":
    derive([4, 2, 2, 1])                                                      # warm SymPy's caches up
    print(f"{'network':>14} {'parameters':>10} {'derive s':>9} {'ops':>8} {'naive s':>9} {'ops':>9} "
          f"{'ratio of ops':>12}")
    for sizes in ([2, 3, 1], [4, 2, 2, 1], [3, 4, 4, 1], [4, 6, 6, 4], [16, 16, 10], [64, 30, 10]):
        time_list, equations = seconds(lambda sizes=sizes: derive(sizes))
        ops = operations(equation.rhs for equation in equations.values())
        row = f"{'-'.join(map(str, sizes)):>14} {n_parameters(sizes):>10} {time_list:>9.3f} {ops:>8}"
        if n_parameters(sizes) < 120:
            time_naive, derivatives = seconds(lambda sizes=sizes: naive(sizes))
            ops_naive = operations(derivatives)
            print(row, f"{time_naive:>9.3f} {ops_naive:>9} {ops_naive / ops:>12.1f}")
        else:
            print(row, f"{'-':>9} {'-':>9} {'-':>12}")
