"""Companion to "Attention Is All You Need" (Vaswani et al., 2017); sections as in arXiv v7."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BASE = {"layers": 6, "d": 512, "d_ff": 2048, "heads": 8, "d_k": 64}
BIG = {"layers": 6, "d": 1024, "d_ff": 4096, "heads": 16, "d_k": 64}
# Table 3: what each row changes in the base model, and the parameter count printed, in millions.
TABLE3 = [
    ({}, 65), ({"d_k": 16}, 58), ({"d_k": 32}, 60), ({"layers": 2}, 36), ({"layers": 4}, 50),
    ({"layers": 8}, 80), ({"d": 256, "d_k": 32}, 28), ({"d": 1024, "d_k": 128}, 168),
    ({"d_ff": 1024}, 53), ({"d_ff": 4096}, 90),
]  # fmt: skip


def softmax(x: Array) -> Array:
    """Softmax over the last axis, any shape."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# --8<-- [start:attention]
def attention(q: Array, k: Array, v: Array, visible: NDArray[np.bool_] | None = None) -> Array:
    """Eq. (1): q (…, n, d_k), k (…, m, d_k), v (…, m, d_v), visible (n, m) -> (…, n, d_v)."""
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])  # (…, n, m)
    if visible is not None:
        scores = np.where(visible, scores, -np.inf)
    return softmax(scores) @ v


def causal_mask(n: int) -> NDArray[np.bool_]:
    """(n, n): position i sees positions 0 … i (Sec. 3.2.3)."""
    return np.tril(np.ones((n, n), dtype=bool))


def multi_head(x: Array, memory: Array, w: dict[str, Array], h: int, visible=None) -> Array:
    """Sec. 3.2.2: queries from x (…, n, d), keys and values from memory (…, m, d) -> (…, n, d)."""

    def split(a: Array) -> Array:  # (…, n, d) -> (…, h, n, d/h)
        return a.reshape(*a.shape[:-1], h, -1).swapaxes(-2, -3)

    heads = attention(split(x @ w["q"]), split(memory @ w["k"]), split(memory @ w["v"]), visible)
    return heads.swapaxes(-2, -3).reshape(x.shape) @ w["o"]


# --8<-- [end:attention]


# --8<-- [start:positions]
def frequencies(d: int) -> Array:
    """(d/2,) angular frequencies of Sec. 3.5, radians per position."""
    return 10000.0 ** (-np.arange(0, d, 2) / d)


def positional_encoding(n: int, d: int) -> Array:
    """(n, d): sine in even columns, cosine in odd ones (Sec. 3.5)."""
    angle = np.outer(np.arange(n), frequencies(d))
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(n, d)


def shift_matrix(k: int, d: int) -> Array:
    """(d, d) block-diagonal rotation with PE[pos + k] = M @ PE[pos] for every pos."""
    m = np.zeros((d, d))
    for i, angle in enumerate(k * frequencies(d)):
        c, s = np.cos(angle), np.sin(angle)
        m[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, s], [-s, c]]
    return m


# --8<-- [end:positions]


# --8<-- [start:norms]
LAYER_NORM_AXES = (-1,)  # one mean and variance per token, over its d features
BATCH_NORM_AXES = (0, 1)  # one per feature, over every token of every sequence in the batch


def normalise(x: Array, axes: tuple[int, ...], eps: float = 1e-6) -> Array:
    """Zero mean and unit variance over the given axes of x (batch, n, d)."""
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


# --8<-- [end:norms]


def dot_product_variance(d_k: int, scaled: bool, trials: int = 20_000) -> float:
    """Sample variance of q·k, or of q·k/√d_k, for independent standard normal components."""
    q, k = np.random.default_rng(0).normal(size=(2, trials, d_k))
    dots = (q * k).sum(-1)
    return float(np.var(dots / np.sqrt(d_k) if scaled else dots))


def softmax_slope(d_k: int, scaled: bool, keys: int = 32, trials: int = 1000) -> float:
    """Mean trace of the softmax Jacobian, ∑ p(1 − p); 0 means saturated, no gradient."""
    rng = np.random.default_rng(1)
    q, k = rng.normal(size=(trials, 1, d_k)), rng.normal(size=(trials, keys, d_k))
    p = softmax((q * k).sum(-1) / (np.sqrt(d_k) if scaled else 1.0))
    return float((p * (1 - p)).sum(-1).mean())


def slopes() -> tuple[float, float]:
    """Softmax slope at d_k = 64: without the scale factor, with it."""
    return softmax_slope(64, False), softmax_slope(64, True)


def positions_recovered(residual: bool, layers: int = 6, n: int = 32, d: int = 64) -> float:
    """Per cent of positions a linear probe reads off random post-norm attention layers.

    Tokens are noise as strong as the sinusoids; least squares on 400 sequences, tested on 100.
    """
    rng = np.random.default_rng(2)
    x = positional_encoding(n, d) + rng.normal(size=(500, n, d)) * np.sqrt(0.5)
    for _ in range(layers):
        w = {name: rng.normal(size=(d, d)) / np.sqrt(d) for name in "qkvo"}
        y = multi_head(x, x, w, 4)
        x = normalise(x + y if residual else y, LAYER_NORM_AXES)
    train, test = x[:400].reshape(-1, d), x[400:].reshape(-1, d)
    probe = np.linalg.lstsq(train, np.tile(np.eye(n), (400, 1)), rcond=None)[0]
    return 100 * float(np.mean((test @ probe).argmax(-1) == np.tile(np.arange(n), 100)))


def recovered() -> tuple[float, float, float]:
    """Per cent of positions read: at the input, after six layers with and without residuals."""
    return positions_recovered(True, 0), positions_recovered(True), positions_recovered(False)


# --8<-- [start:parameters]
def body_parameters(layers: int, d: int, d_ff: int, heads: int, d_k: int) -> int:
    """Both stacks; projections without biases, FFN with, a gain and a bias per LayerNorm."""
    attn = 2 * d * heads * d_k + 2 * d * d  # W_Q, W_K, then W_V, W_O with h d_v = d
    ffn = 2 * d * d_ff + d_ff + d
    encoder, decoder = attn + ffn + 2 * 2 * d, 2 * attn + ffn + 3 * 2 * d
    return layers * (encoder + decoder)


def parameters_millions(vocabulary: int = 37_000) -> tuple[float, float]:
    """Base and big model: both stacks and one shared embedding matrix (Sec. 3.4), in millions."""
    base, big = ((body_parameters(**c) + vocabulary * c["d"]) / 1e6 for c in (BASE, BIG))
    return base, big


# --8<-- [end:parameters]


def implied_vocabulary(rows: list[tuple[dict[str, int], int]] | None = None) -> tuple[int, int]:
    """Smallest and largest vocabulary with which all rows (default: TABLE3) round as printed."""
    low, high = 0.0, np.inf
    for change, printed in rows or TABLE3:
        rest, d = body_parameters(**(BASE | change)), (BASE | change)["d"]
        low = max(low, (printed * 1e6 - 5e5 - rest) / d)
        high = min(high, (printed * 1e6 + 5e5 - rest) / d)
    return int(np.ceil(low)), int(np.floor(high))


def big_vocabulary() -> tuple[int, int]:
    """Vocabulary implied by the big row of Table 3 alone."""
    return implied_vocabulary([(BIG, 213)])


def base_exaflop(hours: float = 12) -> float:
    """Hours of 8 GPUs at a sustained 9.5 TFLOPS (Secs. 5.2, 6.1), in 10^18 operations."""
    return hours * 3600 * 8 * 9.5e12 / 1e18


def big_exaflop() -> float:
    """The same for 3.5 days."""
    return base_exaflop(3.5 * 24)


def learning_rate(step: int = 4000, d: int = 512, warmup: int = 4000) -> float:
    """Eq. (3); the defaults give the peak of the base model."""
    return d**-0.5 * min(step**-0.5, step * warmup**-1.5)


def longest_wavelength() -> float:
    """Longest wavelength of the formula of Sec. 3.5 at d = 512, divided by 2π."""
    return float(1 / frequencies(512)[-1])


def lstm_crossover(d: int = 512) -> int:
    """Largest n at which attention (projections, scores, sum) costs no more than 4 LSTM gates."""
    return max(n for n in range(1, 8 * d) if 4 * n * d**2 + 2 * n**2 * d <= 4 * n * 2 * d**2)


def _axes(xlabel: str, ylabel: str):
    import matplotlib.pyplot as plt

    ax = plt.subplots(figsize=(5.2, 3.2))[1]
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def figure_saturation():
    """Softmax slope against d_k, with and without the scale factor."""
    ax, d_k = _axes("key size $d_k$", "softmax slope"), [4, 8, 16, 32, 64, 128, 256]
    for scaled, style, label in ((True, "C0o-", "scaled"), (False, "C1s--", "unscaled")):
        ax.semilogx(d_k, [softmax_slope(d, scaled) for d in d_k], style, base=2, label=label)
    ax.set_xticks(d_k, [str(d) for d in d_k])
    ax.set_ylim(0, 1)
    ax.legend(frameon=False)
    return ax.figure


def figure_offsets():
    """Dot product of two encodings against their offset, from two positions."""
    ax = _axes("offset k (positions)", "PE[pos] · PE[pos + k]")
    pe, k = positional_encoding(300, 512), np.arange(-60, 61)
    ax.plot(k, pe[80 + k] @ pe[80], "C0-", lw=4, alpha=0.5, label="pos = 80")
    ax.plot(k, pe[200 + k] @ pe[200], "C1--", lw=1.5, label="pos = 200")
    ax.legend(frameon=False)
    return ax.figure


def main() -> None:
    """Print the results quoted in the note."""

    def row(label: str, *values: float | str) -> None:
        print(f"{label:58s}" + "".join(f"{v:>9}" for v in values))

    variances = (dot_product_variance(64, scaled) for scaled in (False, True))
    row("variance of q.k at d_k = 64: unscaled, scaled", *(f"{v:.2f}" for v in variances))
    row("softmax slope at d_k = 64: unscaled, scaled", *(f"{v:.2f}" for v in slopes()))
    row("longest wavelength / 2 pi at d = 512", f"{longest_wavelength():.0f}")
    row("positions read, %: input, residual, no residual", *(f"{v:.0f}" for v in recovered()))
    counts = (f"{v:.1f}" for v in parameters_millions())
    row("parameters, millions, V = 37,000: base, big", *counts)
    row("vocabulary implied by ten rows of Table 3", *implied_vocabulary())
    row("vocabulary implied by the big row", *big_vocabulary())
    row("training cost, exaFLOP: base, big", f"{base_exaflop():.1f}", f"{big_exaflop():.1f}")
    row("peak learning rate, base", f"{learning_rate():.4f}")
    row("length at which attention costs as much as an LSTM", lstm_crossover())


if __name__ == "__main__":
    main()
