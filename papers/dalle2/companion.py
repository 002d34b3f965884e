"""Companion to the note on unCLIP (DALL-E 2): Ramesh et al., arXiv 2204.06125.

The contrastive loss behind the embeddings and what it cannot see, spherical interpolation, guidance
in a Gaussian world with and without a latent in between, and the paper's arithmetic.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
Scenes = NDArray[np.int64]
Gaussian = tuple[float, float]  # mean, variance


# --8<-- [start:clip]
def clip_loss(image: Array, text: Array, scale: float) -> float:
    """CLIP's symmetric loss (nats): image, text (n, d), row i of one belongs to row i of the other.

    Rows are normalised; logits (n, n) = scale * cosine; cross-entropy along rows and columns.
    """
    image = image / np.linalg.norm(image, axis=1, keepdims=True)
    text = text / np.linalg.norm(text, axis=1, keepdims=True)
    logits = scale * image @ text.T
    to_text = logsumexp(logits, axis=1) - np.diag(logits)  # which caption has this image?
    to_image = logsumexp(logits, axis=0) - np.diag(logits)  # which image has this caption?
    return float((to_text + to_image).mean() / 2)


# --8<-- [end:clip]


def scenes(n: int, twins: bool, kinds: int = 8, seed: int = 0) -> Scenes:
    """n different scenes (n, 2, 2): two objects, each (colour, shape); no colour or shape repeats.

    With `twins`, the second half repeats the first with the two colours exchanged; n even.
    """
    pairs = np.array(list(combinations(range(kinds), 2)))
    rng = np.random.default_rng(seed)
    pick = rng.choice(len(pairs) ** 2, n // (1 + twins), replace=False)
    colours, shapes = pairs[pick // len(pairs)], pairs[pick % len(pairs)]
    if twins:
        colours, shapes = np.r_[colours, colours[:, ::-1]], np.r_[shapes, shapes]
    return np.stack([colours, shapes], -1)


# --8<-- [start:encoders]
def encode(scene: Scenes, bound: bool, kinds: int = 8) -> Array:
    """A perfect encoder of scenes (n, 2, 2), used for pictures and captions alike.

    bound: one coordinate per (colour, shape) pair, (n, kinds^2). Otherwise one per colour and one
    per shape, (n, 2 kinds): it knows which colours and which shapes occur, not which go together.
    """
    colour, shape = scene[..., 0], scene[..., 1]
    if bound:
        return np.eye(kinds**2)[kinds * colour + shape].sum(1)
    return np.concatenate([np.eye(kinds)[colour].sum(1), np.eye(kinds)[shape].sum(1)], 1)


# --8<-- [end:encoders]


def binding_losses(twins: bool = True, n: int = 64, scale: float = 100.0) -> tuple[float, float]:
    """CLIP loss of the encoder without and with binding, on a batch of n scenes."""
    codes = [encode(scenes(n, twins), bound) for bound in (False, True)]
    return clip_loss(codes[0], codes[0], scale), clip_loss(codes[1], codes[1], scale)


# --8<-- [start:slerp]
def slerp(a: Array, b: Array, theta: float) -> Array:
    """Rotate unit vector a (d,) towards unit vector b (d,) by the share theta of their angle."""
    omega = np.arccos(np.clip(a @ b, -1.0, 1.0))
    if omega < 1e-9:
        return a
    return (np.sin((1 - theta) * omega) * a + np.sin(theta * omega) * b) / np.sin(omega)


def text_diff(z_i: Array, z_t: Array, z_t0: Array, theta: float) -> Array:
    """Sec. 3.3: rotate the image vector towards the normalised difference of two captions."""
    return slerp(z_i, (z_t - z_t0) / np.linalg.norm(z_t - z_t0), theta)


# --8<-- [end:slerp]


def noise(alpha: float, sigma: float, law: Gaussian) -> Array:
    """E[e | x] = slope * x + constant for x = alpha x_0 + sigma e and x_0 drawn from law."""
    slope = sigma / (alpha**2 * law[1] + sigma**2)
    return np.array([slope, -slope * alpha * law[0]])


# --8<-- [start:guided]
def guided_ddim(target: Gaussian, base: Gaussian, scale: float, steps: int = 1000) -> Gaussian:
    """Mean and variance of guided DDIM samples, x_T ~ N(0, 1), exact noise predictions.

    target, base: the law of x_0 with and without the condition. Each step is affine in x, hence
    the whole chain is x_0 = gain * x_T + offset. Cosine schedule, alpha^2 + sigma^2 = 1.
    """
    angle = np.linspace(np.pi / 2, 0, steps + 1)[1:]  # the pure noise at t = T is left out
    chain = np.array([1.0, 0.0])  # x_t = chain[0] * x_T + chain[1]
    for now, then in pairwise(angle):
        alpha, sigma = np.cos(now), np.sin(now)
        e_target, e_base = noise(alpha, sigma, target), noise(alpha, sigma, base)
        slope, constant = e_base + scale * (e_target - e_base)  # the extrapolation
        e = slope * chain + [0.0, constant]
        x_0 = (chain - sigma * e) / alpha
        chain = np.cos(then) * x_0 + np.sin(then) * e
    return float(chain[1]), float(chain[0] ** 2)


# --8<-- [end:guided]


def spreads(scale: float, detail: float = 0.04) -> tuple[float, float, float]:
    """Standard deviation of samples for one caption: one stage, two stages, both stages guided.

    World: content z ~ N(0, 1) given the caption, N(0, 9) over all captions; picture
    x = z + N(0, detail). One stage guides p(x | caption); two stages draw z, then guide p(x | z).
    """
    everything = (0.0, 9.0 + detail)
    one = guided_ddim((0.0, 1.0 + detail), everything, scale)[1]
    prior = guided_ddim((0.0, 1.0), (0.0, 9.0), scale)[1]
    mean, rest = guided_ddim((1.0, detail), everything, scale)  # for z = 1; the mean is linear in z
    return one**0.5, (mean**2 + rest) ** 0.5, (mean**2 * prior + rest) ** 0.5


# The numbers of the note, in the unit shown there.


def error_bars(n: int = 1000) -> tuple[float, ...]:
    """App. B: 95 % normal-approximation half-widths (points) of Table 1, in reading order."""
    p = np.array([47.1, 41.1, 62.6, 48.9, 45.3, 70.5]) / 100
    return tuple(100 * 1.959964 * np.sqrt(p * (1 - p) / n))


def prior_z_scores(n: int = 1000) -> tuple[float, ...]:
    """Diffusion against AR prior in Table 1, two independent samples: difference / its error."""
    pairs = np.array([(47.1, 48.9), (41.1, 45.3), (62.6, 70.5)]) / 100
    return tuple((pairs[:, 1] - pairs[:, 0]) / np.sqrt((pairs * (1 - pairs)).sum(1) / n))


def transformer_billions(width: int, depth: int) -> float:
    """Weights (10^9) of transformer blocks: 4 w^2 for attention, 8 w^2 for a fourfold MLP."""
    return 12 * width**2 * depth / 1e9


def prior_billions() -> tuple[float, float]:
    """AR prior (text encoder and latent decoder) and diffusion prior of Table 3."""
    text = transformer_billions(2048, 24)
    return text + transformer_billions(1664, 24), text


def seen_billions() -> tuple[float, ...]:
    """Batch size x iterations: AR prior, diffusion prior, decoder (Table 3)."""
    return 4096 * 1e6 / 1e9, 4096 * 6e5 / 1e9, 2048 * 8e5 / 1e9


def code_bits() -> tuple[int, int]:
    """Bits in the AR prior's 319 codes of 1,024 values and in DALL-E's 32 x 32 of 8,192."""
    return 319 * 10, 32 * 32 * 13


def scaled_deviation() -> float:
    """Standard deviation of a coordinate of a unit vector in 1,024 dimensions, times 17.2."""
    return 17.2 / 1024**0.5


def network_calls() -> int:
    """Two unguided candidates of the prior, guided decoder (two calls a step), upsamplers."""
    return 2 * 64 + 2 * 250 + 27 + 15


def selection_gains() -> tuple[float, float]:
    """Mean of the better of two normal draws, and of a draw from the top half (units of sigma)."""
    return 1 / np.sqrt(np.pi), np.sqrt(2 / np.pi)


def rotation_cosines() -> tuple[float, float]:
    """Cosine with the original after theta = 0.25 and 0.5 towards an orthogonal direction."""
    a, b = np.eye(1024)[:2]
    return float(slerp(a, b, 0.25) @ a), float(slerp(a, b, 0.5) @ a)


def one_stage() -> tuple[float, ...]:
    return tuple(spreads(s)[0] for s in (1, 2, 4))


def two_stages() -> tuple[float, ...]:
    return tuple(spreads(s)[1] for s in (1, 2, 4))


def both_guided() -> tuple[float, ...]:
    return tuple(spreads(s)[2] for s in (1, 2, 4))


def figure_spread() -> Figure:
    """Spread of the samples for one caption against the guidance scale."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    s = np.linspace(1, 4, 13)
    one, two, both = np.array([spreads(x) for x in s]).T
    ax.plot(s, two, "-o", color="C0", markersize=4, label="two stages, decoder guided")
    ax.plot(s, both, ":^", color="C2", markersize=4, label="two stages, prior guided too")
    ax.plot(s, one, "--s", color="C1", markersize=4, label="one stage")
    ax.set(xlabel="guidance scale", ylabel="standard deviation of samples", ylim=(0, 1.15))
    ax.legend(loc="center right", frameon=False)
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("batch of 64 scenes     no binding   binding   (CLIP loss, nats; ln 2 = 0.693)")
    for name, twins in (("no twins", False), ("colours exchanged", True)):
        print("{:<20}{:>13.4f}{:>10.4f}".format(name, *binding_losses(twins)))
    print("\nguidance scale   one stage   two stages   both guided   (standard deviation)")
    for s in (1.0, 1.25, 2.0, 3.0, 4.0):
        print("{:>14.2f}{:>12.3f}{:>13.3f}{:>14.3f}".format(s, *spreads(s)))
    print("\ncosine with the start at theta 0.25, 0.5:", np.round(rotation_cosines(), 3))
    print("Table 1 half-widths (points):", np.round(error_bars(), 2))
    print("diffusion against AR prior, z:", np.round(prior_z_scores(), 2))
    print("AR and diffusion prior, 10^9 weights in blocks:", np.round(prior_billions(), 2))
    print("10^9 pairs seen, AR prior, diffusion prior, decoder:", np.round(seen_billions(), 2))
    print("bits of the AR code, of DALL-E's grid: {}, {}".format(*code_bits()))
    print(f"deviation of a scaled coordinate: {scaled_deviation():.2f}")
    print("better of two, top half (sigma):", np.round(selection_gains(), 2))
    print(f"network calls for one image: {network_calls()}")


if __name__ == "__main__":
    main()
