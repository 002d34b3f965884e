"""Runnable companion to "Unleashing Generalization of End-to-End Autonomous Driving with Controllable
Long Video Generation" (Delphi, arXiv 2406.01349).

1. Shared noise over views and frames: covariance, effective dimension, what it buys in a toy sampler.
2. Attention from one frame to the one before it, over the scene and within one instance.
3. Failure-driven against random sampling on a long-tailed toy, and arithmetic on the paper's Table 2.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
VIEWS, FRAMES = 6, 40  # cameras of nuScenes, frames of the longest public clip
THIRDS = (1 / 3, 1 / 3, 1 / 3)  # variances of r, m, p: our choice, they sum to one
# Table 2, collision rate in percent at 1, 2, 3 s and the printed mean
TABLE = {
    "UniAD": (0.10, 0.18, 0.71, 0.33),
    "random 50 %, Panacea": (0.03, 0.23, 0.79, 0.35),
    "random 50 %, Delphi": (0.08, 0.20, 0.58, 0.29),
    "random 100 %, Panacea": (0.08, 0.22, 0.98, 0.43),
    "random 100 %, Delphi": (0.07, 0.29, 0.65, 0.33),
    "failures, Panacea": (0.05, 0.18, 0.81, 0.35),
    "failures, Delphi": (0.08, 0.18, 0.56, 0.27),
    "failures, validation": (0.07, 0.10, 0.61, 0.26),
}
TYPES, REAL, NEED = 300, 5000, 3  # toy: kinds of scene, training cases, examples needed per situation
TYPE_P = np.arange(1, TYPES + 1) ** -1.1 / (np.arange(1, TYPES + 1) ** -1.1).sum()  # long tail
LOOK_P = np.array([0.6, 0.2, 0.1, 0.05, 0.03, 0.02])  # appearances: day, rain, night, ...


# --8<-- [start:noise]
def shared_noise(size: int, weights: tuple[float, ...], rng: np.random.Generator) -> Array:
    """Noise r + m + p of shape (views, frames, size) with variances weights = (r, m, p)."""
    r = rng.standard_normal((VIEWS, FRAMES, size))  # a fresh draw for every image
    m = rng.standard_normal((VIEWS, 1, size))  # motion: one per view, constant over frames
    p = rng.standard_normal((1, FRAMES, size))  # panoramic: one per frame, constant over views
    return np.sqrt(weights[0]) * r + np.sqrt(weights[1]) * m + np.sqrt(weights[2]) * p


def covariance(weights: tuple[float, ...]) -> Array:
    """Covariance between the 240 images at one latent position, view-major; (240, 240)."""
    same_view = np.kron(np.eye(VIEWS), np.ones((FRAMES, FRAMES)))
    same_frame = np.kron(np.ones((VIEWS, VIEWS)), np.eye(FRAMES))
    return weights[0] * np.eye(VIEWS * FRAMES) + weights[1] * same_view + weights[2] * same_frame


# --8<-- [end:noise]


def correlations() -> tuple[float, ...]:
    """Thirds, sampled: same view, same frame, neither"""
    x = shared_noise(4000, THIRDS, np.random.default_rng(0)).reshape(-1, 4000)
    view, frame = (covariance(w) - np.eye(240) > 0 for w in ((0, 1, 0), (0, 0, 1)))
    masks = (view, frame, covariance((0, 1, 1)) == 0)
    return tuple(float(np.corrcoef(x)[mask].mean().round(3)) + 0.0 for mask in masks)


def spectrum() -> tuple[float, ...]:
    """Thirds: eigenvalues of the 240 x 240 covariance"""
    return tuple(np.unique(np.linalg.eigvalsh(covariance(THIRDS)).round(9)).tolist())


def effective_images() -> float:
    """Thirds: (tr C)^2 / tr C^2, effective number of 240"""
    c = covariance(THIRDS)
    return float(np.trace(c) ** 2 / (c**2).sum())


def raw_variance() -> float:
    """Variance if r, m and p are added unweighted"""
    return float(covariance((1, 1, 1))[0, 0])


def choose(noise: Array, steps: int = 50) -> Array:
    """DDIM from pure noise for data that is -1 or +1 (two moods), exact denoiser; same shape."""
    abar = np.append(np.linspace(1e-4**0.5, 0.9999**0.5, steps) ** 2, 1.0)
    x = np.sqrt(1 - abar[0]) * noise
    for a, b in pairwise(abar):
        x0 = np.tanh(np.sqrt(a) * x / (1 - a))  # E[x0 | x]
        x = np.sqrt(b) * x0 + np.sqrt(1 - b) * (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
    return np.sign(x)


def agreement(rho: float) -> float:
    """Sheppard's formula: chance that two normal numbers of correlation rho have the same sign."""
    return 0.5 + float(np.arcsin(rho)) / np.pi


def sampled_agreement(weights: tuple[float, ...]) -> float:
    """Share of pairs of successive frames of one view that choose the same mood, by sampling."""
    x = choose(shared_noise(300, weights, np.random.default_rng(1)))
    return float((x[:, 1:] == x[:, :-1]).mean())


def moods() -> tuple[float, ...]:
    """Same mood in successive frames (%): white, thirds"""
    return 100 * sampled_agreement((1, 0, 0)), 100 * sampled_agreement(THIRDS)


def needed_sharing() -> float:
    """Shared variance (%) for 90 % agreement"""
    return 100 * float(np.sin(np.pi * (0.9 - 0.5)))


# --8<-- [start:attention]
def previous_frame(now: Array, before: Array, ids: Counts, ids_before: Counts) -> Array:
    """Frame n attends to the same ids of frame n-1, all equal or one per object; (L, d) -> (L, d)."""
    partner = ids[:, None] == ids_before[None, :]  # (L, L); -1 and -2 outside objects: no partner
    score = np.where(partner, now @ before.T / np.sqrt(now.shape[1]), -np.inf)
    top = np.max(score, axis=1, initial=-1e9, keepdims=True)
    total = (weight := np.exp(score - top)).sum(1, keepdims=True)
    return np.where(total > 0, weight @ before / np.where(total > 0, total, 1), now)


# --8<-- [end:attention]


def rate(counts: Counts) -> float:
    """Percent of test cases whose situation (type, appearance) has fewer than NEED good examples."""
    return 100 * float((TYPE_P[:, None] * LOOK_P * (counts < NEED)).sum())


# --8<-- [start:engine]
def generate(counts: Counts, source: Array, budget: int, good: float, rng: np.random.Generator) -> Counts:
    """Add budget cases: layouts from source (types,), appearances uniform, a share good is consistent."""
    kinds = rng.choice(TYPES, size=budget, p=source / source.sum())  # existing layouts only
    looks = rng.integers(len(LOOK_P), size=budget)  # the caption is edited
    new = counts.copy()
    np.add.at(new, (kinds, looks), np.where(rng.random(budget) < good, 1, -1))  # -1: misleads
    return new


def engine(budget: int, guided: bool, good: float, rounds: int, seed: int) -> list[tuple[float, int]]:
    """(test failure rate in %, failing training cases) before and after each round."""
    rng = np.random.default_rng(seed)
    real = rng.multinomial(REAL, np.outer(TYPE_P, LOOK_P).ravel()).reshape(TYPES, -1)
    counts, history = real, []
    for left in range(rounds, -1, -1):
        failing = (real * (counts < NEED)).sum(1)  # step 1: the failures of the training set
        history.append((rate(counts), int(failing.sum())))
        source = failing if guided else real.sum(1)
        if left and source.sum():
            counts = generate(counts, source.astype(float), budget, good, rng)
    return history


# --8<-- [end:engine]


@lru_cache(maxsize=64)
def average(share: float, guided: bool, good: float = 0.9, rounds: int = 1) -> Array:
    """Mean over 30 seeds of engine's history; (rounds + 1, 2)."""
    runs = [engine(int(share * REAL), guided, good, rounds, seed) for seed in range(30)]
    return np.mean(np.array(runs, dtype=float), axis=0)


def toy() -> tuple[float, ...]:
    """Toy, failures (%): none, random 4, 50, guided 4"""
    (none, guided), blind = average(0.04, True)[:, 0], (average(s, False)[1, 0] for s in (0.04, 0.5))
    return (none, *blind, guided)


def toy_poor() -> tuple[float, ...]:
    """The same, poor engine: random 50, 100, guided 4"""
    return tuple(average(s, g, 0.4)[1, 0] for s, g in ((0.5, False), (1.0, False), (0.04, True)))


def toy_end() -> tuple[float, ...]:
    """Toy, 30 rounds: guided, random, on train; unseen"""
    (test, train), blind = average(0.04, True, rounds=30)[-1], average(0.04, False, rounds=30)[-1, 0]
    return float(test), float(blind), float(train), 100 * float((TYPE_P * (1 - TYPE_P) ** REAL).sum())


def means() -> tuple[float, ...]:
    """Table 2, means of the three horizons"""
    return tuple(float(np.mean(row[:3])) for row in TABLE.values())


def shares() -> tuple[float, float]:
    """972 and 429 cases as % of 28,130"""
    return 100 * 972 / 28130, 100 * 429 / 28130


def reductions() -> tuple[float, ...]:
    """0.33 to 0.27 (%), and bounds within rounding"""
    return tuple(100 * (a - b) / a for a, b in ((0.33, 0.27), (0.325, 0.275), (0.335, 0.265)))


def colliding() -> tuple[float, ...]:
    """Validation frames that collide at 3 s, before and after; z"""
    a, b = (6019 * TABLE[k][2] / 100 for k in ("UniAD", "failures, Delphi"))  # 6,019 key frames
    return a, b, (a - b) / float(np.sqrt(a + b))


def windows() -> tuple[int, int]:
    """Windows of 3 frames: one clip of 40, five of 8"""
    return 40 - 2, 5 * (8 - 2)


def figure_agreement():
    from matplotlib.pyplot import subplots

    fig, ax = subplots(figsize=(5.2, 3.2))
    rho = 1 - np.linspace(1, 0, 60) ** 2
    ax.plot(rho, [100 * agreement(x) for x in rho], "C0-")
    dots = np.array([0, 0.2, 1 / 3, 0.5, 0.8, 0.95])
    ax.plot(dots, [100 * sampled_agreement((1 - x, x, 0)) for x in dots], "C1o", ms=5)
    ax.text(0.37, 57.5, "three equal parts", color="C1")
    ax.text(0.42, 72, "formula", color="C0", ha="right")
    ax.set(xlabel="share of the noise variance that is shared", ylabel="frames that agree (%)")
    return fig


def figure_rounds():
    from matplotlib.pyplot import subplots

    fig, ax = subplots(figsize=(5.2, 3.2))
    guided, blind = (average(0.04, g, rounds=32)[::2] for g in (True, False))
    x = np.arange(0, 33, 2)
    ax.plot(x, guided[:, 0], "C0o-", x, blind[:, 0], "C1s--", x, guided[:, 1] / REAL * 100, "C2^:", ms=4)
    ax.text(17, 14.1, "random, test", color="C1")
    ax.text(13.2, 10.6, "failure-driven, test", color="C0")
    ax.text(0, 2.6, "failure-driven,\ntraining set", color="C2")
    ax.set(xlabel="rounds of 4 % each", ylabel="failing cases (%)")
    return fig


def main() -> None:
    """Print the numbers that the note quotes, each under the first line of its description."""
    rows = (correlations, spectrum, effective_images, raw_variance, moods, needed_sharing)
    for check in (*rows, toy, toy_poor, toy_end, means, shares, reductions, colliding, windows):
        print(f"{check.__doc__:<58}", *(f"{v:6.2f}" for v in np.atleast_1d(check())))


if __name__ == "__main__":
    main()
