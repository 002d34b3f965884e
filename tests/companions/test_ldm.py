"""The LDM companion against hand counts, brute force, closed forms and published sizes."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.ldm import companion as c

RNG = np.random.default_rng(7)


def attend_by_loop(phi, tau, w_q, w_k, w_v):
    out = np.zeros((len(phi), w_v.shape[1]))
    for i, p in enumerate(phi):
        scores = [float((p @ w_q) @ (t @ w_k)) / np.sqrt(w_q.shape[1]) for t in tau]
        total = sum(np.exp(s) for s in scores)
        for s, t in zip(scores, tau, strict=True):
            out[i] += np.exp(s) / total * (t @ w_v)
    return out


def test_a_convolution_costs_its_weights_at_every_position():
    assert c.conv_cost(3, 4, 8, 5).tolist() == [3 * 3 * 4 * 8 + 8, 3 * 3 * 4 * 8 * 25, 0, 0]


def test_plain_attention_counts_qkv_output_norm_and_two_products():
    n, width = 16, 6
    parameters = 2 * width + (width * 3 * width + 3 * width) + (width * width + width)
    assert c.attention_cost(width, 4).tolist() == [parameters, 0, 4 * 36 * n, 2 * n * n * width]


def test_the_transformer_block_is_the_sum_of_its_listed_layers():
    w, ctx, m, n = 8, 5, 7, 9
    norms = 2 * w + 3 * 2 * w  # group norm, three layer norms
    ends = 2 * (w * w + w)
    self_ = 3 * w * w + (w * w + w)
    cross = w * w + 2 * ctx * w + (w * w + w)
    mlp = (w * 8 * w + 8 * w) + (4 * w * w + w)
    cost = c.attention_cost(w, 3, ctx, m)
    assert cost[0] == norms + ends + self_ + cross + mlp
    assert cost[1] == 0
    assert cost[2] == n * (2 * w * w + 4 * w * w + 2 * w * w + 12 * w * w) + 2 * m * ctx * w
    assert cost[3] == 2 * n * n * w + 2 * n * m * w


def test_a_residual_block_gets_a_projection_only_when_widths_differ():
    same, wider = c.residual_cost(4, 4, 2, 10), c.residual_cost(4, 6, 2, 10)
    assert same[0] == 2 * (9 * 16 + 4) + 2 * 8 + 10 * 4 + 4
    assert wider[0] == (9 * 24 + 6) + (9 * 36 + 6) + (24 + 6) + 8 + 12 + 66
    assert wider[1] == 4 * (9 * 24 + 9 * 36 + 24)


def test_the_walk_gives_the_known_size_of_stable_diffusion():
    assert c.text_unets()[1] == 859_520_964  # reported by common tools for v1 weights
    assert c.text_unets()[0] / 1e6 == pytest.approx(872.30, abs=0.005)  # printed by the official code


@pytest.mark.parametrize(("f", "millions"), [(1, 396), (2, 391), (8, 395), (16, 395), (32, 395)])
def test_sizes_of_table_13_are_recovered_but_for_ldm_4(f, millions):
    assert c.analysis_unet(f)[0][0] / 1e6 == pytest.approx(millions, abs=0.9)


def test_ldm_4_has_the_size_of_table_3_and_not_of_table_13():
    assert c.analysis_sizes()[2] == pytest.approx(400, abs=1)


def test_unconditional_models_have_the_sizes_of_table_14():
    celeba = c.unet((3, 224, (1, 2, 3, 4), (2, 4, 8)), 64)[0][0] / 1e6
    assert celeba == pytest.approx(274, abs=0.5)
    assert c.unet((4, 256, (1, 2, 4), (1, 2, 4)), 32)[0][0] / 1e6 == pytest.approx(258, abs=0.5)


def test_convolutions_of_one_network_shrink_with_the_area():
    big, small = (c.unet(c.ANALYSIS[8][:4], side, 512)[0] for side in (64, 32))
    assert big[0] == small[0]
    assert big[1] == 4 * small[1]
    assert 12 < big[3] / small[3] < 16  # N^2 but for the single cross-attention token


def test_parts_of_the_cost_add_up_to_the_quoted_totals():
    conv, pairs = c.pair_gmacs()
    assert conv + pairs < c.analysis_gmacs()[0]
    for f, total in zip(c.ANALYSIS, c.analysis_gmacs(), strict=True):
        cost = c.analysis_unet(f)[0]
        assert cost[1:].sum() / 1e9 == pytest.approx(total)
        assert cost[3] / cost[1:].sum() < 0.06


def test_runs_of_equal_steps_differ_in_images_and_not_in_work():
    assert c.images_seen() == (14, 128)
    assert c.forward_work()[0] == pytest.approx(14e6 * c.analysis_gmacs()[0] * 1e9 / 1e18)
    assert 0.8 < c.forward_work()[1] / c.forward_work()[0] < 1


def test_softmax_rows_are_distributions_and_large_scores_do_not_overflow():
    p = c.softmax(np.array([[1000.0, 1001.0], [0.0, 0.0]]))
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-14)
    np.testing.assert_allclose(p[0], [1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-12)


def test_cross_attention_equals_the_loop_and_has_a_row_per_position():
    phi, tau = RNG.normal(size=(6, 5)), RNG.normal(size=(4, 3))
    w = RNG.normal(size=(5, 2)), RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2))
    out = c.cross_attention(phi, tau, *w)
    assert out.shape == (6, 2)
    np.testing.assert_allclose(out, attend_by_loop(phi, tau, *w), rtol=1e-12)


def test_reversed_roles_give_a_row_per_token():
    phi, tau = RNG.normal(size=(6, 5)), RNG.normal(size=(4, 3))
    out = c.cross_attention(tau, phi, RNG.normal(size=(3, 2)), *RNG.normal(size=(2, 5, 2)))
    assert out.shape == (4, 2)


def test_the_order_of_tokens_does_not_matter():
    phi, tau = RNG.normal(size=(6, 5)), RNG.normal(size=(4, 3))
    w = RNG.normal(size=(5, 2)), RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2))
    np.testing.assert_allclose(
        c.cross_attention(phi, tau[::-1], *w), c.cross_attention(phi, tau, *w), rtol=1e-12
    )


def test_one_token_makes_query_and_key_idle():
    phi, tau, w_v = RNG.normal(size=(6, 5)), RNG.normal(size=(1, 3)), RNG.normal(size=(3, 2))
    for _ in range(3):
        out = c.cross_attention(phi, tau, RNG.normal(size=(5, 2)), RNG.normal(size=(3, 2)), w_v)
        np.testing.assert_allclose(out, np.repeat(tau @ w_v, 6, 0), rtol=1e-14)

    def loss(w_q, tokens):
        e = anp.exp((phi @ w_q) @ (tokens @ np.ones((3, 2))).T)
        return anp.sum((e / anp.sum(e, 1, keepdims=True)) @ (tokens @ w_v) * phi[:, :2])

    w_q = RNG.normal(size=(5, 2)) / 5
    assert np.abs(grad(loss)(w_q, tau)).max() < 1e-12
    assert np.abs(grad(loss)(w_q, np.concatenate([tau, -tau]))).max() > 1e-3


def test_idle_weights_are_those_of_sixteen_layers():
    widths = [384] * 5 + [576] * 5 + [960] * 6
    assert sorted(c.analysis_unet(4)[1]) == widths
    assert c.idle_weights() == sum(w * w + 512 * w for w in widths)


def test_the_schedule_is_linear_in_the_root_of_beta():
    abar = c.schedule(0.00085, 0.012)
    beta = 1 - abar / np.r_[1, abar[:-1]]
    assert beta[0] == pytest.approx(0.00085)
    assert beta[-1] == pytest.approx(0.012)
    np.testing.assert_allclose(np.diff(np.sqrt(beta)), np.diff(np.sqrt(beta))[0], rtol=1e-6)


def test_power_one_is_the_ddpm_schedule():
    from papers.ddpm import companion as ddpm

    np.testing.assert_allclose(c.schedule(1e-4, 0.02, power=1), ddpm.schedule()[1], rtol=1e-10)


def test_the_last_step_keeps_the_published_share_of_the_latent():
    assert c.terminal_signal()[1] == pytest.approx(0.068265, abs=1e-6)  # Lin et al. 2024


def test_snr_is_the_variance_ratio_of_noised_latents():
    abar, std = c.schedule(0.00085, 0.012)[[99, 599]], 5.0
    z, noise = std * RNG.standard_normal(200_000), RNG.standard_normal(200_000)
    for a, expected in zip(abar, c.snr(abar, std), strict=True):
        ratio = (np.sqrt(a) * z).var() / (np.sqrt(1 - a) * noise).var()
        assert ratio == pytest.approx(expected, rel=0.02)


def test_equal_steps_are_where_the_signal_share_crosses():
    abar = c.schedule(0.00085, 0.012)
    scaled, raw = c.equal_steps()
    assert abar[scaled - 2] > 0.5 > abar[scaled - 1]
    threshold = 1 / (1 + c.latent_std() ** 2)
    assert abar[raw - 2] > threshold > abar[raw - 1]


def test_the_scale_factor_gives_unit_deviation_over_all_entries_but_not_by_channel():
    z = RNG.normal(size=(500, 2)) * [1.0, 7.0]
    scaled = z * c.scale_factor(z)
    assert scaled.std() == pytest.approx(1)
    assert scaled.std(0).max() / scaled.std(0).min() == pytest.approx(7, rel=0.2)


def test_toy_latents_are_uncorrelated_principal_components():
    z = c.toy_latents(4, 3)
    assert z.shape == (64 * 16 * 16, 3)
    second = z.T @ z / len(z)
    assert np.abs(second - np.diag(np.diag(second))).max() < 1e-10 * second[0, 0]
    assert (np.diff(np.diag(second)) < 0).all()


def test_the_toy_spread_is_wide_and_its_mean_square_is_one():
    z = c.toy_latents(8, 4)
    scaled = z * c.scale_factor(z)
    assert (scaled.std(0) ** 2).mean() == pytest.approx(1, abs=0.02)
    assert c.toy_spread() == (pytest.approx(scaled.std(0).max()), pytest.approx(scaled.std(0).min()))


def test_latent_sizes_are_products_of_the_shapes():
    assert c.latent_sizes() == (256 * 256 * 3, 64 * 64 * 3, 32 * 32 * 4, 16 * 16 * 8)


def test_table_6_supports_the_speed_up_and_not_quite_the_fid_factor():
    training, sampling, epoch, fid = c.table6_ratios()
    assert min(training, sampling) > 2.7
    assert epoch == pytest.approx(2.697, abs=1e-3)
    assert fid < 1.6


def test_guidance_needs_a_minus_sign():
    """Bayes for z0 ~ N(0, 1), y = z0 + noise of variance s2, z_t = a z0 + sigma eps (Eq. 16, sign)."""
    a, sigma, s2, y, z = 0.8, 0.6, 0.3, 1.2, -0.4
    plain = sigma * z / (a * a + sigma * sigma)
    mean, var = y / (1 + s2), s2 / (1 + s2)
    conditional = sigma * (z - a * mean) / (a * a * var + sigma * sigma)
    spread = s2 + sigma * sigma / (a * a + sigma * sigma)
    slope = a / (a * a + sigma * sigma)
    gradient = (y - slope * z) / spread * slope  # of log p(y | z_t)
    assert conditional == pytest.approx(plain - sigma * gradient, rel=1e-12)
    assert abs(conditional - (plain + sigma * gradient)) > 0.5


def test_figures_show_the_numbers_of_the_table():
    points = c.figure_cost().axes[0].lines[2].get_ydata()
    assert tuple(points) == pytest.approx(c.analysis_gmacs())
    raw, scaled = (line.get_ydata() for line in c.figure_snr().axes[0].lines[:2])
    np.testing.assert_allclose(raw / scaled, c.latent_std() ** 2)
