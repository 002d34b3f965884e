"""Runnable companion to "Automatic Differentiation in Machine Learning: a Survey" (JMLR 2018).

1. Forward mode with dual numbers, reverse mode with a tape, traced at (2, 5) (Tables 2 and 3).
2. Arithmetic of both modes and of difference quotients for n inputs (Sec. 3.2, after Fig. 5).
3. Error of difference quotients against the step (Sec. 2.1, after Fig. 3).
4. Expression swell of the logistic map, as a tree and with sharing (Sec. 2.2, after Table 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Value, partial derivative for each argument, and operations per argument to multiply by it.
PRIMITIVES: dict[str, tuple[Callable, Callable, tuple[int, ...]]] = {
    "add": (lambda a, b: a + b, lambda a, b: (1.0, 1.0), (0, 0)),
    "sub": (lambda a, b: a - b, lambda a, b: (1.0, -1.0), (0, 0)),
    "mul": (lambda a, b: a * b, lambda a, b: (b, a), (1, 1)),
    "div": (lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2), (1, 1)),
    "ln": (math.log, lambda a: (1 / a,), (1,)),
    "sin": (math.sin, lambda a: (math.cos(a),), (2,)),
}


class Tape:
    """An evaluation trace (Wengert list): one row (arguments, partials) for every variable."""

    def __init__(self, x: Sequence[float], direction: Sequence[float]) -> None:
        self.rows: list[tuple[tuple[int, ...], tuple[float, ...]]] = []
        self.variables: list[Dual] = []
        self.primal = self.tangent = self.adjoint = 0  # operations of the three kinds
        self.inputs = [Dual(self, v, dv, (), ()) for v, dv in zip(x, direction, strict=True)]

    # --8<-- [start:forward]
    def apply(self, op: str, *args: Dual | float) -> Dual:
        """One elementary operation: value and tangent in lockstep, and a row for the way back."""
        value, partials, costs = PRIMITIVES[op]
        numbers = [a.value if isinstance(a, Dual) else a for a in args]
        slots = [k for k, a in enumerate(args) if isinstance(a, Dual)]  # the others are constants
        d = [partials(*numbers)[k] for k in slots]
        dv = sum(p * args[k].tangent for p, k in zip(d, slots, strict=True))
        self.count(costs, slots, lone_divisor=op == "div" and slots == [1])
        return Dual(self, value(*numbers), dv, tuple(args[k].index for k in slots), tuple(d))

    # --8<-- [end:forward]
    def count(self, costs: tuple[int, ...], slots: list[int], lone_divisor: bool) -> None:
        work = sum(costs[k] for k in slots) + lone_divisor
        self.primal += 1
        self.tangent += work + len(slots) - 1  # products, then their sum
        self.adjoint += work + len(slots)  # products, each added to an adjoint

    # --8<-- [start:reverse]
    def reverse(self, output: Dual) -> list[float]:
        """Adjoints d output / d v of every variable on the tape, last row first (Sec. 3.2)."""
        bar = [0.0] * len(self.rows)
        bar[output.index] = 1.0
        for i in range(output.index, -1, -1):
            for j, partial in zip(*self.rows[i], strict=True):
                bar[j] += bar[i] * partial
        return bar

    # --8<-- [end:reverse]


def _method(op: str, swap: bool = False) -> Callable:
    return lambda self, other: self.tape.apply(op, *((other, self) if swap else (self, other)))


class Dual:
    """A variable of a trace, v + v_dot epsilon with epsilon squared zero (Sec. 3.1.1)."""

    def __init__(self, tape: Tape, value: float, tangent: float, args: tuple, d: tuple) -> None:
        self.tape, self.value, self.tangent, self.index = tape, value, tangent, len(tape.rows)
        tape.rows.append((args, d))
        tape.variables.append(self)

    __add__ = __radd__ = _method("add")
    __mul__ = __rmul__ = _method("mul")
    __sub__, __rsub__ = _method("sub"), _method("sub", swap=True)
    __truediv__ = _method("div")

    def __gt__(self, other) -> bool:  # a comparison sees the value and leaves no row
        return self.value > other


def _function(op: str) -> Callable:
    return lambda x: x.tape.apply(op, x) if isinstance(x, Dual) else PRIMITIVES[op][0](x)


ln, sin = _function("ln"), _function("sin")


def jvp(f: Callable, x: Sequence[float], r: Sequence[float]) -> list[float]:
    """J r (m,), the column combination, by one forward pass; f: n numbers -> list of m."""
    return [y.tangent for y in f(*Tape(x, r).inputs)]


def vjp(f: Callable, x: Sequence[float], r: Sequence[float]) -> list[float]:
    """J^T r (n,), the row combination, by one forward and one reverse pass."""
    tape = Tape(x, [0.0] * len(x))
    weighted = [y * w for y, w in zip(f(*tape.inputs), r, strict=True)]
    return tape.reverse(sum(weighted[1:], weighted[0]))[: len(x)]


def gradient(f: Callable, x: Sequence[float]) -> list[float]:
    """Gradient (n,) of a scalar function."""
    return vjp(lambda *v: [f(*v)], x, [1.0])


def example(x1, x2):
    """Sec. 3: y = ln(x1) + x1 x2 - sin(x2); traced as v1 + v2 - v3 in the order of Table 2."""
    v1, v2, v3 = ln(x1), x1 * x2, sin(x2)
    return v1 + v2 - v3


@lru_cache(maxsize=1)
def traces() -> dict[str, list[float]]:
    """Values, both tangent columns and adjoints of v_-1 ... v_5 at (2, 5) (Tables 2 and 3)."""
    first, second = Tape((2.0, 5.0), (1.0, 0.0)), Tape((2.0, 5.0), (0.0, 1.0))
    y, _ = example(*first.inputs), example(*second.inputs)
    return {
        "v": [v.value for v in first.variables],
        "x1": [v.tangent for v in first.variables],
        "x2": [v.tangent for v in second.variables],
        "bar": first.reverse(y),
    }


# --8<-- [start:branch]
def root(a, tolerance: float = 1e-12):
    """Square root by Newton's iteration: how often the loop runs depends on the number."""
    v = a + 1.0
    while v * v - a > tolerance:
        v = (v + a / v) / 2.0
    return v


def relu(x):
    return x if x > 0 else 0.0 * x


def identity(x):
    """Equal to x everywhere, written with two branches that meet at zero."""
    return relu(x) - relu(0.0 - x)


# --8<-- [end:branch]


@lru_cache(maxsize=16)
def helmholtz_tape(n: int) -> Tape:
    """Helmholtz free energy of n species (Fig. 5, RT = 1; form of the DiffSharp documentation)."""
    rng = np.random.default_rng(0)
    b, a, x0 = (0.1 * rng.random(size) for size in (n, (n, n), n))
    tape = Tape(x0.tolist(), [1.0] + [0.0] * (n - 1))
    x, b, a = tape.inputs, b.tolist(), a.tolist()
    bx = sum((b[i] * x[i] for i in range(1, n)), b[0] * x[0])
    free = 1 - bx
    mixing = sum((v * ln(v / free) for v in x[1:]), x[0] * ln(x[0] / free))
    ax = [sum((a[i][j] * x[j] for j in range(1, n)), a[i][0] * x[0]) for i in range(n)]
    xax = sum((x[i] * ax[i] for i in range(1, n)), x[0] * ax[0])
    root2 = math.sqrt(2)
    mixing - xax / (math.sqrt(8) * bx) * ln((1 + (1 + root2) * bx) / (1 + (1 - root2) * bx))
    return tape


def gradient_costs(n: int) -> tuple[float, float, float]:
    """Operations for the n-vector gradient over those for f: differences, forward, reverse."""
    tape = helmholtz_tape(n)
    return (n + 1.0, n * (1 + tape.tangent / tape.primal), 1 + tape.adjoint / tape.primal)


def logistic(x, n: int = 4):
    """l_n with l_1 = x, l_(k+1) = 4 l_k (1 - l_k) (Table 1); floats, Fractions or Duals."""
    for _ in range(n - 1):
        x = 4 * x * (1 - x)
    return x


@lru_cache(maxsize=1)
def step_errors(points: int = 32) -> np.ndarray:
    """Rows (h, error of Eq. (1), of Eq. (2), of forward mode) for l_4, against exact rationals.

    Absolute errors, averaged over x = 0.200, 0.201, ... to even out the luck of rounding.
    """
    steps = [float(f"{m}e{k}") for k in range(-15, -1) for m in (1, 3.16)]
    errors = np.zeros((len(steps), 3))
    for x in (float(f"0.{200 + j}") for j in range(points)):
        v, exact = Fraction(x), Fraction(1)
        for _ in range(3):
            v, exact = 4 * v * (1 - v), 4 * exact * (1 - 2 * v)
        dual = logistic(Tape([x], [1.0]).inputs[0]).tangent
        for i, h in enumerate(steps):
            up, mid, down = (logistic(x + s * h) for s in (1, 0, -1))
            found = (up - mid) / h, (up - down) / (2 * h), dual
            errors[i] += [abs(float(Fraction(q) - exact)) / points for q in found]
    return np.column_stack([steps, errors])


# --8<-- [start:symbolic]
class Expressions:
    """Symbolic expressions; equal parts are one node, so that shared parts can be recognised."""

    def __init__(self) -> None:
        self.nodes: dict[tuple, int] = {}

    def node(self, op: str, *args: int) -> int:
        return self.nodes.setdefault((op, *args), len(self.nodes))

    def derivative(self, e: int) -> int:
        """Apply Eq. (3) from the root down; constants and x are the only leaves."""
        op, *args = list(self.nodes)[e]
        if not args:
            return self.node("1" if op == "x" else "0")
        (a, b), (da, db) = args, [self.derivative(k) for k in args]
        if op != "mul":
            return self.node(op, da, db)
        return self.node("add", self.node("mul", da, b), self.node("mul", a, db))

    # --8<-- [end:symbolic]

    def size(self, e: int) -> tuple[int, int]:
        """Operations in e: written out as a formula, and with every equal part counted once."""
        nodes, written = list(self.nodes), {}
        for k, (_, *args) in enumerate(nodes[: e + 1]):  # arguments always come first
            written[k] = sum(written[j] for j in args) + bool(args)
        reached, stack = set(), [e]
        while stack:
            k = stack.pop()
            if k not in reached:
                reached.add(k)
                stack += nodes[k][1:]
        return written[e], sum(len(nodes[k]) > 1 for k in reached)


@lru_cache(maxsize=16)
def swell(n: int) -> tuple[int, int, int, int]:
    """Operations of l_n, of its derivative as a formula and shared, and of forward mode."""
    g = Expressions()
    e, four, one = g.node("x"), g.node("4"), g.node("1")
    for _ in range(n - 1):
        e = g.node("mul", g.node("mul", four, e), g.node("sub", one, e))
    tape = Tape([0.2], [1.0])
    logistic(tape.inputs[0], n)
    return g.size(e)[0], *g.size(g.derivative(e)), tape.primal + tape.tangent


# The numbers of the note, in the unit shown there.


def example_values() -> tuple[float, ...]:
    return tuple(traces()["v"][2:])


def example_gradient() -> tuple[float, float]:
    return tuple(traces()["bar"][:2])


def costs_at_50() -> tuple[float, ...]:
    return gradient_costs(50)


def tape_rows_50() -> int:
    return len(helmholtz_tape(50).rows)


def best_errors() -> tuple[float, ...]:
    """Least error over all steps: forward quotient, central quotient, forward mode."""
    return tuple(step_errors()[:, 1:].min(0))


def swell_4() -> tuple[int, ...]:
    return swell(4)


def swell_10() -> tuple[int, ...]:
    return swell(10)


def root_errors() -> tuple[float, float]:
    """Error (%) of root(2) and of its derivative when the loop stops at tolerance 0.01."""
    r = root(Tape([2.0], [1.0]).inputs[0], 0.01)
    return 100 * abs(r.value / 2**0.5 - 1), 100 * abs(r.tangent * 2 * 2**0.5 - 1)


def identity_slope() -> float:
    return jvp(lambda x: [identity(x)], [0.0], [1.0])[0]


def figure_step() -> Figure:
    """Error of both difference quotients and of forward mode against the step (after Fig. 3)."""
    import matplotlib.pyplot as plt

    h, one, two, dual = step_errors().T
    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    ax.loglog(h, one, "C1-", h, two, "C0--", h, dual, "C2:")
    ax.text(1e-6, 8e-3, "forward\ndifference", color="C1", ha="center")
    ax.text(3e-4, 3e-10, "central\ndifference", color="C0", ha="center")
    ax.text(1e-8, 2e-14, "dual numbers (no step)", color="C2", ha="center")
    ax.set(xlabel="step h", ylabel="absolute error of the derivative")
    return fig


def figure_swell() -> Figure:
    """Operations to evaluate the derivative of l_n in three representations (after Table 1)."""
    import matplotlib.pyplot as plt

    n = np.arange(2, 13)
    formula, shared, dual = np.array([swell(int(k)) for k in n]).T[1:]
    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    ax.semilogy(n, formula, "C1o-", n, shared, "C3s--", n, dual, "C0^-.", markersize=4)
    ax.text(8.3, 9000, "formula written out", color="C1", ha="right")
    ax.text(9.5, 150, "formula, equal parts shared", color="C3", ha="center")
    ax.text(9.5, 24, "forward mode", color="C0", ha="center")
    ax.set(xlabel="n", ylabel="operations for the derivative")
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("at (2, 5)   v_-1     v_0      v_1      v_2      v_3      v_4      v_5")
    for name, row in traces().items():
        print(f"{name:<6}" + "".join(f"{v:>9.3f}" for v in row))
    print("\noperations over one evaluation   differences  forward  reverse   tape rows")
    for n in (1, 10, 50):
        costs = "{:>13.1f}{:>9.1f}{:>9.2f}".format(*gradient_costs(n))
        print(f"Helmholtz gradient, n = {n:<7}{costs}{len(helmholtz_tape(n).rows):>12}")
    print("\nleast error of the derivative of l_4, x from 0.200 to 0.231")
    print("forward difference {:.1e}, central {:.1e}, dual {:.1e}".format(*best_errors()))
    print("\n   n   l_n   derivative written out   shared   forward mode")
    for n in (2, 4, 6, 10):
        print("{:>4}{:>6}{:>25}{:>9}{:>15}".format(n, *swell(n)))
    print("\nroot of 2 stopped early, error (%): {:.3f}, derivative {:.3f}".format(*root_errors()))
    print(f"relu(x) - relu(-x) = x, slope at 0: {identity_slope():.0f}")


if __name__ == "__main__":
    main()
