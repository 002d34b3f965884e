"""Runnable companion to "R-Drop: Regularized Dropout for Neural Networks" (Liang et al., 2021).

1. The loss of Eqs. (2)-(4) and its gradient.
2. The gap between sub-models and full model, exactly, over all masks (after Prop. 2.1).
3. A small classifier trained with dropout and with R-Drop in one doubled batch (Algorithm 1).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
SEEDS, CLASSES, FEATURES, HIDDEN = 3, 5, 10, 64
RUNS = ((0.0, 0.3), (5.0, 0.3), (0.0, 0.7))  # alpha and drop rate of the three runs compared
# Table 1, En-De, De-En, En-Fr, Fr-En, En-Zh, Zh-En, En-Es, Es-En: Transformer and + RD, BLEU.
IWSLT = np.array([[28.57, 34.64, 35.9, 36.1, 26.3, 18.4, 39.0, 40.6],
                  [30.72, 37.25, 38.0, 38.9, 28.1, 19.5, 41.8, 43.2]])  # fmt: skip
# Table 3, MNLI, MRPC, QNLI, QQP, RTE, SST-2, STS-B, CoLA: BERT-base and + RD.
GLUE = np.array([[83.8, 85.3, 90.8, 91.0, 68.2, 92.4, 89.3, 62.3],
                 [85.5, 87.3, 92.0, 91.4, 71.1, 93.0, 89.6, 62.6]])  # fmt: skip


def log_softmax(z: Array) -> Array:
    """Log-probabilities over the last axis."""
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


# --8<-- [start:loss]
def symmetric_kl(z1: Array, z2: Array) -> Array:
    """Eq. (2): (KL(P1||P2) + KL(P2||P1)) / 2 from logits (..., classes); shape (...), nats."""
    l1, l2 = log_softmax(z1), log_softmax(z2)
    forward = (np.exp(l1) * (l1 - l2)).sum(-1)
    backward = (np.exp(l2) * (l2 - l1)).sum(-1)
    return (forward + backward) / 2


def rdrop_loss(z: Array, y: NDArray[np.int64], alpha: float) -> Array:
    """Eq. (4) for a doubled batch: logits z (..., 2n, classes), labels y (n,); mean over n."""
    n = len(y)
    z1, z2 = z[..., :n, :], z[..., n:, :]
    nll = -log_softmax(z1)[..., np.arange(n), y] - log_softmax(z2)[..., np.arange(n), y]
    return (nll + alpha * symmetric_kl(z1, z2)).mean(-1)
    # --8<-- [end:loss]


# --8<-- [start:gradient]
def rdrop_gradient(z: Array, y: NDArray[np.int64], alpha: float) -> Array:
    """Gradient of rdrop_loss with respect to the logits z (..., 2n, classes), both halves."""
    n, logp = len(y), log_softmax(z)
    p = np.exp(logp)
    other = np.roll(logp, n, -2)  # row i meets its twin i + n
    ratio = logp - other
    forward = p * (ratio - (p * ratio).sum(-1, keepdims=True))  # of KL(this || twin)
    backward = p - np.exp(other)  # of KL(twin || this)
    nll = p - np.eye(z.shape[-1])[np.r_[y, y]]
    return (nll + alpha / 2 * (forward + backward)) / n
    # --8<-- [end:gradient]


# --8<-- [start:gap]
def exact_gap(w: Array, x: Array, keep: float) -> tuple[float, float]:
    """Sum over all 2^d dropout masks on the input x (d,) of P = softmax(w^T x), w (d, classes).

    Returns (E[NLL of a sub-model] - NLL of the full model, E[Eq. (2)]), nats, d <= 12.
    The label drops out of the gap: logits are unbiased, so only log-sum-exp is left.
    """
    masks = np.array(list(product((0.0, 1.0), repeat=len(x))))
    weight = np.prod(np.where(masks > 0, keep, 1 - keep), 1)
    z = (masks / keep * x) @ w
    normaliser = (z - log_softmax(z))[:, 0]  # log-sum-exp of every sub-model
    full = x @ w
    gap = weight @ normaliser - (full - log_softmax(full))[0]
    p = np.exp(log_softmax(z))
    penalty = weight @ (p * z).sum(1) - (weight @ p) @ (weight @ z)  # sum of Cov(p_k, z_k)
    return float(gap), float(penalty)
    # --8<-- [end:gap]


def linear_example(scale: float) -> tuple[float, float]:
    """exact_gap of a random softmax model with 8 features, 5 classes, keep 0.7."""
    rng = np.random.default_rng(2)
    return exact_gap(scale * rng.normal(size=(8, CLASSES)), rng.normal(size=8), 0.7)


def blobs(n: int, rng: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
    """Five overlapping Gaussian classes, one label in ten redrawn; x (n, 11) with a constant."""
    means = 0.6 * np.random.default_rng(0).normal(size=(CLASSES, FEATURES))
    y = rng.integers(0, CLASSES, n)
    x = np.c_[means[y] + rng.normal(size=(n, FEATURES)), np.ones(n)]
    return x, np.where(rng.random(n) < 0.1, rng.integers(0, CLASSES, n), y)


def forward(ws: list[Array], x: Array, rng: np.random.Generator, keep: float) -> list[Array]:
    """Two-layer ReLU nets, weights (seeds, in, out): [x, h1, h2, logits]; keep 1: full model."""
    acts = [np.broadcast_to(x, (SEEDS, *x.shape))]
    for w in ws[:-1]:
        h = np.maximum(acts[-1] @ w, 0)
        acts.append(h * (rng.random(h.shape) < keep) / keep)
    return [*acts, acts[-1] @ ws[-1]]


def evaluate(ws: list[Array], keep: float, masks: int = 30) -> Array:
    """Test set: NLL of the full model, mean NLL of sub-models, NLL of their average, accuracy."""
    x, y = blobs(500, np.random.default_rng(5))
    rng, rows = np.random.default_rng(6), np.arange(500)
    full = log_softmax(forward(ws, x, rng, 1.0)[-1])
    subs = np.array([log_softmax(forward(ws, x, rng, keep)[-1]) for _ in range(masks)])
    average = np.log(np.exp(subs).mean(0))
    nll = [-v[..., rows, y].mean() for v in (full, subs, average)]
    return np.array([*nll, 100 * (full.argmax(-1) == y).mean()])


@lru_cache(maxsize=16)
def train(alpha: float, drop: float, steps: int = 250, every: int = 250) -> Array:
    """Algorithm 1 on 100 examples, full batch: rows (step, *evaluate), mean of three seeds."""
    x, y = blobs(100, np.random.default_rng(4))
    rng, keep = np.random.default_rng(1), 1 - drop
    sizes = [(FEATURES + 1, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, CLASSES)]
    ws = [rng.normal(0, np.sqrt(2 / a), (SEEDS, a, b)) for a, b in sizes]
    velocity, twins, rows = [0 * w for w in ws], np.r_[x, x], []
    for step in range(steps + 1):
        if step % every == 0:
            rows.append([step, *evaluate(ws, keep)])
        acts = forward(ws, twins, rng, keep)
        back = rdrop_gradient(acts[-1], y, alpha)
        for i in (2, 1, 0):
            g = acts[i].swapaxes(1, 2) @ back
            back = (back @ ws[i].swapaxes(1, 2)) * (acts[i] > 0) / keep
            velocity[i] = 0.9 * velocity[i] - 0.02 * g
            ws[i] = ws[i] + velocity[i]
    return np.array(rows)


# The numbers of the note, in the unit shown there.


def iwslt_gains() -> tuple[float, ...]:
    return tuple(IWSLT[1] - IWSLT[0])


def bert_glue() -> tuple[float, float]:
    """Mean over the eight GLUE columns of BERT-base, and the mean gain."""
    return float(GLUE[0].mean()), float((GLUE[1] - GLUE[0]).mean())


def script_minutes() -> float:
    """The 300,000 updates of the official IWSLT script at the 10 ms of Appendix C.1."""
    return 300_000 * 0.010 / 60


def vit_alpha() -> float:
    """Weight of Eq. (2) against the mean NLL in the ViT code: 2 x 0.3, KL summed over 512 / 16."""
    return 2 * 0.3 * 512 / 16


def proof_norms() -> tuple[float, float]:
    """E|1 - xi / p|, xi ~ B(p), p = 0.7: true value, and the 1 - p of Eq. (10)."""
    return 0.7 * abs(1 - 1 / 0.7) + 0.3, 1 - 0.7


def equivalent_rate() -> float:
    """Drop rate whose penalty (1 - q) / q is six times that of 0.3."""
    odds = 6 * 0.3 / 0.7
    return odds / (1 + odds)


def gap_ratios() -> tuple[float, float]:
    """Gap over penalty of the linear example for weights of scale 0.01 and 1."""
    return tuple(np.divide(*linear_example(scale)) for scale in (0.01, 1.0))


def toy_losses() -> tuple[float, ...]:
    """Full-model test NLL: dropout 0.3, R-Drop 0.3 with alpha 5, dropout 0.7."""
    return tuple(float(train(*run)[-1, 1]) for run in RUNS)


def toy_gaps() -> tuple[float, ...]:
    """Sub-model minus full-model test NLL of the same three."""
    return tuple(float(train(*run)[-1, 2] - train(*run)[-1, 1]) for run in RUNS)


def toy_best() -> tuple[float, ...]:
    """Lowest full-model test NLL on the way, every 10 steps: dropout 0.3, R-Drop with alpha 5."""
    return tuple(float(train(*run, every=10)[:, 1].min()) for run in RUNS[:2])


def toy_accuracies() -> tuple[float, ...]:
    """Percent: the same three and alpha 20 at drop rate 0.3."""
    return tuple(float(train(*run)[-1, 4]) for run in (*RUNS, (20.0, 0.3)))


def _plot(curves: list[tuple[Array, Array, str, str]], x: str, y: str, scale: str) -> Figure:
    """Draw (x, y, format, label)."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    for xs, ys, style, label in curves:
        ax.plot(xs, ys, style[2:], color=style[:2], label=label)
    ax.set(xlabel=x, ylabel=y, xscale=scale, yscale=scale)
    ax.legend(frameon=False, loc=(0.08, 0.68))
    return fig


def figure_gap() -> Figure:
    """The gap of a softmax model against its bound E[Eq. (2)] and half of it."""
    s = np.geomspace(0.03, 10, 26)
    gap, penalty = np.array([linear_example(v) for v in s]).T
    curves = [(s, penalty, "C1--", "penalty"), (s, gap, "C0-", "gap")]
    curves.append((s, penalty / 2, "C2:", "half the penalty"))
    return _plot(curves, "scale of the weights", "nats", "log")


def figure_training() -> Figure:
    """Test loss of full model and sub-models while the small classifier trains."""
    curves = []
    for run, colour, name in zip(RUNS, ("C1", "C0"), ("dropout", "R-Drop, α = 5"), strict=False):
        step, full, subs = train(*run, every=10)[:, :3].T
        curves.append((step, subs, colour + "--", f"{name}: sub-models"))
        curves.append((step, full, colour + "-", f"{name}: full model"))
    return _plot(curves, "step", "test NLL (nats)", "linear")


def main() -> None:
    """Print the tables that the note quotes."""
    print("alpha  drop   NLL full   sub-models   their average   gap     accuracy (%)")
    for alpha, drop in ((0.0, 0.0), *RUNS, (0.0, 0.5), (1.0, 0.3), (20.0, 0.3), (5.0, 0.5)):
        full, subs, average, accuracy = train(alpha, drop)[-1, 1:]
        row = f"{alpha:>5.0f}{drop:>6.1f}{full:>11.2f}{subs:>13.2f}{average:>16.2f}"
        print(f"{row}{subs - full:>z8.2f}{accuracy:>14.1f}")
    print("\nscale of w    gap (nats)   penalty (nats)   gap / penalty")
    for scale in (0.01, 0.1, 1.0, 10.0):
        gap, penalty = linear_example(scale)
        print(f"{scale:>10.2f}{gap:>14.6f}{penalty:>17.6f}{gap / penalty:>16.3f}")
    print("\nIWSLT means:", np.round(IWSLT.mean(1), 2), "gains:", np.round(iwslt_gains(), 2))
    print("GLUE, mean of BERT-base {:.2f}, mean gain {:.3f}".format(*bert_glue()))
    print(f"300,000 updates of 10 ms: {script_minutes():.0f} min; ViT code's alpha {vit_alpha():.1f}")
    print("lowest NLL of the full model on the way: {:.2f}, R-Drop {:.2f}".format(*toy_best()))
    print("E|1 - xi/p| at p = 0.7: {:.2f}, stated {:.2f}".format(*proof_norms()))


if __name__ == "__main__":
    main()
