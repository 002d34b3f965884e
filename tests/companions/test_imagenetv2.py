"""The ImageNetV2 companion against brute force, closed forms, limit cases and published values."""

from __future__ import annotations

import numpy as np
import pytest
from papers.imagenetv2 import companion as c
from scipy.special import ndtr, ndtri
from scipy.stats import binom, binomtest


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 7), (5, 10), (10, 10), (1721, 2021), (6702, 10000)])
def test_the_interval_is_the_exact_one_of_scipy(k, n):
    exact = binomtest(k, n).proportion_ci(0.95, method="exact")
    assert c.clopper_pearson(k, n) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_its_ends_leave_a_tail_of_2_5_percent_each():
    low, high = c.clopper_pearson(13, 40)
    assert binom.sf(12, 40, low) == pytest.approx(0.025, abs=1e-9)
    assert binom.cdf(13, 40, high) == pytest.approx(0.025, abs=1e-9)


def test_its_coverage_is_never_below_the_level():
    n = 30
    ends = np.array([c.clopper_pearson(k, n) for k in range(n + 1)])
    for p in np.linspace(0.01, 0.99, 197):
        covered = (ends[:, 0] <= p) & (p <= ends[:, 1])
        assert binom.pmf(np.arange(n + 1), n, p)[covered].sum() >= 0.95


def test_all_right_leaves_a_closed_form():
    assert c.clopper_pearson(100, 100) == pytest.approx((0.025**0.01, 1.0))


def test_half_widths_are_the_normal_ones_for_many_images():
    for got, n in zip(c.half_widths(), (50000, 10000, 2021), strict=True):
        assert got == pytest.approx(98 / np.sqrt(n), rel=0.02)


def test_the_data_hold_45_and_30_networks_with_possible_counts():
    for name, models in (("imagenet", 45), ("cifar", 30)):
        a = c.table(name)
        assert a.shape == (models, len(c.SIZES[name]))
        assert ((a > 0.4) & (a < 1)).all()
        assert (a[:, 1] < a[:, 0]).all()  # all lose accuracy on the first new set
        counts = a * c.SIZES[name]
        np.testing.assert_allclose(counts, np.rint(counts), atol=1e-6)


def test_known_accuracies_of_torchvision_networks_come_back():
    a = c.accuracies("imagenet")
    for name, top1 in (("alexnet", 56.522), ("resnet50", 76.130), ("resnet152", 78.312), ("vgg16", 71.592)):
        assert 100 * a[name][0] == pytest.approx(top1, abs=5e-4)
    assert c.alexnet() == tuple(100 * a["alexnet"])
    assert c.resnet152() == tuple(100 * a["resnet152"])
    assert c.pnasnet() == tuple(100 * a["pnasnet5large"])


def test_a_row_holds_both_accuracies_inside_their_intervals():
    for values in (c.resnet110_row(), c.resnet152_row()):
        old, low, high, new, new_low, new_high = values
        assert low < old < high
        assert new_low < new < new_high < low
    assert c.resnet110_row()[:4:3] == pytest.approx((93.46, 100 * 1721 / 2021))


def test_drops_stay_near_the_ranges_of_the_abstract():
    low, high, least, most = c.drop_ranges()
    assert 3 <= low < high <= 15.5
    assert 10 <= least < most <= 14


def test_mean_changes_are_within_a_tenth_of_those_reported():
    assert c.mean_changes() == pytest.approx((-11.8, -3.2, 2.1), abs=0.1)


def test_rank_change_by_brute_force():
    a = c.table("imagenet")
    ranks = [[sum(y > x for y in col) for x in col] for col in (a[:, 0].tolist(), a[:, 1].tolist())]
    assert c.rank_change() == max(abs(i - j) for i, j in zip(*ranks, strict=True))


def test_slope_of_equals_polyfit_and_ignores_offsets():
    x, y = np.random.default_rng(0).normal(size=(2, 40))
    assert c.slope_of(x, y) == pytest.approx(np.polyfit(x, y, 1)[0])
    assert c.slope_of(x, 3 * x + 7) == pytest.approx(3)


def test_bootstrap_intervals_hold_the_slopes_and_match_the_published_ones():
    for values in (c.lines(), c.probit_lines()):
        for slope, low, high in (values[:3], values[3:]):
            assert low < slope < high
    assert c.lines()[4:] == pytest.approx((1.07, 1.19), abs=0.02)  # the paper, its own choice of networks


def test_slopes_of_a_perfect_line_have_no_spread(monkeypatch):
    x = np.linspace(0.5, 0.9, 12)
    monkeypatch.setattr(c, "table", lambda dataset: np.stack([x, 1.5 * x - 0.4], 1))
    assert c.slopes("any", np.array) == pytest.approx((1.5, 1.5, 1.5))


def test_model_accuracy_is_the_average_over_drawn_difficulties():
    tau = 0.3 + 0.8 * np.random.default_rng(0).normal(size=400000)
    for skill in (-0.5, 0.4, 1.5):
        assert c.model_accuracy(np.array(skill), 0.3, 0.8) == pytest.approx(
            ndtr(skill - tau).mean(), abs=2e-3
        )


def test_the_model_is_a_line_on_the_probit_scale():
    s = np.linspace(-1, 3, 9)
    old, new = c.model_accuracy(s, 0.1, 0.5), c.model_accuracy(s, 0.6, 0.9)
    u, v = np.sqrt(1.25 / 1.81), (0.1 - 0.6) / np.sqrt(1.81)
    np.testing.assert_allclose(ndtri(new), u * ndtri(old) + v, atol=1e-9)
    equal = c.model_accuracy(s, 0.6, 0.5)
    np.testing.assert_allclose(equal, c.shifted(old, -0.5 / np.sqrt(1.25)), atol=1e-9)


def test_shift_slope_is_the_derivative_of_the_shift():
    old, v, h = 0.9346, -0.45, 1e-6
    new = c.shifted(np.array(old), v)
    numeric = (c.shifted(np.array(old + h), v) - c.shifted(np.array(old - h), v)) / (2 * h)
    assert c.shift_slope(old, float(new)) == pytest.approx(float(numeric), rel=1e-6)
    assert c.shift_slope(0.7, 0.7) == pytest.approx(1)


def test_pure_slopes_are_lines_through_shifted_accuracies():
    for name, slope, v in zip(("cifar", "imagenet"), c.pure_slopes(), c.mean_shifts(), strict=True):
        old, new = c.table(name)[:, :2].T
        assert v == pytest.approx(np.mean(ndtri(new) - ndtri(old)))
        assert slope == pytest.approx(np.polyfit(old, ndtr(ndtri(old) + v), 1)[0])
        assert slope > 1


def test_frequency_is_a_share_of_the_workers_with_the_right_mean():
    f = c.frequency(np.full((100, 200), 0.5), 10, 0)
    np.testing.assert_allclose(10 * f, np.rint(10 * f), atol=1e-9)
    assert f.mean() == pytest.approx(ndtr(0.5), abs=0.005)


def test_matched_follows_the_histogram_of_each_class():
    f_old = np.array([[0.1] * 4 + [0.5] * 6 + [0.9] * 10, [0.9] * 20])
    f_pool = np.tile(np.linspace(0, 1, 101), (2, 1))
    chosen = c.matched(f_old, f_pool)
    assert all(len(set(row)) == 10 for row in chosen.tolist())
    f = np.take_along_axis(f_pool, chosen, 1)
    assert np.histogram(f[0], [0, 0.2, 0.4, 0.6, 0.8, 1.01])[0].tolist() == [2, 0, 3, 0, 5]
    assert (f[1] >= 0.8).all()


def test_matched_rounds_ties_up_and_fills_an_empty_bin_from_above():
    half = np.array([[0.1] * 1 + [0.9] * 19])  # 0.5 and 9.5 of ten
    f_pool = np.linspace(0, 1, 101)[None]
    assert (np.take_along_axis(f_pool, c.matched(half, f_pool), 1) >= 0.8).all()
    low = np.array([[0.1] * 20])
    no_low = np.r_[np.full(20, 0.5), np.full(20, 0.9)][None]
    assert (np.take_along_axis(no_low, c.matched(low, no_low), 1) == 0.5).all()


def test_above_takes_the_top_or_random_ones_over_the_threshold():
    f = np.random.default_rng(5).permutation(np.linspace(0, 1, 101))[None]
    top = np.take_along_axis(f, c.above(f, 1.0), 1)
    np.testing.assert_allclose(np.sort(top[0]), np.linspace(0.91, 1, 10))
    some = np.take_along_axis(f, c.above(f, 0.7), 1)
    assert some.min() >= 0.7
    assert some.mean() < 0.93
    few = np.where(f > 0.95, f, 0.1 * f)  # five above the threshold, then the next highest
    np.testing.assert_allclose(
        np.sort(np.take_along_axis(few, c.above(few, 0.7), 1)[0])[5:], np.linspace(0.96, 1, 5)
    )


def test_stricter_selection_gives_higher_accuracy():
    low, middle, high = c.simulated_changes()
    assert low < -4 < 0 < middle < high
    assert c.simulate("TopImages")[0] > c.simulate("Threshold0.7")[0] > c.simulate("MatchedFrequency")[0]


def test_matching_an_observed_frequency_does_not_match_the_true_one():
    seen_old, seen_new, true_old, true_new = c.simulated_frequencies()
    assert seen_old <= seen_new < seen_old + 0.02
    assert true_new < true_old - 0.05


def test_the_drop_needs_both_few_workers_and_another_pool():
    ten, forty, many, same_pool = c.remedies()
    assert ten < forty - 3 < many - 3
    assert max(abs(many), abs(same_pool)) < 1


def test_images_have_the_stated_moments():
    old, pool = c.images()
    assert (old.shape, pool.shape) == ((c.CLASSES, 20), (c.CLASSES, 200))
    assert old.mean() == pytest.approx(0.65, abs=0.03)
    assert pool.std() == pytest.approx(np.sqrt(1 + 0.04), abs=0.01)


@pytest.mark.parametrize("figure", [c.figure_strategies, c.figure_shift])
def test_figures_draw_all_points(figure):
    import matplotlib.pyplot as plt

    fig = figure()
    assert sum(len(line.get_xdata()) for line in fig.axes[0].lines) >= 75
    plt.close(fig)
