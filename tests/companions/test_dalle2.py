"""The unCLIP companion against brute force, closed forms and the published table."""

import math

import numpy as np
import pytest
from papers.dalle2 import companion


def test_clip_loss_equals_a_double_loop_over_the_batch():
    rng = np.random.default_rng(1)
    image, text = rng.normal(size=(2, 5, 7))
    cos = [[a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in text] for a in image]
    total = 0.0
    for j in range(5):
        row = sum(math.exp(3 * cos[j][k]) for k in range(5))
        column = sum(math.exp(3 * cos[k][j]) for k in range(5))
        total += 2 * 3 * cos[j][j] - math.log(row) - math.log(column)
    assert companion.clip_loss(image, text, 3.0) == pytest.approx(-total / 10, abs=1e-12)


def test_clip_loss_of_constant_encoders_is_log_n():
    same = np.ones((6, 3))
    assert companion.clip_loss(same, 2 * same, 100.0) == pytest.approx(math.log(6), abs=1e-12)


def test_clip_loss_is_symmetric_and_blind_to_length():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 4, 3))
    loss = companion.clip_loss(a, b, 10.0)
    assert companion.clip_loss(b, a, 10.0) == pytest.approx(loss, abs=1e-12)
    assert companion.clip_loss(5 * a, 0.1 * b, 10.0) == pytest.approx(loss, abs=1e-12)


@pytest.mark.parametrize("twins", [False, True])
def test_scenes_are_distinct_and_repeat_no_colour_or_shape_within_one(twins):
    batch = companion.scenes(64, twins)
    assert batch.shape == (64, 2, 2)
    assert (batch[:, 0] != batch[:, 1]).all()
    assert len({frozenset(map(tuple, s.tolist())) for s in batch}) == 64


def test_twins_share_the_unbound_code_and_differ_in_the_bound_one():
    batch = companion.scenes(64, True)
    for bound in (False, True):
        code = companion.encode(batch, bound)
        assert np.array_equal(code[:32], code[32:]) is not bound
        assert (code.sum(1) == (2 if bound else 4)).all()


def test_without_twins_no_two_unbound_codes_coincide():
    assert len(np.unique(companion.encode(companion.scenes(64, False), False), axis=0)) == 64


def test_binding_costs_nothing_without_twins_and_ln_2_with_them():
    assert companion.binding_losses(False) == pytest.approx((0, 0), abs=1e-4)
    assert companion.binding_losses(True) == pytest.approx((math.log(2), 0), abs=1e-4)


def test_slerp_keeps_the_length_and_turns_at_a_constant_rate():
    rng = np.random.default_rng(3)
    a, b = (v / np.linalg.norm(v) for v in rng.normal(size=(2, 9)))
    omega = math.acos(a @ b)
    for theta in (0.0, 0.2, 0.7, 1.0):
        z = companion.slerp(a, b, theta)
        assert np.linalg.norm(z) == pytest.approx(1, abs=1e-12)
        assert a @ z == pytest.approx(math.cos(theta * omega), abs=1e-12)
    assert np.allclose(companion.slerp(a, b, 1.0), b, atol=1e-12)
    assert np.array_equal(companion.slerp(a, a, 0.4), a)


def test_text_diff_ignores_the_size_of_the_difference():
    z_i, z_t, z_t0 = np.eye(3)
    near = companion.text_diff(z_i, z_t, z_t0, 0.3)
    assert np.allclose(companion.text_diff(z_i, 9 * z_t, 9 * z_t0, 0.3), near, atol=1e-12)
    assert near @ (z_t - z_t0) / math.sqrt(2) == pytest.approx(math.sin(0.15 * math.pi), abs=1e-12)


def test_noise_prediction_is_gaussian_regression():
    rng = np.random.default_rng(4)
    x_0, e = 2 + 1.5 * rng.normal(size=400_000), rng.normal(size=400_000)
    slope, constant = np.polyfit(0.6 * x_0 + 0.8 * e, e, 1)
    assert companion.noise(0.6, 0.8, (2, 2.25)) == pytest.approx((slope, constant), abs=0.01)


def test_unguided_ddim_returns_the_target():
    mean, variance = companion.guided_ddim((1.5, 0.3), (0.0, 4.0), 1.0)
    assert (mean, variance) == pytest.approx((1.5, 0.3), abs=0.01)


def test_scale_zero_returns_the_base():
    assert companion.guided_ddim((1.5, 0.3), (0.5, 4.0), 0.0) == pytest.approx((0.5, 4.0), abs=0.03)


@pytest.mark.parametrize("scale", [1.0, 1.64, 2.0, 4.0])
def test_guided_spread_is_the_geometric_extrapolation_of_the_spreads(scale):
    closed = 1.04 ** (scale / 2) * 9.04 ** ((1 - scale) / 2)
    assert companion.spreads(scale)[0] == pytest.approx(closed, rel=0.02)


def test_spread_halves_at_scale_1_64():
    assert companion.spreads(1.64)[0] / companion.spreads(1.0)[0] == pytest.approx(0.5, abs=0.01)


def test_only_an_unguided_prior_keeps_the_spread():
    for one, two, both in map(companion.spreads, (1.5, 2.0, 4.0)):
        assert two > 1.0 > both
        assert both == pytest.approx(one, rel=0.1)


def test_error_bars_agree_with_table_1_but_for_the_fifth():
    printed = [3.1, 3.0, 3.0, 3.1, 3.0, 2.8]
    assert [round(b, 1) == p for b, p in zip(companion.error_bars(), printed, strict=True)] == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]


def test_prior_scores_match_one_worked_by_hand():
    error = math.sqrt(0.626 * 0.374 / 1000 + 0.705 * 0.295 / 1000)
    assert companion.prior_z_scores()[2] == pytest.approx(0.079 / error, abs=1e-9)


def test_text_encoder_of_glide_has_1_2_billion_weights_and_the_ar_prior_2():
    assert companion.transformer_billions(2048, 24) == pytest.approx(1.208, abs=1e-3)
    ar, diffusion = companion.prior_billions()
    assert (round(ar, 1), round(diffusion, 1)) == (2.0, 1.2)


def test_pairs_seen_are_batch_times_iterations():
    assert companion.seen_billions() == pytest.approx((4.096, 2.4576, 1.6384))


def test_codes_hold_the_bits_of_their_alphabets():
    assert companion.code_bits() == (319 * math.log2(1024), 1024 * math.log2(8192))


def test_selection_gains_agree_with_simulation():
    draws = np.random.default_rng(5).normal(size=(2, 400_000))
    better, top = draws.max(0).mean(), draws[draws > 0].mean()
    assert companion.selection_gains() == pytest.approx((better, top), abs=0.005)


def test_small_arithmetic():
    assert companion.scaled_deviation() == pytest.approx(17.2 / 32)
    assert companion.network_calls() == 128 + 500 + 42
    assert companion.rotation_cosines() == pytest.approx((math.cos(math.pi / 8), math.sqrt(0.5)))


def test_quoted_spreads_are_those_of_the_scales_1_2_and_4():
    table = np.array([companion.spreads(s) for s in (1, 2, 4)]).T
    quoted = companion.one_stage(), companion.two_stages(), companion.both_guided()
    assert np.array_equal(np.array(quoted), table)
