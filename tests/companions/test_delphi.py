"""Tests of the Delphi companion: shared noise, masked attention, the sampling toy, arithmetic on Table 2."""

import math

import numpy as np
import pytest
from papers.delphi import companion

RNG = np.random.default_rng(7)


def test_motion_noise_is_constant_over_frames_and_panoramic_noise_over_views():
    m = companion.shared_noise(5, (0, 1, 0), RNG)
    p = companion.shared_noise(5, (0, 0, 1), RNG)
    assert m.shape == p.shape == (6, 40, 5)
    assert np.ptp(m, axis=1).max() == 0
    assert np.ptp(m, axis=0).min() > 0
    assert np.ptp(p, axis=0).max() == 0
    assert np.ptp(p, axis=1).min() > 0


def test_residual_noise_differs_everywhere():
    r = companion.shared_noise(1, (1, 0, 0), RNG)
    assert len(np.unique(r)) == 240


def test_covariance_matches_the_entrywise_definition():
    wr, wm, wp = 0.5, 0.3, 0.2
    c = companion.covariance((wr, wm, wp))
    for i in RNG.integers(240, size=200):
        for j in RNG.integers(240, size=5):
            (v, n), (u, k) = divmod(int(i), 40), divmod(int(j), 40)
            assert c[i, j] == pytest.approx(wr * (i == j) + wm * (v == u) + wp * (n == k))


def test_sampled_covariance_approaches_the_formula():
    x = companion.shared_noise(20000, (0.5, 0.3, 0.2), np.random.default_rng(3)).reshape(240, -1)
    np.testing.assert_allclose(x @ x.T / 20000, companion.covariance((0.5, 0.3, 0.2)), atol=0.06)


def test_correlations_are_a_third_within_a_view_or_a_frame_and_zero_elsewhere():
    assert companion.correlations() == pytest.approx((1 / 3, 1 / 3, 0), abs=0.005)


def test_eigenvalues_are_those_of_the_two_way_layout():
    a = 1 / 3
    expected = [a, a * (1 + 6), a * (1 + 40), a * (1 + 46)]
    assert companion.spectrum() == pytest.approx(expected)


def test_effective_images_from_eigenvalues_and_multiplicities():
    values, times = np.array([1, 7, 41, 47]) / 3, np.array([5 * 39, 39, 5, 1])
    assert times.sum() == 240
    expected = (values * times).sum() ** 2 / (values**2 * times).sum()
    assert companion.effective_images() == pytest.approx(expected)


def test_unweighted_sum_has_variance_three():
    assert companion.raw_variance() == 3
    x = companion.shared_noise(20000, (1, 1, 1), np.random.default_rng(4))
    assert x.var() == pytest.approx(3, rel=0.02)


def test_deterministic_sampler_keeps_the_sign_of_its_noise():
    noise = RNG.standard_normal(1000)
    np.testing.assert_array_equal(companion.choose(noise), np.sign(noise))


def test_agreement_formula_at_known_points():
    assert companion.agreement(0) == 0.5
    assert companion.agreement(1) == pytest.approx(1)
    assert companion.agreement(0.5) == pytest.approx(2 / 3)


@pytest.mark.parametrize("rho", [0.0, 0.2, 1 / 3, 0.8])
def test_sampled_agreement_follows_the_formula(rho):
    got = companion.sampled_agreement((1 - rho, rho, 0))
    assert got == pytest.approx(companion.agreement(rho), abs=0.02)


def test_needed_sharing_inverts_the_formula():
    assert companion.agreement(companion.needed_sharing() / 100) == pytest.approx(0.9)
    assert companion.moods()[1] == pytest.approx(100 * companion.agreement(1 / 3), abs=2)


def test_scene_attention_equals_a_loop():
    now, before, ids = RNG.standard_normal((4, 3)), RNG.standard_normal((5, 3)), np.zeros(4, int)
    out = companion.previous_frame(now, before, ids, np.zeros(5, int))
    for i in range(4):
        w = [math.exp(float(now[i] @ b) / math.sqrt(3)) for b in before]
        np.testing.assert_allclose(out[i], sum(x * b for x, b in zip(w, before, strict=True)) / sum(w))


def test_instance_attention_reads_only_the_same_object_and_leaves_the_rest():
    now, before = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 3))
    out = companion.previous_frame(now, before, np.array([1, 1, -1, 2]), np.array([1, -2, 1, -2]))
    alone = companion.previous_frame(now[:2], before[[0, 2]], np.array([1, 1]), np.array([1, 1]))
    np.testing.assert_allclose(out[:2], alone)
    np.testing.assert_array_equal(out[2:], now[2:])


def test_probabilities_of_the_toy_sum_to_one_and_the_tail_is_long():
    assert companion.TYPE_P.sum() == pytest.approx(1)
    assert companion.LOOK_P.sum() == pytest.approx(1)
    assert companion.TYPE_P[:30].sum() > 0.6


def test_rate_is_everything_without_data_and_nothing_with_enough():
    empty = np.zeros((companion.TYPES, 6), int)
    assert companion.rate(empty) == pytest.approx(100)
    assert companion.rate(empty + companion.NEED) == 0
    empty[0, 0] = companion.NEED
    assert companion.rate(empty) == pytest.approx(100 * (1 - companion.TYPE_P[0] * 0.6))


def test_generated_cases_stay_within_the_source_types():
    source = np.zeros(companion.TYPES)
    source[[4, 9]] = 1, 3
    start = np.zeros((companion.TYPES, 6), int)
    new = companion.generate(start, source, 400, 1.0, np.random.default_rng(2))
    assert new.sum() == 400
    assert new[[4, 9]].sum() == 400
    assert new[9].sum() == pytest.approx(300, abs=30)
    assert companion.generate(start, source, 400, 0.0, np.random.default_rng(2)).sum() == -400


def test_engine_stops_changing_once_the_training_set_has_no_failures():
    history = companion.engine(200, True, 1.0, 60, 0)
    assert history[-1][1] == 0
    done = [h for h in history if h[1] == 0]
    assert len(set(done)) == 1
    assert done[0][0] > 1  # test failures remain


def test_one_guided_round_gains_more_than_a_random_one_of_equal_size():
    none, random4, random50, guided4 = companion.toy()
    assert none - guided4 > 1.5 * (none - random4) > 0
    assert random50 < guided4  # many random cases still gain more in total


def test_poor_engine_harms_the_more_the_more_is_drawn():
    start, (half, full, guided) = companion.toy()[0], companion.toy_poor()
    assert full > half > start
    assert abs(guided - start) < 1


def test_after_thirty_rounds_failures_remain_where_the_engine_cannot_look():
    guided, blind, train, unseen = companion.toy_end()
    assert train == 0
    assert unseen < guided < blind


def test_table_means_agree_with_the_printed_ones_within_rounding():
    printed = [row[3] for row in companion.TABLE.values()]
    np.testing.assert_allclose(companion.means(), printed, atol=0.01)
    assert companion.means()[4] == pytest.approx(1.01 / 3)


def test_shares_reductions_and_windows_by_hand():
    assert companion.shares() == pytest.approx((3.4554, 1.5251), abs=1e-3)
    assert companion.reductions() == pytest.approx((18.18, 15.38, 20.90), abs=0.01)
    assert companion.windows() == (38, 30)
    a, b, z = companion.colliding()
    assert (round(a), round(b)) == (43, 34)
    assert z == pytest.approx(9.03 / 8.74, abs=0.01)
