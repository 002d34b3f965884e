"""Runnable companion to "Identity Mappings in Deep Residual Networks" (He et al., ECCV 2016).

Gradients split into shortcut and branches (Eqs. 5 and 8); what altered shortcuts let through
(Sec. 3); how often the original unit's ReLU cuts them (Sec. 4.2); counts (Table 4, Appendix).
"""

from __future__ import annotations

from itertools import pairwise
from math import comb
from typing import TYPE_CHECKING

import autograd.numpy as anp
import numpy as np
from autograd.differential_operators import make_vjp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
UNITS = 54  # residual units of ResNet-110 and of ResNet-164
WIDTHS = (16,) * 19 + (32,) * 18 + (64,) * 18  # of the states x_0, ..., x_54 of ResNet-110


def bn(x: Array) -> Array:
    """Batch normalisation of x (batch, width), scale 1, shift 0, with a negligible constant."""
    centred = x - anp.mean(x, axis=0)
    return centred / anp.sqrt(anp.mean(centred**2, axis=0) + 1e-12)


def relu(x: Array) -> Array:
    return anp.maximum(x, 0.0)


# --8<-- [start:units]
def pre_activation(x: Array, w: Array) -> Array:
    """F of Fig. 4(e): BN, ReLU, weights, twice. x (batch, width), w (2, width, width)."""
    return relu(bn(relu(bn(x)) @ w[0])) @ w[1]


def original(x: Array, w: Array) -> Array:
    """F of Fig. 4(a): weights, BN, ReLU, weights, BN; the unit has a ReLU after the addition."""
    return bn(relu(bn(x @ w[0])) @ w[1])


def trajectory(x: Array, ws: Array, keep: float = 1.0, gain: float = 1.0, post: bool = False) -> list[Array]:
    """[x_0, ..., x_L] of x_{l+1} = keep x_l + gain F(x_l), Eq. (6); ws (L, 2, width, width)."""
    states = [x]
    for w in ws:
        branch = original(states[-1], w) if post else pre_activation(states[-1], w)
        y = keep * states[-1] + gain * branch
        states.append(relu(y) if post else y)
    return states


# --8<-- [end:units]


def draw(units: int = UNITS, width: int = 32, batch: int = 64) -> tuple[Array, Array, Array]:
    """Inputs (batch, width), He-initialised weights (units, 2, width, width), gradient at x_L."""
    rng = np.random.default_rng(0)
    x, top = rng.normal(size=(2, batch, width))
    return x, rng.normal(0, np.sqrt(2 / width), (units, 2, width, width)), top


# --8<-- [start:additive]
def backward(x: Array, ws: Array, top: Array, keep: float = 1.0) -> tuple[list[Array], list[Array]]:
    """Gradients at x_0, ..., x_L, and what every branch adds, for the pre-activation net.

    g_l = keep g_{l+1} + (dF/dx_l)^T g_{l+1}: the second term is `added[l]`, so that for keep = 1
    g_l = g_L + added[l] + ... + added[L-1], which is Eq. (5) with its sum written out.
    """
    states, g, added = trajectory(x, ws, keep), [top], []
    for state, w in zip(states[-2::-1], ws[::-1], strict=True):
        vjp, _ = make_vjp(lambda s, w=w: pre_activation(s, w))(state)
        added.append(vjp(g[-1]))
        g.append(keep * g[-1] + added[-1])
    return g[::-1], added[::-1]


# --8<-- [end:additive]


def gain_curve(keep: float) -> Array:
    """Norm of the gradient at x_l over its norm at x_L, for L - l = 0, ..., 54."""
    x, ws, top = draw()
    return np.array([np.linalg.norm(g) for g in backward(x, ws, top, keep)[0][::-1]]) / np.linalg.norm(top)


def scaled(factor: float, units: int = UNITS) -> float:
    """First term of Eq. (8) over the gradient at x_L: the product of equal shortcut factors."""
    return factor**units


# --8<-- [start:open]
def open_share(units: int) -> float:
    """Share of (channel, sample) pairs whose shortcut no ReLU after an addition has cut.

    The branch outputs are taken as independent and symmetric, x_0 as the ReLU of such a value; a
    random walk of n steps then stays positive with probability C(2n, n) / 4^n (Sparre Andersen).
    """
    stay = [comb(2 * n, n) / 4**n for n in (units, units + 1)]
    return stay[1] + stay[0] / 2


# --8<-- [end:open]


def conv_rank(widths: tuple[int, ...] = WIDTHS, seeds: int = 50) -> float:
    """Mean effective rank (sum s^2)^2 / sum s^4 of a Gaussian matrix product, singular values s."""
    rng, ranks = np.random.default_rng(0), []
    for _ in range(seeds):
        product = np.eye(widths[0])
        for shape in pairwise(widths):
            product = product @ rng.normal(0, 1 / np.sqrt(shape[1]), shape)
        s = np.linalg.svd(product, compute_uv=False) ** 2
        ranks.append(s.sum() ** 2 / (s**2).sum())
    return float(np.mean(ranks))


def measured_open_share(units: int) -> Array:
    """What open_share predicts, in an untrained net of original units, after 1, ..., units."""
    x, ws, _ = draw(units, width=64, batch=128)
    alive = np.array([state > 0 for state in trajectory(relu(x), ws, post=True)[1:]])
    return np.logical_and.accumulate(alive).mean((1, 2))


def cifar(n: int) -> tuple[int, int, int]:
    """(weights, BN parameters, multiply-adds) of the pre-activation CIFAR-10 net of 9n + 2 layers."""
    c, width, side = 16, 16, 32
    weights, norm, macs = 27 * c, 2 * c, 27 * c * side**2  # the stem, and the BN behind it
    for _ in range(3):
        for b in range(n):
            layers = c * width + 13 * width**2 + (b == 0) * 4 * c * width  # b = 0: projection
            c = 4 * width
            weights, macs = weights + layers, macs + layers * side**2
            norm += 4 * width + 2 * c  # two inner BN; the third feeds the next unit or the pooling
        width, side = 2 * width, side // 2
    return weights + 10 * (c + 1), norm, macs + 10 * c


def products() -> tuple[float, ...]:
    return tuple(scaled(factor) for factor in (0.5, 0.9, 1.1))


def gate_products() -> tuple[float, ...]:
    """Percent that 54 gates 1 - sigmoid(b) let through, b = -5, -6, -7 as initialised."""
    return tuple(float(100 * scaled(1 / (1 + np.exp(b)))) for b in (-5, -6, -7))


def gradient_norms() -> tuple[float, ...]:
    """Gradient norm at x_0 over x_54 for shortcut factors 0.5, 1 and 1.1."""
    return tuple(float(gain_curve(keep)[-1]) for keep in (0.5, 1.0, 1.1))


def smallest_sample() -> float:
    """Identity shortcuts: the smallest ratio of gradient norms, x_0 over x_54, of 64 samples."""
    x, ws, top = draw()
    return float((np.linalg.norm(backward(x, ws, top)[0][0], axis=1) / np.linalg.norm(top, axis=1)).min())


def small_weights(epsilon: float = 1e-3) -> tuple[float, float]:
    """All W2 scaled by epsilon: gradient norm at x_0 over x_L; at W1 over W2 in the first unit."""
    x, ws, top = draw()
    ws = ws * np.array([1.0, epsilon])[:, None, None]
    g = backward(x, ws, top)[0]
    g_w = make_vjp(lambda w: pre_activation(x, w))(ws[0])[0](g[1])
    return tuple(float(np.linalg.norm(a) / np.linalg.norm(b)) for a, b in ((g[0], top), g_w))


def frozen_gate_ratio() -> float:
    """x_54 with F unscaled over x_54 with F halved; original units, shortcuts halved (Table 1)."""
    x, ws, _ = draw()
    full, half = (trajectory(2 * a * relu(x), ws, 0.5, a, post=True)[-1] for a in (1.0, 0.5))
    return float(np.linalg.norm(full) / np.linalg.norm(half))


def open_shares() -> tuple[float, ...]:
    """Percent of shortcuts that 54 and 333 ReLUs leave uncut: in theory, then measured."""
    theory, measured = [open_share(54), open_share(333)], measured_open_share(333)
    return tuple(100 * float(s) for s in (*theory, measured[53], measured[332]))


def mparams() -> tuple[float, ...]:
    """10^6 parameters of ResNet-164 and ResNet-1001, each without and with BN."""
    return tuple(m / 1e6 for n in (18, 111) for m in (cifar(n)[0], sum(cifar(n)[:2])))


def cost_ratio() -> float:
    """Multiply-adds of ResNet-1001 over ResNet-164."""
    return cifar(111)[2] / cifar(18)[2]


def figure_gradient() -> Figure:
    """Norm of the gradient, and of the part that only used shortcuts, against units crossed."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    k = np.arange(0, UNITS + 1, 2)
    for keep, colour, x, y in ((0.5, "C1", 27, 3e5), (1.0, "C0", 56, 15), (1.1, "C2", 56, 2500)):
        ax.semilogy(k, gain_curve(keep)[k], "-", color=colour)
        ax.semilogy(k, keep**k, ":", color=colour)
        ax.text(x, y, f"λ = {keep:g}", color=colour, va="center")
    ax.set(xlabel="residual units between the gradient and the top", ylabel="norm, relative to the top")
    return fig


def figure_open() -> Figure:
    """Share of shortcuts that the ReLUs after the additions leave uncut, against units."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    n = np.unique(np.geomspace(1, 333, 30).astype(int))
    ax.loglog(n, np.full(len(n), 100), "-", color="C0", label="pre-activation unit")
    ax.loglog(n, [100 * open_share(int(m)) for m in n], "--", color="C1", label="original unit, theory")
    ax.loglog(n, 100 * measured_open_share(333)[n - 1], "o", color="C1", label="original unit, measured")
    ax.legend(loc="lower left")
    ax.set(xlabel="residual units", ylabel="uncut shortcuts (%)", ylim=(2, 150))
    return fig


def main() -> None:
    """Print the numbers that the note quotes."""
    print("shortcut factor                0.5, 0.9, 1.1:  product {:.1e}, {:.4f}, {:.0f}".format(*products()))
    print("gradient norm, x_0 over x_54,  0.5, 1, 1.1:    {:.1e}, {:.0f}, {:.0f}".format(*gradient_norms()))
    print(f"identity, smallest of 64 samples:              {smallest_sample():.1f}")
    print("W2 scaled by 0.001: x_0 over x_54, W1 over W2: {:.3f}, {:.4f}".format(*small_weights()))
    print("gates at -5, -6, -7 let through (%):           {:.1f}, {:.1f}, {:.1f}".format(*gate_products()))
    print(f"1 x 1 shortcuts, effective rank (at most 16):  {conv_rank():.2f}")
    print(f"shortcuts halved, state with F over F halved:  {frozen_gate_ratio():.2f}")
    print("uncut after 54 and 333 units (%), theory:      {:.1f}, {:.1f}".format(*open_shares()[:2]))
    print("                                  measured:    {:.1f}, {:.1f}".format(*open_shares()[2:]))
    for n in (18, 111):
        print("ResNet-{:<5}{:>11,} weights{:>8,} BN{:>14,} multiply-adds".format(9 * n + 2, *cifar(n)))


if __name__ == "__main__":
    main()
