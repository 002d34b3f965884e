"""The YOLOv5 companion against published counts, brute force, closed forms and hand-worked values."""

from __future__ import annotations

import numpy as np
import pytest
from papers.yolov5 import companion as c

README = {  # v7.0, README.md lines 294-298: 10^6 parameters, 10^9 operations
    "n": (1.9, 4.5),
    "s": (7.2, 16.5),
    "m": (21.2, 49.0),
    "l": (46.5, 109.1),
    "x": (86.7, 205.7),
}


@pytest.mark.parametrize("size", README)
def test_fused_parameters_equal_the_readme_and_operations_come_within_one_percent(size):
    _, fused, macs = c.network(size)
    assert round(fused / 1e6, 1) == README[size][0]
    assert 2 * macs / 1e9 == pytest.approx(README[size][1], rel=0.01)


def test_fusing_replaces_scale_and_shift_by_one_bias():
    unfused, fused, _ = c.network("s")
    assert (unfused, fused) == (7235389, 7225885)  # counts reported by the program itself


def test_the_tables_list_the_five_sizes_in_order():
    assert list(c.mparams()) == sorted(c.mparams())
    assert [round(p, 2) for p in c.mparams()] == [1.87, 7.24, 21.19, 46.56, 86.75]
    assert [round(p, 1) for p in c.mparams_fused()] == [v[0] for v in README.values()]
    assert [round(f, 1) for f in c.gflops()] == [4.5, 16.4, 48.9, 109.0, 205.4]


def test_conv_and_c3_count_hand_worked_layers():
    np.testing.assert_array_equal(c.conv(3, 2, 4, 5), [72, 4, 72 * 25])
    # c3(8 -> 8, n = 1): hidden 4; branches 2 * 32, bottleneck 16 + 144, join 64
    np.testing.assert_array_equal(c.c3(8, 8, 1, 1)[:2], [64 + 160 + 64, 8 + 8 + 8])


def test_operations_grow_with_the_square_of_the_side():
    assert c.network("s", side=1280)[2] == 4 * c.network("s", side=640)[2]


def test_each_class_adds_one_output_per_anchor_and_level():
    added = c.network("s", classes=81)[0] - c.network("s")[0]
    assert added == 3 * ((128 + 1) + (256 + 1) + (512 + 1))


@pytest.mark.parametrize("k", [3, 5, 13])
def test_max_pool_equals_a_brute_force_loop(k):
    x = np.random.default_rng(k).normal(size=(2, 9, 7))
    y = c.max_pool(x, k)
    for i in range(9):
        for j in range(7):
            low_i, low_j = max(i - k // 2, 0), max(j - k // 2, 0)
            window = x[:, low_i : i + k // 2 + 1, low_j : j + k // 2 + 1]
            np.testing.assert_array_equal(y[:, i, j], window.max((1, 2)))


@pytest.mark.parametrize("shape", [(1, 20, 20), (3, 5, 31), (2, 1, 1)])
def test_sppf_equals_spp_output_for_output_also_at_the_border(shape):
    x = np.random.default_rng(0).normal(size=shape) - 5  # all negative: zero padding would show
    np.testing.assert_array_equal(c.spp(x), c.sppf(x))
    assert c.spp(x).shape == (4 * shape[0], *shape[1:])


def test_the_equality_fails_with_zero_padding_or_with_means():
    x = -np.ones((1, 6, 6))
    assert c.max_pool(x, 5).max() == -1  # zero padding would give 0 at the border
    three = np.convolve(np.convolve(np.ones(5) / 5, np.ones(5) / 5), np.ones(5) / 5)
    assert not np.allclose(three, np.ones(13) / 13)


def test_sigmoid_equals_its_definition():
    t = np.linspace(-20, 20, 81)
    np.testing.assert_allclose(c.sigmoid(t), 1 / (1 + np.exp(-t)), rtol=0, atol=1e-15)


def test_zero_outputs_decode_to_the_anchor_in_the_middle_of_its_cell():
    box = c.decode(np.zeros(4), np.array([3.0, 7.0]), np.array([10.0, 13.0]), 8.0)
    np.testing.assert_allclose(box, [28.0, 60.0, 10.0, 13.0], atol=1e-12)


def test_decoding_stays_in_its_ranges_and_inverts():
    t = np.random.default_rng(1).normal(0, 3, (500, 4))
    d = c.decode(t, np.zeros(2), np.ones(2), 1.0)
    assert d[:, :2].min() > -0.5
    assert d[:, :2].max() < 1.5
    assert d[:, 2:].min() > 0
    assert d[:, 2:].max() < 4
    p = np.concatenate([(d[:, :2] + 0.5) / 2, np.sqrt(d[:, 2:]) / 2], axis=1)
    np.testing.assert_allclose(np.log(p / (1 - p)), t, atol=1e-6)
    assert c.decode_ranges() == pytest.approx((-0.5, 1.5, 0, 4), abs=1e-12)


def cells_by_distance(box, level):
    """Independent oracle: cells whose decoding range can reach the centre, one step each way."""
    grid, g = 640 // c.STRIDES[level], box[:2] / c.STRIDES[level]
    own = np.floor(g).astype(int)
    found = set()
    for step in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        cell = own + step
        offset = g - cell
        inside = (cell >= 0).all() and (cell < grid).all()
        if inside and (offset > -0.5).all() and (offset < 1.5).all():
            found.add((int(cell[0]), int(cell[1])))
    return found


def test_matched_cells_are_the_reachable_side_neighbours():
    rng = np.random.default_rng(2)
    for _ in range(400):
        box = np.r_[rng.uniform(0.1, 639.9, 2), rng.uniform(4, 600, 2)]
        for level in range(3):
            positives = c.match(box, level)
            r = box[2:] / c.ANCHORS[level]
            anchors = {a for a in range(3) if (r[a] < 4).all() and (r[a] > 0.25).all()}
            assert len(set(positives)) == len(positives)
            expected = {(a, *cell) for a in anchors for cell in cells_by_distance(box, level)}
            assert set(positives) == expected


def test_the_example_gets_eighteen_positives():
    assert c.example_positives() == (3, 9, 6)
    assert {m[1:] for m in c.match(c.EXAMPLE, 1)} == {(18, 12), (19, 12), (18, 13)}


def test_a_centre_on_a_grid_line_repeats_its_own_cell_and_one_in_the_middle_has_no_neighbour():
    on_line = c.match(np.array([160.0, 168.0, 50.0, 50.0]), 1)  # 10.0 and 10.5 cells
    cells = [(i, j) for a, i, j in on_line if a == on_line[0][0]]
    assert sorted(cells) == [(9, 10), (10, 10), (10, 10)]


def test_square_boxes_are_matched_exactly_inside_the_stated_range():
    low, high = c.square_range()
    assert (low, high) == (13 / 4, 4 * 326)
    for side, hit in ((low * 0.99, 0), (low * 1.01, 1), (high * 0.99, 1), (high * 1.01, 0)):
        found = sum(len(c.match(np.array([320.5, 320.5, side, side]), k)) for k in range(3))
        assert (found > 0) == hit


def test_boxes_per_image():
    assert c.boxes() == 3 * (6400 + 1600 + 400)


def test_pooling_reads():
    assert c.pool_reads() == (275, 75)


def test_bias_prior_is_eight_objects_per_anchor_and_level_not_per_image():
    # sigmoid(log(8 / n)) = 8 / (n + 8)
    assert c.initial_objects() == pytest.approx(sum(24 * n / (n + 8) for n in (6400, 1600, 400)))


def test_warm_up_starts_and_ends_at_the_published_values():
    assert c.warmup(0, 1849) == (0.1, 0.0, 0.8, 1)
    bias, weight, momentum, accumulate = c.warmup(5547, 1849)
    assert bias == weight == pytest.approx(0.01 * (0.99 * 0.99 + 0.01))  # epoch 3 of 300
    assert (momentum, accumulate) == (0.937, 1)
    assert c.warmup(5548, 1849)[:2] == pytest.approx((bias, weight))


def test_accumulation_rises_to_a_nominal_batch_of_64():
    steps = [c.warmup(i, 1000, batch=16)[3] for i in range(0, 3001, 100)]
    assert steps[0] == 1
    assert steps[-1] == 4
    assert steps == sorted(steps)
    assert c.warmup(9999, 1000, batch=16)[3] == 4


def test_rate_ends_at_a_hundredth():
    assert c.warmup(299 * 1849, 1849)[1] == pytest.approx(0.01 * (0.99 / 300 + 0.01))


def test_warm_up_lengths():
    assert c.warmup_lengths() == (5547, 12.5)


def test_mosaic_share_equals_a_simulation_and_its_limits():
    rng = np.random.default_rng(3)
    n = 400_000
    g, t = rng.uniform(0.5, 1.5, n), rng.uniform(0.4, 0.6, (2, n))
    junction = rng.uniform(0.5, 1.5, (2, n))
    inside = (junction > 1 - t / g) & (junction < 1 + (1 - t) / g)
    assert c.mosaic_four() == pytest.approx(100 * inside.all(0).mean(), abs=0.3)
    assert c.mosaic_four(scale=0.0, translate=0.0, n=3) == pytest.approx(100)


def test_the_figure_is_drawn():
    plt = pytest.importorskip("matplotlib.pyplot")
    assert len(c.figure_anchors().axes[0].lines) == 3
    plt.close("all")
