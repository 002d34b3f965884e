"""Runnable companion to "Residual Networks Behave Like Ensembles of Relatively Shallow Networks".

1. Count paths by length and see what deletion leaves of them (Secs. 3, 5, 6).
2. Delete and reorder blocks of trained toy networks (Secs. 4.1 to 4.3).
3. Split the gradient of a residual network by path length, sampled and exactly (Sec. 5).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb
from scipy.stats import binom, kendalltau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

Array = NDArray[np.float64]
Params = dict[str, Array]
Tape = list[tuple[Array, Array, Array]]
SEEDS, WIDTH = 3, 16
# name: blocks, skip (1 residual, 0 plain), scale of each block's last weights at the start
KINDS = {
    "small": (20, 1.0, 20**-0.5),  # residual, branches start small
    "large": (20, 1.0, 1.0),  # the same graph, branches start large
    "plain": (8, 0.0, 2**0.5),  # 16 square weight matrices, no shortcut
}


# --8<-- [start:count]
def length_share(low: int = 5, high: int = 17, p: float = 0.5, n: int = 54) -> float:
    """Percent of the paths that pass `low` to `high` of n modules; p weights each branch."""
    return 100 * float(binom.cdf(high, n, p) - binom.cdf(low - 1, n, p))


def remaining(lengths: Sequence[int] = (5, 11, 17), gone: int = 10, n: int = 54) -> tuple[float, ...]:
    """Percent of the paths of each length that avoid all deleted modules (Sec. 6)."""
    return tuple(100 * comb(n - gone, lengths) / comb(n, lengths))


def branch_weight(decay: float) -> float:
    """If every path of k modules carries decay^k, C(n, k) decay^k is binomial with this p."""
    return decay / (1 + decay)


# --8<-- [end:count]


def data(n: int, seed: int) -> tuple[Array, NDArray[np.int64]]:
    """Three noisy spiral arms: points (n, 2), class labels (n,)."""
    rng, label = np.random.default_rng(seed), np.arange(n) % 3
    r = np.sqrt(rng.uniform(0.02, 1, n))
    angle = 1.6 * np.pi * r + 2 * np.pi * label / 3
    points = np.stack([r * np.cos(angle), r * np.sin(angle)], 1)
    return points + 0.02 * rng.normal(size=(n, 2)), label


def init(blocks: int, gain: float) -> Params:
    """SEEDS networks at once; w1 and w2 are (blocks, SEEDS, WIDTH, WIDTH), biases zero."""
    rng, square = np.random.default_rng(0), (blocks, SEEDS, WIDTH, WIDTH)
    p = {"in": rng.normal(0, 1, (SEEDS, 2, WIDTH)), "b": np.zeros((SEEDS, 1, WIDTH))}
    p |= {"w1": rng.normal(0, np.sqrt(2 / WIDTH), square), "b1": np.zeros((blocks, SEEDS, 1, WIDTH))}
    p |= {"w2": gain * rng.normal(0, np.sqrt(1 / WIDTH), square), "b2": np.zeros_like(p["b1"])}
    return p | {"out": rng.normal(0, np.sqrt(1 / WIDTH), (SEEDS, WIDTH, 3))}


# --8<-- [start:forward]
def forward(
    p: Params, x: Array, skip: float, order: Sequence[int] | None = None
) -> tuple[Array, Tape, Array]:
    """Logits (SEEDS, n, 3) for x (n, 2), a tape for the backward pass, and the last state h.

    `order` lists the blocks to run: leave one out to delete it, permute to reorder."""
    h, tape = x @ p["in"] + p["b"], []
    for i in range(len(p["w1"])) if order is None else order:
        u = np.maximum(h, 0)  # pre-activation: f(h) = W2 relu(W1 relu(h) + b1) + b2
        v = np.maximum(u @ p["w1"][i] + p["b1"][i], 0)
        tape.append((h, u, v))
        h = skip * h + v @ p["w2"][i] + p["b2"][i]
    return np.maximum(h, 0) @ p["out"], tape, h


# --8<-- [end:forward]


def flip(a: Array) -> Array:
    """Transpose the last two axes."""
    return a.swapaxes(-1, -2)


def gradients(p: Params, x: Array, label: Array, skip: float) -> tuple[Array, Params]:
    """Mean cross-entropy (SEEDS,) and its gradient for every parameter, by hand."""
    z, tape, h = forward(p, x, skip)
    z = z - z.max(-1, keepdims=True)
    log_q = z - np.log(np.exp(z).sum(-1, keepdims=True))
    d, g = (np.exp(log_q) - np.eye(3)[label]) / len(x), {k: np.empty_like(v) for k, v in p.items()}
    g["out"] = flip(np.maximum(h, 0)) @ d
    d = (d @ flip(p["out"])) * (h > 0)
    for i in range(len(tape) - 1, -1, -1):
        h, u, v = tape[i]
        e = (d @ flip(p["w2"][i])) * (v > 0)
        g["w2"][i], g["b2"][i] = flip(v) @ d, d.sum(1, keepdims=True)
        g["w1"][i], g["b1"][i] = flip(u) @ e, e.sum(1, keepdims=True)
        d = skip * d + back(p, tape, i, d)
    g["in"], g["b"] = x.T @ d, d.sum(1, keepdims=True)
    return -log_q[:, np.arange(len(x)), label].mean(1), g


@lru_cache(maxsize=3)
def train(name: str, steps: int = 200, rate: float = 0.003) -> Params:
    """Full-batch Adam with a cosine schedule on 200 points."""
    (blocks, skip, gain), (x, label) = KINDS[name], data(200, 1)
    p = init(blocks, gain)
    m, s = ({k: np.zeros_like(v) for k, v in p.items()} for _ in range(2))
    for t in range(1, steps + 1):
        step = rate * (0.5 + 0.5 * np.cos(np.pi * t / steps)) / (1 - 0.9**t)
        for k, g in gradients(p, x, label, skip)[1].items():
            m[k], s[k] = 0.9 * m[k] + 0.1 * g, 0.99 * s[k] + 0.01 * g**2
            p[k] = p[k] - step * m[k] / (np.sqrt(s[k] / (1 - 0.99**t)) + 1e-8)
    return p


def error(name: str, order: Sequence[int] | None = None) -> float:
    """Test error (%) on 600 fresh points, mean over SEEDS; chance is 66.7 %."""
    x, label = data(600, 2)
    z = forward(train(name), x, KINDS[name][1], order)[0]
    return 100 * float((z.argmax(-1) != label).mean())


@lru_cache(maxsize=64)
def deletion(name: str, k: int = 1) -> float:
    """Mean error (%) without k blocks: every choice for k = 1, else 20 random choices."""
    n, rng = KINDS[name][0], np.random.default_rng(k)
    gone = np.arange(n)[:, None] if k == 1 else [rng.choice(n, k, replace=False) for _ in range(20)]
    return float(np.mean([error(name, np.setdiff1d(np.arange(n), g)) for g in gone]))


@lru_cache(maxsize=64)
def reorder(name: str, swaps: int) -> tuple[float, float]:
    """Mean Kendall tau and error (%) after swapping random pairs of blocks, 20 times (Sec. 4.3)."""
    n, rng, result = KINDS[name][0], np.random.default_rng(swaps), []
    for _ in range(20):
        order = np.arange(n)
        for _ in range(swaps):
            pair = rng.choice(n, 2, replace=False)
            order[pair] = order[pair[::-1]]
        result.append((kendalltau(np.arange(n), order)[0], error(name, order)))
    return tuple(np.mean(result, 0))


# --8<-- [start:gradient]
def back(p: Params, tape: Tape, i: int, d: Array) -> Array:
    """d times the Jacobian of branch i: the gradient that goes through module i, not around it."""
    h, _, v = tape[i]
    return (((d @ flip(p["w2"][i])) * (v > 0)) @ flip(p["w1"][i])) * (h > 0)


def by_length(p: Params, tape: Tape, g: Array) -> Array:
    """All 2^n path gradients, added up within each length k: (n + 1, ...)."""
    sums = [g]
    for i in range(len(tape) - 1, -1, -1):
        through = [back(p, tape, i, d) for d in sums]  # one module longer
        sums = [a + b for a, b in zip([*sums, 0 * g], [0 * g, *through], strict=True)]
    return np.array(sums)


# --8<-- [end:gradient]


@lru_cache(maxsize=2)
def profile(name: str, paths: int = 40) -> tuple[Array, Array, Array, float]:
    """Gradient of the true class's logit at the first block, by path length k = 0 ... n.

    Returns the mean norm of one sampled path over that of the empty path; C(n, k) times it,
    normalised, as in Fig. 6 (c); each length's exact share <G_k, G> / |G|^2 over all points;
    and the sum of the norms of all paths over the norm of their sum.
    """
    p, (x, label), rng = train(name), data(60, 3), np.random.default_rng(5)
    _, tape, h = forward(p, x, 1.0)
    g = np.eye(3)[label] @ flip(p["out"]) * (h > 0)
    sums, n = by_length(p, tape, g), len(tape)
    total, mean = sums.sum(0), np.zeros(n + 1)
    for k in range(n + 1):
        for _ in range(paths):
            d = g
            for i in sorted(rng.choice(n, k, replace=False), reverse=True):
                d = back(p, tape, i, d)
            mean[k] += np.linalg.norm(d, axis=-1).mean() / paths
    norms = comb(n, np.arange(n + 1)) * mean
    share = (sums * total).sum((1, 2, 3)) / (total**2).sum()
    excess = norms.sum() / np.linalg.norm(total, axis=-1).mean()
    return mean / mean[0], norms / norms.sum(), share, float(excess)


def path_sum_error(blocks: int = 10) -> float:
    """Error (%) of adding the outputs of all paths, as if every f were additive."""
    p, x = train("small"), data(60, 3)[0]
    paths, h = (x @ p["in"] + p["b"])[None], forward(p, x, 1.0, range(blocks))[2]
    for i in range(blocks):
        v = np.maximum(np.maximum(paths, 0) @ p["w1"][i] + p["b1"][i], 0)
        paths = np.concatenate([paths, v @ p["w2"][i] + p["b2"][i]])
    return 100 * float(np.linalg.norm(paths.sum(0) - h) / np.linalg.norm(h))


# The other numbers of the note, in the unit shown there.


def middle_share() -> float:
    return length_share(19, 35)


def implied_decay() -> tuple[float, float]:
    """Decay that puts the mean of the gradient at 11 modules, and percent then within 5 to 17."""
    return 11 / 43, length_share(p=branch_weight(11 / 43))


def orthogonal_mean() -> float:
    """Mean length for that decay if squared norms add, as for orthogonal path gradients."""
    return 54 * branch_weight((11 / 43) ** 2)


def weight_left() -> tuple[float, float]:
    """Percent of paths, and of gradient-weighted paths, left after deleting 10 of 54 modules."""
    return 100 * 0.5**10, 100 * (43 / 54) ** 10


def intact() -> tuple[float, ...]:
    return tuple(error(name) for name in KINDS)


def one_deleted() -> tuple[float, ...]:
    return tuple(deletion(name) for name in KINDS)


def five_deleted() -> tuple[float, ...]:
    return tuple(deletion(name, 5) for name in KINDS)


def one_swapped() -> tuple[float, ...]:
    return tuple(reorder(name, 1)[1] for name in KINDS)


def decays() -> tuple[float, ...]:
    """Factor per module by which the mean path norm falls, over the first eight modules."""
    return tuple(float(profile(name)[0][8] ** (1 / 8)) for name in ("small", "large"))


def mean_lengths() -> tuple[float, ...]:
    """Mean path length, from norms then exact, for small then large branches."""
    return tuple(float(np.arange(21) @ profile(name)[j]) for name in ("small", "large") for j in (1, 2))


def excesses() -> tuple[float, ...]:
    return tuple(profile(name)[3] for name in ("small", "large"))


def figure_lengths() -> Figure:
    """Path lengths of 54 modules, all paths and weighted by a geometric decay (Fig. 6)."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    ax.axvspan(5, 17, color="0.5", alpha=0.2, lw=0)
    for p, style in ((0.5, "C1s--"), (11 / 54, "C0o-")):
        ax.plot(np.arange(55), 100 * binom.pmf(np.arange(55), 54, p), style, ms=3)
    ax.text(33, 9, "number\nof paths", color="C1")
    ax.text(14.5, 12, "number × 0.256ᵏ", color="C0")
    ax.set(xlabel="modules on the path, k", ylabel="share (%)", ylim=(0, None))
    return fig


def figure_deletion() -> Figure:
    """Error against the share of blocks deleted, for the three toy networks (Figs. 3 and 5 a)."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    for name, style in (("small", "C0o-"), ("large", "C2s--"), ("plain", "C1^:")):
        n = KINDS[name][0]
        y = [error(name), *(deletion(name, k) for k in range(1, n // 2 + 1))]
        ax.plot(100 * np.arange(n // 2 + 1) / n, y, style, ms=4)
    ax.text(29, 13, "residual, small branches", color="C0")
    ax.text(26, 48, "residual, large branches", color="C2")
    ax.text(30, 71, "plain", color="C1")
    ax.set(xlabel="blocks deleted (%)", ylabel="test error (%)", ylim=(0, 80))
    return fig


def figure_gradient() -> Figure:
    """Share of the gradient by path length: norms added, and exact (Fig. 6 c)."""
    import matplotlib.pyplot as plt

    fig, (top, bottom) = plt.subplots(2, 1, figsize=(5.2, 4.2), sharex=True)
    for ax, name, colour in ((top, "small", "C0"), (bottom, "large", "C2")):
        ax.plot(100 * profile(name)[1], "o--", color="C1", ms=3.5, label="norms added")
        ax.plot(100 * profile(name)[2], "s-", color=colour, ms=3.5, label="exact")
        ax.legend(frameon=False, title=f"{name} branches")
        ax.set(ylabel="share (%)", ylim=(-4, 25))
    bottom.set(xlabel="modules on the path, k", xticks=range(0, 21, 4))
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print(f"54 modules, paths: {length_share():.4f} % pass 5-17, {middle_share():.2f} % pass 19-35")
    print("left after deleting 10, at 5, 11, 17 modules: {:.1f}, {:.1f}, {:.1f} %".format(*remaining()))
    print("left after deleting 10, paths, weighted: {:.3f}, {:.1f} %".format(*weight_left()))
    print("decay for a mean of 11: {:.3f}, then {:.1f} % pass 5-17".format(*implied_decay()))
    print(f"mean length if squared norms add: {orthogonal_mean():.1f}")
    print("\ntest error (%)     intact   1 deleted   5 deleted    1 swap   5 swaps (tau)")
    for name in KINDS:
        row = error(name), deletion(name), deletion(name, 5), reorder(name, 1)[1], *reorder(name, 5)[::-1]
        print("{:<12}{:>13.1f}{:>12.1f}{:>12.1f}{:>10.1f}{:>10.1f} ({:.2f})".format(name, *row))
    print("\ngradient          decay   mean length: norms   exact   sum of norms / norm of sum")
    for j, name in enumerate(("small", "large")):
        row = decays()[j], *mean_lengths()[2 * j : 2 * j + 2], excesses()[j]
        print("{:<12}{:>11.2f}{:>21.1f}{:>8.1f}{:>29.1f}".format(name, *row))
    for blocks in (2, 5, 10):
        print(f"error of adding 2^{blocks} path outputs: {path_sum_error(blocks):.0f} %")


if __name__ == "__main__":
    main()
