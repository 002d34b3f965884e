"""Runnable companion to "The Shattered Gradients Problem": the decay laws and measurements."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
POINTS, WIDTH, NETS = 256, 200, 4
DEPTHS = (1, 2, 4, 10, 24, 50)


# --8<-- [start:laws]
def plain_law(depth: int) -> tuple[float, float]:
    """Variance and covariance, L plain layers: He gain 2 times 1/2 active or 1/4 co-active."""
    return (2 * 1 / 2) ** depth, (2 * 1 / 4) ** depth


def residual_law(depth: int) -> tuple[float, float]:
    """L blocks x + W relu(x) without BN: the shortcut adds 1 to each factor."""
    return (1 + 2 * 1 / 2) ** depth, (1 + 2 * 1 / 4) ** depth


def rescaled_law(depth: int, beta: float = 1.0, share: float = 1.0) -> tuple[float, float]:
    """L - 1 blocks x + beta W relu(BN(x)): BN divides a branch by its variance s (Theorem 3).

    share: the part of beta^2 by which a block raises s; 1 in the theorem.
    """
    variance = covariance = 1.0
    for block in range(1, depth):
        s = 1 + share * beta**2 * (block - 1)
        variance *= 1 + beta**2 / s
        covariance *= 1 + beta**2 / (2 * s)
    return variance, covariance


# --8<-- [end:laws]


def wide_correlation(depth: int, cosine: float = 0.0) -> float:
    """Gradient correlation of an infinitely wide bias-free He net at inputs with this cosine.

    A share (1 - angle / pi) / 2 of each layer is co-active; the angle shrinks from layer to layer.
    """
    correlation = 1.0
    for _ in range(depth):
        angle = np.arccos(np.clip(cosine, -1, 1))
        correlation *= 1 - angle / np.pi
        cosine = (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi
    return float(correlation)


# --8<-- [start:grid]
@lru_cache(maxsize=32)
def grid_gradients(kind: str, depth: int, beta: float = 1.0) -> Array:
    """df/dx (nets, 256) on a grid in [-2, 2]; kinds plain, residual and mirrored (CReLU).

    h (256, 200) is the signal, d its derivative by x. Layer 1 has biases and no BN or shortcut;
    later BN uses the statistics of the grid, held constant. Mirrored nets have no BN at all.
    """
    gradients, x = [], np.linspace(-2, 2, POINTS)[:, None]
    for seed in range(NETS):
        rng = np.random.default_rng(seed)
        v = rng.normal(0, 1, (1, WIDTH))
        h, d = x @ v + rng.normal(0, 1, WIDTH), np.repeat(v, POINTS, 0)
        for layer in range(depth):
            w = rng.normal(0, np.sqrt(2 / WIDTH), (WIDTH, WIDTH))
            if kind == "mirrored":  # [W, -W] applied to relu(h) and relu(-h)
                q = np.linalg.qr(w)[0]
                on, off = h > 0, h < 0
                h, d = (h * on) @ q - (-h * off) @ q, (d * on) @ q - (-d * off) @ q
                continue
            mean, std = (h.mean(0), h.std(0)) if layer else (0.0, 1.0)
            on = h > mean
            inner, slope = (h - mean) / std * on @ w, d / std * on @ w
            skip = layer > 0 and kind == "residual"
            h, d = (h + beta * inner, d + beta * slope) if skip else (inner, slope)
        gradients.append(d @ rng.normal(0, np.sqrt(1 / WIDTH), WIDTH))
    return np.array(gradients)


# --8<-- [end:grid]


# --8<-- [start:acf]
def autocorrelation(g: Array, lags: int = 64) -> Array:
    """Rows (n,) to mean autocorrelation (lags,); centred, divided by the value at lag 0."""
    g = g - g.mean(1, keepdims=True)
    acf = np.array([(g[:, : g.shape[1] - k] * g[:, k:]).sum(1) for k in range(lags)])
    return (acf / acf[0]).mean(1)


# --8<-- [end:acf]


@lru_cache(maxsize=32)
def pair_statistics(kind: str, depth: int) -> tuple[float, float, float]:
    """Growth of |g|^2, correlation, and last co-active share at 64 unrelated inputs.

    Kinds: he (plain, no BN, no bias), bn (plain with BN), residual (with BN). All 200 wide; g is
    the gradient of a random linear readout by the input, (64, 200), statistics held constant.
    """
    results, samples = [], 64
    for seed in range(8):
        rng, tape = np.random.default_rng(seed), []
        h = rng.normal(0, 1, (samples, WIDTH))
        for _ in range(depth):
            w = rng.normal(0, np.sqrt(2 / WIDTH), (WIDTH, WIDTH))
            mean, std = (0.0, np.ones(WIDTH)) if kind == "he" else (h.mean(0), h.std(0))
            on = h > mean
            inner = (h - mean) / std * on @ w
            tape.append((on / std, w))
            h = h + inner if kind == "residual" else inner
        readout = rng.normal(0, 1, WIDTH)
        g = np.tile(readout, (samples, 1))
        for gate, w in reversed(tape):
            back = (g @ w.T) * gate
            g = g + back if kind == "residual" else back
        gram, both = g @ g.T, (on * 1.0) @ on.T / WIDTH
        apart = ~np.eye(samples, dtype=bool)
        size = np.trace(gram) / samples
        results.append((size / (readout @ readout), gram[apart].mean() / size, both[apart].mean()))
    return tuple(np.mean(results, 0))


def law_residual() -> tuple[float, float]:
    """Percent: blocks x + W relu(x) without BN, depths 10 and 50."""
    return tuple(100 * residual_law(n)[1] / residual_law(n)[0] for n in (10, 50))


def law_rescaled() -> tuple[float, float]:
    """Correlation by the product behind Theorem 3, beta 1, depths 10 and 50."""
    return tuple(rescaled_law(n)[1] / rescaled_law(n)[0] for n in (10, 50))


def law_small() -> tuple[float, float]:
    """Depth 50, beta 0.1: the product, and the asymptotic form 1 / (beta sqrt L)."""
    variance, covariance = rescaled_law(50, 0.1)
    return covariance / variance, 1 / (0.1 * float(np.sqrt(50)))


def lag_one(kind: str, depths: tuple[int, ...], beta: float = 1.0) -> tuple[float, ...]:
    return tuple(float(autocorrelation(grid_gradients(kind, n, beta), 2)[1]) for n in depths)


def lag_plain() -> tuple[float, ...]:
    return lag_one("plain", (1, 10, 24))


def lag_residual() -> tuple[float, ...]:
    """Depths 1, 10, 24 and 50 at beta 1, then depth 50 at beta 0.1."""
    return *lag_one("residual", (1, 10, 24, 50)), *lag_one("residual", (50,), 0.1)


def mirrored_spread() -> float:
    """Spread of df/dx over the grid for 50 mirrored layers, relative to its mean size."""
    g = grid_gradients("mirrored", 50)
    return float((np.ptp(g, 1) / np.abs(g).mean(1)).max())


def pair_plain() -> tuple[float, float, float, float]:
    """Correlation, 8 plain layers: with BN, its law; without BN, its wide limit."""
    bn, he = (pair_statistics(kind, 8)[1] for kind in ("bn", "he"))
    return bn, plain_law(8)[1], he, wide_correlation(8)


def coactive() -> tuple[float, float]:
    """Percent of units co-active in the last of 24 layers: without and with BN."""
    return tuple(100 * pair_statistics(kind, 24)[2] for kind in ("he", "bn"))


def pair_residual() -> tuple[float, float, float, float]:
    """49 blocks with BN: measured correlation and |g|^2 growth, the products at 1 - 1 / pi."""
    size, correlation, _ = pair_statistics("residual", 49)
    variance, covariance = rescaled_law(50, share=1 - 1 / np.pi)
    return correlation, covariance / variance, size, variance


def bn_growth() -> tuple[float, float]:
    """Growth of |g|^2 per plain layer with BN: measured over layers 4 to 24, pi / (pi - 1)."""
    ratio = pair_statistics("bn", 24)[0] / pair_statistics("bn", 4)[0]
    return ratio ** (1 / 20), np.pi / (np.pi - 1)


def figure_gradient() -> Figure:
    """df/dx of one net along the grid: plain 1 and 24 layers, residual 50 (compare Fig. 1)."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(3, 1, figsize=(5.2, 4.2), sharex=True)
    for i, (kind, depth) in enumerate([("plain", 1), ("plain", 24), ("residual", 50)]):
        g = grid_gradients(kind, depth)[0]
        axes[i].plot(np.linspace(-2, 2, POINTS), g / g.std(), color=f"C{i}", linewidth=1)
        axes[i].set_ylabel(f"{kind}, {depth}", color=f"C{i}")
        axes[i].set_yticks([])
    axes[-1].set_xlabel("scalar input x")
    return fig


def figure_correlation() -> Figure:
    """Autocorrelation of df/dx against the distance of the inputs (compare Fig. 2)."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    nets = [("plain", n, 1.0) for n in (1, 10, 50)] + [("residual", 50, b) for b in (1.0, 0.1)]
    for net, style in zip(nets, ("C0-", "C1--", "C1-", "C2-", "C3-."), strict=True):
        acf = autocorrelation(grid_gradients(*net))[::2]
        label = "{}, {}{}".format(*net[:2], ", β = 0.1" if net[2] == 0.1 else "")
        ax.plot(np.arange(0, 64, 2) * 4 / (POINTS - 1), acf, style, label=label)
    ax.set(xlabel="distance between two inputs", ylabel="autocorrelation of df/dx")
    ax.legend(fontsize=9)
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("correlation by law      plain   residual   res. + BN   res. + BN, beta 0.1")
    for n in DEPTHS:
        laws = plain_law(n), residual_law(n), rescaled_law(n), rescaled_law(n, 0.1)
        print(f"depth {n:>3}" + "".join(f"{c / v:>15.3g}" for v, c in laws))
    print("\nautocorrelation at lag 1, depths", *DEPTHS)
    for kind, beta in (("plain", 1.0), ("residual", 1.0), ("residual", 0.1)):
        print(f"{kind:>9}, beta {beta}", *(f"{a:7.3f}" for a in lag_one(kind, DEPTHS, beta)))
    print(f"mirrored, 50 layers: relative spread of df/dx {mirrored_spread():.1e}")
    print("\nunrelated inputs        |g|^2 growth   correlation   co-active")
    for kind, n in [(k, n) for k in ("he", "bn", "residual") for n in (4, 8, 24, 49)]:
        print("{:>9}, {:>2} layers{:>16.3g}{:>14.4f}{:>12.3f}".format(kind, n, *pair_statistics(kind, n)))
    print("wide limit without BN, depths 8 and 50:", *(f"{wide_correlation(n):.5f}" for n in (8, 50)))
    corrected = pair_residual()
    print("residual, 49 blocks: correlation {:.4f}, product {:.4f}".format(*corrected))
    print("growth per plain BN layer: {:.3f}, theory {:.3f}".format(*bn_growth()))


if __name__ == "__main__":
    main()
