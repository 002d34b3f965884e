"""The Transformer companion against hand values, closed forms, loops and limits."""

import numpy as np
import pytest
from papers.transformer import companion as c

RNG = np.random.default_rng(20)
# published in Table 3 of arXiv v7, in millions
PRINTED = [65, 58, 60, 36, 50, 80, 28, 168, 53, 90]


def weights(d: int) -> dict[str, np.ndarray]:
    return {name: RNG.normal(size=(d, d)) / np.sqrt(d) for name in "qkvo"}


def test_softmax_matches_a_hand_value_and_ignores_a_constant():
    x = np.log([[1.0, 2.0, 5.0]])
    np.testing.assert_allclose(c.softmax(x), [[0.125, 0.25, 0.625]], atol=1e-15)
    np.testing.assert_allclose(c.softmax(x + 1000), c.softmax(x), atol=1e-12)


def test_attention_equals_a_loop_over_queries_and_keys():
    q, k, v = RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4)), RNG.normal(size=(5, 2))
    expected = np.zeros((3, 2))
    for i in range(3):
        p = [np.exp(sum(q[i, a] * k[j, a] for a in range(4)) / 2.0) for j in range(5)]
        for j in range(5):
            expected[i] += p[j] / sum(p) * v[j]
    np.testing.assert_allclose(c.attention(q, k, v), expected, atol=1e-12)


def test_a_zero_query_averages_the_values():
    v = RNG.normal(size=(6, 3))
    out = c.attention(np.zeros((1, 4)), RNG.normal(size=(6, 4)), v)
    np.testing.assert_allclose(out[0], v.mean(0), atol=1e-12)


def test_a_very_long_key_is_selected_alone():
    k, v = np.eye(4) * 1e4, RNG.normal(size=(4, 3))
    np.testing.assert_allclose(c.attention(np.eye(4), k, v), v, atol=1e-12)


def test_causal_mask_is_the_lower_triangle():
    expected = [[True, False, False], [True, True, False], [True, True, True]]
    np.testing.assert_array_equal(c.causal_mask(3), expected)


def test_causal_outputs_do_not_depend_on_later_inputs():
    w, x = weights(16), RNG.normal(size=(7, 16))
    later = np.vstack([x[:4], RNG.normal(size=(3, 16))])
    a, b = (c.multi_head(z, z, w, 4, c.causal_mask(7)) for z in (x, later))
    np.testing.assert_allclose(a[:4], b[:4], atol=1e-13)
    assert np.abs(a[4:] - b[4:]).max() > 0.1
    np.testing.assert_allclose(a[0], x[0] @ w["v"] @ w["o"], atol=1e-12)  # sees only itself


def test_multi_head_equals_separate_heads_concatenated():
    w, x, memory = weights(12), RNG.normal(size=(3, 12)), RNG.normal(size=(5, 12))
    heads = []
    for i in range(3):
        cols = slice(4 * i, 4 * i + 4)
        q, k, v = x @ w["q"][:, cols], memory @ w["k"][:, cols], memory @ w["v"][:, cols]
        heads.append(c.attention(q, k, v))
    expected = np.concatenate(heads, axis=1) @ w["o"]
    np.testing.assert_allclose(c.multi_head(x, memory, w, 3), expected, atol=1e-12)


def test_self_attention_commutes_with_a_permutation_of_the_tokens():
    w, x, order = weights(8), RNG.normal(size=(6, 8)), RNG.permutation(6)
    whole = c.multi_head(x, x, w, 2)
    np.testing.assert_allclose(c.multi_head(x[order], x[order], w, 2), whole[order], atol=1e-12)


def test_cross_attention_ignores_the_order_of_the_memory():
    w, x, memory = weights(8), RNG.normal(size=(4, 8)), RNG.normal(size=(6, 8))
    shuffled = memory[RNG.permutation(6)]
    np.testing.assert_allclose(c.multi_head(x, shuffled, w, 2), c.multi_head(x, memory, w, 2), atol=1e-12)


def test_positional_encoding_equals_the_formula_element_by_element():
    pe = c.positional_encoding(9, 6)
    for pos in range(9):
        for i in range(3):
            angle = pos / 10000 ** (2 * i / 6)
            assert pe[pos, 2 * i] == pytest.approx(np.sin(angle), abs=1e-14)
            assert pe[pos, 2 * i + 1] == pytest.approx(np.cos(angle), abs=1e-14)


@pytest.mark.parametrize("k", [-5, 0, 1, 30])
def test_the_shift_matrix_moves_every_position_by_k(k):
    pe = c.positional_encoding(120, 32)
    pos = np.arange(40, 80)
    np.testing.assert_allclose(pe[pos] @ c.shift_matrix(k, 32).T, pe[pos + k], atol=1e-12)


def test_shift_matrices_are_rotations_that_compose():
    a, b = c.shift_matrix(3, 16), c.shift_matrix(8, 16)
    np.testing.assert_allclose(a @ a.T, np.eye(16), atol=1e-14)
    np.testing.assert_allclose(a @ b, c.shift_matrix(11, 16), atol=1e-13)


def test_dot_products_of_encodings_depend_on_the_offset_only():
    pe = c.positional_encoding(100, 64)
    closed_form = np.cos(7 * c.frequencies(64)).sum()
    np.testing.assert_allclose((pe[7:] * pe[:-7]).sum(1), closed_form, atol=1e-10)


def test_longest_wavelength_is_short_of_ten_thousand():
    assert c.longest_wavelength() == pytest.approx(10000 ** (510 / 512), rel=1e-12)


def test_layer_norm_is_per_token_and_batch_norm_per_feature():
    x = RNG.normal(2.0, 3.0, size=(4, 5, 32))
    by_token, by_feature = (c.normalise(x, a) for a in (c.LAYER_NORM_AXES, c.BATCH_NORM_AXES))
    np.testing.assert_allclose(by_token.mean(-1), 0, atol=1e-12)
    np.testing.assert_allclose(by_token.var(-1), 1, atol=1e-5)
    np.testing.assert_allclose(by_feature.mean((0, 1)), 0, atol=1e-12)
    np.testing.assert_allclose(by_feature.var((0, 1)), 1, atol=1e-5)
    token = x[2, 3]
    expected = (token - token.mean()) / np.sqrt(token.var() + 1e-6)
    np.testing.assert_allclose(by_token[2, 3], expected, atol=1e-12)


def test_only_batch_norm_lets_one_sequence_change_another():
    x = RNG.normal(size=(2, 3, 8))
    y = x.copy()
    y[1] += 5.0 * RNG.normal(size=(3, 8))
    same = [
        np.allclose(c.normalise(x, a)[0], c.normalise(y, a)[0])
        for a in (c.LAYER_NORM_AXES, c.BATCH_NORM_AXES)
    ]
    assert same == [True, False]


@pytest.mark.parametrize("d_k", [16, 64, 256])
def test_variance_of_the_dot_product_is_the_key_size(d_k):
    assert c.dot_product_variance(d_k, False) == pytest.approx(d_k, rel=0.04)  # sd 1 %
    assert c.dot_product_variance(d_k, True) == pytest.approx(1, rel=0.04)


def test_softmax_slope_is_the_trace_of_a_numerical_jacobian():
    rng = np.random.default_rng(1)
    q, k = rng.normal(size=(1, 1, 8)), rng.normal(size=(1, 5, 8))
    z = (q * k).sum(-1)[0] / np.sqrt(8)
    h = 1e-6
    trace = sum((c.softmax(z + h * e) - c.softmax(z - h * e))[i] / (2 * h) for i, e in enumerate(np.eye(5)))
    assert c.softmax_slope(8, True, keys=5, trials=1) == pytest.approx(trace, abs=1e-8)


def test_scaling_keeps_the_softmax_slope_and_its_absence_loses_it():
    unscaled, scaled = c.slopes()
    assert unscaled < 0.3 < 0.9 < scaled < 1 - 1 / 32  # upper bound: uniform weights
    assert c.softmax_slope(256, True) == pytest.approx(c.softmax_slope(16, True), abs=0.02)


def test_positions_survive_six_layers_only_with_residuals():
    at_input, kept, lost = c.recovered()
    assert at_input > kept > 10 * lost
    assert lost == pytest.approx(100 / 32, abs=2)  # chance


def test_base_parameters_equal_a_sum_written_out():
    attn, ffn, norm = 4 * 512 * 512, 512 * 2048 + 2048 + 2048 * 512 + 512, 2 * 512
    expected = 6 * (attn + ffn + 2 * norm) + 6 * (2 * attn + ffn + 3 * norm)
    assert c.body_parameters(**c.BASE) == expected == 44_101_632
    assert c.parameters_millions()[0] * 1e6 == pytest.approx(expected + 37_000 * 512, abs=0.5)
    assert c.parameters_millions(0)[1] * 1e6 == pytest.approx(176_283_648, abs=0.5)


def test_one_vocabulary_explains_ten_rows_of_table_3_but_not_37000():
    assert [printed for _, printed in c.TABLE3] == PRINTED
    low, high = c.implied_vocabulary()

    def rounds(vocabulary: int) -> list[int]:
        configs = [c.BASE | change for change, _ in c.TABLE3]
        return [round((c.body_parameters(**k) + vocabulary * k["d"]) / 1e6) for k in configs]

    assert rounds(low) == rounds(high) == PRINTED
    assert rounds(low - 1) != PRINTED != rounds(high + 1)
    assert sum(a != b for a, b in zip(rounds(37_000), PRINTED, strict=True)) == 10


def test_the_big_row_implies_a_smaller_vocabulary():
    low, high = c.big_vocabulary()
    assert high < 37_000 < c.implied_vocabulary()[0]
    assert round((c.body_parameters(**c.BIG) + low * 1024) / 1e6) == 213


def test_training_cost_is_the_one_printed_in_table_2():
    assert (round(c.base_exaflop(), 1), round(c.big_exaflop())) == (3.3, 23)
    assert c.base_exaflop(1) == pytest.approx(0.2736)  # 3600 s × 76 TFLOPS


def test_learning_rate_rises_linearly_then_falls_as_an_inverse_root():
    assert c.learning_rate(2000) == pytest.approx(c.learning_rate() / 2)
    assert c.learning_rate(16_000) == pytest.approx(c.learning_rate() / 2)
    assert c.learning_rate() == pytest.approx(1 / np.sqrt(512 * 4000))
    assert max(c.learning_rate(s) for s in range(1, 9000)) == c.learning_rate()


def test_attention_costs_as_much_as_an_lstm_at_twice_the_width():
    assert c.lstm_crossover() == 2 * 512
    assert c.lstm_crossover(64) == 2 * 64

    def products(n: int, d: int) -> tuple[int, int]:
        shapes = [(n, d, d)] * 4 + [(n, d, n), (n, n, d)]  # Q, K, V, O; scores; weighted sum
        gates = [(1, d, d)] * 8 * n  # per step, four gates, each from input and from state
        return sum(a * b * e for a, b, e in shapes), sum(a * b * e for a, b, e in gates)

    attention, lstm = products(128, 64)
    assert attention == lstm


@pytest.mark.parametrize("draw", [c.figure_saturation, c.figure_offsets])
def test_figures_have_labelled_axes(draw):
    import matplotlib

    matplotlib.use("Agg")
    ax = draw().axes[0]
    assert ax.get_xlabel()
    assert ax.get_ylabel()
