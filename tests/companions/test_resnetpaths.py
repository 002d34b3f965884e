"""The path companion against enumeration, finite differences, closed forms and published shares."""

from __future__ import annotations

from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from papers.resnetpaths import companion as c


@pytest.fixture(scope="module")
def small():
    p = c.init(5, 0.7)
    rng = np.random.default_rng(3)
    p = {k: v + 0.1 * rng.normal(size=v.shape) for k, v in p.items()}
    x, label = c.data(6, 4)
    return p, x, label


def test_path_lengths_equal_a_count_of_all_binary_words():
    lengths = [sum(word) for word in product((0, 1), repeat=10)]
    share = 100 * sum(2 <= k <= 4 for k in lengths) / 1024
    assert c.length_share(2, 4, n=10) == pytest.approx(share, abs=1e-10)


def test_effective_paths_are_the_published_share():  # Sec. 5
    assert round(c.length_share(), 2) == 0.45
    exact = 100 * sum(comb(54, k) for k in range(5, 18)) / 2**54
    assert c.length_share() == pytest.approx(exact, rel=1e-12)


def test_share_of_19_to_35_modules_is_above_the_reported_one():
    exact = 100 * sum(comb(54, k) for k in range(19, 36)) / 2**54
    assert c.middle_share() == pytest.approx(exact, rel=1e-12)
    assert c.middle_share() > 95


def test_survivors_of_a_deletion_equal_enumeration():
    for k in (1, 2, 4):
        paths = list(combinations(range(8), k))
        left = [s for s in paths if not set(s) & {1, 5, 6}]
        assert c.remaining((k,), 3, 8)[0] == pytest.approx(100 * len(left) / len(paths))


def test_no_path_longer_than_the_rest_survives():
    assert c.remaining((45, 54), 10) == (0.0, 0.0)


def test_geometric_decay_makes_a_binomial_distribution():
    r, n = 0.3, 12
    weights = np.array([comb(n, k) * r**k for k in range(n + 1)])
    expected = 100 * weights[2:5].sum() / weights.sum()
    assert c.length_share(2, 4, c.branch_weight(r), n) == pytest.approx(expected, rel=1e-12)


def test_implied_decay_has_mean_eleven():
    r, inside = c.implied_decay()
    w = np.array([comb(54, k) * r**k for k in range(55)])
    assert w @ np.arange(55) / w.sum() == pytest.approx(11, abs=1e-10)
    assert inside == pytest.approx(100 * w[5:18].sum() / w.sum(), rel=1e-10)


def test_orthogonal_mean_weights_paths_by_squared_norms():
    w = np.array([comb(54, k) * (11 / 43) ** (2 * k) for k in range(55)])
    assert c.orthogonal_mean() == pytest.approx(w @ np.arange(55) / w.sum(), abs=1e-10)


def test_weight_left_equals_the_sum_over_surviving_paths():
    r = c.implied_decay()[0]
    left = sum(comb(44, k) * r**k for k in range(45)) / (1 + r) ** 54
    assert c.weight_left() == pytest.approx((100 * 2**44 / 2**54, 100 * left), rel=1e-10)


def test_data_is_balanced_and_the_same_every_time():
    x, label = c.data(300, 7)
    assert np.bincount(label).tolist() == [100, 100, 100]
    assert np.array_equal(x, c.data(300, 7)[0])
    assert np.hypot(*x.T).max() < 1.1


def test_init_has_the_stated_variances():
    p = c.init(40, 0.5)
    assert p["w1"].var() == pytest.approx(2 / 16, rel=0.05)
    assert p["w2"].var() == pytest.approx(0.25 / 16, rel=0.05)
    assert not any(p[k].any() for k in ("b", "b1", "b2"))


def test_small_and_large_nets_differ_in_branch_scale_only():
    a, b = (c.init(c.KINDS[k][0], c.KINDS[k][2]) for k in ("small", "large"))
    assert all(np.array_equal(a[k], b[k]) for k in a if k != "w2")
    assert b["w2"] == pytest.approx(np.sqrt(20) * a["w2"])


def test_forward_equals_a_loop_over_units(small):
    p, x, _ = small
    for seed in range(c.SEEDS):
        h = [sum(x[0, j] * p["in"][seed, j, i] for j in range(2)) + p["b"][seed, 0, i] for i in range(16)]
        for w1, b1, w2, b2 in zip(p["w1"], p["b1"], p["w2"], p["b2"], strict=True):
            v = [
                max(0, sum(max(h[j], 0) * w1[seed, j, i] for j in range(16)) + b1[seed, 0, i])
                for i in range(16)
            ]
            f = [sum(v[j] * w2[seed, j, i] for j in range(16)) + b2[seed, 0, i] for i in range(16)]
            h = [a + b for a, b in zip(h, f, strict=True)]
        z = [sum(max(h[j], 0) * p["out"][seed, j, i] for j in range(16)) for i in range(3)]
        assert c.forward(p, x, 1.0)[0][seed, 0] == pytest.approx(z, abs=1e-10)


def test_deleting_a_block_equals_zeroing_its_last_weights(small):
    p, x, _ = small
    zeroed = {k: v.copy() for k, v in p.items()}
    zeroed["w2"][2] = zeroed["b2"][2] = 0
    assert c.forward(p, x, 1.0, [0, 1, 3, 4])[0] == pytest.approx(c.forward(zeroed, x, 1.0)[0])


def test_reordering_equals_permuting_the_parameters(small):
    p, x, _ = small
    order = [3, 1, 2, 0, 4]
    moved = p | {k: p[k][order] for k in ("w1", "b1", "w2", "b2")}
    assert c.forward(p, x, 1.0, order)[0] == pytest.approx(c.forward(moved, x, 1.0)[0])


@pytest.mark.parametrize("skip", [0.0, 1.0])
def test_gradients_match_finite_differences(small, skip):
    p, x, label = small
    g, rng = c.gradients(p, x, label, skip)[1], np.random.default_rng(0)
    for k in p:
        d = rng.normal(size=p[k].shape)
        up, down = (c.gradients(p | {k: p[k] + e * d}, x, label, skip)[0].sum() for e in (1e-6, -1e-6))
        assert (g[k] * d).sum() == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-8)


def test_flip_transposes_the_last_two_axes():
    assert c.flip(np.zeros((2, 3, 4))).shape == (2, 4, 3)


def test_sums_by_length_equal_enumerating_all_paths(small):
    p, x, _ = small
    _, tape, h = c.forward(p, x, 1.0)
    g = np.random.default_rng(1).normal(size=h.shape)
    expected = np.zeros((6, *h.shape))
    for word in product((0, 1), repeat=5):
        d = g
        for i in (4, 3, 2, 1, 0):
            d = c.back(p, tape, i, d) if word[i] else d
        expected[sum(word)] += d
    assert c.by_length(p, tape, g) == pytest.approx(expected, abs=1e-10)


def test_path_gradients_add_up_to_the_true_gradient(small):
    p, x, _ = small
    _, tape, h = c.forward(p, x, 1.0)
    g = np.random.default_rng(2).normal(size=h.shape)
    total, rng = c.by_length(p, tape, g).sum(0), np.random.default_rng(4)
    d = rng.normal(size=p["b"].shape)  # the bias moves the state before the first block
    up, down = ((c.forward(p | {"b": p["b"] + e * d}, x, 1.0)[2] * g).sum() for e in (1e-6, -1e-6))
    assert (total * d).sum() == pytest.approx((up - down) / 2e-6, rel=1e-5)


def test_training_reaches_a_low_error():
    assert all(e < 3 for e in c.intact())
    assert c.error("small") == c.intact()[0]


def test_plain_net_falls_to_chance_and_residual_nets_do_not():
    small, large, plain = c.one_deleted()
    assert plain == pytest.approx(100 * 2 / 3, abs=5)
    assert small < 6 < large < 50


def test_more_deletions_hurt_more():
    errors = [c.deletion("small", k) for k in (1, 2, 5, 10)]
    assert errors == sorted(errors)
    assert c.five_deleted()[0] == errors[2]


def test_reordering_grows_with_the_number_of_swaps():
    (tau1, e1), (tau5, e5) = c.reorder("small", 1), c.reorder("small", 5)
    assert tau1 > tau5
    assert e1 < e5
    assert c.one_swapped()[0] == e1


def test_one_swap_inverts_an_odd_number_of_pairs():
    tau = c.reorder("small", 1)[0]  # distance d inverts 2 d - 1 of 190 pairs, mean distance 7
    assert tau == pytest.approx(1 - 2 * 13 / 190, abs=0.04)


def test_shares_add_to_one_and_norms_bound_the_sum():
    for name in ("small", "large"):
        mean, norms, share, excess = c.profile(name)
        assert mean[0] == 1
        assert norms.sum() == pytest.approx(1)
        assert share.sum() == pytest.approx(1)
        assert excess > 1


def test_path_gradients_decay_exponentially():
    k = np.arange(11)
    for name, decay in zip(("small", "large"), c.decays(), strict=True):
        log_mean = np.log(c.profile(name)[0][:11])
        assert np.corrcoef(k, log_mean)[0, 1] < -0.995
        assert np.exp(np.polyfit(k, log_mean, 1)[0]) == pytest.approx(decay, abs=0.04)


def test_mean_lengths_are_short_and_overstated_by_norms():
    small, small_exact, large, large_exact = c.mean_lengths()
    assert small_exact < small < 10
    assert large_exact < large < 10
    assert c.excesses()[1] > c.excesses()[0]


def test_path_outputs_add_up_only_for_one_block():
    assert c.path_sum_error(1) == pytest.approx(0, abs=1e-10)
    assert c.path_sum_error(2) > 1
    assert c.path_sum_error(10) > 100
