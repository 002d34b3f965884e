"""The ResNet companion against published counts, hand-worked values, autograd and closed forms."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.resnet import companion as c

PUBLISHED = {18: 11689512, 34: 21797672, 50: 25557032, 101: 44549160, 152: 60192808}  # torchvision


@pytest.mark.parametrize("depth", PUBLISHED)
def test_parameters_equal_the_published_counts(depth):
    assert c.resnet(depth).parameters == PUBLISHED[depth]
    assert getattr(c, f"resnet{depth}_parameters")() == PUBLISHED[depth]


@pytest.mark.parametrize(("depth", "projections"), [(18, 3), (34, 3), (50, 4), (101, 4), (152, 4)])
def test_the_name_counts_weighted_layers_without_projections(depth, projections):
    assert c.resnet(depth).depth == depth
    assert c.resnet(depth).projections == projections


@pytest.mark.parametrize(("depth", "stated"), [(18, 1.8), (101, 7.6), (152, 11.3)])
def test_multiply_adds_round_to_table_1(depth, stated):
    assert round(c.resnet(depth).macs / 1e9, 1) == stated


def test_resnet50_is_the_table_1_entry_that_does_not_round():
    assert round(c.resnet(50).macs / 1e9, 1) == 3.9
    assert [round(g, 2) for g in c.resnet_gmacs()] == [1.81, 3.66, 3.86, 7.57, 11.28]


def test_option_a_matches_the_stated_34_layer_cost():
    assert round(c.plain34_gmacs(), 1) == 3.6


def test_option_c_projects_in_thirteen_more_blocks_than_b():
    assert c.resnet(34, "C").projections - c.resnet(34, "B").projections == 13
    b = sum(w * 2 * w + 2 * 2 * w for w in (64, 128, 256))  # weights and BN of three projections
    square = sum(n * (w * w + 2 * w) for w, n in ((64, 3), (128, 3), (256, 5), (512, 2)))
    assert c.option_extras() == (b, b + square)


def test_conv_counts_a_hand_worked_layer():
    assert c.conv(3, 2, 4, 5) == (3 * 3 * 2 * 4 + 8, 72 * 25)


def test_a_bottleneck_costs_about_as_much_as_a_basic_block():
    def weights(layers):
        return sum(m for _, m in layers) // 56**2

    assert weights(c.branch(True, 256, 64, 56)) == 69632
    assert weights(c.branch(False, 64, 64, 56)) == 73728


def test_a_projection_nearly_doubles_the_bottleneck():
    assert c.projection_factor() == pytest.approx(1 + 65536 / 69632, abs=1e-12)


def test_vgg_counts_follow_a_layer_by_layer_loop():
    macs, channels = 0, 3
    for width, side, n in ((64, 224, 2), (128, 112, 2), (256, 56, 4), (512, 28, 4), (512, 14, 4)):
        for _ in range(n):
            macs += 9 * channels * width * side * side
            channels = width
    conv, full = c.vgg19_gmacs()
    assert conv == pytest.approx(macs / 1e9, rel=1e-12)
    assert full - conv == pytest.approx((25088 * 4096 + 4096**2 + 4096 * 1000) / 1e9, rel=1e-9)
    assert round(full, 1) == 19.6
    assert round(c.vgg16_gmacs()[0], 1) == 15.3


def test_vgg19_has_its_published_number_of_parameters():
    assert c.vgg19_parameters() == 143667240  # torchvision


@pytest.mark.parametrize("n", [3, 5, 7, 9, 18, 200])
def test_cifar_nets_have_6n_plus_2_layers(n):
    assert c.cifar_resnet(n).depth == 6 * n + 2


def test_cifar_parameters_round_to_table_6():
    rounded = [round(m, k) for m, k in zip(c.cifar_mparams(), (2, 2, 2, 2, 1, 1), strict=True)]
    assert rounded == [0.27, 0.46, 0.66, 0.85, 1.7, 19.4]


def test_the_coco_gain_is_relative():
    assert c.coco_relative_gain() == pytest.approx(28.302, abs=1e-3)


def test_dot_is_a_matrix_product_to_22_bits():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 7, 5)), rng.normal(size=(2, 5, 3))
    assert np.abs(c.dot(a, b) - np.einsum("snk,skm->snm", a, b)).max() < 1e-5


def test_dot_does_not_depend_on_the_order_of_summation():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(1, 6, 100)), rng.normal(size=(1, 100, 4))
    order = rng.permutation(100)
    assert np.array_equal(c.dot(a, b), c.dot(a[:, :, order], b[:, order]))


def test_spirals_are_opposite_pairs():
    x, t = c.spirals(10)
    assert x.shape == (10, 2)
    assert np.allclose(x[::2], -x[1::2], atol=1e-6)
    assert set(t.ravel()) == {-1.0, 1.0}


def test_plain_and_residual_start_from_the_same_weights():
    p, skip = c.init(2)
    assert all(np.array_equal(v[: c.SEEDS], v[c.SEEDS :]) for v in p.values())
    assert skip.ravel().tolist() == [0.0] * c.SEEDS + [1.0] * c.SEEDS


def scalar_loss(p, net, skip, x, t):
    """One net, written anew with autograd's NumPy and ordinary matrix products."""

    def layer(h, w, j, shortcut=0.0):
        a = h @ w
        a = a - anp.mean(a, axis=0)
        a = a / anp.sqrt(anp.mean(a**2, axis=0) + 1e-5)
        return anp.maximum(p["gamma"][net, j] * a + p["beta"][net, j] + shortcut, 0)

    h = layer(x, p["in"][net], 0)
    for b in range(p["w"].shape[1] // 2):
        inner = layer(h, p["w"][net, 2 * b], 2 * b + 1)
        h = layer(inner, p["w"][net, 2 * b + 1], 2 * b + 2, skip * h)
    return anp.mean(anp.log(1 + anp.exp(-t * (h @ p["out"][net]))))


@pytest.mark.parametrize(("net", "skip"), [(0, 0.0), (c.SEEDS, 1.0)])
def test_hand_written_gradients_equal_autograd(net, skip):
    p, skips = c.init(2)
    p["beta"] = p["beta"] + 0.1
    x, t = c.spirals(40)
    loss, g = c.gradients(p, x, t, skips)
    assert loss[net] == pytest.approx(scalar_loss(p, net, skip, x, t), abs=1e-5)
    for name in p:

        def f(v, name=name):
            return scalar_loss({**p, name: v}, net, skip, x, t)

        expected = grad(f)(p[name])[net]
        assert np.abs(g[name][net] - expected).max() < 1e-4 * max(1.0, np.abs(expected).max())


def test_a_zero_residual_makes_the_deep_net_equal_its_shallow_twin():
    p, skip = c.init(3)
    x, _ = c.spirals()
    p["gamma"][:, 2::2] = 0.0  # last batch norm of every block
    deep, _ = c.forward(p, x, skip)
    shallow = {**p, "w": p["w"][:, :0], "gamma": p["gamma"][:, :1], "beta": p["beta"][:, :1]}
    twin, _ = c.forward(shallow, x, skip)
    assert np.array_equal(deep[c.SEEDS :], twin[c.SEEDS :])
    assert not np.any(deep[: c.SEEDS])  # the plain nets pass nothing on


def test_depth_hurts_plain_nets_and_helps_residual_ones():
    shallow, deep = c.train(8)[-1], c.train(16)[-1]
    assert deep[0] > 10 * shallow[0]
    assert deep[1] < shallow[1]
    assert c.mini34_losses() == pytest.approx(tuple(deep))


def test_the_residual_net_converges_sooner_at_18_layers():
    plain, residual = c.mini18_steps()
    assert residual < plain / 3
    assert c.train(8)[plain, 0] < 0.1 <= c.train(8)[plain - 1, 0]


def test_gradients_do_not_vanish_towards_the_input():
    plain, residual = c.gradient_ratios()
    assert plain > residual > 1


def test_two_d_units_represent_the_identity_and_d_units_do_for_non_negative_input():
    x = np.random.default_rng(5).normal(size=(9, 4))
    eye = np.eye(4)
    assert np.allclose(np.maximum(x @ np.hstack([eye, -eye]), 0) @ np.vstack([eye, -eye]), x)
    assert np.array_equal(np.maximum(np.abs(x) @ eye, 0) @ eye, np.abs(x))


def test_a_d_unit_block_is_not_odd_unless_it_is_zero():
    rng = np.random.default_rng(6)
    w1, w2, x = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=(9, 4))
    f = lambda v: np.maximum(v @ w1, 0) @ w2  # noqa: E731
    assert np.allclose(f(x) - f(-x), x @ w1 @ w2)
    assert np.allclose(f(x) + f(-x), np.abs(x @ w1) @ w2)


def test_fitting_starts_at_the_loss_of_the_drawn_weights():
    rng = np.random.default_rng(1)
    x = np.abs(rng.normal(size=(512, 16)))
    w1, w2 = rng.normal(0, np.sqrt(2 / 16), (2, 5, 16, 16))
    y = np.stack([np.maximum(x @ w1[s], 0) @ w2[s] for s in range(5)])
    assert c.fit_identity(0.0)[0] == pytest.approx(((y - x) ** 2).mean() / (x**2).mean(), rel=1e-12)
    assert c.fit_identity(1.0)[0] == pytest.approx((y**2).mean() / (x**2).mean(), rel=1e-12)


@pytest.mark.parametrize("signed", [False, True])
def test_a_residual_block_learns_the_identity_and_a_plain_one_stalls(signed):
    plain, residual = c.fit_identity(0.0, signed), c.fit_identity(1.0, signed)
    assert np.all(np.diff(residual) < 0)
    assert residual[-1] < 0.01 < 0.2 < plain[-1]
    if not signed:
        assert c.identity_errors() == pytest.approx((100 * plain[-1], 100 * residual[-1]))
