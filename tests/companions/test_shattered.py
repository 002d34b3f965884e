"""The shattered gradients companion against closed forms, path enumeration and autograd."""

from __future__ import annotations

from itertools import product

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from papers.shattered import companion as c
from scipy.special import gammaln


def by_paths(depth, width, skip):
    """Expected products of path gates, path by path, for a net with N(0, 2 / width) weights.

    A path picks at every layer a unit, or the shortcut, which keeps the unit. Each weighted step
    carries 2 / width; its input unit is active with probability 1/2, co-active with 1/4.
    """
    same = both = 0.0
    for steps in product(range(width + skip), repeat=depth):
        taken = sum(step < width for step in steps)
        same += (2 / width * 1 / 2) ** taken
        both += (2 / width * 1 / 4) ** taken
    return same, both


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("width", [1, 3])
def test_the_laws_count_paths(depth, width):
    assert c.plain_law(depth) == pytest.approx(by_paths(depth, width, 0), rel=1e-12)
    assert c.residual_law(depth) == pytest.approx(by_paths(depth, width, 1), rel=1e-12)


def test_the_plain_covariance_of_a_gated_random_net_is_the_law():
    rng, draws, width, depth = np.random.default_rng(0), 20000, 6, 3
    g = np.tile(rng.normal(size=(draws, 1, width)), (1, 2, 1))
    start = (g[:, 0] ** 2).sum(1).mean()
    for _ in range(depth):
        w = rng.normal(0, np.sqrt(2 / width), (draws, width, width))
        g = (g @ w) * rng.integers(0, 2, (draws, 2, width))
    assert (g[:, 0] ** 2).sum(1).mean() / start == pytest.approx(1, rel=0.05)
    assert (g[:, 0] * g[:, 1]).sum(1).mean() / start == pytest.approx(1 / 8, rel=0.1)


@pytest.mark.parametrize("depth", [1, 2, 10, 50])
@pytest.mark.parametrize("beta", [0.1, 0.5, 1.0])
def test_the_rescaled_products_have_the_closed_forms_of_theorem_3(depth, beta):
    k = 1 / beta**2
    log = gammaln(depth - 0.5 + k) - gammaln(k + 0.5) + gammaln(k) - gammaln(depth - 1 + k)
    variance, covariance = c.rescaled_law(depth, beta)
    assert variance == pytest.approx(1 + beta**2 * (depth - 1), rel=1e-12)
    assert covariance == pytest.approx(np.exp(log), rel=1e-10)


def test_the_covariance_constant_is_two_over_root_pi():
    assert c.rescaled_law(10**4)[1] / 100 == pytest.approx(2 / np.sqrt(np.pi), rel=1e-4)


def test_the_asymptotic_correlation_exceeds_one_where_beta_is_small():
    exact, asymptotic = c.law_small()
    assert exact < 1 < asymptotic
    assert asymptotic == pytest.approx(np.sqrt(2))


def test_growth_by_share_gives_the_steeper_power():
    power = np.log(c.rescaled_law(8000, share=1 - 1 / np.pi)[0])
    double = np.log(c.rescaled_law(4000, share=1 - 1 / np.pi)[0])
    assert (power - double) / np.log(2) == pytest.approx(np.pi / (np.pi - 1), abs=0.01)


def test_wide_correlation_by_hand_and_in_the_limits():
    assert c.wide_correlation(0) == 1
    assert c.wide_correlation(1) == pytest.approx(0.5)
    assert c.wide_correlation(2) == pytest.approx(0.5 * (1 - np.arccos(1 / np.pi) / np.pi))
    assert c.wide_correlation(20, 1.0) == pytest.approx(1)
    assert c.wide_correlation(3, -1.0) == 0


def test_wide_correlation_decays_as_the_cube_of_depth():
    ratio = c.wide_correlation(4000) / c.wide_correlation(8000)
    assert np.log2(ratio) == pytest.approx(3, abs=0.02)


def reference(kind, depth, beta, x, seed):
    """The grid network written out in autograd, with the same draws and frozen statistics."""
    rng = np.random.default_rng(seed)
    v, b = rng.normal(0, 1, (1, c.WIDTH)), rng.normal(0, 1, c.WIDTH)
    ws = [rng.normal(0, np.sqrt(2 / c.WIDTH), (c.WIDTH, c.WIDTH)) for _ in range(depth)]
    out = rng.normal(0, np.sqrt(1 / c.WIDTH), c.WIDTH)
    stats, h = [], x @ v + b

    def step(h, w, layer):
        if kind == "mirrored":
            q = np.linalg.qr(w)[0]
            crelu = anp.concatenate([anp.maximum(h, 0), anp.maximum(-h, 0)], 1)
            return crelu @ np.concatenate([q, -q])
        mean, std = stats[layer]
        inner = anp.maximum((h - mean) / std, 0) @ w
        return h + beta * inner if kind == "residual" and layer else inner

    for layer, w in enumerate(ws):
        stats.append((h.mean(0), h.std(0)) if layer else (0.0, 1.0))
        h = step(h, w, layer)

    def f(x):
        h = x @ v + b
        for layer, w in enumerate(ws):
            h = step(h, w, layer)
        return h @ out

    return elementwise_grad(f)(x)[:, 0]


@pytest.mark.parametrize(("kind", "beta"), [("plain", 1.0), ("residual", 0.3), ("mirrored", 1.0)])
def test_grid_gradients_are_those_of_autograd(kind, beta):
    x = np.linspace(-2, 2, c.POINTS)[:, None]
    expected = reference(kind, 3, beta, x, 1)
    assert c.grid_gradients(kind, 3, beta)[1] == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_mirrored_nets_have_one_gradient_everywhere():
    assert c.mirrored_spread() < 1e-10


def test_autocorrelation_of_known_series():
    alternating = np.tile([1.0, -1.0], 50)[None]
    assert c.autocorrelation(alternating, 3) == pytest.approx([1, -0.99, 0.98])
    noise = np.random.default_rng(0).normal(size=(200, 256))
    white, brown = c.autocorrelation(noise, 2)[1], c.autocorrelation(noise.cumsum(1), 2)[1]
    assert abs(white) < 0.02
    assert brown > 0.95


def test_plain_gradients_whiten_and_residual_ones_do_not():
    assert c.lag_plain()[0] > 0.95
    assert abs(c.lag_plain()[2]) < 2 / np.sqrt(c.POINTS)
    assert c.lag_residual()[3] > 0.5
    assert c.lag_residual()[4] > c.lag_residual()[3]


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_batch_norm_brings_plain_nets_to_the_law(depth):
    assert c.pair_statistics("bn", depth)[1] == pytest.approx(0.5**depth, rel=0.1)


def test_without_batch_norm_plain_nets_follow_the_wide_limit_instead():
    for depth in (1, 2, 4):
        measured = c.pair_statistics("he", depth)[1]
        assert measured == pytest.approx(c.wide_correlation(depth), rel=0.15)


def test_batch_norm_keeps_a_quarter_of_the_units_co_active():
    without, with_bn = c.coactive()
    assert with_bn == pytest.approx(25, abs=1)
    assert without > 40


def test_residual_gradients_follow_the_product_with_the_measured_growth():
    measured, corrected, size, product_size = c.pair_residual()
    assert measured == pytest.approx(corrected, rel=0.1)
    assert size == pytest.approx(product_size, rel=0.25)
    assert size > 3 * c.rescaled_law(50)[0]


def test_plain_batch_norm_gradients_explode_at_the_theoretical_rate():
    measured, theory = c.bn_growth()
    assert measured == pytest.approx(theory, rel=0.05)


def test_law_functions_give_the_hand_worked_values():
    assert c.law_residual() == pytest.approx((5.6313514709, 100 * 0.75**50))
    assert c.law_rescaled()[0] == pytest.approx(3.5239410400390625 / 10)
    assert c.pair_plain()[1] == 1 / 256
