"""Tests of the SimGen companion: the toy cascade, masks, flicker, and arithmetic on the paper's tables."""

import numpy as np
import pytest
from papers.simgen import companion

RNG = np.random.default_rng(5)


def test_strip_puts_the_vehicle_on_four_cells_of_a_repeated_background():
    out = companion.strip(1, companion.SIM, np.array([0.5, -0.5]))
    np.testing.assert_array_equal(out[:8], [0.5, -0.5, 0.5, -0.5, 2, 2, 2, 2])
    np.testing.assert_array_equal(out[8:], [0.5, -0.5] * 4)
    assert companion.MEANS.shape == (8, 16)


def test_levels_are_every_twentieth_value_of_the_scaled_linear_schedule():
    product, root = 1.0, []
    for i in range(1000):
        beta = (0.00085**0.5 + i / 999 * (0.012**0.5 - 0.00085**0.5)) ** 2
        product *= 1 - beta
        if i % 20 == 1:
            root.append(product)
    np.testing.assert_allclose(companion.levels(), root, rtol=1e-10)


def test_denoiser_agrees_with_tweedies_formula_by_finite_differences():
    a, x, h = 0.3, RNG.standard_normal((1, 16)), 1e-5
    var = a * companion.STD**2 + 1 - a

    def log_p(y):
        return np.log(np.exp(-0.5 * ((y - np.sqrt(a) * companion.MEANS) ** 2).sum(1) / var).sum())

    score = np.array([(log_p(x[0] + h * e) - log_p(x[0] - h * e)) / (2 * h) for e in np.eye(16)])
    expected = (x[0] + (1 - a) * score) / np.sqrt(a)
    np.testing.assert_allclose(companion.real_denoiser(x, a)[0], expected, atol=1e-7)


def test_denoiser_leaves_clean_data_alone_and_returns_the_mean_from_pure_noise():
    x = companion.MEANS + 0.1
    np.testing.assert_allclose(companion.real_denoiser(x, 1 - 1e-9), x, atol=1e-6)
    flat = companion.real_denoiser(np.zeros((1, 16)), 1e-12)[0]
    np.testing.assert_allclose(flat, companion.MEANS.mean(0), atol=1e-4)


def test_conddiff_at_time_zero_is_the_identity():
    sim = RNG.standard_normal((5, 16))
    np.testing.assert_array_equal(companion.conddiff(sim, 0.0, np.ones((5, 16))), sim)


def test_conddiff_with_one_step_is_the_denoiser_applied_once():
    sim, noise = RNG.standard_normal((4, 16)), RNG.standard_normal((4, 16))
    a = companion.levels()[0]
    x = np.sqrt(a) * sim + np.sqrt(1 - a) * noise
    np.testing.assert_allclose(companion.conddiff(sim, 0.02, noise), companion.real_denoiser(x, a))


def test_unscaled_start_is_the_same_as_a_simulated_condition_that_is_too_large():
    sim, noise = RNG.standard_normal((4, 16)), RNG.standard_normal((4, 16))
    a = companion.levels()[24]
    got = companion.conddiff(sim, 0.5, noise, scaled=False)
    np.testing.assert_allclose(got, companion.conddiff(sim / np.sqrt(a), 0.5, noise))


def test_imgdiff_without_extra_copies_the_condition_and_with_one_takes_the_mean():
    real, zero = RNG.standard_normal((3, 16)), np.zeros((3, 16))
    np.testing.assert_array_equal(companion.imgdiff(real, None, 1.0, zero), real)
    np.testing.assert_allclose(companion.imgdiff(real, 0 * real, 1.0, zero), real / 2)
    np.testing.assert_array_equal(companion.imgdiff(real, 0 * real, 0.0, zero), real)


def test_frechet_of_two_gaussians_is_the_closed_form():
    x, y = RNG.standard_normal((200_000, 2)), RNG.standard_normal((200_000, 2)) * 3 + 1
    assert companion.frechet(x, x) == pytest.approx(0, abs=1e-9)
    assert companion.frechet(x, y) == pytest.approx(2 * (1 + (3 - 1) ** 2), rel=0.02)


def test_spot_of_finds_the_vehicle():
    np.testing.assert_array_equal(companion.spot_of(companion.MEANS), np.repeat(np.arange(4), 2))


def test_later_start_trades_layout_for_realism():
    kept, dist = np.array([companion.cascade(t) for t in (0.0, 0.2, 0.5, 0.8, 1.0)]).T
    assert np.all(np.diff(kept) <= 0)
    assert np.all(np.diff(dist) < 0.01)
    assert kept[0] == 100


def test_half_way_the_noise_exceeds_the_signal():
    alpha, sigma, ratio = companion.half_way()
    assert alpha**2 + sigma**2 == pytest.approx(1)
    assert ratio > 1


def test_leaving_out_alpha_costs_realism():
    good, bad = companion.unscaled()
    assert bad > good


def test_mask_removes_the_pull_on_the_background():
    without, with_mask = companion.background_error()
    squares = companion.MEANS[0, 4:] ** 2
    assert without == pytest.approx(
        np.sqrt(squares.mean() / 4 + 0.005), rel=0.02
    )  # half the value, half the noise
    assert with_mask == pytest.approx(0.1, rel=0.02)


def test_new_noise_in_every_frame_is_a_coin_toss_for_the_background():
    fresh, shared = companion.flicker()
    assert fresh == pytest.approx(50, abs=3)
    assert shared < 10


def test_unet_has_the_parameters_of_stable_diffusion_two():
    assert companion.unet_mparams() == pytest.approx(865.910724)


def test_effective_number_of_equal_and_of_single_categories():
    assert companion.effective((25, 25, 25, 25)) == pytest.approx(4)
    assert companion.effective((100, 0, 0)) == pytest.approx(1)


def test_shares_add_up_to_a_hundred_percent():
    for pair in companion.SHARES.values():
        for shares in pair:
            assert sum(shares) == pytest.approx(100, abs=0.15)


def test_arithmetic_by_hand():
    assert companion.frame_cost() == pytest.approx((75, 84.75, 169.5))
    assert companion.conddiff_epochs() == pytest.approx(0.64)
    assert companion.bevgen_drops() == pytest.approx((-22.1, -12.3))
    assert companion.gains() == pytest.approx((4.4, 3.4, 3.1))
    assert companion.clips() == (6, 40, 8)


def test_categories_come_in_pairs_and_stay_below_the_number_of_rows():
    values = companion.categories()
    sizes = [len(s) for pair in companion.SHARES.values() for s in pair]
    assert len(values) == 8
    assert all(1 <= v <= n for v, n in zip(values, sizes, strict=True))
    assert all(b > a for a, b in zip(values[::2], values[1::2], strict=True))


def test_tradeoff_figure_has_two_curves():
    import matplotlib.pyplot as plt

    fig = companion.figure_tradeoff()
    assert len(fig.axes[0].lines) == 2
    plt.close(fig)
