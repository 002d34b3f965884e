"""The ConvMixer companion against loops, closed forms, published counts and hand-worked values."""

from __future__ import annotations

import numpy as np
import pytest
from papers.convmixer import companion as c
from scipy.signal import correlate2d
from scipy.stats import norm


def formula(h, d, k, p, classes, channels=3):
    """Parameters in closed form, written independently of the companion's walk."""
    return h * (d * (k**2 + h + 6) + channels * p**2 + classes + 3) + classes


@pytest.mark.parametrize(
    ("shape", "millions"), [((1536, 20, 9, 7), 51.63), ((768, 32, 7, 7), 21.11), ((1024, 20, 9, 14), 24.38)]
)
def test_parameters_equal_the_closed_form_and_the_published_counts(shape, millions):
    count = c.convmixer(*shape)
    assert count.parameters == formula(*shape, 1000)
    assert round(count.parameters / 1e6, 2) == millions  # timm


def test_sizes_are_those_of_the_note():
    assert c.cm1536() == (51625960, pytest.approx(51.10, abs=0.005))
    assert c.cm768() == (21110248, pytest.approx(20.68, abs=0.005))
    assert c.cm1024() == (24383464, pytest.approx(5.95, abs=0.005))
    assert c.cifar_parameters() == formula(256, 8, 9, 1, 10) == 706570


def test_vit_and_mixer_have_the_published_number_of_parameters():
    assert round(c.deit_b()[0] / 1e6, 2) == 86.57  # timm
    assert round(c.vit(384).parameters / 1e6, 2) == 22.05
    assert round(c.mixer_b()[0] / 1e6, 2) == 59.88


def test_vit_and_mixer_multiply_adds_are_within_a_per_cent_of_timm():
    assert c.deit_b()[1] == pytest.approx(17.58, rel=0.01)
    assert c.mixer_b()[1] == pytest.approx(12.62, rel=0.01)


def test_multiply_adds_equal_a_loop_over_layers():
    places, total = 32 * 32, 3 * 49 * 768 * 32 * 32
    for _ in range(32):
        total += places * 7 * 7 * 768
        total += places * 768 * 768
    assert c.convmixer(768, 32, 7, 7).macs == total + 768 * 1000


def test_published_multiply_adds_leave_out_the_depthwise_layers():
    assert [round(g, 2) for g in c.counter_gmacs()] == [48.68, 19.55, 5.55]  # timm, infer_gmacs


def test_a_larger_patch_quarters_the_work():
    ratio = c.cm1536()[1] / c.larger_patch_gmacs()
    assert ratio == pytest.approx(4, abs=0.06)


def test_the_two_patch_embeddings_are_equal():
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(3, 28, 28)), rng.normal(size=(5, 3, 7, 7)), rng.normal(size=5)
    assert np.allclose(c.embed_by_convolution(x, w, b, 7), c.embed_by_cutting(x, w, b, 7), atol=1e-12)


def test_patch_embedding_equals_a_loop():
    rng = np.random.default_rng(4)
    x, w, b = rng.normal(size=(2, 6, 6)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=3)
    out = c.embed_by_convolution(x, w, b, 3)
    for h in range(3):
        for i in range(2):
            for j in range(2):
                patch = x[:, 3 * i : 3 * i + 3, 3 * j : 3 * j + 3]
                assert out[h, i, j] == pytest.approx((patch * w[h]).sum() + b[h], abs=1e-12)


@pytest.mark.parametrize("k", [3, 4, 5])
def test_depthwise_keeps_the_side_and_equals_scipy(k):
    rng = np.random.default_rng(5)
    x, w, b = rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(3, k, k)), rng.normal(size=3)
    out = c.depthwise(x, w, b)
    assert out.shape == x.shape
    lo, hi = (k - 1) // 2, k - 1 - (k - 1) // 2
    for n in range(2):
        for ch in range(3):
            oracle = correlate2d(np.pad(x[n, ch], ((lo, hi), (lo, hi))), w[ch], "valid") + b[ch]
            assert np.allclose(out[n, ch], oracle, atol=1e-12)


def test_gelu_is_x_times_the_normal_distribution_function():
    x = np.linspace(-4, 4, 33)
    assert np.allclose(c.gelu(x), x * norm.cdf(x), atol=1e-14)


def test_batch_norm_standardises_each_channel():
    y = c.batch_norm(np.random.default_rng(6).normal(3, 5, (4, 2, 5, 5)), eps=0.0)
    assert np.allclose(y.mean((0, 2, 3)), 0, atol=1e-12)
    assert np.allclose(y.std((0, 2, 3)), 1, atol=1e-12)


def draw_block(rng, h, k):
    return {
        "spatial": rng.normal(0, 1 / k, (h, k, k)),
        "b1": rng.normal(size=h),
        "channel": rng.normal(0, h**-0.5, (h, h)),
        "b2": rng.normal(size=h),
    }


def test_the_block_adds_its_shortcut_before_the_channel_mixing_only():
    rng = np.random.default_rng(7)
    x, p = rng.normal(size=(2, 4, 6, 6)), draw_block(rng, 4, 3)
    spatial = x + c.batch_norm(c.gelu(c.depthwise(x, p["spatial"], p["b1"])))
    mixed = np.tensordot(p["channel"], spatial, (1, 1)).transpose(1, 0, 2, 3) + p["b2"][:, None, None]
    assert np.allclose(c.block(x, p), c.batch_norm(c.gelu(mixed)), atol=1e-12)


def test_the_block_commutes_with_a_permutation_of_images():
    rng = np.random.default_rng(8)
    x, p = rng.normal(size=(3, 4, 6, 6)), draw_block(rng, 4, 3)
    assert np.allclose(c.block(x[::-1], p), c.block(x, p)[::-1], atol=1e-12)


def weights(rng, h, d, k, p, classes):
    return {
        "stem": rng.normal(0, 1 / p, (h, 3, p, p)),
        "b0": np.zeros(h),
        "blocks": [draw_block(rng, h, k) for _ in range(d)],
        "head": rng.normal(0, h**-0.5, (classes, h)),
        "bias": rng.normal(size=classes),
    }


def test_the_network_holds_the_counted_parameters_and_returns_class_scores():
    w = weights(np.random.default_rng(9), 8, 2, 3, 7, 10)
    arrays = [w["stem"], w["b0"], w["head"], w["bias"], *[a for b in w["blocks"] for a in b.values()]]
    batch_norms = 2 * 8 * (1 + 2 * 2)  # scale and shift, fixed at 1 and 0 in the companion
    assert sum(a.size for a in arrays) + batch_norms == c.convmixer(8, 2, 3, 7, 10, 28).parameters
    assert c.forward(np.random.default_rng(10).normal(size=(2, 3, 28, 28)), w, 7).shape == (2, 10)


def test_blocks_are_normalised_so_average_logits_equal_the_bias():
    w = weights(np.random.default_rng(11), 8, 2, 3, 7, 10)  # pooled features average to zero
    logits = c.forward(np.random.default_rng(12).normal(size=(4, 3, 28, 28)), w, 7)
    assert np.allclose(logits.mean(0), w["bias"], atol=1e-10)


def test_separable_against_full_by_hand():
    assert c.tiny_separable() == (81, 36)
    for k, n in ((3, 64), (9, 1536)):
        ratio = c.separable_weights(k, n, n) / c.full_weights(k, n, n)
        assert ratio == pytest.approx(1 / n + 1 / k**2, rel=1e-12)
    assert c.wide_separable() == pytest.approx(1 / (1 / 1536 + 1 / 81), rel=1e-12)


def test_a_separable_convolution_is_a_full_one_whose_kernels_share_their_shape():
    rng = np.random.default_rng(13)
    x, d, m = rng.normal(size=(1, 3, 7, 7)), rng.normal(size=(3, 3, 3)), rng.normal(size=(5, 3))
    separable = np.einsum("ncij,hc->nhij", c.depthwise(x, d, np.zeros(3)), m)
    kernel = m[:, :, None, None] * d  # (5, 3, 3, 3)
    full = sum(correlate2d(np.pad(x[0, ch], 1), kernel[2, ch], "valid") for ch in range(3))
    assert np.allclose(separable[0, 2], full, atol=1e-12)


@pytest.mark.parametrize(("side", "k"), [(32, 9), (32, 7), (16, 9), (5, 3)])
def test_blocks_to_span_equals_spreading_a_mark(side, k):
    mark, blocks = np.zeros((1, 1, side, side)), 0
    mark[0, 0, 0, 0] = 1
    while mark[0, 0, -1, -1] == 0:
        mark = (c.depthwise(mark, np.ones((1, k, k)), np.zeros(1)) > 0).astype(float)
        blocks += 1
    assert c.blocks_to_span(side, k) == blocks


def test_spans_are_those_of_the_three_models():
    assert c.spans() == (8, 11, 4)


def test_an_even_kernel_with_half_padding_grows_the_map():
    assert c.even_sizes() == (32, 33)
    assert c.depthwise(np.ones((1, 1, 32, 32)), np.ones((1, 8, 8)), np.zeros(1)).shape[-1] == 32


def test_mean_of_gelu_is_its_closed_form():
    assert c.mean_gelu() == pytest.approx(1 / (2 * np.sqrt(np.pi)), abs=1e-4)


def test_shares_and_reuse_follow_from_the_counts():
    weights_in_depthwise, work = c.shares()
    assert weights_in_depthwise == pytest.approx(100 * 81 * 1536 * 20 / 51625960, rel=1e-12)
    assert work == pytest.approx(100 * 81 * 1536 * 20 * 1024 / 51.10e9, rel=1e-3)
    assert [round(v) for v in c.macs_per_parameter()] == [990, 203]


def test_the_slowdown_is_the_product_of_its_two_causes():
    slower, work, rate = c.slowdown()
    assert slower == pytest.approx(work * rate, rel=1e-12)
    assert slower == pytest.approx(1208.56 / 173.51, rel=1e-12)
