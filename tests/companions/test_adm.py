"""Tests of the ADM companion: classifier guidance on a mixture, parameter counts, training cost."""

import numpy as np
import pytest
from papers.adm import companion
from scipy.integrate import quad
from scipy.stats import norm

X = np.linspace(-3, 3, 41)
LEVELS = (0.9999, 0.7, 0.2, 0.01)


def density(x, a, weight):
    """The noised mixture, written out component by component."""
    std = np.sqrt(a * companion.STD**2 + 1 - a)
    return sum(w * norm.pdf(x, np.sqrt(a) * m, std) for w, m in zip(weight, companion.MEAN, strict=True))


def test_levels_are_the_ddpm_schedule_and_end_at_clean_data():
    a, b = companion.levels(1000)
    assert a[-1] == pytest.approx(0.9999)
    assert a[0] == pytest.approx(np.prod(1 - np.linspace(1e-4, 0.02, 1000)))
    assert b[-1] == 1.0
    np.testing.assert_array_equal(b[:-1], a[1:])
    assert len(companion.levels(25)[0]) == 25
    assert np.all(companion.levels(25)[0] < companion.levels(25)[1])


def test_shares_are_the_class_prior_the_class_and_a_leak_of_the_other_class():
    np.testing.assert_allclose(companion.shares(None), [0.5, 0.25, 0.25])
    np.testing.assert_allclose(companion.shares(1), [0, 0.5, 0.5])
    np.testing.assert_allclose(companion.shares(0), [1, 0, 0])
    np.testing.assert_allclose(companion.shares(1, 0.2), [0.2, 0.4, 0.4])


@pytest.mark.parametrize("a", LEVELS)
def test_log_density_differs_from_the_written_out_one_by_a_constant(a):
    for label in (None, 0, 1):
        gap = companion.log_density(X, a, label) - np.log(density(X, a, companion.shares(label)))
        np.testing.assert_allclose(gap, gap[0], atol=1e-9)


@pytest.mark.parametrize("a", LEVELS)
def test_classifier_is_bayes_rule(a):
    joint = 0.5 * density(X, a, companion.shares(1))
    expected = joint / density(X, a, companion.WEIGHT)
    np.testing.assert_allclose(np.exp(companion.log_classifier(X, a)), expected, rtol=1e-10)


@pytest.mark.parametrize("a", LEVELS)
def test_score_matches_finite_differences(a):
    def log_p(x):
        return np.log(density(x, a, companion.shares(1, 0.2)))

    first, second = companion.score(X, a, companion.shares(1, 0.2))
    np.testing.assert_allclose(first, (log_p(X + 1e-5) - log_p(X - 1e-5)) / 2e-5, atol=1e-5)
    numeric = (log_p(X + 1e-3) - 2 * log_p(X) + log_p(X - 1e-3)) / 1e-6
    np.testing.assert_allclose(second, numeric, atol=2e-3)


@pytest.mark.parametrize("a", LEVELS)
def test_classifier_gradient_is_the_conditional_score_minus_the_unconditional_one(a):
    difference = companion.score(X, a, companion.shares(1))[0] - companion.score(X, a, companion.WEIGHT)[0]
    np.testing.assert_allclose(companion.gradient(X, a), difference, atol=1e-10)


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.3), (0.01, 0.7), (0.9, 0.99)])
def test_reverse_step_has_the_moments_of_the_exact_reverse_distribution(a, b):
    weight, x = companion.shares(None), 0.4

    def unnormalised(y):  # q(x_t | x_{t-1}) q(x_{t-1}) as a function of x_{t-1}
        return norm.pdf(x, np.sqrt(a / b) * y, np.sqrt(1 - a / b)) * density(y, b, weight)

    z, m, v = (quad(lambda y, k=k: y**k * unnormalised(y), -8, 8, limit=200)[0] for k in (0, 1, 2))
    mean, var = companion.reverse_step(np.array([x]), a, b, weight)
    assert mean[0] == pytest.approx(m / z, abs=1e-6)
    assert var[0] == pytest.approx(v / z - (m / z) ** 2, abs=1e-6)


def test_last_reverse_step_returns_the_mean_of_clean_data():
    x0 = 1.3  # almost no noise left, one component in reach: x_0 is nearly x_t
    mean, var = companion.reverse_step(np.array([x0]), 0.9999, 1.0, companion.shares(None))
    assert mean[0] == pytest.approx(x0, abs=1e-2)
    assert var[0] < 2e-4


def test_scale_zero_leaves_a_step_as_it_was():
    weight = companion.shares(1)
    plain, guided = (
        companion.reverse_step(X, 0.3, 0.4, weight),
        companion.guided_step(X, 0.3, 0.4, 0.0, weight),
    )
    np.testing.assert_array_equal(plain, guided)


def test_guided_step_moves_the_mean_by_scale_times_variance_times_gradient():
    weight = companion.shares(None)
    mean, var = companion.reverse_step(X, 0.3, 0.35, weight)
    moved, same = companion.guided_step(X, 0.3, 0.35, 3.0, weight)
    np.testing.assert_array_equal(same, var)
    slope = (companion.log_classifier(X + 1e-5, 0.3) - companion.log_classifier(X - 1e-5, 0.3)) / 2e-5
    np.testing.assert_allclose(moved - mean, 3 * var * slope, atol=1e-6)


def test_noise_form_at_scale_one_gives_the_exact_conditional_mean_for_a_step_of_any_size():
    for a, b in ((0.01, 0.7), (0.2, 0.21)):
        eps = companion.guided_eps(X, a, 1.0, companion.shares(None))
        mean = (X - (1 - a / b) * eps / np.sqrt(1 - a)) / np.sqrt(a / b)
        expected = companion.reverse_step(X, a, b, companion.shares(1))[0]
        np.testing.assert_allclose(mean, expected, atol=1e-9)


def test_mean_shift_and_noise_form_agree_for_small_steps_only():
    def gap(a, b):
        weight = companion.shares(None)
        shift = companion.guided_step(X, a, b, 1.0, weight)[0] - companion.reverse_step(X, a, b, weight)[0]
        exact = (1 - a / b) / np.sqrt(a / b) * companion.gradient(X, a)
        return np.abs(shift - exact).max() / np.abs(exact).max()

    assert gap(0.2, 0.2001) < 0.01
    assert gap(0.2, 0.8) > 0.2


@pytest.mark.parametrize("a", LEVELS)
def test_guidance_with_and_without_a_classifier_agree(a):
    conditional = companion.guided_eps(X, a, 2.0, companion.shares(1))
    unconditional = companion.guided_eps(X, a, 3.0, companion.shares(None))
    np.testing.assert_allclose(conditional, companion.free_eps(X, a, 2.0), atol=1e-9)
    np.testing.assert_allclose(unconditional, companion.free_eps(X, a, 2.0), atol=1e-9)


def test_classifier_free_weight_minus_one_is_unconditional_and_zero_conditional():
    plain = -np.sqrt(0.7) * companion.score(X, 0.3, companion.WEIGHT)[0]
    conditional = -np.sqrt(0.7) * companion.score(X, 0.3, companion.shares(1))[0]
    np.testing.assert_allclose(companion.free_eps(X, 0.3, -1.0), plain, atol=1e-12)
    np.testing.assert_allclose(companion.free_eps(X, 0.3, 0.0), conditional, atol=1e-12)


def test_ddim_step_keeps_image_and_noise():
    x0, eps = np.array([1.7]), np.array([-0.4])
    x = np.sqrt(0.3) * x0 + np.sqrt(0.7) * eps
    expected = np.sqrt(0.6) * x0 + np.sqrt(0.4) * eps
    np.testing.assert_allclose(companion.ddim_step(x, 0.3, 0.6, eps), expected)


def test_unguided_conditional_samples_have_the_moments_of_the_class():
    x = companion.sample(0.0)
    assert x.shape == (2000,)
    assert x.mean() == pytest.approx(1.25, abs=0.05)
    assert x.std() == pytest.approx(0.85, abs=0.03)
    assert np.array_equal(x, companion.sample.__wrapped__(0.0))  # deterministic


def test_guiding_the_unconditional_model_once_more_equals_guiding_the_conditional_one():
    np.testing.assert_allclose(companion.unconditional_shares(), companion.near_shares()[:2], atol=1.5)


def test_scale_raises_fidelity_and_lowers_diversity_far_more_than_tilting_does():
    assert np.all(np.diff(companion.fidelities()) > 0)
    assert np.all(np.diff(companion.near_shares()) < -10)
    assert np.all(np.abs(np.diff(companion.tilted_shares())) < 3)


def test_tilted_density_integrates_to_one_and_scale_zero_is_the_class():
    x, p = companion.tilted(0.0)
    np.testing.assert_allclose(p, density(x, 1.0, companion.shares(1)), atol=1e-4)
    for s in (1.0, 4.0):
        grid, values = companion.tilted(s)
        assert values.sum() * (grid[1] - grid[0]) == pytest.approx(1)

    def integrand(v, s=4.0):
        point = np.array([v])
        return (density(point, 1.0, companion.shares(1)) * np.exp(s * companion.log_classifier(point, 1.0)))[
            0
        ]

    near, all_of_it = quad(integrand, -3, 1.25)[0], quad(integrand, -3, 6, limit=100)[0]
    assert companion.tilted_shares()[2] == pytest.approx(100 * near / all_of_it, abs=0.3)


def test_summary_of_hand_made_points():
    fidelity, near = companion.summary(np.array([2.0, 2.0, 0.5, 2.0]))
    assert near == 25
    p = 1 / (1 + np.exp(-(1.4**2) / 0.32) * 0.5 / 0.25)  # at 0.5; the far mode adds under a thousandth
    assert fidelity == pytest.approx(100 * (3 + p) / 4, abs=0.05)


def test_frechet_is_zero_at_the_moments_of_the_class_and_adds_squares():
    x = np.array([1.25 - 0.85, 1.25 + 0.85])
    assert companion.frechet(x) == pytest.approx(0, abs=1e-12)
    assert companion.frechet(x + 0.3) == pytest.approx(0.09)
    assert companion.frechet(1.25 + 2 * (x - 1.25)) == pytest.approx(0.85**2)


def test_a_leaking_model_is_best_at_a_scale_between_none_and_much():
    none, some, much = companion.leaky_frechet()
    assert some < 0.1 * min(none, much)
    assert companion.frechet(companion.sample(0.0)) < companion.frechet(companion.sample(0.5))


def test_deterministic_sampler_concentrates_more_at_the_same_scale():
    zero, one = companion.ddim_shares()
    assert zero == pytest.approx(50, abs=1)
    assert one < companion.near_shares()[1]


def test_parameter_counts_are_those_of_table_11():
    assert np.round(companion.diffusion_mparams()[:4]).tolist() == [296, 422, 554, 559]


def test_lsun_model_is_the_256_model_without_class_embedding():
    with_classes, without = (companion.unet_parameters(256, companion.TOP, 256, 2, n) for n in (1000, 0))
    assert with_classes - without == 1000 * 1024
    assert companion.diffusion_mparams()[4] * 1e6 == pytest.approx(without)


def test_one_level_unet_counted_by_hand():
    def block(i, o):
        shortcut = i * o + o if i != o else 0
        return 2 * i + 9 * i * o + o + 16 * 2 * o + 2 * o + 2 * o + 9 * o * o + o + shortcut

    attention = 2 * 4 + 3 * 16 + 12 + 16 + 4
    hand = (4 * 16 + 16) + (16 * 16 + 16) + (9 * 3 * 4 + 4)  # time embedding, first convolution
    hand += block(4, 4) + 2 * block(4, 4) + attention  # down, middle
    hand += 2 * block(8, 4) + 8 + (9 * 4 * 6 + 6)  # up, output
    assert companion.unet_parameters(64, (1,), 4, 1, 0) == hand


def test_generator_cost_is_that_of_table_10_up_to_rounding():
    days = companion.generator_days()
    assert days[0] == pytest.approx(521, abs=0.5)
    assert days[1] == pytest.approx(916, abs=1)
    assert days[2] + days[3] == pytest.approx(110, abs=1)


def test_headline_models_cost_four_times_the_upper_estimate():
    np.testing.assert_allclose(companion.budget_ratios(), (4.1, 3.8, 3.7), atol=0.05)


def test_figures_draw_what_the_captions_say():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    assert len(companion.figure_densities().axes[0].lines) == 4
    exact, leaking = (line.get_ydata() for line in companion.figure_scale().axes[0].lines)
    assert np.all(np.diff(exact) > 0)
    assert 0 < np.argmin(leaking) < len(leaking) - 1
    pyplot.close("all")


def test_main_prints_every_number(capsys):
    companion.main()
    assert len(capsys.readouterr().out.splitlines()) == 9
