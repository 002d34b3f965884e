"""Runnable companion to "Neural Discrete Representation Learning" (van den Oord et al., 2017).

1. Quantisation with the straight-through gradient and the three-term loss (Eqs. 1 to 3).
2. Moving-average codebook updates (App. A.1) as k-means, and dead codes by initialisation.
3. A VQ-VAE on two-dimensional data, with the prior fitted afterwards (Sec. 3.3).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.extend import defvjp, primitive
from autograd.misc.optimizers import adam
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
MODES = 1.4 * np.array([[np.cos(a), np.sin(a)] for a in np.arange(6) * np.pi / 3])  # (6, 2)
WEIGHTS = np.array([0.35, 0.25, 0.16, 0.12, 0.08, 0.04])  # share of the points in each mode
RUNS = {"within ±1/K": ("tiny", False), "variance 1/D": ("scaled", False),
        "encoder outputs": ("data", False), "within ±1/K, restarts": ("tiny", True)}  # fmt: skip
stop = primitive(lambda a: a)  # sg[.] of Eq. (3): identity forwards,
defvjp(stop, None)  # no gradient backwards


# --8<-- [start:quantise]
def nearest(z: Array, e: Array) -> Array:
    """Eq. (1): index of the closest of K codes e (K, D) for every row of z (n, D); (n,)."""
    return anp.argmin(anp.sum(e**2, 1) - 2 * anp.dot(z, e.T), 1)  # |z|^2 is common to all


def vq_terms(z: Array, e: Array, x: Array, decode, beta: float) -> Array:
    """The three terms of Eq. (3), the first with its sign mended; mean over n rows, (3,)."""
    chosen = e[nearest(stop(z), stop(e))]  # Eq. (2), (n, D)
    z_q = z + stop(chosen - z)  # value of chosen, gradient of z: straight through
    data = anp.mean(anp.sum((x - decode(z_q)) ** 2, 1))
    codebook = anp.mean(anp.sum((stop(z) - chosen) ** 2, 1))
    commitment = anp.mean(anp.sum((z - stop(chosen)) ** 2, 1))
    return anp.array([data, codebook, beta * commitment])


# --8<-- [end:quantise]
# --8<-- [start:ema]
def ema_step(z: Array, n: Array, m: Array, gamma: float) -> tuple[Array, Array, Array]:
    """Eqs. (6) to (8): counts n (K,), sums m (K, D), one batch z (B, D); new n, m and codes."""
    hit = np.eye(len(n))[nearest(z, m / n[:, None])]  # (B, K), one-hot
    n = gamma * n + (1 - gamma) * hit.sum(0)
    m = gamma * m + (1 - gamma) * hit.T @ z
    return n, m, m / n[:, None]


def kmeans_step(z: Array, n: Array, e: Array, keep: float, add: float) -> tuple[Array, Array]:
    """Online k-means: move each code towards its part of the batch; keep = add = 1: MacQueen."""
    hit = np.eye(len(n))[nearest(z, e)]
    n = keep * n + add * hit.sum(0)
    return n, e + add * (hit.T @ z - hit.sum(0)[:, None] * e) / n[:, None]


# --8<-- [end:ema]
@lru_cache(maxsize=1)
def encoder_outputs(count: int = 20000, d: int = 8) -> Array:
    """Stand-in for z_e(x), (count, d): 64 Gaussian clusters about random centres, not centred."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(64, d)) + rng.normal(size=d)
    return centres[rng.integers(64, size=count)] + 0.2 * rng.normal(size=(count, d))


def start_codes(kind: str, k: int = 64) -> Array:
    """Codes (k, d): "tiny" uniform in ±1/k, "scaled" uniform of variance 1/d, or "data"."""
    z, rng = encoder_outputs(), np.random.default_rng(1)
    if kind == "data":
        return z[rng.choice(len(z), k, replace=False)]
    limit = {"tiny": 1 / k, "scaled": np.sqrt(3 / z.shape[1])}[kind]
    return rng.uniform(-limit, limit, (k, z.shape[1]))


def perplexity(counts: Array) -> float:
    """exp of the entropy of usage: k if all codes are used alike, 1 if a single one is."""
    p = counts[counts > 0] / counts.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


# --8<-- [start:usage]
@lru_cache(maxsize=8)
def usage(kind: str, restart: bool = False, batch: int = 256) -> Array:
    """Perplexity before each of 300 EMA steps and at the end; live codes; error per vector."""
    z, rng, curve = encoder_outputs(), np.random.default_rng(2), []
    m = start_codes(kind)
    n = np.ones(len(m))
    for _ in range(300):
        curve.append(perplexity(np.bincount(nearest(z[:1024], m / n[:, None]))))
        rows = z[rng.choice(len(z), batch)]
        n, m, _ = ema_step(rows, n, m, 0.99)
        if restart:  # a code that wins less than a twentieth of its share is moved onto the data
            dead = n < 0.05 * batch / len(n)
            m[dead], n[dead] = rows[rng.choice(batch, dead.sum())], 1.0
    k = nearest(z, m / n[:, None])
    error = ((z - (m / n[:, None])[k]) ** 2).sum(1).mean()
    return np.array([*curve, perplexity(np.bincount(k)), len(np.unique(k)), error])


# --8<-- [end:usage]
def points(count: int, seed: int = 0) -> Array:
    """Six unequal Gaussian modes of deviation 0.15 on a circle, (count, 2)."""
    rng = np.random.default_rng(seed)
    return MODES[rng.choice(6, count, p=WEIGHTS)] + 0.15 * rng.normal(size=(count, 2))


def mlp(p: list[Array], x: Array) -> Array:
    """(n, 2) to (n, 2) through 32 tanh units."""
    return anp.dot(anp.tanh(anp.dot(x, p[0]) + p[1]), p[2]) + p[3]


@lru_cache(maxsize=8)
def train(beta: float, seed: int, steps: int = 300) -> tuple[list[Array], Array, list[Array]]:
    """Encoder, 16 codes (16, 2) and decoder trained together on Eq. (3) by Adam."""
    rng, x = np.random.default_rng(seed), points(256)
    size = (0.7, (2, 32)), (0, 32), (0.2, (32, 2)), (0, 2)  # deviations and shapes
    encoder, decoder = ([rng.normal(0, std, shape) for std, shape in size] for _ in range(2))

    slope = grad(lambda p: anp.sum(vq_terms(mlp(p[0], x), p[1], x, lambda q: mlp(p[2], q), beta)))

    def rounded(p: tuple, _: int) -> tuple:  # the same descent whatever the last bits
        g = slope(p)
        return [np.round(a, 9) for a in g[0]], np.round(g[1], 9), [np.round(a, 9) for a in g[2]]

    start = (encoder, mlp(encoder, x[:16]), decoder)
    return adam(rounded, start, num_iters=steps, step_size=0.01)


def evaluate(beta: float) -> Array:
    """Error per point, |z - e|^2 and root mean square of |z| at new points, (3 starts, 3)."""
    x, rows = points(2048, 1), []
    for encoder, e, decoder in (train(beta, seed) for seed in range(3)):
        z = mlp(encoder, x)
        terms = vq_terms(z, e, x, lambda q, d=decoder: mlp(d, q), beta)
        rows.append([terms[0], terms[1], np.sqrt((z**2).sum(1).mean())])
    return np.array(rows)


# --8<-- [start:prior]
@lru_cache(maxsize=4)
def fitted(seed: int) -> tuple[Array, Array, Array, Array]:
    """Fitted p(k) (K,), f(e_k) (K, 2); at new points log p(x|e_k) p(k), (2048, K), and k chosen."""
    encoder, e, decoder = train(0.25, seed)
    x, new, outputs = points(20000, 2), points(2048, 1), mlp(decoder, e)
    k = nearest(mlp(encoder, x), e)
    prior = np.bincount(k, minlength=len(e)) / len(x)
    variance = ((x - outputs[k]) ** 2).mean()  # of a Gaussian decoder
    square = ((new[:, None] - outputs) ** 2).sum(2)
    log_p = -square / (2 * variance) - np.log(2 * np.pi * variance)
    return prior, outputs, log_p + np.log(prior + 1e-12), nearest(mlp(encoder, new), e)


# --8<-- [end:prior]
# The numbers of the note, in the unit shown there.


def compression() -> float:
    """Sec. 4.2: bits of a 128x128x3 image over those of 32x32 indices into 512 codes."""
    return 128 * 128 * 3 * 8 / (32 * 32 * np.log2(512))


def cifar_bits() -> float:
    """KL of 8x8x10 latents with a uniform prior over 512 codes, in bits per CIFAR dimension."""
    return 8 * 8 * 10 * float(np.log2(512)) / (32 * 32 * 3)


def speech_rates() -> tuple[float, float]:
    """Bits per second at 16 kHz: 64 times fewer steps of 512 codes; 25 Hz of 128 codes."""
    return 40960 / 2.56 / 64 * float(np.log2(512)), 40960 / 2.56 / 640 * float(np.log2(128))


def live_codes() -> tuple[int, ...]:
    return tuple(int(usage(*run)[-2]) for run in RUNS.values())


def usage_errors() -> tuple[float, ...]:
    return tuple(float(usage(*run)[-1]) for run in RUNS.values())


def encoder_norms() -> tuple[float, float]:
    """Root mean square of |z_e(x)|: least of three runs without, largest with commitment."""
    return float(evaluate(0.0)[:, 2].min()), float(evaluate(0.25)[:, 2].max())


def beta_errors() -> tuple[float, float]:
    return float(evaluate(0.0)[:, 0].mean()), float(evaluate(0.25)[:, 0].mean())


def bound_gaps() -> tuple[float, ...]:
    """Nats between log p(x), summed over codes, and its bound by the chosen one (Sec. 3.2)."""
    gaps = (np.logaddexp.reduce(j, 1) - j[np.arange(len(k)), k] for *_, j, k in map(fitted, range(3)))
    return tuple(float(gap.mean()) for gap in gaps)


def not_map() -> tuple[float, ...]:
    """Percent of points whose nearest code is not the most probable one under p(k | x)."""
    return tuple(100 * float((j.argmax(1) != k).mean()) for *_, j, k in map(fitted, range(3)))


def prior_bits() -> tuple[float, ...]:
    """Bits per index under the fitted prior; log2 16 = 4 under the uniform one."""
    return tuple(float(np.log2(perplexity(p))) for p, *_ in map(fitted, range(3)))


def mode_errors() -> tuple[float, float]:
    """Mean percent of samples to be moved to match the modes' shares: uniform, fitted prior."""
    total = np.zeros(2)
    for prior, outputs, *_ in map(fitted, range(3)):
        mode = ((outputs[:, None] - MODES) ** 2).sum(2).argmin(1)
        for i, p in enumerate((np.full(16, 1 / 16), prior)):
            total[i] += 50 * np.abs(np.bincount(mode, p, 6) - WEIGHTS).sum() / 3
    return float(total[0]), float(total[1])


def figure_usage() -> Figure:
    """Perplexity of 64 codes during EMA training, by initialisation."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    looks = (("C1-", 0.8), ("C2:", 14), ("C0--", 56), ("C3-.", 38))
    for label, (look, height) in zip(RUNS, looks, strict=True):
        ax.plot(np.arange(0, 300, 4), usage(*RUNS[label])[:300:4], look[2:], color=look[:2])
        ax.text(180, height, label, color=look[:2])
    ax.set(xlabel="batches", ylabel="codebook perplexity (64 codes)", ylim=(0, 66))
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("64 codes, EMA, 300 batches  perplexity  live   error")
    for name, run in RUNS.items():
        print("{:<28}{:>10.1f}{:>6.0f}{:>8.2f}".format(name, *usage(*run)[-3:]))
    print("\ntoy VQ-VAE, beta    error   |z-e|^2   rms |z|")
    for row in [(beta, *row) for beta in (0.0, 0.25) for row in evaluate(beta)]:
        print("{:>16.2f}{:>9.3f}{:>10.3f}{:>10.2f}".format(*row))
    print("gap between log p(x) and its bound (nats):", np.round(bound_gaps(), 2))
    print("nearest code is not the most probable one (%):", np.round(not_map(), 1))
    print("bits per index, fitted prior:", np.round(prior_bits(), 2))
    print("samples in the wrong mode: uniform {:.1f} %, fitted {:.1f} %".format(*mode_errors()))
    print("bits per second of speech: {:.0f}, {:.0f}".format(*speech_rates()))
    print(f"ImageNet ratio {compression():.2f}, CIFAR index bits/dim {cifar_bits():.3f}")


if __name__ == "__main__":
    main()
