"""The pre-activation companion against closed forms, autograd, finite differences and published counts."""

from __future__ import annotations

import numpy as np
import pytest
from autograd import grad, jacobian
from papers.resnetv2 import companion as c
from scipy.special import digamma


@pytest.fixture(scope="module")
def small():
    return c.draw(units=5, width=6, batch=8)


def loss(x, ws, top, keep=1.0):
    return c.anp.sum(c.trajectory(x, ws, keep)[-1] * top)


def test_batch_normalisation_centres_and_scales_every_channel():
    y = c.bn(np.random.default_rng(1).normal(3, 5, (40, 7)))
    assert y.mean(0) == pytest.approx(0, abs=1e-12)
    assert y.std(0) == pytest.approx(1, abs=1e-9)


def test_pre_activation_branch_equals_a_loop_over_entries(small):
    x, ws, _ = small
    h = x
    for w in ws[0]:
        mean = [sum(col) / len(col) for col in h.T]
        std = [np.sqrt(sum((v - m) ** 2 for v in col) / len(col)) for col, m in zip(h.T, mean, strict=True)]
        a = [[max((v - m) / s, 0) for v, m, s in zip(row, mean, std, strict=True)] for row in h]
        h = np.array([[sum(v * w[i, j] for i, v in enumerate(r)) for j in range(6)] for r in a])
    assert c.pre_activation(x, ws[0]) == pytest.approx(h, abs=1e-9)


@pytest.mark.parametrize("branch", [c.pre_activation, c.original])
def test_a_branch_does_not_see_the_scale_of_its_input(small, branch):
    x, ws, _ = small
    assert branch(1000 * x, ws[0]) == pytest.approx(branch(x, ws[0]), abs=1e-8)


def test_state_is_the_input_plus_the_sum_of_all_branches(small):  # Eq. (4)
    x, ws, _ = small
    states = c.trajectory(x, ws)
    total = sum(c.pre_activation(s, w) for s, w in zip(states[:-1], ws, strict=True))
    assert states[-1] == pytest.approx(x + total, abs=1e-12)


def test_scaled_state_is_eq_7(small):
    x, ws, _ = small
    states = c.trajectory(x, ws, 0.7)
    sum_ = sum(0.7 ** (4 - i) * c.pre_activation(states[i], ws[i]) for i in range(5))
    assert states[-1] == pytest.approx(0.7**5 * x + sum_, abs=1e-12)


def test_original_unit_never_outputs_a_negative_value(small):
    x, ws, _ = small
    assert all((s >= 0).all() for s in c.trajectory(x, ws, post=True)[1:])
    y = x + c.original(x, ws[0])
    assert c.trajectory(x, ws[:1], post=True)[1] == pytest.approx(np.maximum(y, 0), abs=0)


@pytest.mark.parametrize("keep", [0.5, 1.0, 1.1])
def test_gradient_equals_autograd_through_the_whole_net(small, keep):
    x, ws, top = small
    assert c.backward(x, ws, top, keep)[0][0] == pytest.approx(
        grad(loss)(x, ws, top, keep), rel=1e-9, abs=1e-9
    )


def test_gradient_equals_central_differences(small):
    x, ws, top = small
    direction = np.random.default_rng(2).normal(size=x.shape)
    numeric = (loss(x + 1e-6 * direction, ws, top) - loss(x - 1e-6 * direction, ws, top)) / 2e-6
    assert (c.backward(x, ws, top)[0][0] * direction).sum() == pytest.approx(numeric, rel=1e-5)


def test_gradient_is_the_top_gradient_plus_what_the_branches_add(small):  # Eq. (5)
    x, ws, top = small
    g, added = c.backward(x, ws, top)
    for unit in range(6):
        assert g[unit] == pytest.approx(top + sum(added[unit:], np.zeros_like(top)), abs=1e-10)


def test_one_plus_the_jacobian_of_the_sum_is_the_product_over_units(small):
    x, ws, _ = small
    states, n = c.trajectory(x, ws), x.size

    def branches(start):
        return c.trajectory(start, ws)[-1] - start

    product = np.eye(n)
    for s, w in zip(states[:-1], ws, strict=True):
        unit = jacobian(lambda z, w=w: c.pre_activation(z, w))(s).reshape(n, n)
        product = (np.eye(n) + unit) @ product
    assert np.eye(n) + jacobian(branches)(x).reshape(n, n) == pytest.approx(product, rel=1e-8, abs=1e-8)


def test_a_linear_branch_of_minus_half_makes_an_identity_net_vanish_like_a_halved_shortcut():
    gradient = 1.0
    for _ in range(54):
        gradient += -0.5 * gradient  # the 1 and dF/dx = -1/2
    assert gradient == pytest.approx(c.products()[0], rel=1e-12)


def test_product_of_shortcuts_is_the_loop():
    loop = 1.0
    for _ in range(54):
        loop *= 0.9
    assert c.products() == pytest.approx((2.0**-54, loop, np.exp(54 * np.log(1.1))), rel=1e-12)


def test_gate_products_follow_the_sigmoid():
    sigma = [1 / (1 + np.exp(-b)) for b in (-5, -6, -7)]
    assert c.gate_products() == pytest.approx([100 * (1 - s) ** 54 for s in sigma], rel=1e-12)


def test_halving_the_shortcut_kills_the_direct_part_but_not_the_gradient():
    half, identity, _ = c.gradient_norms()
    assert c.products()[0] < 1e-16
    assert half > 1e6 > 1e3 > identity > 1


def test_identity_gradient_grows_slower_than_any_unit_factor_of_twelve_percent():
    curve = c.gain_curve(1.0)
    assert curve[0] == 1
    assert curve[54] < 1.12**54


def test_no_sample_of_the_batch_loses_its_gradient():
    assert c.smallest_sample() > 1


def test_with_small_weights_the_unit_gradient_stays_and_the_weight_gradient_shrinks():
    at_x, at_w = np.array([c.small_weights(e) for e in (1e-2, 1e-3)]).T
    assert at_x == pytest.approx([1, 1], abs=0.05)
    assert at_w[0] / at_w[1] == pytest.approx(10, rel=0.05)  # proportional to the scale of W2


def test_first_gaussian_product_has_the_rank_of_a_wishart_matrix():
    # E tr(A A^T) = n, E tr (A A^T)^2 = 2n + 1 for an n x n matrix of variance 1/n
    assert c.conv_rank((64, 64), seeds=20) == pytest.approx(64**2 / (2 * 64 + 1), rel=0.05)


def test_long_gaussian_products_collapse_as_the_lyapunov_exponents_say():
    n, length = 4, 400
    rng, q, logs = np.random.default_rng(3), np.eye(4), np.zeros(4)
    for _ in range(length):
        q, r = np.linalg.qr(rng.normal(0, 1 / np.sqrt(n), (n, n)) @ q)
        logs += np.log(np.abs(np.diag(r)))
    exact = (np.log(2 / n) + digamma((n - np.arange(n)) / 2)) / 2
    assert logs / length == pytest.approx(exact, abs=0.12)
    assert c.conv_rank((n,) * 200) == pytest.approx(1, abs=0.01)


def test_shortcut_of_resnet_110_has_one_direction_left():
    assert len(c.WIDTHS) == c.UNITS + 1
    assert 1 < c.conv_rank() < 1.5


def test_the_two_halved_rows_of_table_1_are_one_network_up_to_scale():
    x, ws, _ = c.draw(units=10)
    full = c.trajectory(2 * c.relu(x), ws, 0.5, 1.0, post=True)
    half = c.trajectory(c.relu(x), ws, 0.5, 0.5, post=True)
    for a, b in zip(full, half, strict=True):
        assert a == pytest.approx(2 * b, abs=1e-6)
    assert c.frozen_gate_ratio() == pytest.approx(2, abs=0.005)


@pytest.mark.parametrize("units", [1, 3, 20])
def test_open_share_equals_a_simulated_random_walk(units):
    steps = np.random.default_rng(4).normal(size=(200_000, units + 1))
    walk = np.maximum(steps[:, :1], 0) + np.cumsum(steps[:, 1:], 1)
    assert c.open_share(units) == pytest.approx((walk > 0).all(1).mean(), abs=0.004)


def test_one_unit_leaves_five_eighths_of_the_shortcuts_open():
    assert c.open_share(1) == pytest.approx(3 / 8 + 1 / 4, abs=0)


def test_open_share_falls_with_the_square_root_of_depth():
    assert c.open_share(500) == pytest.approx(1.5 / np.sqrt(np.pi * 500), rel=2e-3)


def test_untrained_original_units_behave_like_the_random_walk():
    theory = [c.open_share(n) for n in range(1, 101)]
    measured = c.measured_open_share(100)
    assert measured == pytest.approx(theory, abs=0.03)
    assert (np.diff(measured) <= 0).all()


def test_parameters_equal_the_published_counts():  # with BN, as public re-implementations report them
    assert sum(c.cifar(18)[:2]) == 1_703_258
    assert sum(c.cifar(111)[:2]) == 10_327_706


def test_table_4_states_the_parameters_without_batch_norm():
    w164, a164, w1001, a1001 = c.mparams()
    assert (round(w164, 1), round(a164, 1)) == (1.7, 1.7)
    assert (round(w1001, 1), round(a1001, 1)) == (10.2, 10.3)


def test_cost_and_weights_of_one_unit_per_stage_by_hand():
    weights, norm, macs = c.cifar(1)
    stages = [(16, 16), (64, 32), (128, 64)]
    by_hand = [i * w + 9 * w * w + 4 * w * w + 4 * i * w for i, w in stages]
    assert weights == 432 + sum(by_hand) + 2570
    assert norm == 2 * (16 + sum(i + 2 * w for i, w in stages) - 16 + 256)
    assert macs == 432 * 1024 + sum(h * s for h, s in zip(by_hand, (1024, 256, 64), strict=True)) + 2560


def test_thousand_layers_cost_six_times_a_hundred_and_sixty_four():
    assert c.cost_ratio() == pytest.approx(111 / 18, rel=0.02)
    assert (9 * 111 + 2, 9 * 18 + 2) == (1001, 164)


def test_open_shares_are_the_theory_and_the_measurement():
    theory, measured = c.open_shares()[:2], c.open_shares()[2:]
    assert theory == pytest.approx(measured, abs=2)


def test_figures_draw():
    import matplotlib.pyplot as plt

    for figure in (c.figure_gradient(), c.figure_open()):
        assert figure.axes[0].get_xlabel()
        plt.close(figure)
