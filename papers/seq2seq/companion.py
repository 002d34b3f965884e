"""Sequence to sequence learning (Sutskever, Vinyals, Le, 2014): cell, counts, search, reversal."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit as sigmoid

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Weights = dict[str, Array]
Prefix = tuple[int, ...]
Model = Callable[[Prefix], Array]  # prefix -> probabilities of the next word, (words,)

LENGTH, LETTERS, CELLS, BATCH, SEEDS = 10, 4, 24, 16, 3  # the copying task below


# --8<-- [start:cell]
def lstm_step(p: Weights, x: Array, h: Array, c: Array) -> tuple[Array, ...]:
    """Graves (2013), Sec. 2.1: x (..., n_in), h, c (..., n); wx (n_in, 4n),
    wh (n, 4n), b (1, 4n), peep (3, 1, n) for input, forget, output gate."""
    zi, zf, zo, zg = np.split(x @ p["wx"] + h @ p["wh"] + p["b"], 4, axis=-1)
    i = sigmoid(zi + p["peep"][..., 0, :, :] * c)  # what to write
    f = sigmoid(zf + p["peep"][..., 1, :, :] * c)  # what to keep
    g = np.tanh(zg)  # what could be written
    c = f * c + i * g
    o = sigmoid(zo + p["peep"][..., 2, :, :] * c)  # what to show
    return o * np.tanh(c), c, i, f, o, g
    # --8<-- [end:cell]


# --8<-- [start:count]
def parameters(source: int = 160_000, target: int = 80_000, n: int = 1000, layers: int = 4) -> dict[str, int]:
    """Entries of the arrays of the model of Sec. 3.4."""
    return {
        "embeddings": (source + target) * n,
        "softmax": n * target,
        "input to gates": 2 * layers * 4 * n * n,  # encoder and decoder
        "hidden to gates": 2 * layers * 4 * n * n,
        "biases and peepholes": 2 * layers * (4 + 3) * n + target,
    }
    # --8<-- [end:count]


def lags(length: int, reverse: bool) -> Integers:
    """Steps between reading source word i and emitting target word i, (length,), as in Fig. 1:
    `length` words, then <EOS>, whose step emits the first target word."""
    i = np.arange(1, length + 1)
    return length + i - (length + 1 - i if reverse else i)


# --8<-- [start:beam]
def beam_search(model: Model, width: int, eos: int, limit: int = 20) -> tuple[Prefix, float]:
    """Sec. 3.2: the most probable complete hypothesis found, without <EOS>, and its probability."""
    beam: list[tuple[float, Prefix]] = [(0.0, ())]
    complete: list[tuple[float, Prefix]] = []
    while beam and len(beam[0][1]) <= limit:
        extended = [(score + float(np.log(q)), (*prefix, word))
                    for score, prefix in beam for word, q in enumerate(model(prefix)) if q > 0]  # fmt: skip
        kept = sorted(extended, key=lambda e: -e[0])[:width]  # ties: in the order of the words
        complete += [e for e in kept if e[1][-1] == eos]  # leaves the beam, frees no new place
        beam = [e for e in kept if e[1][-1] != eos]
    score, best = max(complete, key=lambda e: e[0])
    return best[:-1], float(np.exp(score))
    # --8<-- [end:beam]


# Words 0, 1, <EOS>; a prefix that is not listed is followed by <EOS>.
TRAP = {(): (0.5, 0.4, 0.1), (0,): (0.3, 0.3, 0.4), (1,): (0.05, 0.05, 0.9)}
CROWD = {(): (0.52, 0.48, 0.0), (0,): (0.4, 0.3, 0.3), (1,): (0.5, 0.5, 0.0)}
CROWD |= {(1, 0): (0.4, 0.3, 0.3), (1, 1): (0.4, 0.3, 0.3)}


def found(table: dict[Prefix, tuple[float, ...]], width: int) -> tuple[Prefix, float]:
    """What a beam of this width finds in a tabulated model."""
    return beam_search(lambda prefix: np.array(table.get(prefix, (0.0, 0.0, 1.0))), width, 2)


def babble(prefix: Prefix) -> Array:
    """<EOS> with probability 0.05, else one of ten equally likely words; 30 words at most."""
    return np.r_[np.full(10, 0.095), 0.05] if len(prefix) < 30 else np.r_[np.zeros(10), 1.0]


# A model in miniature: copy 10 letters out of 4, source as it is (nets 0-2) or reversed (3-5).


def init(seed: int = 0) -> Weights:
    """Uniform in +-0.3; nets s and SEEDS + s start alike. Leading axis: the 2 SEEDS nets."""
    rng, n = np.random.default_rng(seed), CELLS
    lstm = {"wx": (LETTERS + 1, 4 * n), "wh": (n, 4 * n), "b": (1, 4 * n), "peep": (3, 1, n)}
    shapes = {name + k: v for name in ("enc_", "dec_") for k, v in lstm.items()}
    shapes["out"] = (n, LETTERS)
    draws = {k: rng.uniform(-0.3, 0.3, (SEEDS, *shape)) for k, shape in shapes.items()}
    return {k: np.concatenate([v, v]) for k, v in draws.items()}


def losses_and_gradients(p: Weights, source: Integers, target: Integers) -> tuple[Array, Weights]:
    """Eq. of Sec. 3.2 as a loss: nats per letter (nets, length), and the gradient of their mean.

    source, target (nets, batch, length). The decoder starts from the encoder's h and c, reads
    <EOS> and then the correct previous letters."""
    nets, batch, length = target.shape
    words = np.concatenate([source, np.full((nets, batch, 1), LETTERS), target[..., :-1]], -1)
    lstm = {n: {k[4:]: v for k, v in p.items() if k.startswith(n)} for n in ("enc_", "dec_")}
    h = c = np.zeros((nets, batch, CELLS))
    tape = []
    for t in range(2 * length):
        name, x = "enc_" if t < length else "dec_", np.eye(LETTERS + 1)[words[..., t]]
        tape.append((name, x, h, c, *lstm_step(lstm[name], x, h, c)))
        h, c = tape[-1][4:6]
    top = np.stack([step[4] for step in tape[length:]], 2)  # (nets, batch, length, cells)
    z = np.einsum("abtn,anv->abtv", top, p["out"])
    q = np.exp(z - np.logaddexp.reduce(z, -1, keepdims=True))
    right = np.eye(LETTERS)[target]
    loss = -np.log((q * right).sum(-1)).mean(1)
    dz = (q - right) / (batch * length)
    grads = {k: np.zeros_like(v) for k, v in p.items()}
    grads["out"] = np.einsum("abtn,abtv->anv", top, dz)
    dtop = np.einsum("abtv,anv->abtn", dz, p["out"])
    dh = dc = np.zeros_like(h)
    for t in range(2 * length - 1, -1, -1):  # backpropagation through time
        name, x, h0, c0, h1, c1, i, f, o, g = tape[t]
        pi, pf, po = (lstm[name]["peep"][:, k] for k in range(3))
        dh = dh + dtop[:, :, t - length] if t >= length else dh
        do = dh * h1 * (1 - o)  # h1 = o tanh(c1)
        dc = dc + dh * o * (1 - np.tanh(c1) ** 2) + do * po
        di, df, dg = dc * g * i * (1 - i), dc * c0 * f * (1 - f), dc * i * (1 - g**2)
        d = np.concatenate([di, df, do, dg], -1)
        grads[name + "wx"] += x.transpose(0, 2, 1) @ d
        grads[name + "wh"] += h0.transpose(0, 2, 1) @ d
        grads[name + "b"] += d.sum(1, keepdims=True)
        grads[name + "peep"] += np.stack([di * c0, df * c0, do * c1], 1).sum(2, keepdims=True)
        dh, dc = d @ lstm[name]["wh"].transpose(0, 2, 1), dc * f + di * pi + df * pf
    return loss, grads


@lru_cache(maxsize=2)
def train(steps: int = 300, rate: float = 0.01) -> Array:
    """Adam on fresh batches: nats per letter (steps, 2, length), mean of seeds; as is, reversed."""
    p, rng, curve = init(), np.random.default_rng(1), []
    m, v = ({k: np.zeros_like(a) for k, a in p.items()} for _ in range(2))
    for t in range(1, steps + 1):
        text = rng.integers(0, LETTERS, (SEEDS, BATCH, LENGTH))
        source, target = np.concatenate([text, text[..., ::-1]]), np.concatenate([text, text])
        loss, g = losses_and_gradients(p, source, target)
        curve.append(loss.reshape(2, SEEDS, LENGTH).mean(1))
        for k in p:
            m[k] = 0.9 * m[k] + 0.1 * g[k]
            v[k] = 0.99 * v[k] + 0.01 * g[k] ** 2
            p[k] = p[k] - rate * m[k] / (1 - 0.9**t) / (np.sqrt(v[k] / (1 - 0.99**t)) + 1e-8)
    return np.array(curve)


# The numbers of the note, in the unit shown there.


def total_millions() -> float:
    """Weights without biases and peepholes, as the paper counts."""
    return sum(list(parameters().values())[:-1]) / 1e6


def lstm_millions() -> tuple[float, float]:
    """All weights of both LSTMs, and those from hidden state to gates alone."""
    x, h = (parameters()[k] / 1e6 for k in ("input to gates", "hidden to gates"))
    return x + h, h


def softmax_share() -> float:
    """Percent of the decoder's multiply-adds per target word that the softmax takes."""
    return 100 * 80 / (80 + 32)


def training_days() -> float:
    """7.5 passes over 304 + 348 million words at 6,300 words a second (Secs. 3.1, 3.4, 3.5)."""
    return 7.5 * 652e6 / 6300 / 86400


def lags20() -> tuple[float, ...]:
    """Twenty words, source reversed: mean, least and largest lag. As it is, every lag is 20."""
    return tuple(float(f(lags(20, True))) for f in (np.mean, np.min, np.max))


def trap_probabilities() -> tuple[float, ...]:
    return tuple(found(TRAP, width)[1] for width in (1, 2))


def crowd_probabilities() -> tuple[float, ...]:
    return tuple(found(CROWD, width)[1] for width in (1, 2, 3))


def babble_lengths() -> tuple[int, int]:
    """Words in the best hypothesis found with beams of 10 and 11."""
    return tuple(len(beam_search(babble, width, 10, 40)[0]) for width in (10, 11))


def copy_losses() -> tuple[float, float]:
    """Nats per letter over the last 20 of 300 steps: source as it is, reversed."""
    return tuple(train()[-20:].mean((0, 2)))


def copy_ends() -> tuple[float, ...]:
    """Nats on the first and the last letter, last 20 steps: as it is, then reversed."""
    return tuple(train()[-20:].mean(0)[:, [0, -1]].ravel())


def figure_reversal():
    """Training loss on the copying task, source as it is and reversed."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    y = train().mean(-1).reshape(-1, 5, 2).mean(1)
    for k, (style, label) in enumerate((("C1--", "source as it is"), ("C0-", "source reversed"))):
        ax.plot(np.arange(2, 300, 5), y[:, k], style, label=label)
    ax.axhline(np.log(LETTERS), color="0.5", lw=0.8)
    ax.text(299, np.log(LETTERS) - 0.02, "guessing", color="0.5", va="top", ha="right")
    ax.set(xlabel="training step", ylabel="loss (nats per letter)", ylim=(0, 1.5))
    ax.legend(frameon=False, loc="lower left")
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    for name, entries in parameters().items():
        print(f"{name:<22}{entries:>13,}")
    print(f"softmax: {softmax_share():.0f} % of the decoder's work; training: {training_days():.1f} days")
    print("20 words reversed: mean, least, largest lag {:.0f}, {:.0f}, {:.0f}".format(*lags20()))
    print("\nbeam width              1      2      3")
    for name, table in (("trap", TRAP), ("crowd", CROWD)):
        print(f"{name:<18}" + "".join(f"{found(table, width)[1]:7.3f}" for width in (1, 2, 3)))
    print("babble, words found: {} with width 10, {} with width 11".format(*babble_lengths()))
    print("\ncopying 10 letters (nats)  as it is   reversed")
    for name, row in (("mean", copy_losses()), ("first", copy_ends()[::2]), ("last", copy_ends()[1::2])):
        print(f"{name:<23}" + "".join(f"{x:11.2f}" for x in row))


if __name__ == "__main__":
    main()
