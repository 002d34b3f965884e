"""The PSPNet companion against hand-worked values, brute force, closed forms and published sums."""

from __future__ import annotations

import numpy as np
import pytest
from papers.pspnet import companion as c

RNG = np.random.default_rng(7)


def test_one_bin_is_the_global_mean():
    x = RNG.normal(size=(3, 7, 5))
    np.testing.assert_allclose(c.average_bins(x, 1)[:, 0, 0], x.mean((1, 2)), atol=1e-12)


def test_bins_of_a_divisible_map_are_plain_block_means():
    x = RNG.normal(size=(2, 12, 12))
    for n in c.BINS:
        blocks = x.reshape(2, n, 12 // n, n, 12 // n).mean((2, 4))
        np.testing.assert_allclose(c.average_bins(x, n), blocks, atol=1e-12)


def test_bins_of_an_indivisible_map_overlap_and_cover_it():
    x = np.arange(7.0).reshape(1, 1, 7).repeat(7, axis=1)
    np.testing.assert_allclose(c.average_bins(x, 3)[0, 0], [1, 3, 5])  # columns 0-2, 2-4, 4-6


def test_upsampling_keeps_ends_constants_and_straight_lines():
    for n in (2, 3, 6):
        up = c.stretch(60, n)
        np.testing.assert_allclose(up.sum(1), 1, atol=1e-12)
        np.testing.assert_allclose(up @ np.arange(n), np.linspace(0, n - 1, 60), atol=1e-12)
    np.testing.assert_allclose(c.stretch(60, 1), 1)


def test_the_module_doubles_the_channels_and_passes_its_input_through():
    x, w = RNG.normal(size=(8, 60, 60)), [RNG.normal(size=(2, 8)) for _ in c.BINS]
    y = c.pyramid_pooling(x, w)
    assert y.shape == (16, 60, 60)
    np.testing.assert_array_equal(y[:8], x)
    level_one = np.maximum(w[0] @ x.mean((1, 2)), 0)
    np.testing.assert_allclose(y[8:10], level_one[:, None, None] * np.ones((1, 60, 60)), atol=1e-12)


def test_the_module_agrees_with_loops():
    x, w = RNG.normal(size=(4, 6, 9)), [RNG.normal(size=(2, 4)), RNG.normal(size=(2, 4))]
    y = c.pyramid_pooling(x, w, (1, 3))
    pooled = np.array([[x[:, 2 * i : 2 * i + 2, 3 * j : 3 * j + 3].mean((1, 2)) for j in range(3)]
                       for i in range(3)])  # fmt: skip
    small = np.maximum(pooled @ w[1].T, 0)
    for r in range(6):
        for s in range(9):
            u, v = 2 * r / 5, 2 * s / 8
            i, j = min(int(u), 1), min(int(v), 1)
            a, b = u - i, v - j
            want = ((1 - a) * (1 - b) * small[i, j] + (1 - a) * b * small[i, j + 1]
                    + a * (1 - b) * small[i + 1, j] + a * b * small[i + 1, j + 1])  # fmt: skip
            np.testing.assert_allclose(y[6:, r, s], want, atol=1e-12)


def test_the_global_level_forgets_where_things_are_and_finer_levels_do_not():
    x = RNG.normal(size=(2, 12, 12))
    shuffled = x.reshape(2, -1)[:, RNG.permutation(144)].reshape(x.shape)
    np.testing.assert_allclose(c.average_bins(x, 1), c.average_bins(shuffled, 1), atol=1e-12)
    assert not np.allclose(c.average_bins(x, 2), c.average_bins(shuffled, 2))


def test_confusion_counts_and_ignores():
    label = np.array([[0, 0, 1], [1, 255, 1]])
    prediction = np.array([[0, 1, 1], [1, 0, 0]])
    np.testing.assert_array_equal(c.confusion(prediction, label, 3), [[1, 1, 0], [1, 2, 0], [0, 0, 0]])


def test_metrics_agree_with_sets_of_pixels():
    label, prediction = RNG.integers(0, 4, (2, 500))
    counts = c.confusion(prediction, label, 4)
    assert c.pixel_accuracy(counts) == pytest.approx((label == prediction).mean(), abs=1e-12)
    for k, value in enumerate(c.class_iou(counts)):
        a, b = set(np.flatnonzero(label == k)), set(np.flatnonzero(prediction == k))
        assert value == pytest.approx(len(a & b) / len(a | b), abs=1e-12)


def test_iou_of_summed_counts_is_not_the_mean_over_images():
    one = c.confusion(np.array([0] * 10), np.array([0] * 9 + [1]), 2)
    two = c.confusion(np.array([1] * 10), np.array([1] * 10), 2)
    assert c.class_iou(one + two)[1] == pytest.approx(10 / 11)
    assert (c.class_iou(one)[1] + c.class_iou(two)[1]) / 2 == pytest.approx(0.5)


def test_a_missed_rare_class_costs_four_points_of_one_metric_and_a_third_of_the_other():
    assert c.rare_class() == pytest.approx((96, 100 * (1 + 0.9 + 0) / 3), abs=1e-12)


def test_gaps_of_a_hand_worked_stack():
    path = [(3, 2, 1), (3, 1, 2), (1, 2, 1), (3, 1, 1)]
    assert c.gaps(path) == [(3, 1), (3, 4), (1, 2), (3, 4)]
    assert c.receptive_field(path) == 1 + 2 + 8 + 0 + 8


def influence(path):
    """Weights of the input pixels for equal taps, by convolving spread kernels one after another."""
    profile = np.ones(1)
    for kernel, gap in c.gaps(path):
        comb = np.zeros((kernel - 1) * gap + 1)
        comb[::gap] = 1 / kernel
        profile = np.convolve(profile, comb)
    return profile


@pytest.mark.parametrize("depth", [50, 101])
def test_width_and_reach_are_those_of_the_convolved_kernels(depth):
    profile = influence(c.backbone(depth, "dilated"))
    assert len(profile) == c.fields(depth)[2]
    x = np.arange(len(profile)) - len(profile) // 2
    assert c.effective_width(depth) == pytest.approx(4 * np.sqrt((profile * x**2).sum()), rel=1e-9)


def test_dilation_restores_the_receptive_field_that_the_missing_strides_took():
    for depth in (50, 101):
        classifier, dense, dilated = c.fields(depth)
        assert classifier == dilated > dense


def test_receptive_field_of_resnet50_summed_by_hand():
    stem = 1 + 2 + 4 + 4 + 4  # taps 1, 2, 2 px apart in the 3×3 convolutions, 2 px in the pooling
    assert c.fields(50)[2] == stem + 3 * 2 * 4 + 4 * 2 * 8 + 6 * 2 * 16 + 3 * 2 * 32
    assert c.fields(50)[1] == stem + 3 * 2 * 4 + (4 + 6 + 3) * 2 * 8


def test_only_the_four_central_positions_see_the_whole_crop():
    count = sum(y - 243 <= 0 and y + 243 >= 472 for y in range(0, 473, 8)) ** 2
    assert c.full_views() == (count, 3600) == (4, 3600)


def test_backbone_parameters_follow_from_those_of_resnet50():
    without_classifier = 25_557_032 - 2048 * 1000 - 1000
    stem = (27 * 64 + 9 * 64 * 64 + 9 * 64 * 128 + 2 * (64 + 64 + 128)) - (49 * 3 * 64 + 2 * 64)
    wider_input = 64 * 64 + 64 * 256  # first block of stage 2 reads 128 channels instead of 64
    assert c.costs()["backbone"][0] == without_classifier + stem + wider_input


def test_module_and_classifier_counts_by_hand():
    assert c.costs()["pooling module"] == (4 * (2048 * 512 + 1024), 50 * 2048 * 512)
    assert c.costs()["classifier on 4096"][0] == 9 * 4096 * 512 + 1024 + 512 * 150 + 150
    assert c.parameters50() == 46_782_550
    assert c.classifier_mparams() == pytest.approx((9.515158, 18.952342, 47.263894))


def test_multiply_adds_of_a_layer_and_the_overhead():
    assert c.costs()["classifier on 2048"][1] == 3600 * (9 * 2048 * 512 + 512 * 150)
    body, module, plain, wide = c.gmacs()
    assert c.overhead() == pytest.approx(100 * ((body + module + wide) / (body + plain) - 1), abs=1e-9)


def test_table_1_gains_are_those_stated():
    assert tuple(round(g, 2) for g in c.over_baseline()) == (11.95, 2.60)


def test_the_voc_mean_implies_a_background_class():
    classes = (
        "91.8 71.9 94.7 71.2 75.8 95.2 89.9 95.9 39.3 90.7 71.7 90.5 94.5 88.8 89.6 72.8 89.6 64.0 85.1 76.3"
    )
    total = sum(map(float, classes.split()))
    assert (total + c.background_iou()) / 21 == pytest.approx(82.6, abs=1e-9)
    assert total / 20 < 82.0


def test_poly_is_nearly_straight():
    u = 0.9**10  # where 0.9 u^-0.1 = 1
    assert c.poly_gap() == pytest.approx(100 * (u**0.9 - u), abs=1e-6)


def test_appearance_alone_is_chance_and_the_global_mean_wins_eleven_in_sixteen():
    assert c.context_accuracy(2.0, ()) == pytest.approx(50, abs=2)
    # three other quadrants: own side wins if two or three agree, ties if one does
    assert c.context_accuracy(1.0, (1,)) == pytest.approx(100 * (4 / 8 + 3 / 8 / 2), abs=1.5)


def test_without_noise_the_finest_level_is_always_right():
    assert c.context_accuracy(0.0, (6,)) == 100
    assert c.context_accuracy(0.0, c.BINS) == 100


def test_with_noise_all_levels_together_beat_each_of_them():
    *single, together = c.toy_levels()
    assert together > max(single) + 1
    assert c.context_accuracy(4.0, (2,)) > c.context_accuracy(4.0, (6,))
