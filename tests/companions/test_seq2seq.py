"""The seq2seq companion against published counts, hand-worked values, loops, autograd and limits."""

from __future__ import annotations

from itertools import product

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from papers.seq2seq import companion as c


def layer(rng, n_in=3, n=4):
    shapes = {"wx": (n_in, 4 * n), "wh": (n, 4 * n), "b": (1, 4 * n), "peep": (3, 1, n)}
    return {k: rng.normal(size=s) for k, s in shapes.items()}


def test_sigmoid_is_the_logistic_function_and_does_not_overflow():
    z = np.linspace(-20, 20, 41)
    assert np.allclose(c.sigmoid(z), 1 / (1 + np.exp(-z)), atol=1e-15)
    assert c.sigmoid(np.array([-1e4, 1e4])).tolist() == [0, 1]


def test_the_cell_equals_graves_equations_written_out_per_unit():
    rng = np.random.default_rng(0)
    p, x, h, old = layer(rng), rng.normal(size=3), rng.normal(size=4), rng.normal(size=4)
    got_h, got_c, *_ = c.lstm_step(p, x[None], h[None], old[None])

    def logistic(z):
        return 1 / (1 + np.exp(-z))

    for m in range(4):
        zi, zf, zo, zg = (
            sum(x[a] * p["wx"][a, k * 4 + m] for a in range(3))
            + sum(h[a] * p["wh"][a, k * 4 + m] for a in range(4))
            + p["b"][0, k * 4 + m]
            for k in range(4)
        )
        i = logistic(zi + p["peep"][0, 0, m] * old[m])
        f = logistic(zf + p["peep"][1, 0, m] * old[m])
        new = f * old[m] + i * np.tanh(zg)
        o = logistic(zo + p["peep"][2, 0, m] * new)
        assert got_c[0, m] == pytest.approx(new, abs=1e-12)
        assert got_h[0, m] == pytest.approx(o * np.tanh(new), abs=1e-12)


def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_cell_for_a_thousand_steps():
    n = 2
    p = {"wx": np.zeros((1, 4 * n)), "wh": np.zeros((n, 4 * n)), "peep": np.zeros((3, 1, n))}
    p["b"] = np.array([[-50.0] * n + [50.0] * n + [0.0] * n + [1.0] * n])
    h, cell = np.zeros((1, n)), np.array([[0.7, -1.3]])
    for _ in range(1000):
        h, cell, *_ = c.lstm_step(p, np.ones((1, 1)), h, cell)
    assert np.allclose(cell, [[0.7, -1.3]], atol=1e-12)
    assert np.allclose(h, 0.5 * np.tanh([[0.7, -1.3]]), atol=1e-12)


def test_a_leading_axis_holds_independent_nets():
    rng = np.random.default_rng(1)
    a, b = layer(rng), layer(rng)
    x, h, cell = (rng.normal(size=(2, 5, k)) for k in (3, 4, 4))
    both = c.lstm_step({k: np.stack([a[k], b[k]]) for k in a}, x, h, cell)
    for net, p in enumerate((a, b)):
        for got, want in zip(both, c.lstm_step(p, x[net], h[net], cell[net]), strict=True):
            assert np.allclose(got[net], want, atol=1e-14)


def test_the_counts_are_those_of_section_3_4():
    assert c.total_millions() == 384
    assert c.lstm_millions() == (64, 32)


def test_parameters_equal_the_sizes_of_real_arrays():
    rng, n = np.random.default_rng(2), 4
    stack = [layer(rng, n, n) for _ in range(2 * 3)]
    got = c.parameters(source=7, target=5, n=n, layers=3)
    assert got["input to gates"] == sum(p["wx"].size for p in stack)
    assert got["hidden to gates"] == sum(p["wh"].size for p in stack)
    assert got["biases and peepholes"] == sum(p["b"].size + p["peep"].size for p in stack) + 5
    assert [got[k] for k in ("embeddings", "softmax")] == [48, 20]


def test_the_softmax_does_more_work_than_the_decoder():
    p = c.parameters()
    decoder = (p["input to gates"] + p["hidden to gates"]) / 2
    assert c.softmax_share() == pytest.approx(100 * p["softmax"] / (p["softmax"] + decoder))


def test_the_stated_speed_gives_nine_days():
    seconds = 7.5 * (304e6 + 348e6) / 6300
    assert c.training_days() == pytest.approx(seconds / 24 / 3600)
    assert round(c.training_days(), 1) == 9.0


@pytest.mark.parametrize("length", [1, 4, 20])
@pytest.mark.parametrize("reverse", [False, True])
def test_lags_equal_positions_in_the_written_out_sequence(length, reverse):
    source = [f"s{i}" for i in range(length)]
    steps = (source[::-1] if reverse else source) + ["<EOS>"] + [f"t{i}" for i in range(length - 1)]
    emitted = {f"t{i}": length + i for i in range(length)}  # t0 comes out when <EOS> goes in
    want = [emitted[f"t{i}"] - steps.index(f"s{i}") for i in range(length)]
    assert c.lags(length, reverse).tolist() == want


def test_reversal_keeps_the_mean_lag_and_lowers_the_least_to_one():
    assert set(c.lags(20, False)) == {20}
    assert c.lags20() == (20, 1, 39)
    assert c.lags(4, True).tolist() == [1, 3, 5, 7]


def random_model(seed, words=3, depth=4):
    """Random conditional probabilities; <EOS> is the last word and certain at the depth."""
    rng = np.random.default_rng(seed)
    table = {
        prefix: rng.dirichlet(np.ones(words + 1))
        for k in range(depth)
        for prefix in product(range(words), repeat=k)
    }
    return lambda prefix: table.get(prefix, np.r_[np.zeros(words), 1.0])


def score(model, sentence, eos):
    prob = 1.0
    for t, word in enumerate((*sentence, eos)):
        prob *= model(sentence[:t])[word]
    return prob


@pytest.mark.parametrize("seed", range(8))
def test_a_beam_as_wide_as_the_space_equals_brute_force(seed):
    model = random_model(seed)
    space = [s for k in range(5) for s in product(range(3), repeat=k)]
    best = max(space, key=lambda s: score(model, s, 3))
    got, prob = c.beam_search(model, 1000, 3)
    assert got == best
    assert prob == pytest.approx(score(model, best, 3), rel=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_a_beam_of_one_is_greedy_search(seed):
    model, prefix = random_model(seed), ()
    while (word := int(np.argmax(model(prefix)))) != 3:
        prefix = (*prefix, word)
    got, prob = c.beam_search(model, 1, 3)
    assert got == prefix
    assert prob == pytest.approx(score(model, prefix, 3), rel=1e-12)


def test_greedy_search_falls_into_the_trap_and_a_beam_of_two_does_not():
    assert c.found(c.TRAP, 1)[0] == (0,)
    assert c.found(c.TRAP, 2)[0] == (1,)
    assert np.allclose(c.trap_probabilities(), (0.5 * 0.4, 0.4 * 0.9), atol=1e-12)


def test_a_wider_beam_can_find_a_less_probable_sentence():
    assert np.allclose(c.crowd_probabilities(), (0.52 * 0.4, 0.48 * 0.5 * 0.4, 0.52 * 0.4), atol=1e-12)
    for table in (c.TRAP, c.CROWD):
        assert all(sum(q) == pytest.approx(1) for q in table.values())


def test_one_more_place_in_the_beam_empties_the_translation():
    assert c.babble_lengths() == (30, 0)
    assert c.beam_search(c.babble, 11, 10, 40)[1] == pytest.approx(0.05)
    assert c.babble((0,) * 3).sum() == pytest.approx(1)
    assert c.babble((0,) * 30)[-1] == 1


def test_both_kinds_of_net_start_from_the_same_weights():
    p = c.init()
    for v in p.values():
        assert np.array_equal(v[: c.SEEDS], v[c.SEEDS :])
        assert np.abs(v).max() <= 0.3
    assert not np.array_equal(p["out"][0], p["out"][1])


def test_backpropagation_through_time_equals_autograd():
    rng = np.random.default_rng(3)
    p = c.init(4)
    text = rng.integers(0, c.LETTERS, (2 * c.SEEDS, 3, 4))
    loss, got = c.losses_and_gradients(p, text[..., ::-1], text)

    def mean_loss(p):
        words = np.concatenate([text[..., ::-1], np.full((len(text), 3, 1), c.LETTERS), text[..., :-1]], -1)
        h = cell = anp.zeros((len(text), 3, c.CELLS))
        total = 0.0
        for t in range(8):
            name = "enc_" if t < 4 else "dec_"
            w = {k: p[name + k] for k in ("wx", "wh", "b", "peep")}
            z = anp.matmul(np.eye(c.LETTERS + 1)[words[..., t]], w["wx"]) + anp.matmul(h, w["wh"]) + w["b"]
            zi, zf, zo, zg = (z[..., k * c.CELLS : (k + 1) * c.CELLS] for k in range(4))
            i, f = (1 / (1 + anp.exp(-zk - w["peep"][:, k] * cell)) for k, zk in enumerate((zi, zf)))
            cell = f * cell + i * anp.tanh(zg)
            h = anp.tanh(cell) / (1 + anp.exp(-zo - w["peep"][:, 2] * cell))
            if t >= 4:
                y = anp.matmul(h, p["out"])
                right = (y * np.eye(c.LETTERS)[text[..., t - 4]]).sum(-1)
                total = total + (anp.log(anp.exp(y).sum(-1)) - right).sum()
        return total / 12

    assert loss.sum() / 4 == pytest.approx(mean_loss(p), rel=1e-12)
    want = grad(mean_loss)(p)
    for k in p:
        assert np.allclose(got[k], want[k], atol=1e-12), k


def test_an_untrained_net_guesses():
    assert c.train()[0].mean(-1) == pytest.approx(np.log(c.LETTERS), abs=0.05)


def test_reversal_halves_the_loss_of_the_copying_task():
    plain, reversed_ = c.copy_losses()
    assert reversed_ < 0.55 * plain
    assert (round(plain, 2), round(reversed_, 2)) == (0.84, 0.42)


def test_reversal_helps_most_at_the_start_and_does_not_hurt_at_the_end():
    first, last, first_reversed, last_reversed = c.copy_ends()
    assert first - first_reversed > last - last_reversed > 0


def test_the_figure_shows_both_curves():
    fig = c.figure_reversal()
    assert [t.get_text() for t in fig.axes[0].get_legend().get_texts()] == [
        "source as it is",
        "source reversed",
    ]
    import matplotlib.pyplot as plt

    plt.close(fig)
