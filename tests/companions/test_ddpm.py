"""The DDPM companion against brute force, closed forms and published numbers."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.ddpm import companion
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm


def test_the_schedule_is_linear_between_the_published_ends():
    beta, abar = companion.schedule()
    assert beta.shape == abar.shape == (1000,)
    assert beta[0] == pytest.approx(1e-4, rel=1e-12)
    assert beta[-1] == pytest.approx(0.02, rel=1e-12)
    assert np.ptp(np.diff(beta)) < 1e-15
    running = 1.0
    for b, a in zip(beta, abar, strict=True):
        running *= 1 - b
        assert a == pytest.approx(running, rel=1e-10)


def test_one_jump_has_the_moments_of_iterated_noising():
    beta, abar = companion.schedule()
    mean, var = 0.7, 0.0  # x_0 = 0.7 exactly; Eq. (2) applied 600 times
    for b in beta[:600]:
        mean, var = np.sqrt(1 - b) * mean, (1 - b) * var + b
    rng = np.random.default_rng(3)
    jump = companion.diffuse(np.full((200_000, 1), 0.7), abar[599], rng.standard_normal((200_000, 1)))
    assert np.sqrt(abar[599]) * 0.7 == pytest.approx(mean, rel=1e-10)
    assert 1 - abar[599] == pytest.approx(var, rel=1e-10)
    assert jump.mean() == pytest.approx(mean, abs=0.01)
    assert jump.var() == pytest.approx(var, abs=0.01)


def test_iterated_noising_of_samples_agrees_with_the_jump():
    beta, abar = companion.schedule(50)
    rng = np.random.default_rng(0)
    x = np.full(100_000, 1.0)
    for b in beta[:20]:
        x = np.sqrt(1 - b) * x + np.sqrt(b) * rng.standard_normal(x.size)
    assert x.mean() == pytest.approx(np.sqrt(abar[19]), abs=0.01)
    assert x.var() == pytest.approx(1 - abar[19], abs=0.01)


@pytest.mark.parametrize("t", [2, 30, 999])
def test_the_posterior_is_bayes_rule_done_by_quadrature(t):
    beta, abar = companion.schedule()
    on_x0, on_xt, var = (c[t - 1] for c in companion.posterior(beta, abar))
    x0, b, before = 0.4, beta[t - 1], abar[t - 2]
    xt = np.sqrt(abar[t - 1]) * x0 - 1.3 * np.sqrt(1 - abar[t - 1])  # 1.3 deviations below the mean
    centre, width = on_x0 * x0 + on_xt * xt, np.sqrt(var)

    def joint(y):
        prior = norm.pdf(y, np.sqrt(before) * x0, np.sqrt(1 - before))
        return norm.pdf(xt, np.sqrt(1 - b) * y, np.sqrt(b)) * prior

    def moment(k):
        low, high = centre - 9 * width, centre + 9 * width
        return quad(lambda y: (y - centre) ** k * joint(y) / joint(centre), low, high, points=[centre])[0]

    assert moment(1) / moment(0) == pytest.approx(0.0, abs=1e-6 * width)
    assert moment(2) / moment(0) == pytest.approx(var, rel=1e-6)


def test_the_posterior_at_the_first_step_is_the_point_x0():
    on_x0, on_xt, var = (c[0] for c in companion.posterior(*companion.schedule()))
    assert (on_x0, on_xt, var) == (pytest.approx(1.0), 0.0, 0.0)


def test_the_mean_in_terms_of_noise_is_the_posterior_mean():
    beta, abar = companion.schedule()
    on_x0, on_xt, _ = companion.posterior(beta, abar)
    x0, eps = 0.3, 1.7
    xt = np.sqrt(abar) * x0 + np.sqrt(1 - abar) * eps
    by_noise = (xt - beta / np.sqrt(1 - abar) * eps) / np.sqrt(1 - beta)  # Eq. (11)
    np.testing.assert_allclose(by_noise, on_x0 * x0 + on_xt * xt, rtol=1e-9)


def test_the_bound_weight_is_what_a_mean_error_costs():
    beta, abar = companion.schedule()
    t, error = 123, 0.01  # an error of 0.01 in the noise moves the mean; Eq. (8) prices it
    shift = beta[t - 1] / np.sqrt((1 - abar[t - 1]) * (1 - beta[t - 1])) * error
    price = shift**2 / (2 * beta[t - 1])
    assert companion.bound_weight()[t - 1] * error**2 == pytest.approx(price, rel=1e-12)


def test_the_first_weight_is_one_half_up_to_alpha():
    assert companion.bound_weight()[0] == pytest.approx(0.5 / (1 - 1e-4), rel=1e-9)
    assert companion.weight_ratio() == pytest.approx(49.0, abs=0.05)


@pytest.mark.parametrize(("steps", "rule"), [(10, "beta"), (10, "posterior"), (40, "langevin")])
def test_the_gaussian_chain_agrees_with_simulation(steps, rule):
    abar = companion.schedule()[1][np.round(np.linspace(0, 999, steps)).astype(int)]
    rng, n, std = np.random.default_rng(1), 100_000, 0.5
    x = rng.standard_normal(n)
    for i in range(steps - 1, -1, -1):
        before = abar[i - 1] if i else 1.0
        beta = 1 - abar[i] / before
        score = -x / (abar[i] * std**2 + 1 - abar[i])
        z = rng.standard_normal(n) if i else 0.0
        if rule == "langevin":
            x = x + beta / 2 * score + np.sqrt(beta) * z
            continue
        sigma2 = beta if rule == "beta" else beta * (1 - before) / (1 - abar[i])
        eps = -np.sqrt(1 - abar[i]) * score
        x = (x - beta / np.sqrt(1 - abar[i]) * eps) / np.sqrt(1 - beta) + np.sqrt(sigma2) * z
    assert companion.chain_std(steps, rule, std) == pytest.approx(x.std(), rel=0.01)


def test_beta_is_the_right_variance_for_standard_normal_data():
    assert companion.chain_std(1000, "beta", 1.0) == pytest.approx(1.0, abs=1e-4)


def test_the_posterior_variance_is_right_for_a_single_point():
    assert companion.chain_std(1000, "posterior", 0.0) == pytest.approx(0.0, abs=1e-9)
    assert companion.chain_std(10, "posterior", 0.0) == pytest.approx(0.0, abs=1e-9)


def test_both_variances_bracket_the_data_and_meet_at_many_steps():
    (large, small), (large10, small10) = companion.std_long(), companion.std_short()
    assert small10 < small < 0.5 < large < large10
    assert large - small < 0.005


def test_a_wide_decoder_costs_the_gaussian_density():
    sigma = 20.0  # grey levels: bins are narrow, so the density approximation is exact enough
    expected = np.log2(sigma * np.sqrt(2 * np.pi)) + 15.0**2 / (2 * sigma**2 * np.log(2))
    assert companion.decoder_bits(15.0, (sigma / 127.5) ** 2) == pytest.approx(expected, abs=2e-3)


def test_the_published_distortion_needs_the_variance_of_the_code():
    code, first_beta = companion.decoder_costs()
    assert code == pytest.approx(1.97, abs=0.01)
    assert first_beta > 2.05


def test_the_unet_has_the_published_parameters():
    assert companion.unet_parameters() == 35_746_307
    assert companion.unet_parameters((1, 1, 2, 2, 4, 4), 256) == 113_673_219


def test_a_one_level_unet_counted_by_hand():
    c = 4  # 8 x 8 images, one level: no resampling, attention in the middle only
    block = 2 * c + (9 * c * c + c) + (4 * c * c + c) + 2 * c + (9 * c * c + c)
    up = 4 * c + (9 * 2 * c * c + c) + (4 * c * c + c) + 2 * c + (9 * c * c + c) + (2 * c * c + c)
    attention = 2 * c + 4 * (c * c + c)
    embed = (c * 4 * c + 4 * c) + (16 * c * c + 4 * c)
    ends = (27 * c + c) + 2 * c + (27 * c + 3)
    assert companion.unet_parameters((1,), 8, c) == embed + ends + 4 * block + attention + 3 * up


def test_the_ends_of_the_schedule():
    assert companion.signal_end() ** 2 == pytest.approx(4.036e-5, rel=1e-3)
    assert companion.equal_step() == 260
    second = 1e-4 + 0.0199 / 999  # beta_2; then 1 - abar_1 over 1 - abar_2
    assert companion.variance_ratio()[0] == pytest.approx(1e-4 / (1 - (1 - 1e-4) * (1 - second)), rel=1e-9)
    assert companion.variance_ratio()[0] < companion.variance_ratio()[1] < 1
    assert companion.std_langevin() > 0.65


def test_toy_data_have_six_equal_modes():
    x = companion.toy_data(60_000, np.random.default_rng(0))
    nearest = np.linalg.norm(x[:, None] - companion.TOY_MODES, axis=2).argmin(1)
    np.testing.assert_allclose(np.bincount(nearest) / 60_000, 1 / 6, atol=0.01)
    assert (x - companion.TOY_MODES[nearest]).std() == pytest.approx(companion.TOY_STD, abs=0.005)


def test_toy_noise_is_minus_the_scaled_score_of_the_mixture():
    abar_t = 0.3
    var = abar_t * companion.TOY_STD**2 + 1 - abar_t

    def log_density(x):
        gap = x - np.sqrt(abar_t) * companion.TOY_MODES
        return anp.log(anp.sum(anp.exp(-0.5 * anp.sum(gap**2, axis=1) / var)))

    x = np.array([[0.4, -0.2], [1.0, 0.9]])
    expected = [-np.sqrt(1 - abar_t) * grad(log_density)(row) for row in x]
    np.testing.assert_allclose(companion.toy_eps(x, np.full((2, 1), abar_t)), expected, rtol=1e-9)
    full = [multivariate_normal(np.sqrt(abar_t) * m, var).logpdf(x[0]) for m in companion.TOY_MODES]
    assert logsumexp(full) == pytest.approx(log_density(x[0]) - np.log(2 * np.pi * var), rel=1e-9)


def test_the_loss_is_the_mean_square_of_the_missed_noise():
    zeros = [np.zeros(s) for s in ((10, 3), (3,), (3, 3), (3,), (3, 2), (2,))]
    eps = np.array([[1.0, -2.0], [0.5, 0.0]])
    value = companion.loss(zeros, np.zeros((2, 2)), np.array([1, 100]), eps)
    assert value == pytest.approx((1 + 4 + 0.25) / 4)
    assert companion.eps_net(zeros, eps, np.array([1, 100])).shape == (2, 2)


def test_training_comes_close_to_the_best_possible_loss():
    trained, best = companion.toy_losses()
    assert best < trained < best + 0.01


def test_exact_noise_samples_the_toy_modes_in_proportion():
    abar = companion.schedule(companion.TOY_STEPS)[1]
    x = companion.sample(lambda x, t: companion.toy_eps(x, abar[t - 1][:, None]), 3000)
    distance = np.linalg.norm(x[:, None] - companion.TOY_MODES, axis=2)
    assert (distance.min(1) < 0.5).mean() > 0.985
    np.testing.assert_allclose(np.bincount(distance.argmin(1)) / 3000, 1 / 6, atol=0.025)


def test_the_trained_network_samples_the_modes():
    params = companion.train()
    x = companion.sample(lambda x, t: companion.eps_net(params, x, t), 1000)
    assert (np.linalg.norm(x[:, None] - companion.TOY_MODES, axis=2).min(1) < 0.5).mean() > 0.9


def test_sampling_stopped_at_once_is_standard_normal():
    x = companion.sample(lambda x, t: x, 20_000, stop=companion.TOY_STEPS)
    assert x.mean() == pytest.approx(0, abs=0.02)
    assert x.std() == pytest.approx(1, abs=0.02)
