"""Runnable companion to the concept page on dimensionality.

1. Volume and distance in many dimensions: edges, shells, distance concentration, random cosines.
2. Nearest neighbours whose signal is spread over all coordinates, or confined to four of them.
3. Intrinsic dimension from two neighbours; random projections; separable labellings; hubs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import stats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


def edge(share: float, d: int) -> float:
    """Side of a cube that holds `share` of the volume of the unit cube in d dimensions."""
    return share ** (1 / d)


def shell(width: float, d: int) -> float:
    """Share of the unit ball's volume closer than `width` to its surface."""
    return 1 - (1 - width) ** d


def cosine_tail(t: float, d: int) -> float:
    """P(cos > t), t > 0, for two random directions in d dimensions: cos^2 ~ Beta(1/2, (d-1)/2)."""
    return float(stats.beta.sf(t**2, 0.5, (d - 1) / 2)) / 2


def largest_cosine(n: int, d: int) -> float:
    """The cosine that one of n random directions is expected to exceed: n P(cos > t) = 1."""
    return float(np.sqrt(stats.beta.isf(2 / n, 0.5, (d - 1) / 2)))


def distances(q: Array, x: Array) -> Array:
    """Euclidean distances, q (m, d) to x (n, d): (m, n)."""
    return np.sqrt(np.maximum((q**2).sum(1)[:, None] + (x**2).sum(1) - 2 * q @ x.T, 0))


def squared_spread(d: int) -> float:
    """Standard deviation over mean of |u - v|^2, u and v uniform in the unit cube.

    One coordinate: E (u-v)^2 = 1/6 and E (u-v)^4 = 1/15, so the variance is 7/180.
    """
    return float(np.sqrt(7 / 180 * d) / (d / 6))


# --8<-- [start:contrast]
def contrast(x: Array, q: Array) -> float:
    """Median over queries q (m, d) of (farthest - nearest) / nearest among the points x (n, d)."""
    r = distances(q, x)
    return float(np.median(r.max(1) / r.min(1) - 1))


def cloud(kind: str, d: int, n: int = 1000, queries: int = 100) -> tuple[Array, Array]:
    """Points (n, d) and queries (m, d): uniform, or four uniform coordinates turned into d."""
    rng = np.random.default_rng(d)
    if kind == "uniform":
        x = rng.uniform(size=(n + queries, d))
    else:
        basis = np.linalg.qr(rng.normal(size=(d, 4)))[0]  # orthonormal: distances unchanged
        x = rng.uniform(size=(n + queries, 4)) @ basis.T
        if kind == "noisy":
            x = x + 0.03 * rng.normal(size=x.shape)
    return x[:n], x[n:]


# --8<-- [end:contrast]


@lru_cache(maxsize=64)
def contrast_of(kind: str, d: int) -> float:
    return contrast(*cloud(kind, d))


# --8<-- [start:neighbour]
def accuracy(strength: float, d: int) -> float:
    """Chance that the nearer of two examples, one of each class, has the query's class.

    Classes N(+mu, I) and N(-mu, I) in d dimensions, strength = |mu|^2. The difference of the two
    squared distances has mean 4 |mu|^2 and variance 12 d + 32 |mu|^2; it is taken as Gaussian.
    """
    return float(stats.norm.cdf(4 * strength / np.sqrt(12 * d + 32 * strength)))


def simulated(strength: float, d: int, n: int = 20_000) -> float:
    """The same chance, counted in n draws, with mu along the first axis."""
    rng = np.random.default_rng(d)
    right = 0
    for _ in range(n):
        z0, z1, z2 = rng.normal(size=(3, d))
        z2[0] -= 2 * np.sqrt(strength)
        right += ((z0 - z1) ** 2).sum() < ((z0 - z2) ** 2).sum()
    return float(right / n)


# --8<-- [end:neighbour]


# --8<-- [start:twonn]
def two_nn(x: Array) -> float:
    """Intrinsic dimension of points x (n, d) from the ratio of the two nearest distances.

    Locally uniform in m dimensions, P(r2/r1 > t) = t^-m; this is the unbiased form of the
    maximum-likelihood estimate of m.
    """
    near = np.argsort(distances(x, x), axis=1)[:, :5]  # itself too; exact distances next
    r = np.sort(np.linalg.norm(x[near] - x[:, None], axis=2), axis=1)
    return float((len(x) - 1) / np.log(r[:, 2] / r[:, 1]).sum())


# --8<-- [end:twonn]


def torus(m: int, d: int = 512, n: int = 1500, noise: float = 0.0) -> Array:
    """n points with m free angles, as m circles of radius 1 turned at random into d dimensions."""
    rng = np.random.default_rng(m)
    angle = rng.uniform(0, 2 * np.pi, (n, m))
    basis = np.linalg.qr(rng.normal(size=(d, 2 * m)))[0]
    x = np.concatenate([np.cos(angle), np.sin(angle)], 1) @ basis.T
    return x + noise * rng.normal(size=x.shape)


def pca_count(x: Array, share: float = 0.99) -> int:
    """Principal components needed for `share` of the variance of x (n, d)."""
    v = np.linalg.svd(x - x.mean(0), compute_uv=False) ** 2
    return int(np.searchsorted(np.cumsum(v) / v.sum(), share) + 1)


# --8<-- [start:jl]
def jl_dimension(n: int, eps: float) -> int:
    """Dimensions that suffice for n points: squared distances kept within 1 +- eps."""
    return int(np.ceil(4 * np.log(n) / (eps**2 / 2 - eps**3 / 3)))


def jl_worst(n: int, k: int, d: int = 2000) -> float:
    """Largest |ratio - 1| of squared distances, n random points sent from d to k dimensions."""
    rng = np.random.default_rng(k)
    x, pairs = rng.normal(size=(n, d)), np.triu_indices(n, 1)
    y = x @ rng.normal(0, np.sqrt(1 / k), (d, k))
    return float(np.abs((distances(y, y)[pairs] / distances(x, x)[pairs]) ** 2 - 1).max())


# --8<-- [end:jl]


def separable(n: int, d: int) -> float:
    """Share of the 2^n labellings of n points in general position that a hyperplane realises.

    The hyperplane has d free weights, a bias counted as one: 2^(1-n) sum_{k<d} C(n-1, k).
    """
    return float(stats.binom.cdf(d - 1, n - 1, 0.5))


@lru_cache(maxsize=8)
def hub(d: int, n: int = 1000, k: int = 10) -> tuple[int, int]:
    """Most frequent neighbour's count, and points that are nobody's: n Gaussian points, k each."""
    x = np.random.default_rng(d).normal(size=(n, d))
    r = distances(x, x)
    np.fill_diagonal(r, np.inf)
    count = np.bincount(np.argpartition(r, k - 1, axis=1)[:, :k].ravel(), minlength=n)
    return int(count.max()), int((count == 0).sum())


def figure_contrast() -> Figure:
    """Relative contrast against the number of coordinates, for three clouds of 1000 points."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    dims = np.array([4, 8, 16, 32, 64, 128, 256, 512, 1024])
    for kind, colour, style, label, height in [
        ("flat", "C0", "o-", "4 dimensions, turned", 14.5),
        ("noisy", "C2", "s--", "the same with noise", 2.9),
        ("uniform", "C1", "^-", "uniform in all", 0.2),
    ]:
        ax.loglog(dims, [contrast_of(kind, d) for d in dims], style, color=colour, ms=4)
        ax.text(80 if kind == "uniform" else 1000, height, label, color=colour, ha="right", va="center")
    ax.set(xlabel="coordinates", ylabel="(farthest − nearest) / nearest", ylim=(0.08, 25))
    ax.set_xticks([4, 16, 64, 256, 1024], ["4", "16", "64", "256", "1024"])
    ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    return fig


def figure_neighbour() -> Figure:
    """Accuracy of the nearer of two examples: every coordinate informative, or only four."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    dims = 2.0 ** np.arange(2, 11)
    for colour, style, mark, strength in [("C0", "-", "o", 0.09 * dims), ("C1", "--", "^", 4 + 0 * dims)]:
        exact = [100 * accuracy(s, int(d)) for s, d in zip(strength, dims, strict=True)]
        drawn = [100 * simulated(s, int(d), 4000) for s, d in zip(strength, dims, strict=True)]
        ax.semilogx(dims, exact, style, color=colour)
        ax.semilogx(dims, drawn, mark, color=colour, ms=4)
    ax.text(150, 97, "a little signal\nin every coordinate", color="C0", ha="right", va="center")
    ax.text(1024, 69, "all signal in four", color="C1", ha="right", va="center")
    ax.set(xlabel="coordinates", ylabel="right class (%)", ylim=(50, 103))
    ax.set_xticks([4, 16, 64, 256, 1024], ["4", "16", "64", "256", "1024"])
    ax.minorticks_off()
    return fig


def main() -> None:
    """Print the tables that the page quotes."""
    print("dimensions   edge of 1 %   shell of 5 %   spread of |u-v|^2   contrast")
    for d in (2, 4, 16, 64, 256, 1024):
        row = f"{d:>10}{edge(0.01, d):>14.3f}{shell(0.05, d):>15.3f}{squared_spread(d):>20.3f}"
        print(f"{row}{contrast_of('uniform', d):>11.2f}")
    flat = f"{contrast_of('flat', 1024):.2f} {contrast_of('noisy', 1024):.2f}"
    print("contrast, 4 dimensions in 1024, without and with noise:", flat)
    print(f"512 dimensions: P(cos > 0.2) {cosine_tail(0.2, 512):.1e}")
    print("largest of a million cosines, 32, 128, 512, 2048 dimensions:", end=" ")
    print(*(f"{largest_cosine(10**6, d):.2f}" for d in (32, 128, 512, 2048)))
    print("\nnearer example right (%)   4     16     64    256   1024")
    dims = (4, 16, 64, 256, 1024)
    print("in every coordinate    " + "".join(f"{100 * accuracy(0.09 * d, d):>7.1f}" for d in dims))
    print("in four                " + "".join(f"{100 * accuracy(4.0, d):>7.1f}" for d in dims))
    print("\nangles   two neighbours   with noise 0.02   components for 99 %")
    for m in (1, 2, 5, 10, 20):
        x = torus(m)
        print(f"{m:>6}{two_nn(x):>17.1f}{two_nn(torus(m, noise=0.02)):>18.1f}{pca_count(x):>22}")
    print("\nrandom projection: dimensions for 10^6 points, eps 0.5, 0.2, 0.1:", end=" ")
    print(*(jl_dimension(10**6, e) for e in (0.5, 0.2, 0.1)))
    print("300 points from 2000 dimensions to 64, 256, 1024, worst error:", end=" ")
    print(*(f"{jl_worst(300, k):.2f}" for k in (64, 256, 1024)))
    shares = " ".join(f"{separable(n, 512):.4f}" for n in (900, 1024, 1150))
    print(f"separable share, 512 weights, 900, 1024, 1150 points: {shares}")
    print("largest count and orphans, 3, 30, 512 dimensions:", *(hub(d) for d in (3, 30, 512)))


if __name__ == "__main__":
    main()
