"""Oracles for the companion to "Classifier-Free Diffusion Guidance"."""

import numpy as np
import pytest
from papers.cfg import companion as cfg

TWO = np.array([[1.0], [-1.0]])


def test_log_snr_falls_from_20_to_minus_20() -> None:
    lam = cfg.log_snr(np.array([0.0, 0.5, 1.0]))
    assert lam == pytest.approx([20.0, 0.0, -20.0], abs=1e-9)


def test_the_level_distribution_is_the_cosine_schedule() -> None:
    u = np.linspace(0, 1, 101)
    alpha, sigma = cfg.signal_noise(cfg.log_snr(u))
    assert alpha == pytest.approx(np.cos(np.pi / 2 * u), abs=1e-4)
    assert alpha**2 + sigma**2 == pytest.approx(1.0)


def test_the_level_density_is_a_hyperbolic_secant() -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    inside = (np.abs(cfg.log_snr(u)) < 2).mean()
    lam = np.linspace(-2, 2, 4001)
    assert inside == pytest.approx(np.trapezoid(1 / (2 * np.pi * np.cosh(lam / 2)), lam), abs=1e-4)


def test_log_snr_is_log_of_the_ratio_of_variances() -> None:
    alpha, sigma = cfg.signal_noise(1.7)
    assert np.log(alpha**2 / sigma**2) == pytest.approx(1.7)


@pytest.mark.parametrize("label", [0, 2, cfg.NULL])
def test_exact_noise_prediction_is_minus_sigma_times_the_score(label: int) -> None:
    z, h = cfg.grid(5, 2.0), 1e-5
    score = [
        (cfg.log_density(z + h * e, 0.4, label) - cfg.log_density(z - h * e, 0.4, label)) / (2 * h)
        for e in np.eye(2)
    ]
    expected = -cfg.signal_noise(0.4)[1] * np.stack(score, 1)
    assert cfg.exact_eps(z, 0.4, label) == pytest.approx(expected, abs=1e-7)


def test_the_classifier_of_two_gaussians_is_logistic() -> None:
    z, (alpha, sigma) = np.linspace(-3, 3, 7)[:, None], cfg.signal_noise(0.5)
    logit = 2 * alpha * z[:, 0] / ((alpha * cfg.STD) ** 2 + sigma**2)
    expected = 1 / (1 + np.exp(-logit))
    assert np.exp(cfg.log_classifier(z, 0.5, 0, TWO)) == pytest.approx(expected)


def test_free_guidance_of_two_gaussians_by_hand() -> None:
    z, w, (alpha, sigma) = np.linspace(-3, 3, 7)[:, None], 2.5, cfg.signal_noise(0.5)
    var = (alpha * cfg.STD) ** 2 + sigma**2
    other = 1 / (1 + np.exp(2 * alpha * z / var))  # probability of the other class
    expected = sigma * ((z - alpha) / var - w * 2 * alpha / var * other)
    one = (1 + w) * cfg.exact_eps(z, 0.5, 0, TWO)
    plain = np.tanh(alpha * z / var)
    unconditional = sigma * (z - alpha * plain) / var
    assert one - w * unconditional == pytest.approx(expected)


def test_class_probabilities_sum_to_one() -> None:
    total = sum(np.exp(cfg.log_classifier(cfg.grid(9), 3.0, c)) for c in range(3))
    assert total == pytest.approx(1.0)


def test_both_forms_agree_to_rounding() -> None:
    assert cfg.agreement() < 1e-12


def test_no_weight_is_the_conditional_and_minus_one_the_unconditional_model() -> None:
    z = cfg.grid(5)
    assert np.array_equal(cfg.free_guided(z, 0.0, 1, 0.0), cfg.exact_eps(z, 0.0, 1))
    assert np.array_equal(cfg.free_guided(z, 0.0, 1, -1.0), cfg.exact_eps(z, 0.0, cfg.NULL))


def test_unguided_samples_have_the_moments_of_the_class() -> None:
    x = cfg.sample(0.0)
    assert x.mean(0) == pytest.approx(cfg.CENTRES[0], abs=0.04)
    assert cfg.spread(x) == pytest.approx(cfg.STD, abs=0.02)


def test_the_tilted_density_without_weight_is_the_class() -> None:
    x, p = cfg.tilted(0.0, 1)
    assert p.sum() == pytest.approx(1.0)
    assert p @ x == pytest.approx(cfg.CENTRES[1], abs=1e-6)
    assert cfg.spread(x, p) == pytest.approx(cfg.STD, abs=1e-5)


def test_guidance_buys_fidelity_with_spread() -> None:
    fidelity = cfg.sampled_fidelity()
    assert fidelity[0] < fidelity[1] < fidelity[2]
    assert cfg.spread(cfg.sample(0.0)) > cfg.spreads()[0] > cfg.spreads()[1]


def test_guided_samples_are_narrower_than_the_tilted_density() -> None:
    spreads = cfg.spreads()
    assert spreads[0] < spreads[2] - 0.02
    fine = cfg.spread(cfg.sample(1.0, steps=400))  # not an effect of the step size
    assert fine < spreads[2] - 0.02


def test_toy_inception_score_lies_between_one_and_the_number_of_classes() -> None:
    assert cfg.toy_inception(np.zeros((1, 2))) == pytest.approx(1.0)
    assert cfg.toy_inception(50 * cfg.CENTRES) == pytest.approx(3.0)
    assert list(cfg.inception()) == sorted(cfg.inception())


def test_strong_guidance_lowers_both_likelihoods_and_raises_their_ratio() -> None:
    on1, on4, off1, off4 = cfg.likelihood_changes()
    assert on1 > 0 > on4
    assert on4 - off4 > on1 - off1 > 0


def test_weight_zero_log_likelihood_is_minus_the_entropy() -> None:
    mean = cfg.log_density(cfg.sample(0.0), cfg.LAM_MAX, 0).mean()
    assert mean == pytest.approx(-1.0, abs=0.05)  # -d/2 without the constant


def test_the_exact_label_direction_does_not_rotate() -> None:
    z, h = cfg.points(0.0, 50), 1e-5
    columns = []
    for e in np.eye(2):
        up, down = (cfg.free_guided(z + s * h * e, 0.0, 0, 1.0) for s in (1, -1))
        columns.append((up - down) / (2 * h))
    j = np.stack(columns, 2)
    assert j[:, 0, 1] == pytest.approx(j[:, 1, 0], abs=1e-6)


def test_the_learned_label_direction_rotates() -> None:
    weights, z, h, lam = cfg.train(0.1), cfg.points(0.0), 1e-5, 0.0

    def direction(x: np.ndarray) -> np.ndarray:
        return (cfg.hidden(x, lam, 0)[0] - cfg.hidden(x, lam, cfg.NULL)[0]) @ weights

    j = np.stack([(direction(z + h * e) - direction(z - h * e)) / (2 * h) for e in np.eye(2)], axis=2)
    odd = (j[:, 0, 1] - j[:, 1, 0]) / 2
    share = 100 * np.sqrt(2 * (odd**2).sum() / (j**2).sum())
    assert cfg.rotation()[0] == pytest.approx(share, rel=1e-4)
    assert min(cfg.rotation()) > 10


def test_dropping_more_labels_serves_the_null_token_at_the_expense_of_the_labels() -> None:
    assert list(cfg.conditional_errors()) == sorted(cfg.conditional_errors())
    assert list(cfg.null_errors()) == sorted(cfg.null_errors(), reverse=True)


def test_published_cells_are_where_they_should_be() -> None:
    row = cfg.WEIGHTS.index(0.3)
    assert tuple(cfg.FID128[row]) == (3.04, 2.43, 2.43)
    assert tuple(cfg.IS64[-1]) == (260.2, 248.97, 225.1)
    assert tuple(cfg.FID64[0]) == (1.8, 1.8, 2.21)
    assert tuple(cfg.IS128[-1]) == (422.29, 421.03, 419.06)


def test_half_the_labels_dropped_is_worse_at_every_inception_score() -> None:
    low, high = cfg.frontier_gaps()
    assert 0 < low < high
    exact = 9.13 - 7.19  # w = 1.0 at 0.5 and w = 0.6 at 0.1 have the same IS, 131.1
    assert high == pytest.approx(exact)


def test_inception_scores_of_table_2_rise_with_the_weight_and_never_with_1024_steps() -> None:
    assert (np.diff(cfg.IS128, axis=0) > 0).all()
    assert cfg.longer_is_lower() == 14


def test_fid_rises_beyond_its_best_weight() -> None:
    assert (np.diff(cfg.FID128[4:], axis=0) > 0).all()
    assert (np.diff(cfg.FID64[2:], axis=0) > 0).all()


def test_biggan_at_its_best_inception_score_is_passed_early() -> None:
    assert cfg.first_above_biggan() == 0.8


def test_main_prints_a_line_per_result(capsys: pytest.CaptureFixture[str]) -> None:
    cfg.main()
    assert len(capsys.readouterr().out.splitlines()) == 11
