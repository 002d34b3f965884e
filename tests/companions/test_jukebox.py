"""The Jukebox companion against the paper's tables, brute force and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from papers.jukebox import companion as c


def test_contexts_round_to_the_stated_24_6_and_1_5_seconds():
    bottom, middle, top = c.contexts()
    assert (round(bottom, 1), round(middle), round(top)) == (1.5, 6, 24)


def test_context_times_hop_is_the_sample_length_of_tables_5_and_6():
    assert [c.CONTEXT * hop for hop in c.HOPS] == [65536, 262144, 1048576]


def test_the_training_clip_is_the_stated_nine_seconds():
    assert round(c.seconds(c.CLIP, 1)) == 9
    assert c.seconds(3, 128) == pytest.approx(384 / 44100)


def test_bit_rates_by_hand():
    assert c.bit_rate(8) == pytest.approx(5512.5 * 11)
    assert c.bit_rate(8, 256) == pytest.approx(44100)
    np.testing.assert_allclose(c.kilobits(), [60.6375, 15.159375, 3.78984375])
    np.testing.assert_allclose(np.multiply(c.ratios(), c.kilobits()), 705.6)


def test_shapes_give_the_hop_lengths():
    assert tuple(2**halvings for halvings, *_ in c.SHAPES) == c.HOPS


def test_receptive_fields_are_the_stated_120_ms_480_ms_and_2_s():
    bottom, middle, top = c.fields_ms()
    assert round(bottom / 1000) == 2
    assert middle == pytest.approx(120, rel=0.04)
    assert top == pytest.approx(480, rel=0.02)


@pytest.mark.parametrize(("halvings", "blocks"), [(1, 1), (2, 2), (3, 2)])
def test_receptive_field_equals_spreading_one_code_backwards(halvings, blocks):
    reach = {0}
    reach = {i + k for i in reach for k in (-1, 0, 1)}
    for _ in range(halvings):
        for d in (3**b for b in range(blocks)):
            reach = {i + k * d for i in reach for k in (-1, 0, 1)}
        reach = {2 * i + k for i in reach for k in range(-1, 3)}
    assert c.receptive_field(halvings, blocks) == max(reach) - min(reach) + 1


def test_vqvae_weights_of_a_small_case_by_hand():
    # one halving, width 2, one block with 3 channels, embeddings of length 5
    encoder = (4 * 2 + 2) + (3 * 2 * 3 + 3 + 3 * 2 + 2) + (3 * 2 * 5 + 5)
    decoder = (3 * 5 * 2 + 2) + (3 * 2 * 3 + 3 + 3 * 2 + 2) + (4 * 2 * 5 + 5) + (3 * 5 + 1)
    assert c.vqvae_weights(1, 2, 1, 3, 5) == encoder + decoder + 2048 * 5


def test_two_million_vqvae_weights_need_as_many_channels_as_the_width():
    as_text, as_table = c.vqvae_millions()
    assert round(as_text) == 2
    assert round(as_table) == 1


def test_blocks_hold_the_stated_five_and_one_billion_weights():
    prior, upsampler = c.block_billions()
    assert round(prior) == 5
    assert round(upsampler) == 1
    assert c.transformer_weights(8, 3) == 3 * (3 * 8 * 2 + 2 * 8 + 8 * 8 + 8 * 8)


def test_fair_share_by_hand():
    assert c.fair_shares() == (6144.0, 1536.0, 384.0)


def test_spectrum_equals_a_slow_fourier_sum():
    x = np.random.default_rng(0).normal(size=64)
    bins, hop, window = 16, 5, 10
    s = c.spectrum(x, bins, hop, window)
    padded = np.concatenate([x[8:0:-1], x, x[-2:-10:-1]])
    assert s.shape == (9, 1 + 64 // hop)
    for frame in (0, 4, 12):
        for k in (0, 3, 8):
            total = 0j
            for n in range(window):
                weight = 0.5 - 0.5 * math.cos(2 * math.pi * n / window)
                total += weight * padded[frame * hop + 3 + n] * np.exp(-2j * np.pi * k * (n + 3) / bins)
            assert s[k, frame] == pytest.approx(abs(total), abs=1e-12)


def test_sine_fills_the_bin_of_its_frequency_with_half_the_window_sum():
    bins, hop, window = c.STFTS[0]
    s = c.spectrum(c.tone(c.RATE * 100 / bins), bins, hop, window)
    middle = s[:, s.shape[1] // 2]
    assert middle.argmax() == 100
    assert middle.max() == pytest.approx(window / 4, rel=1e-6)


def test_spectral_loss_ignores_the_sign_which_the_waveform_does_not():
    x = c.tone(440.0)
    assert c.spectral_losses(x, -x) == pytest.approx(np.zeros(3), abs=1e-9)
    assert ((x + x) ** 2).sum() / (x**2).sum() == pytest.approx(4)


def test_phase_shift_hardly_changes_the_magnitudes():
    for bins, hop, window in c.STFTS:
        x, y = (c.spectrum(c.tone(440.0, p), bins, hop, window) for p in (0.0, np.pi / 2))
        inner = slice(bins // hop, -bins // hop)  # frames that do not touch the reflected ends
        error = np.linalg.norm((x - y)[:, inner]) / np.linalg.norm(x[:, inner])
        assert error < 0.06


def test_silence_is_at_zero_decibels_and_double_loudness_too():
    x = np.random.default_rng(1).normal(size=4000)
    np.testing.assert_allclose(c.convergence_db(x, 0 * x), 0, atol=1e-12)
    np.testing.assert_allclose(c.convergence_db(x, 2 * x), 0, atol=1e-12)
    np.testing.assert_allclose(c.convergence_db(x, 0.9 * x), -20, atol=1e-9)


@pytest.mark.parametrize("a", [0.0, 0.4, 1.0])
def test_errors_of_a_guess_follow_the_closed_forms(a):
    wave, spec = c.guess_errors(a)
    assert wave == pytest.approx(1 + a * a, abs=1e-9)
    assert spec == pytest.approx((1 - a) ** 2, abs=0.01)


def test_waveform_error_prefers_silence_and_spectral_error_the_tone():
    assert c.best_guesses() == (0.0, 1.0)


def test_long_windows_see_the_pitch_and_short_ones_the_time():
    assert np.all(np.diff(c.pitch_db()) < 0)
    assert np.all(np.diff(c.click_db()) > 0)


def test_masks_are_causal_and_cover_what_they_should():
    m = c.masks(3, 4)
    for allowed in m.values():
        assert not np.triu(allowed, 1).any()
    assert m["row"][6].nonzero()[0].tolist() == [4, 5, 6]
    assert m["column"][10].nonzero()[0].tolist() == [2, 6, 10]
    assert m["previous row"][6].nonzero()[0].tolist() == [0, 1, 2, 3]
    assert not m["previous row"][:4].any()


def test_rows_and_columns_alone_never_reach_later_columns_of_earlier_rows():
    def closed(rows, columns):
        n = rows * columns
        return rows * (rows + 1) * columns * (columns + 1) / (2 * n * (n + 1))

    assert c.reached(5, 4, ("row", "column")) == pytest.approx(closed(5, 4))
    assert c.reached(5, 4, ("row", "column") * 5) == pytest.approx(closed(5, 4))
    assert c.reach_shares() == pytest.approx((100 * closed(16, 8), 100))
    assert c.full_share() == pytest.approx(100 * closed(128, 64))


def test_minute_costs():
    np.testing.assert_allclose(c.minute_tokens(), [330750, 82687.5, 20671.875])
    starts = {}
    for hop, n in zip(c.HOPS, c.minute_tokens(), strict=True):
        starts[hop], end = 1, c.CONTEXT
        while end < n:
            starts[hop], end = starts[hop] + 1, end + c.CONTEXT // 2
    assert c.windows() == tuple(starts.values())
    assert c.pace() == pytest.approx((20671.875 / 3600, 413437.5 / 28800))


def test_figure_has_both_curves():
    ax = c.figure_phase().axes[0]
    assert [len(line.get_xdata()) for line in ax.lines] == [13, 13]
