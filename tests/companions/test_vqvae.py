"""The VQ-VAE companion against hand-worked gradients, k-means, brute force and stated numbers."""

from __future__ import annotations

import numpy as np
import pytest
from autograd import grad
from papers.vqvae import companion as c
from scipy.cluster.vq import kmeans2, vq
from scipy.stats import entropy


@pytest.fixture
def case():
    rng = np.random.default_rng(0)
    z, e, w, x = (rng.normal(size=s) for s in ((7, 3), (4, 3), (3, 2), (7, 2)))
    return z, e, w, x


def gradient_of(term, case, beta=0.25):
    *arguments, x = case

    def loss(args):
        return c.vq_terms(args[0], args[1], x, lambda q: c.anp.dot(q, args[2]), beta)[term]

    return grad(loss)(tuple(arguments))


def test_nearest_equals_the_double_loop(case):
    z, e = case[:2]
    assert c.nearest(z, e).tolist() == [min(range(4), key=lambda k: ((a - e[k]) ** 2).sum()) for a in z]
    assert c.nearest(z, e).tolist() == vq(z, e)[0].tolist()


def test_stop_is_the_identity_without_gradient():
    a = np.array([1.0, -2.0])
    assert c.stop(a).tolist() == a.tolist()
    assert grad(lambda t: c.anp.sum(t * c.stop(t)))(a).tolist() == a.tolist()


def test_decoder_sees_codes_and_nothing_else(case):
    z, e, _, x = case
    seen = []
    c.vq_terms(z, e, x, lambda q: seen.append(q) or q[:, :2], 0.25)
    np.testing.assert_allclose(seen[0], e[c.nearest(z, e)], atol=1e-15)


def test_data_term_copies_the_decoder_gradient_to_the_encoder_and_skips_the_codes(case):
    z, e, w, x = case
    g = gradient_of(0, case)
    q = e[c.nearest(z, e)]
    np.testing.assert_allclose(g[0], 2 * (q @ w - x) @ w.T / len(z), atol=1e-12)
    assert not g[1].any()
    np.testing.assert_allclose(g[2], 2 * q.T @ (q @ w - x) / len(z), atol=1e-12)


def test_codebook_term_moves_only_codes_towards_their_mean(case):
    z, e = case[:2]
    k = c.nearest(z, e)
    g = gradient_of(1, case)
    assert not g[0].any()
    assert not g[2].any()
    by_hand = [2 * (e[i] - z[k == i]).sum(0) / len(z) if (k == i).any() else np.zeros(3) for i in range(4)]
    np.testing.assert_allclose(g[1], by_hand, atol=1e-12)


def test_commitment_term_moves_only_the_encoder(case):
    z, e = case[:2]
    g = gradient_of(2, case, beta=0.25)
    np.testing.assert_allclose(g[0], 0.25 * 2 * (z - e[c.nearest(z, e)]) / len(z), atol=1e-12)
    assert not g[1].any()
    assert not g[2].any()


def test_codebook_and_commitment_have_equal_values(case):
    z, e, w, x = case
    terms = c.vq_terms(z, e, x, lambda q: q @ w, 0.25)
    assert terms[2] == pytest.approx(0.25 * terms[1], rel=1e-12)


def test_true_gradient_of_the_quantised_error_is_zero_almost_everywhere(case):
    z, e, w, x = case
    before, after = (((e[c.nearest(a, e)] @ w - x) ** 2).sum() for a in (z, z + 1e-7))
    assert before == after


def test_the_straight_through_gradient_can_run_away_from_the_better_code():
    e, x, z = np.array([[0.0], [1.0]]), np.array([[1.0]]), np.array([[0.4]])
    descend = grad(lambda a: c.anp.sum(c.vq_terms(a, e, x, lambda q: q * (3 * q - 2), 0.25)))
    assert descend(z)[0, 0] == pytest.approx(4 + 2 * 0.25 * 0.4)  # 2 (f(0) - 1) f'(0) + 2 beta z
    for _ in range(200):
        z = z - 0.2 * descend(z)
    assert z[0, 0] == pytest.approx(-8.0, abs=1e-3)  # where 4 = -2 beta z: commitment stops it


def test_ema_equals_the_explicit_weighted_mean():
    rng = np.random.default_rng(1)
    n, m = np.ones(3), rng.normal(size=(3, 2))
    gamma, batches = 0.9, rng.normal(size=(20, 16, 2))
    sums, counts = gamma**20 * m.copy(), np.full(3, gamma**20)
    for t, rows in enumerate(batches):
        k = vq(rows, m / n[:, None])[0]
        for i in range(3):
            weight = (1 - gamma) * gamma ** (19 - t)
            counts[i] += weight * (k == i).sum()
            sums[i] += weight * rows[k == i].sum(0)
        n, m, codes = c.ema_step(rows, n, m, gamma)
    np.testing.assert_allclose(codes, sums / counts[:, None], atol=1e-12)


def test_ema_is_online_kmeans_with_forgetting():
    z, rng = c.encoder_outputs(), np.random.default_rng(2)
    m = e = c.start_codes("data")
    n = count = np.ones(len(e))
    for _ in range(100):
        rows = z[rng.choice(len(z), 256)]
        n, m, codes = c.ema_step(rows, n, m, 0.99)
        count, e = c.kmeans_step(rows, count, e, 0.99, 0.01)
        np.testing.assert_allclose(codes, e, atol=1e-10)


def test_without_forgetting_it_is_macqueen_one_vector_at_a_time():
    rng = np.random.default_rng(4)
    e, n = rng.normal(size=(3, 2)), np.ones(3)
    slow, owned = e.copy(), [[row.copy()] for row in e]
    for row in rng.normal(size=(40, 2)):
        n, e = c.kmeans_step(row[None], n, e, 1.0, 1.0)
        k = ((slow - row) ** 2).sum(1).argmin()
        owned[k].append(row)
        slow[k] = np.mean(owned[k], axis=0)
    np.testing.assert_allclose(e, slow, atol=1e-12)


def test_with_no_memory_a_full_batch_is_one_lloyd_iteration():
    z = c.encoder_outputs()[:500]
    e = z[:8]
    codes = c.ema_step(z, np.ones(8), e.copy(), 0.0)[2]
    np.testing.assert_allclose(codes, kmeans2(z, e, iter=1, minit="matrix")[0], atol=1e-12)


def test_ema_step_is_a_gradient_step_with_its_own_rate_per_code():
    rng = np.random.default_rng(5)
    z, e, n = rng.normal(size=(30, 2)), rng.normal(size=(3, 2)), np.array([2.0, 5.0, 9.0])
    new_n, _, codes = c.ema_step(z, n, n[:, None] * e, 0.9)
    slope = grad(lambda a: c.anp.sum((z - a[c.nearest(z, e)]) ** 2))(e)
    np.testing.assert_allclose(codes, e - 0.1 / (2 * new_n[:, None]) * slope, atol=1e-12)


def test_a_code_that_wins_nothing_does_not_move():
    n, m = np.array([1.0, 1.0]), np.array([[0.0], [50.0]])
    for _ in range(500):
        n, m, codes = c.ema_step(np.array([[0.1], [-0.2]]), n, m, 0.99)
    assert codes[1, 0] == pytest.approx(50.0, abs=1e-9)
    assert n[1] == pytest.approx(0.99**500, rel=1e-9)


def test_perplexity_has_its_two_limits():
    assert c.perplexity(np.full(8, 3)) == pytest.approx(8, abs=1e-12)
    assert c.perplexity(np.array([0, 5, 0])) == 1
    counts = np.array([1, 2, 3, 4])
    assert c.perplexity(counts) == pytest.approx(np.exp(entropy(counts / 10)), rel=1e-12)


def test_codes_that_start_on_encoder_outputs_stay_alive():
    tiny, scaled, data, restarted = c.live_codes()
    assert tiny < scaled < 16 < 60 < restarted <= data == 64
    errors = c.usage_errors()
    assert errors[2] < errors[3] < errors[1] < errors[0]


def test_starts_have_the_stated_scale():
    assert np.abs(c.start_codes("tiny")).max() <= 1 / 64
    assert c.start_codes("scaled").var() == pytest.approx(1 / 8, rel=0.1)
    assert {tuple(row) for row in c.start_codes("data")} <= {tuple(row) for row in c.encoder_outputs()}


def test_restarts_begin_when_the_initial_count_has_decayed_below_the_threshold():
    assert int(np.argmax(c.usage("tiny", True)[:300] > 2 * c.usage("tiny")[:300])) in (161, 162)
    assert 0.99**160 > 0.2 > 0.99**161


def test_without_commitment_the_encoder_output_grows():
    without, with_it = c.encoder_norms()
    assert without > 2 * with_it
    assert c.beta_errors()[0] > 1.5 * c.beta_errors()[1]
    assert (c.evaluate(0.0)[:, 1] > 20 * c.evaluate(0.25)[:, 1]).all()


@pytest.mark.parametrize("seed", range(3))
def test_prior_is_normalised_and_costs_fewer_bits_than_the_uniform_one(seed):
    prior = c.fitted(seed)[0]
    assert prior.sum() == pytest.approx(1, abs=1e-12)
    learnt = c.prior_bits()[seed]
    assert learnt == pytest.approx(entropy(prior, base=2), abs=1e-9)
    assert 4 - learnt == pytest.approx(entropy(prior, np.full(16, 1 / 16), base=2), abs=1e-9)


def test_the_decoder_density_integrates_to_one():
    prior, outputs, joint, _ = c.fitted(0)
    square = ((c.points(2048, 1)[:, None] - outputs) ** 2).sum(2)
    log_p = joint - np.log(prior + 1e-12)
    slope, constant = np.polyfit(square.ravel(), log_p.ravel(), 1)
    assert np.exp(constant) * np.pi / -slope == pytest.approx(1, abs=1e-6)  # a 2-D Gaussian


def test_the_gap_of_the_bound_is_the_surprise_at_the_chosen_code():
    *_, joint, k = c.fitted(0)
    posterior = np.exp(joint) / np.exp(joint).sum(1, keepdims=True)
    by_hand = -np.log([row[i] for row, i in zip(posterior, k, strict=True)]).mean()
    assert c.bound_gaps()[0] == pytest.approx(by_hand, rel=1e-9)
    assert min(c.bound_gaps()) > 0.05
    wrong = [row.max() > row[i] for row, i in zip(posterior, k, strict=True)]
    assert c.not_map()[0] == pytest.approx(100 * np.mean(wrong), abs=1e-9)


def test_fitted_prior_restores_the_shares_of_the_modes():
    uniform, learnt = c.mode_errors()
    assert learnt < 2 < 8 < uniform


def test_toy_data_have_the_stated_shares_and_spread():
    x = c.points(20000)
    mode = ((x[:, None] - c.MODES) ** 2).sum(2).argmin(1)
    np.testing.assert_allclose(np.bincount(mode) / len(x), c.WEIGHTS, atol=0.01)
    assert (x - c.MODES[mode]).std() == pytest.approx(0.15, rel=0.02)


def test_mlp_equals_the_written_out_sum():
    rng = np.random.default_rng(6)
    p, x = [rng.normal(size=s) for s in ((2, 32), 32, (32, 2), 2)], rng.normal(size=(1, 2))
    out = [
        sum(np.tanh(x[0] @ p[0][:, h] + p[1][h]) * p[2][h, j] for h in range(32)) + p[3][j] for j in range(2)
    ]
    np.testing.assert_allclose(c.mlp(p, x)[0], out, atol=1e-12)


def test_bit_counts_of_the_paper():
    assert c.compression() == pytest.approx(128 / 3, abs=1e-12)
    assert c.cifar_bits() == 1.875
    assert c.speech_rates() == (2250, 175)
