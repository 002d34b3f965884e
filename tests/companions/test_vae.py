"""The VAE companion against closed forms, brute-force draws, scipy and hand-worked values."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.vae import companion as c
from scipy import integrate, optimize, stats


def square(z):
    return anp.sum(z**2, 1)


def test_kl_of_the_prior_to_itself_is_zero():
    assert np.array_equal(c.gaussian_kl(np.zeros((2, 3)), np.zeros((2, 3))), np.zeros((2, 3)))


def test_kl_of_a_hand_worked_gaussian():
    # mean 2, variance e^2: (4 + e^2 - 1 - 2) / 2
    assert c.gaussian_kl(np.array([2.0]), np.array([2.0]))[0] == pytest.approx((1 + np.e**2) / 2)


@pytest.mark.parametrize(("mu", "logvar"), [(0.0, 1.0), (1.5, -2.0), (-0.7, 0.3)])
def test_kl_equals_numerical_integration(mu, logvar):
    q, p = stats.norm(mu, np.exp(logvar / 2)), stats.norm()
    value, _ = integrate.quad(
        lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), mu - 12 * q.std(), mu + 12 * q.std()
    )
    assert c.gaussian_kl(np.array([mu]), np.array([logvar]))[0] == pytest.approx(value, abs=1e-8)


def test_kl_monte_carlo_agrees_within_four_standard_errors():
    mu, logvar = np.array([1.0, -0.5, 0.0]), np.array([-1.0, 0.3, -3.0])
    mean, error = c.kl_monte_carlo(mu, logvar)
    assert abs(mean - c.gaussian_kl(mu, logvar).sum()) < 4 * error
    assert error < 0.01


def test_both_gradient_estimators_are_unbiased():
    mu, sigma, n = np.array([1.0, -0.5, 0.3]), 0.4, 200_000
    for baseline in (0.0, 1.5):
        draws = c.gradient_draws(square, mu, sigma, n, baseline)
        assert np.all(np.abs(draws.mean(1) - 2 * mu[0]) < 4 * draws.std(1) / np.sqrt(n))


def test_reparametrised_draw_equals_a_finite_difference_through_the_noise():
    mu, sigma, step = np.array([0.7, -0.2]), 0.3, 1e-5
    eps = np.random.default_rng(0).standard_normal((5, 2))  # the draws of the companion
    shift = np.array([step, 0.0])
    f = lambda m: ((m + sigma * eps) ** 2).sum(1)  # noqa: E731
    difference = (f(mu + shift) - f(mu - shift)) / (2 * step)
    assert c.gradient_draws(square, mu, sigma, 5)[1] == pytest.approx(difference, abs=1e-8)


@pytest.mark.parametrize("j", [1, 5, 20])
def test_closed_form_variances_equal_sampled_ones(j):
    exact = c.quadratic_variances(j)
    mu, n = np.ones(j), 200_000
    plain = c.gradient_draws(square, mu, 0.25, n)
    centred = c.gradient_draws(square, mu, 0.25, n, baseline=j * (1 + 0.0625))
    sampled = plain[0].var(), centred[0].var(), plain[1].var()
    assert sampled == pytest.approx(exact, rel=0.04)


def test_only_the_score_function_estimator_depends_on_the_dimension():
    few, many = c.quadratic_variances(10), c.quadratic_variances(1000)
    assert few[2] == many[2] == 0.25
    assert many[0] / few[0] == pytest.approx(100**2, rel=0.05)
    assert many[1] / few[1] == pytest.approx(100, rel=0.15)
    assert c.quadratic_variances() == pytest.approx((7397, 87, 0.25), abs=1e-9)


def linear_loss(theta, eigenvalue, noise):
    """-ELBO of one direction, written out: decoder w z, encoder N(gain x, exp logvar)."""
    w, gain, logvar = theta
    error = (1 - w * gain) ** 2 * eigenvalue + w**2 * np.exp(logvar)
    kl = 0.5 * (gain**2 * eigenvalue + np.exp(logvar) - 1 - logvar)
    return error / (2 * noise) + 0.5 * np.log(2 * np.pi * noise) + kl, kl


@pytest.mark.parametrize(("eigenvalue", "noise"), [(4.0, 0.5), (1.0, 0.5), (0.3, 0.5), (0.01, 0.2)])
def test_linear_vae_is_where_a_numerical_optimiser_ends(eigenvalue, noise):
    best = optimize.minimize(lambda t: linear_loss(t, eigenvalue, noise)[0], (0.6, 0.4, -0.2), tol=1e-12)
    w2, var, kl = (v[0] for v in c.linear_vae(np.array([eigenvalue]), noise))
    assert best.x[0] ** 2 == pytest.approx(w2, abs=1e-4)
    assert np.exp(best.x[2]) == pytest.approx(var, abs=1e-4)
    assert linear_loss(best.x, eigenvalue, noise)[1] == pytest.approx(kl, abs=1e-4)


def test_linear_vae_bound_is_tight_on_used_directions():
    w2, var, _kl = (v[0] for v in c.linear_vae(np.array([3.0]), 0.5))
    w, gain = np.sqrt(w2), np.sqrt(w2) / 3.0  # posterior mean of z is w x / (w^2 + noise)
    evidence = -0.5 * np.log(2 * np.pi * 3.0) - 0.5  # E log N(x; 0, 3) for x of variance 3
    assert -linear_loss((w, gain, np.log(var)), 3.0, 0.5)[0] == pytest.approx(evidence, abs=1e-12)


def test_a_direction_below_the_decoder_variance_collapses():
    w2, var, kl = c.linear_vae(np.array([0.49, 0.51]), 0.5)
    assert (w2[0], var[0], kl[0]) == (0.0, 1.0, 0.0)
    assert w2[1] > 0
    assert kl[1] > 0


def test_per_pixel_mean_error_implies_a_variance_above_all_that_pixels_can_have():
    x, y = np.random.default_rng(0).random((2, 784))
    error = (x - y) ** 2
    assert error.sum() / (2 * c.implied_variance()) == pytest.approx(error.mean(), rel=1e-12)
    assert not np.any(c.linear_vae(np.array([784 * 0.25]), c.implied_variance())[2])


def test_mnist_parameters_by_a_sum_over_matrices():
    weights = 784 * 500 + 2 * 500 * 20 + 20 * 500 + 500 * 784
    assert c.mlp_parameters() == weights + 500 + 2 * 20 + 500 + 784 == 815824
    low, high = c.counted_minutes()
    assert low == pytest.approx(6 * c.mlp_parameters(3) / 2.4e6)
    assert high < 20  # the lower of the two times stated under Fig. 2


def test_toy_data_is_the_stated_mixture():
    x = c.toy_data(6000, np.random.default_rng(0))
    nearest = np.linalg.norm(x[:, None] - c.MODES, axis=2)
    assert np.allclose(np.linalg.norm(c.MODES, axis=1), 1.4)
    assert np.bincount(nearest.argmin(1), minlength=6).min() > 850
    assert nearest.min(1).mean() == pytest.approx(c.STD * np.sqrt(np.pi / 2), rel=0.03)


def tiny_network():
    rng = np.random.default_rng(5)
    shapes = [(2, 4), (4,), (4, 2), (2,), (4, 2), (2,), (2, 4), (4,), (4, 2), (2,)]
    return [0.5 * rng.standard_normal(s) for s in shapes], rng


def test_negative_elbo_equals_a_loop_over_scipy_densities():
    p, rng = tiny_network()
    x, eps = rng.standard_normal((2, 3, 2))
    total = 0.0
    for point, noise in zip(x, eps, strict=True):
        mu, logvar = (a[0] for a in c.encode(p, point[None]))
        mean = c.decode(p, (mu + np.exp(logvar / 2) * noise)[None])[0]
        total -= stats.norm(mean, c.STD).logpdf(point).sum()
        total += (0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)).sum()
    assert c.negative_elbo(p, x, eps) == pytest.approx(total / 3, rel=1e-12)


def test_without_the_variational_switch_noise_and_kl_are_gone():
    p, rng = tiny_network()
    x, a, b = rng.standard_normal((3, 3, 2))
    assert c.negative_elbo(p, x, a, 0.0) == c.negative_elbo(p, x, b, 0.0)
    g = grad(c.negative_elbo)(p, x, a, 0.0)
    assert not np.any(g[4])
    assert not np.any(g[5])


def test_the_gradient_reaches_the_encoder_through_the_sample():
    p, rng = tiny_network()
    x, eps = rng.standard_normal((2, 3, 2))
    g = grad(c.negative_elbo)(p, x, eps)[3]
    for k in range(2):
        step = np.zeros(2)
        step[k] = 1e-6
        up, down = ([*p[:3], p[3] + s * step, *p[4:]] for s in (1, -1))
        slope = (c.negative_elbo(up, x, eps) - c.negative_elbo(down, x, eps)) / 2e-6
        assert g[k] == pytest.approx(slope, rel=1e-5)


def test_equation_1_holds_on_the_trained_vae():
    evidence, elbo, gap = c.bound_terms()
    assert evidence == pytest.approx(elbo + gap, abs=1e-6)
    assert gap > 0


def test_quadrature_elbo_equals_the_sampled_elbo():
    x, rng = c.toy_data(40, np.random.default_rng(2)), np.random.default_rng(7)
    draws = [-c.negative_elbo(c.train(), x, rng.standard_normal((40, 2))) for _ in range(2000)]
    assert np.mean(draws) == pytest.approx(c.bound_terms()[1], abs=4 * np.std(draws) / 2000**0.5)


def test_the_evidence_stays_below_that_of_the_true_density():
    x = c.toy_data(40, np.random.default_rng(2))
    pdf = np.exp(-((x[:, None] - c.MODES) ** 2).sum(2) / (2 * c.STD**2)) / (2 * np.pi * c.STD**2)
    assert c.bound_terms()[0] < np.log(pdf.mean(1)).mean()


def test_the_plain_autoencoder_reconstructs_better_and_samples_worse():
    x = c.toy_data(500, np.random.default_rng(9))
    error = [((c.decode(c.train(v), c.encode(c.train(v), x)[0]) - x) ** 2).mean() for v in (0.0, 1.0)]
    assert error[0] < error[1]
    plain, vae = c.off_data()
    assert plain > 2 * vae


def test_prior_samples_of_the_vae_come_from_the_standard_normal():
    z, x = c.prior_samples(1.0)
    assert np.allclose(np.cov(z.T), np.eye(2), atol=0.08)
    assert x.shape == (c.POINTS, 2)


def test_codes_and_their_noise_add_up_to_about_the_prior():
    means, noise = c.code_spread()
    assert means**2 + noise**2 == pytest.approx(1.0, abs=0.15)


def test_superfluous_latents_switch_off():
    kl = c.latent_kl()
    assert np.all(kl[:2] > 1)
    assert np.all(kl[2:] < 0.01)
