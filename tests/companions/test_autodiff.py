"""The autodiff companion against hand-worked traces, autograd, closed forms and exact rationals."""

from __future__ import annotations

import math
from fractions import Fraction

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian
from papers.autodiff import companion as c

POINT = (2.0, 5.0)


def pair(x, y):
    """Two outputs of three kinds of operation, for Jacobians."""
    return [x * y / (x + 3.0), c.sin(x) - 2.0 * y + c.ln(y)]


def pair_numpy(z):
    x, y = z
    return anp.array([x * y / (x + 3.0), anp.sin(x) - 2.0 * y + anp.log(y)])


@pytest.mark.parametrize(
    ("row", "stated"),
    [
        ("v", [2, 5, 0.693, 10, -0.959, 10.693, 11.652]),
        ("x1", [1, 0, 0.5, 5, 0, 5.5, 5.5]),
        ("x2", [0, 1, 0, 2, 0.284, 2, 1.716]),
        ("bar", [5.5, 1.716, 1, 1, -1, 1, 1]),
    ],
)
def test_the_worked_example_gives_every_intermediate_of_tables_2_and_3(row, stated):
    assert [round(v, 3) for v in c.traces()[row]] == stated


def test_the_gradient_of_the_example_is_its_hand_derivative():
    by_hand = [1 / 2 + 5, 2 - math.cos(5)]
    assert c.gradient(c.example, POINT) == pytest.approx(by_hand, abs=1e-14)
    assert c.example(*POINT) == c.example_values()[-1]
    assert c.example_values()[0] == math.log(2)
    assert c.example_gradient() == pytest.approx(by_hand, abs=1e-14)


def test_the_adjoint_of_v0_arrives_in_two_increments():
    tape = c.Tape(POINT, (0.0, 0.0))
    bar = tape.reverse(c.example(*tape.inputs))
    (v0,), (from_v3,) = tape.rows[4]
    assert v0 == 1
    assert bar[4] * from_v3 == -math.cos(5)
    assert bar[4] * from_v3 + bar[3] * tape.rows[3][1][1] == bar[1]


@pytest.mark.parametrize("op", c.PRIMITIVES)
def test_partials_equal_central_differences(op):
    value, partials, costs = c.PRIMITIVES[op]
    args = [0.7, 1.3][: len(costs)]
    for k, partial in enumerate(partials(*args)):
        up, down = list(args), list(args)
        up[k] += 1e-6
        down[k] -= 1e-6
        assert partial == pytest.approx((value(*up) - value(*down)) / 2e-6, abs=1e-8)


def test_both_modes_agree_with_the_jacobian_of_autograd():
    full = jacobian(pair_numpy)(np.array(POINT))
    for i in range(2):
        unit = [float(i == k) for k in range(2)]
        assert c.jvp(pair, POINT, unit) == pytest.approx(full[:, i], abs=1e-13)
        assert c.vjp(pair, POINT, unit) == pytest.approx(full[i], abs=1e-13)


def test_jvp_and_vjp_are_adjoint_to_each_other():
    u, v = [0.3, -1.2], [2.0, 0.7]
    left = np.dot(v, c.jvp(pair, POINT, u))
    assert left == pytest.approx(np.dot(c.vjp(pair, POINT, v), u), abs=1e-13)


def test_dual_numbers_multiply_as_truncated_taylor_series():
    x = c.Tape([3.0], [1.0]).inputs[0]
    assert (x * x * x).tangent == 27.0
    assert (1.0 - x).tangent == -1.0


def test_a_loop_whose_length_depends_on_the_value_has_the_derivative_of_the_root():
    for a in (0.25, 2.0, 144.0):
        r = c.root(c.Tape([a], [1.0]).inputs[0])
        assert r.value == pytest.approx(math.sqrt(a), rel=1e-12)
        assert r.tangent == pytest.approx(0.5 / math.sqrt(a), rel=1e-9)
        assert c.gradient(c.root, [a])[0] == pytest.approx(r.tangent, rel=1e-12)
    assert len(c.Tape([0.25], [1.0]).rows) == 1


def test_the_number_of_rows_follows_the_path_taken():
    lengths = []
    for a in (2.0, 144.0):
        tape = c.Tape([a], [1.0])
        c.root(tape.inputs[0])
        lengths.append(len(tape.rows))
    assert lengths[0] < lengths[1]


def test_stopping_a_loop_early_leaves_the_derivative_behind_the_value():
    v, dv, a = Fraction(3), Fraction(1), Fraction(2)
    while v * v - a > Fraction(1, 100):
        v, dv = (v + a / v) / 2, (dv + (v - a * dv) / v**2) / 2
    exact = 100 * abs(float(v) / 2**0.5 - 1), 100 * abs(float(dv) * 2 * 2**0.5 - 1)
    assert c.root_errors() == pytest.approx(exact, rel=1e-9)
    assert exact[1] > 4 * exact[0]


def test_relu_minus_relu_is_the_identity_but_for_its_slope_at_zero():
    for x in (-2.0, 0.0, 3.0):
        assert c.identity(x) == x
    assert c.jvp(lambda x: [c.identity(x)], [1.0], [1.0]) == [1.0]
    assert c.jvp(lambda x: [c.identity(x)], [-1.0], [1.0]) == [1.0]
    assert c.identity_slope() == c.gradient(c.identity, [0.0])[0] == 0.0


def test_the_helmholtz_tape_carries_the_gradient_that_autograd_finds():
    n = 6
    rng = np.random.default_rng(0)
    b, a, x = (0.1 * rng.random(size) for size in (n, (n, n), n))

    def f(x):
        bx, r = anp.dot(b, x), anp.sqrt(2.0)
        tail = anp.log((1 + (1 + r) * bx) / (1 + (1 - r) * bx))
        quadratic = anp.dot(x, anp.dot(a, x)) / (anp.sqrt(8.0) * bx)
        return anp.sum(x * anp.log(x / (1 - bx))) - quadratic * tail

    tape = c.helmholtz_tape(n)
    y = tape.variables[-1]
    assert y.value == pytest.approx(f(x), rel=1e-12)
    assert tape.reverse(y)[:n] == pytest.approx(grad(f)(x), rel=1e-11)
    assert y.tangent == pytest.approx(grad(f)(x)[0], rel=1e-11)


def test_the_cost_of_one_product_is_counted_as_by_hand():
    tape = c.Tape([2.0, 3.0], [1.0, 0.0])
    x, y = tape.inputs
    x * y
    assert (tape.primal, tape.tangent, tape.adjoint) == (1, 3, 4)  # a db + da b; two fused updates
    2.0 * x
    assert (tape.primal, tape.tangent, tape.adjoint) == (2, 4, 6)
    tape.apply("div", 1.0, x)
    assert (tape.primal, tape.tangent, tape.adjoint) == (3, 6, 9)


def test_no_elementary_operation_multiplies_the_work_by_more_than_four_or_five():
    for op, (_, _, costs) in c.PRIMITIVES.items():
        tape = c.Tape([0.7, 1.3], [1.0, 0.0])
        tape.apply(op, *tape.inputs[: len(costs)])
        assert 1 + tape.tangent <= 4
        assert 1 + tape.adjoint <= 5


def test_reverse_mode_costs_the_same_for_every_number_of_inputs():
    reverse = [c.gradient_costs(n)[2] for n in (1, 10, 50)]
    assert max(reverse) < 4
    assert c.costs_at_50()[0] == 51
    assert 2 < c.costs_at_50()[1] / 50 < c.costs_at_50()[2] < 4
    assert c.tape_rows_50() == c.helmholtz_tape(50).primal + 50


def test_logistic_equals_the_closed_form_of_table_1():
    for x in (0.1, 0.2, 0.9):
        closed = 64 * x * (1 - x) * (1 - 2 * x) ** 2 * (1 - 8 * x + 8 * x * x) ** 2
        assert c.logistic(x) == pytest.approx(closed, rel=1e-13)


def polynomial():
    p = np.polynomial.Polynomial([0, 1])
    for _ in range(3):
        p = 4 * p * (1 - p)
    return p


def test_forward_mode_is_exact_to_rounding():
    dual = c.logistic(c.Tape([0.2], [1.0]).inputs[0]).tangent
    assert dual == pytest.approx(polynomial().deriv()(0.2), rel=1e-12)
    assert c.best_errors()[2] < 1e-14


def test_truncation_error_follows_taylor_where_the_step_is_large():
    x = 0.2 + np.arange(32) / 1000
    second, third = (np.abs(polynomial().deriv(k)(x)).mean() for k in (2, 3))
    row = next(r for r in c.step_errors() if r[0] == 1e-4)
    assert row[1] == pytest.approx(1e-4 * second / 2, rel=0.02)
    assert row[2] == pytest.approx(1e-8 * third / 6, rel=0.02)


def test_the_best_steps_lie_where_truncation_meets_rounding():
    steps = c.step_errors()
    forward, central = steps[steps[:, 1:3].argmin(0), 0]
    assert 1e-9 < forward < 1e-7
    assert 1e-7 < central < 1e-5
    one, two, dual = c.best_errors()
    assert dual < two / 1e3 < one / 1e5


def test_swell_follows_its_closed_forms():
    for n in range(1, 12):
        value, formula, shared, dual = c.swell(n)
        assert value == 3 * (2 ** (n - 1) - 1)
        assert formula == 9 * (n - 1) * 2.0 ** (n - 2)
        assert dual == 7 * (n - 1)
        assert shared == (0 if n == 1 else 10 * n - 11)
    assert (c.swell_4(), c.swell_10()) == (c.swell(4), c.swell(10))


def test_the_symbolic_derivative_is_the_derivative():
    g = c.Expressions()
    e = g.node("x")
    for _ in range(3):
        e = g.node("mul", g.node("mul", g.node("4"), e), g.node("sub", g.node("1"), e))
    root = g.derivative(e)
    nodes = list(g.nodes)

    def evaluate(k):
        op, *args = nodes[k]
        if not args:
            return 0.2 if op == "x" else float(op)
        return c.PRIMITIVES[op][0](*map(evaluate, args))

    assert evaluate(root) == pytest.approx(c.logistic(c.Tape([0.2], [1.0]).inputs[0]).tangent)
    assert g.size(root) == c.swell(4)[1:3]


def test_main_prints_the_tables_and_the_figures_draw(capsys):
    c.main()
    assert "11.652" in capsys.readouterr().out
