"""The AlexNet companion against hand-worked values, brute force and closed forms."""

import numpy as np
import pytest
from papers.alexnet import companion as c


def brute_windows(side, size, stride, pad):
    """Count start positions whose window lies inside the padded row."""
    return sum(1 for start in range(0, side + 2 * pad, stride) if start + size <= side + 2 * pad)


@pytest.mark.parametrize("side", [13, 27, 55, 224, 227])
@pytest.mark.parametrize(("size", "stride", "pad"), [(3, 2, 0), (2, 2, 0), (11, 4, 0), (5, 1, 2)])
def test_windows_rounding_down_counts_the_windows_that_fit(side, size, stride, pad):
    assert c.windows(side, size, stride, pad) == brute_windows(side, size, stride, pad)


def test_224_gives_54_rounding_down_and_55_rounding_up():
    assert c.windows(224, 11, 4) == 54
    assert c.windows(224, 11, 4, 0, round_up=True) == c.windows(227, 11, 4) == 55


def test_shapes_are_those_of_figure_2():
    assert c.shapes() == [
        ("input", (3, 227, 227)), ("conv1", (96, 55, 55)), ("pool1", (96, 27, 27)),
        ("conv2", (256, 27, 27)), ("pool2", (256, 13, 13)), ("conv3", (384, 13, 13)),
        ("conv4", (384, 13, 13)), ("conv5", (256, 13, 13)), ("pool5", (256, 6, 6)),
        ("fc6", (4096,)), ("fc7", (4096,)), ("fc8", (1000,)),
    ]  # fmt: skip


def test_rounding_down_from_224_leaves_6400_inputs_for_fc6():
    assert dict(c.shapes(224))["pool5"] == (256, 5, 5)


def test_round_up_rule_on_224_gives_the_shapes_of_227():
    assert c.shapes(224, round_up=True)[1:] == c.shapes(227)[1:]


def test_layer_parameters_equal_the_kernel_sizes_printed_in_section_3_5():
    costs = c.layer_costs()
    assert costs["conv1"][0] == 96 * 11 * 11 * 3 + 96
    assert costs["conv2"][0] == 256 * 5 * 5 * 48 + 256
    assert costs["conv3"][0] == 384 * 3 * 3 * 256 + 384
    assert costs["conv4"][0] == 384 * 3 * 3 * 192 + 384
    assert costs["conv5"][0] == 256 * 3 * 3 * 192 + 256
    assert costs["fc6"][0] == 9216 * 4096 + 4096


def test_totals_are_the_known_counts():
    assert c.grouped_parameters() == 60_965_224
    assert c.ungrouped_parameters() == 62_378_344
    assert round(c.grouped_parameters() / 1e6, -1) == 60


def test_split_saves_half_of_the_weights_of_the_three_grouped_layers():
    lost = 256 * 5 * 5 * 48 + 384 * 3 * 3 * 192 + 256 * 3 * 3 * 192
    assert c.ungrouped_parameters() - c.grouped_parameters() == lost


def test_multiply_adds_of_conv1_by_hand():
    assert c.layer_costs()["conv1"][1] == 55 * 55 * 96 * 11 * 11 * 3
    grouped, full = c.multiply_adds()
    assert grouped == pytest.approx(724.4, abs=0.05)
    assert full == pytest.approx(1135.3, abs=0.05)


def test_fully_connected_layers_hold_the_weights_and_convolutions_the_work():
    weights, work = c.full_shares()
    fc = 9216 * 4096 + 4096 * 4096 + 4096 * 1000
    assert weights == pytest.approx(100 * (fc + 9192) / 60_965_224)
    assert work == pytest.approx(100 * fc / 724_406_816)


def test_two_convolutions_exceed_one_per_cent_of_the_parameters():
    assert c.shares_above_one() == pytest.approx((88_512_000 / 60_965_224, 66_393_600 / 60_965_224))


def test_exchange_counts_the_maps_that_cross():
    assert c.exchanged() == (43264 + 9216 + 4096 + 2048, 58624 + 69984 + 64896 + 64896)


def test_neuron_counts_of_figure_2_agree_from_conv2_on():
    sizes = [int(np.prod(s)) for n, s in c.shapes() if not n.startswith(("pool", "input"))]
    assert sizes[1:] == [186624, 64896, 64896, 43264, 4096, 4096, 1000]
    assert sizes[0] == c.conv1_neurons() == 55 * 55 * 96
    assert 55 * 48 * 96 == 253_440
    assert c.neurons() == sum(sizes) == 659_272


def test_crop_variants_by_enumeration():
    corners = {(y, x) for y in range(256) for x in range(256) if y + 224 <= 256 and x + 224 <= 256}
    assert c.crop_variants() == 2 * len(corners) == 2178


def test_overlapping_and_plain_pooling_have_equal_sides_on_odd_inputs():
    assert c.pooled_sides() == (27, 13, 6)
    assert tuple(c.windows(n, 2, 2) for n in (55, 27, 13)) == (27, 13, 6)
    assert tuple(c.windows(n, 2, 2, 0, round_up=True) for n in (55, 27, 13)) == (28, 14, 7)


def test_max_pool_equals_loops_and_its_windows_overlap_only_when_z_exceeds_s():
    x = np.random.default_rng(0).normal(size=(2, 7, 7))
    for z in (2, 3):
        out = c.max_pool(x, z, 2)
        assert out.shape == (2, 3, 3)
        for i in range(3):
            for j in range(3):
                block = x[:, 2 * i : 2 * i + z, 2 * j : 2 * j + z]
                assert np.array_equal(out[:, i, j], block.max(axis=(1, 2)))
    peak = np.zeros((1, 7, 7))
    peak[0, 2, 2] = 1.0
    assert c.max_pool(peak, 3, 2).sum() == 4.0
    assert c.max_pool(peak, 2, 2).sum() == 1.0


def test_response_norm_equals_the_formula_written_as_loops():
    a = np.random.default_rng(1).uniform(0, 300, size=(7, 2, 3))
    out = c.local_response_norm(a)
    for i, y, x in np.ndindex(*a.shape):
        energy = sum(a[j, y, x] ** 2 for j in range(max(0, i - 2), min(6, i + 2) + 1))
        assert out[i, y, x] == pytest.approx(a[i, y, x] / (2 + 1e-4 * energy) ** 0.75, rel=1e-12)


def test_response_norm_never_mixes_positions_and_keeps_signs():
    a = np.random.default_rng(2).normal(size=(5, 4, 4))
    out = c.local_response_norm(a)
    assert np.array_equal(np.sign(out), np.sign(a))
    assert np.allclose(out[:, 1:2, 2:3], c.local_response_norm(a[:, 1:2, 2:3]), atol=1e-15)


def test_response_norm_is_almost_a_constant_factor_far_below_its_knee():
    a = np.full((5, 1, 1), 0.1)
    assert np.allclose(c.local_response_norm(a) / a, 2**-0.75, rtol=1e-4)
    assert c.lrn_knee() == pytest.approx(100 * np.sqrt(2))
    at_knee = np.zeros((5, 1, 1))
    at_knee[2] = c.lrn_knee()
    assert c.local_response_norm(at_knee)[2, 0, 0] == pytest.approx(c.lrn_knee() * 4**-0.75)


def test_inverted_dropout_keeps_the_expectation():
    rng = np.random.default_rng(3)
    x = np.array([1.0, -2.0, 5.0])
    mean = np.mean([c.dropout_inverted(x, 0.5, rng) for _ in range(20000)], axis=0)
    assert np.allclose(mean, x, atol=4 * np.abs(x) / np.sqrt(20000))


def test_dropout_on_least_squares_is_ridge_averaged_over_all_masks():
    rng = np.random.default_rng(5)
    x, y, w = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    keep, total = 0.7, 0.0
    for masks in np.ndindex(*(2,) * 4):
        m = np.array(masks)
        for row, target in zip(x, y, strict=True):
            p = np.prod(np.where(m == 1, keep, 1 - keep))
            total += p * (target - (m * row / keep) @ w) ** 2
    assert c.dropout_linear_loss(x, y, w, keep) == pytest.approx(total, rel=1e-12)


def test_without_dropout_the_ridge_vanishes():
    x, w = np.eye(3), np.array([1.0, 2.0, 3.0])
    assert c.dropout_linear_loss(x, x @ w, w, 1.0) == 0.0
    assert c.dropout_linear_loss(x, x @ w, w, 0.5) == 14.0


def test_colour_shift_lies_along_the_principal_axes_of_the_pixels():
    rng = np.random.default_rng(6)
    mix = rng.normal(size=(3, 3))
    pixels = rng.normal(size=(5000, 3)) @ mix.T
    lam, vec = c.colour_basis(pixels)
    assert np.allclose(np.cov(pixels, rowvar=False) @ vec, vec * lam, atol=1e-9)
    for axis in range(3):
        draw = np.zeros(3)
        draw[axis] = 0.3
        for root in (False, True):
            shift = c.colour_shift(lam, vec, draw, root)
            assert np.linalg.norm(np.cross(shift, vec[:, axis])) < 1e-12
            size = np.sqrt(lam[axis]) if root else lam[axis]
            assert np.linalg.norm(shift) == pytest.approx(0.3 * size)


def test_shift_with_roots_has_a_hundredth_of_the_data_covariance():
    rng = np.random.default_rng(7)
    lam, vec = c.colour_basis(rng.normal(size=(1000, 3)) @ np.diag([60.0, 40.0, 20.0]))
    step = c.colour_shift(lam, vec, 0.1 * np.eye(3), root=True)
    data = vec @ np.diag(lam) @ vec.T
    assert np.allclose(step @ step.T, 0.01 * data)


def test_example_shift_by_hand():
    by_variance, by_std = c.shift_levels()
    assert by_variance == pytest.approx(0.1 * 3600 * 2.8)
    assert by_std == pytest.approx(0.1 * 60 * np.sqrt(2.8))


def test_figures_are_drawn_with_labelled_axes():
    pytest.importorskip("matplotlib").use("agg")
    for figure in (c.figure_budget(), c.figure_lrn()):
        assert figure.axes[0].get_xlabel()
    widths = [bar.get_width() for bar in c.figure_budget().axes[0].patches]
    assert sum(widths[:8]) == pytest.approx(100)
    assert sum(widths[8:]) == pytest.approx(100)
