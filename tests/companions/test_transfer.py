"""The transfer companion against closed forms, autograd, draws and hand-worked values."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.transfer import companion as c
from scipy.stats import norm


def test_source_tasks_reveal_the_shared_directions():
    true, found = c.source()
    np.testing.assert_allclose(found.T @ found, np.eye(c.K), atol=1e-12)
    cosines = np.linalg.svd(true.T @ found, compute_uv=False)
    assert cosines.min() > 0.97


def test_ridge_solves_its_normal_equations():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(7, 4)), rng.normal(size=7)
    w = c.ridge(x, y, 2.0)
    np.testing.assert_allclose(x.T @ (x @ w - y) + 2.0 * w, 0, atol=1e-12)


def test_ridge_without_penalty_is_least_squares():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 4)), rng.normal(size=9)
    np.testing.assert_allclose(c.ridge(x, y, 0.0), np.linalg.lstsq(x, y, rcond=None)[0], atol=1e-12)


def test_probe_stays_in_the_features_and_tuning_leaves_them():
    rng = np.random.default_rng(2)
    _, found = c.source()
    x, y = rng.normal(size=(50, c.D)), rng.normal(size=50)
    _, probe, tuned = c.three_ways(x, y, found)
    np.testing.assert_allclose(found @ (found.T @ probe), probe, atol=1e-12)
    assert np.linalg.norm(tuned - found @ (found.T @ tuned)) > 0.05


def test_tuning_equals_the_probe_when_nothing_lies_outside():
    rng = np.random.default_rng(3)
    _, found = c.source()
    x, y = rng.normal(size=(50, c.D)), rng.normal(size=50)
    _, probe, tuned = c.three_ways(x, y, found, own=0.0)
    np.testing.assert_allclose(tuned, probe, atol=1e-6)


def test_probe_formula_agrees_with_draws():
    rng = np.random.default_rng(4)
    n, w = 30, np.zeros(c.D)
    w[0], w[50] = 1.0, 0.5  # the features are the first K inputs: 0.25 lies outside
    found = np.eye(c.D)[:, : c.K]
    errors = []
    for _ in range(500):
        x = rng.normal(size=(n, c.D))
        y = x @ w + rng.normal(0, np.sqrt(c.NOISE), n)
        errors.append(((c.three_ways(x, y, found)[1] - w) ** 2).sum())
    assert np.mean(errors) == pytest.approx(c.probe_excess(n, 0.25), rel=0.08)


def test_scratch_formula_agrees_with_draws():
    rng = np.random.default_rng(5)
    errors = []
    for _ in range(40):
        x = rng.normal(size=(300, c.D))
        errors.append((c.ridge(x, rng.normal(size=300), 0.0) ** 2).sum())
    assert np.mean(errors) == pytest.approx(c.scratch_excess(300), rel=0.06)


def test_formulas_cross_at_481_labels():
    assert c.scratch_excess(481) == pytest.approx(c.probe_excess(481, 0.25)) == pytest.approx(5 / 19)


def test_ridge_beats_least_squares_and_approaches_it():
    table = c.excess()
    assert table[5, 0] < 0.95 * c.scratch_excess(320)
    assert table[7, 0] == pytest.approx(c.scratch_excess(1280), rel=0.05)


def test_frozen_features_win_with_few_labels_and_scratch_with_many():
    table = c.excess()
    assert all(table[:6, 1] < table[:6, 0])
    assert all(table[6:, 0] < table[6:, 1])
    assert all(table[2:, 2] < table[2:, :2].min(1))


def test_unrelated_features_leave_the_whole_signal_out():
    table = c.excess(c.OWN, False)
    assert table[-1, 1] == pytest.approx(c.SHARED + c.OWN, rel=0.1)
    assert all(table[:, 1] > table[:, 0])  # negative transfer


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_threshold_errors_agree_with_draws(share):
    rng = np.random.default_rng(6)
    y = rng.uniform(size=400_000) < share
    x = np.where(y, 1, -1) + c.SHIFT + c.SIGMA * rng.normal(size=len(y))
    assert ((x > 0) != y).mean() == pytest.approx(c.unadapted(share), abs=0.002)
    assert ((x > x.mean()) != y).mean() == pytest.approx(c.aligned(share), abs=0.002)
    grid = np.linspace(-2, 3, 201)
    errors = [((x > t) != y).mean() for t in grid]
    assert min(errors) == pytest.approx(c.best(share), abs=0.002)


def test_alignment_is_perfect_for_equal_shares():
    assert c.aligned(0.5) == pytest.approx(c.best(0.5)) == pytest.approx(norm.cdf(-1 / c.SIGMA))


def test_alignment_helps_only_between_a_fifth_and_two_thirds():
    assert c.aligned(0.2) == pytest.approx(c.unadapted(0.2))  # the mean is 0: nothing moves
    assert [c.aligned(s) < c.unadapted(s) for s in (0.19, 0.21, 0.655, 0.665)] == [False, True, True, False]


def test_alignment_is_symmetric_in_the_shares():
    assert c.aligned(0.2) == pytest.approx(c.aligned(0.8))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_bound_holds(share):
    source, half, joint, target = c.bound(share)
    assert target <= source + half + joint


def test_divergence_of_shifted_classes_by_brute_force():
    rng = np.random.default_rng(7)
    y = np.where(rng.uniform(size=(2, 200_000)) < 0.5, 1, -1)
    s, t = y + c.SIGMA * rng.normal(size=y.shape)
    t = t + c.SHIFT
    grid = np.linspace(-4, 5, 400)
    gap = np.searchsorted(np.sort(s), grid) / len(s) - np.searchsorted(np.sort(t), grid) / len(t)
    widest = max(abs(gap[i] - gap[j]) for i in range(0, 400, 4) for j in range(0, 400, 4))
    assert c.bound()[1] == pytest.approx(widest, abs=0.01)


def test_reversed_step_is_the_gradient_of_two_objectives():
    x, y, d = c.two_domains(30)
    p, weight = np.array([0.4, -0.3, 1.1, 0.2, -0.7, 0.1]), 1.7

    def losses(p):
        f = anp.dot(x, p[:2])
        label = anp.logaddexp(0, p[2] * f + p[3]) - y * (p[2] * f + p[3])
        told = anp.logaddexp(0, p[4] * f + p[5]) - d * (p[4] * f + p[5])
        return anp.sum(label * (d == 0)) / (d == 0).sum(), anp.mean(told)

    feature = grad(lambda p: losses(p)[0] - weight * losses(p)[1])(p)
    heads = grad(lambda p: losses(p)[0] + losses(p)[1])(p)
    step = c.reversed_step(p, x, y, d, weight)
    np.testing.assert_allclose(step[:2], feature[:2], atol=1e-10)
    np.testing.assert_allclose(step[2:], heads[2:], atol=1e-10)


def test_reversal_gives_up_the_shifted_input():
    plain, strong = c.adversarial(0.0), c.adversarial(4.0)
    assert plain[3] > 1 > 0.15 > strong[3]
    assert strong[1] > plain[1] + 25
    assert strong[0] < plain[0]  # what is given up was useful in domain 0
    assert strong[1] == pytest.approx(100 * norm.cdf(1), abs=2)  # the first input alone


def test_plain_training_finds_the_best_direction_of_domain_zero():
    # equal covariances: the optimum is along the difference of the means, (1, 1.5)
    assert c.adversarial(0.0)[0] == pytest.approx(100 * norm.cdf(np.sqrt(3.25)), abs=2)


def test_rules_have_their_hand_worked_accuracies():
    assert c.rule_accuracy((0, 0, 1, 1), 0.1) == pytest.approx(0.75)
    assert c.rule_accuracy((0, 1, 0, 1), 0.1) == pytest.approx(0.1)
    assert c.rule_accuracy((1, 1, 1, 1), 0.1) == pytest.approx(0.5)
    assert c.rule_accuracy((0, 0, 0, 1), 0.8) == pytest.approx(0.5 * (0.75 * 0.8 + 1 - 0.25 * 0.2))


def test_training_domains_prefer_the_shortcut():
    assert c.best_rule(c.AGREE[1]) == (0, 1, 0, 1)
    assert c.best_rule((*c.AGREE[1], c.AGREE[2])) == (0, 0, 1, 1)
