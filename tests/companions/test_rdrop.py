"""The R-Drop companion against scipy, autograd, enumeration of all masks and the paper's sums."""

from __future__ import annotations

from itertools import product

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.rdrop import companion as c
from scipy.special import log_softmax as scipy_log_softmax
from scipy.special import rel_entr

RNG = np.random.default_rng(0)
Z1, Z2 = RNG.normal(0, 2, (2, 6, 5))


def test_log_softmax_equals_scipy_even_for_huge_logits():
    z = np.array([[1e4, 0.0, -1e4], [0.1, 0.2, 0.3]])
    np.testing.assert_allclose(c.log_softmax(z), scipy_log_softmax(z, axis=-1), rtol=1e-12)


def test_symmetric_kl_equals_scipys_relative_entropies():
    p, q = np.exp(c.log_softmax(Z1)), np.exp(c.log_softmax(Z2))
    expected = (rel_entr(p, q).sum(-1) + rel_entr(q, p).sum(-1)) / 2
    np.testing.assert_allclose(c.symmetric_kl(Z1, Z2), expected, rtol=1e-10)


def test_symmetric_kl_of_two_bernoullis_by_hand():
    z1, z2 = np.array([0.0, np.log(3)]), np.array([0.0, 0.0])  # (1/4, 3/4) and (1/2, 1/2)
    np.testing.assert_allclose(c.symmetric_kl(z1, z2), 0.125 * np.log(3), rtol=1e-12)


def test_symmetric_kl_is_half_the_product_of_probability_and_logit_differences():
    p, q = np.exp(c.log_softmax(Z1)), np.exp(c.log_softmax(Z2))
    np.testing.assert_allclose(c.symmetric_kl(Z1, Z2), ((p - q) * (Z1 - Z2)).sum(-1) / 2, rtol=1e-10)


def test_symmetric_kl_is_zero_only_up_to_a_shift_of_the_logits():
    np.testing.assert_allclose(c.symmetric_kl(Z1, Z1 + 7.0), 0, atol=1e-12)
    assert (c.symmetric_kl(Z1, Z2) > 0).all()


def test_the_loss_without_penalty_is_twice_the_cross_entropy_for_equal_twins():
    y = np.array([0, 1, 2, 3, 4, 0])
    nll = -c.log_softmax(Z1)[np.arange(6), y].mean()
    np.testing.assert_allclose(c.rdrop_loss(np.r_[Z1, Z1], y, 5.0), 2 * nll, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 5.0])
def test_the_gradient_equals_autograd(alpha):
    y = np.array([0, 1, 2, 3, 4, 0])

    def loss(z):
        logp = z - anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True))
        l1, l2 = logp[:6], logp[6:]
        nll = -anp.sum(l1[np.arange(6), y]) - anp.sum(l2[np.arange(6), y])
        kl = anp.sum(anp.exp(l1) * (l1 - l2)) + anp.sum(anp.exp(l2) * (l2 - l1))
        return (nll + alpha / 2 * kl) / 6

    z = np.r_[Z1, Z2]
    np.testing.assert_allclose(loss(z), c.rdrop_loss(z, y, alpha), rtol=1e-10)
    np.testing.assert_allclose(c.rdrop_gradient(z, y, alpha), grad(loss)(z), atol=1e-10)


def test_the_readme_loss_with_half_the_weight_is_half_of_eq_4():
    y, z = np.array([0, 1, 2, 3, 4, 0]), np.r_[Z1, Z2]
    rows = np.arange(6)
    nll = -c.log_softmax(Z1)[rows, y].mean() - c.log_softmax(Z2)[rows, y].mean()
    readme = 0.5 * nll + 2.5 * c.symmetric_kl(Z1, Z2).mean()
    np.testing.assert_allclose(readme, c.rdrop_loss(z, y, 5.0) / 2, rtol=1e-12)


def brute_force(w, x, keep, label):
    """Gap, mean of Eq. (2) and mean one-way KL over all pairs of masks, one mask at a time."""
    masks = list(product((0, 1), repeat=len(x)))
    weights = [np.prod([keep if m else 1 - keep for m in mask]) for mask in masks]
    logs = [scipy_log_softmax((np.array(mask) / keep * x) @ w) for mask in masks]
    gap = sum(a * -v[label] for a, v in zip(weights, logs, strict=True))
    gap += scipy_log_softmax(x @ w)[label]
    both = one = 0.0
    for a, u in zip(weights, logs, strict=True):
        for b, v in zip(weights, logs, strict=True):
            one += a * b * float(np.exp(u) @ (u - v))
            both += a * b * float(np.exp(u) @ (u - v) + np.exp(v) @ (v - u)) / 2
    return gap, both, one


@pytest.mark.parametrize("label", [0, 2])
def test_gap_and_penalty_equal_brute_force_whatever_the_label(label):
    w, x = RNG.normal(size=(5, 3)), RNG.normal(size=5)
    gap, both, one = brute_force(w, x, 0.6, label)
    np.testing.assert_allclose(c.exact_gap(w, x, 0.6), (gap, both), rtol=1e-9)
    np.testing.assert_allclose(one, both, rtol=1e-9)  # in the mean one direction is enough


def test_the_gap_lies_between_zero_and_the_penalty():
    for _ in range(50):
        scale, keep = 10 ** RNG.uniform(-1, 1.5), RNG.uniform(0.1, 0.9)
        gap, penalty = c.exact_gap(scale * RNG.normal(size=(6, 4)), RNG.normal(size=6), keep)
        assert -1e-12 <= gap <= penalty + 1e-12


def test_for_small_weights_the_gap_is_half_the_penalty_and_both_are_the_fisher_trace():
    rng = np.random.default_rng(2)
    w, x = 0.01 * rng.normal(size=(8, 5)), rng.normal(size=8)
    p = np.exp(scipy_log_softmax(x @ w))
    fisher = np.diag(p) - np.outer(p, p)
    covariance = 0.3 / 0.7 * (w * x[:, None] ** 2).T @ w
    trace = float(np.trace(fisher @ covariance))
    gap, penalty = c.linear_example(0.01)
    assert gap == pytest.approx(trace / 2, rel=2e-2)
    assert penalty == pytest.approx(trace, rel=2e-2)
    assert c.gap_ratios()[0] == pytest.approx(0.5, abs=1e-3)


def test_without_dropout_there_is_no_gap():
    np.testing.assert_allclose(c.exact_gap(Z1[:5], Z2[0], 1.0), 0, atol=1e-12)


def test_dropout_is_unbiased_and_keep_one_is_the_full_model():
    rng = np.random.default_rng(3)
    ws = [rng.normal(size=(c.SEEDS, a, b)) for a, b in ((11, 64), (64, 64), (64, 5))]
    x = np.abs(rng.normal(size=(4, 11)))
    full = c.forward(ws, x, rng, 1.0)
    hand = np.maximum(np.maximum(x @ ws[0][1], 0) @ ws[1][1], 0) @ ws[2][1]
    np.testing.assert_allclose(full[-1][1], hand, rtol=1e-12)
    mean = np.mean([c.forward(ws, x, rng, 0.5)[1] for _ in range(2000)], 0)
    np.testing.assert_allclose(mean, full[1], atol=0.15 * full[1].max())


def test_twins_in_one_batch_get_different_masks():
    rng = np.random.default_rng(3)
    ws = [np.ones((c.SEEDS, a, b)) for a, b in ((11, 64), (64, 64), (64, 5))]
    hidden = c.forward(ws, np.ones((2, 11)), rng, 0.5)[1]
    assert (hidden[:, 0] != hidden[:, 1]).any(-1).all()


def test_blobs_have_a_constant_feature_and_five_labels():
    x, y = c.blobs(200, np.random.default_rng(0))
    assert x.shape == (200, 11)
    assert (x[:, -1] == 1).all()
    assert set(y) == set(range(5))


def test_averaging_sub_models_never_hurts_their_mean_loss():
    for run in (*c.RUNS, (20.0, 0.3)):
        _, _, subs, average, _ = c.train(*run)[-1]
        assert average <= subs  # Jensen


def test_rdrop_shrinks_the_gap_of_the_small_classifier_and_its_loss():
    gaps, losses = c.toy_gaps(), c.toy_losses()
    assert gaps[1] < gaps[0] / 4
    assert losses[1] < losses[0] / 1.5
    assert abs(losses[1] - losses[2]) < 0.05  # dropout 0.7 does as well
    assert gaps[2] > 5 * gaps[1]
    assert c.toy_best()[0] < c.toy_best()[1]  # so does stopping early


def test_too_large_a_weight_costs_accuracy():
    accuracies = c.toy_accuracies()
    assert accuracies[3] < min(accuracies[:3]) - 5
    assert abs(c.train(20.0, 0.3)[-1, 2] - c.train(20.0, 0.3)[-1, 1]) < 0.01


def test_table_1_averages_agree_but_not_every_gain_exceeds_two():
    np.testing.assert_allclose(c.IWSLT.mean(1), (32.44, 34.68), atol=0.005)
    assert sum(gain < 2 for gain in c.iwslt_gains()) == 2


def test_table_3_prints_another_average_for_bert_than_its_columns_give():
    mean, gain = c.bert_glue()
    assert abs(mean - 82.85) > 0.03
    assert abs(gain - 1.21) > 0.03
    assert c.GLUE[1].mean() == pytest.approx(84.06, abs=0.005)


def test_eq_10_is_half_the_true_norm_by_simulation():
    xi = np.random.default_rng(1).random(200_000) < 0.7
    true, stated = c.proof_norms()
    assert np.abs(1 - xi / 0.7).mean() == pytest.approx(true, abs=0.005)
    assert true == pytest.approx(2 * stated)


def test_the_equivalent_rate_has_six_times_the_odds():
    rate = c.equivalent_rate()
    assert rate / (1 - rate) == pytest.approx(6 * 0.3 / 0.7)


def test_sums_over_the_official_code():
    assert c.script_minutes() == pytest.approx(50)
    assert c.vit_alpha() == pytest.approx(0.6 * 32)


def test_figures_have_their_curves():
    assert len(c.figure_gap().axes[0].lines) == 3
    assert len(c.figure_training().axes[0].lines) == 4
