"""Runnable companion to "Patches Are All You Need?" (Trockman and Kolter, TMLR 2023).

1. ConvMixer in NumPy: patch embedding in two ways, the block, the whole network.
2. Parameters and multiply-adds of ConvMixer, ViT/DeiT and MLP-Mixer.
3. Separable against full convolutions; how far one block sees; where the time goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

# name -> images per second; timm, results/benchmark-infer-amp-nchw-pt113-cu117-rtx3090.csv,
# commit aa4b5850: RTX 3090, mixed precision, batch 1024, 224 x 224 images.
SPEED = {
    "ConvMixer-1536/20": 173.51,
    "ConvMixer-768/32": 309.28,
    "ConvMixer-1024/20": 1130.85,
    "DeiT-B/16": 1208.56,
    "Mixer-B/16": 1627.79,
}


class Count(NamedTuple):
    """Size of a network: parameters, multiply-adds, those in depthwise layers, positions."""

    parameters: int
    macs: int
    depthwise: int
    positions: int


# --8<-- [start:patches]
def embed_by_convolution(x: Array, w: Array, b: Array, p: int) -> Array:
    """Convolution with kernel p and stride p: x (c, n, n), w (h, c, p, p) to (h, n/p, n/p)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (p, p), (1, 2))  # every position
    return np.einsum("cijuv,hcuv->hij", windows[:, ::p, ::p], w) + b[:, None, None]


def embed_by_cutting(x: Array, w: Array, b: Array, p: int) -> Array:
    """Cut x (c, n, n) into p x p patches, flatten each, apply one linear layer (h, c p p)."""
    c, side = len(x), x.shape[1] // p
    patches = x.reshape(c, side, p, side, p).transpose(1, 3, 0, 2, 4).reshape(side**2, c * p * p)
    tokens = patches @ w.reshape(len(w), -1).T + b  # (side^2, h): what a ViT calls tokens
    return tokens.T.reshape(-1, side, side)


# --8<-- [end:patches]


def gelu(x: Array) -> Array:
    """x Phi(x), Phi being the distribution function of the standard normal."""
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def batch_norm(x: Array, eps: float = 1e-5) -> Array:
    """Training-mode batch norm of x (n, c, s, s), scale 1 and shift 0: zero mean, unit variance."""
    mean = x.mean((0, 2, 3), keepdims=True)
    return (x - mean) / np.sqrt(x.var((0, 2, 3), keepdims=True) + eps)


def depthwise(x: Array, w: Array, b: Array) -> Array:
    """x (n, c, s, s), w (c, k, k), b (c,): channel by channel, zero padding k - 1 in total."""
    k = w.shape[-1]
    pad = ((k - 1) // 2, k - 1 - (k - 1) // 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (0, 0), pad, pad)), (k, k), (2, 3))
    return np.einsum("ncijuv,cuv->ncij", windows, w) + b[:, None, None]


# --8<-- [start:block]
def block(x: Array, p: dict[str, Array]) -> Array:
    """One ConvMixer block: x (n, h, s, s) to the same shape."""
    x = x + batch_norm(gelu(depthwise(x, p["spatial"], p["b1"])))  # mixes places, one channel
    mixed = np.einsum("ncij,hc->nhij", x, p["channel"]) + p["b2"][:, None, None]
    return batch_norm(gelu(mixed))  # mixes channels, one place; no shortcut here


# --8<-- [end:block]


def forward(x: Array, w: dict, p: int) -> Array:
    """Whole network: images (n, 3, s, s) to logits (n, classes)."""
    stem = np.stack([embed_by_convolution(image, w["stem"], w["b0"], p) for image in x])
    z = batch_norm(gelu(stem))
    for parameters in w["blocks"]:
        z = block(z, parameters)
    return z.mean((2, 3)) @ w["head"].T + w["bias"]


# --8<-- [start:count]
def convmixer(h: int, d: int, k: int, p: int, classes: int = 1000, image: int = 224) -> Count:
    """ConvMixer-h/d with kernel k and patch p, every layer with bias and batch norm."""
    places = (image // p) ** 2
    stem = 3 * p * p * h
    spatial, channel = k * k * h, h * h
    extras = 3 * h  # a bias, and the scale and shift of batch norm
    parameters = stem + extras + d * (spatial + channel + 2 * extras) + h * classes + classes
    macs = places * (stem + d * (spatial + channel)) + h * classes
    return Count(parameters, macs, places * d * spatial, places)


# --8<-- [end:count]


def vit(h: int, d: int = 12, p: int = 16, image: int = 224, classes: int = 1000) -> Count:
    """ViT/DeiT (no distillation token): class token, learned positions, MLP of width 4h."""
    patches = (image // p) ** 2
    n = patches + 1
    weights = 12 * h * h  # query, key, value, output: 4 h^2; MLP: 8 h^2
    stem = 3 * p * p * h
    parameters = stem + h + h + n * h + d * (weights + 9 * h + 4 * h) + 2 * h + (h + 1) * classes
    macs = patches * stem + d * (n * weights + 2 * n * n * h) + h * classes
    return Count(parameters, macs, 0, patches)


def mixer(h: int = 768, d: int = 12, p: int = 16, image: int = 224, classes: int = 1000) -> Count:
    """MLP-Mixer: token MLP of width h/2, channel MLP of width 4h, two layer norms a block."""
    n = (image // p) ** 2
    t, c = h // 2, 4 * h
    biases = t + n + c + h + 4 * h
    stem = 3 * p * p * h
    parameters = stem + h + d * (2 * n * t + 2 * h * c + biases) + 2 * h + (h + 1) * classes
    return Count(parameters, n * stem + d * (2 * n * t * h + 2 * h * c * n) + h * classes, 0, n)


# --8<-- [start:separable]
def full_weights(k: int, c_in: int, c_out: int) -> int:
    """Weights of a k x k convolution; its multiply-adds are this times the output positions."""
    return k * k * c_in * c_out


def separable_weights(k: int, c_in: int, c_out: int) -> int:
    """Weights of a depthwise k x k convolution followed by a 1 x 1 convolution."""
    return k * k * c_in + c_in * c_out


# --8<-- [end:separable]


def blocks_to_span(side: int, k: int) -> int:
    """Blocks until one corner of a side x side grid can depend on the opposite one (k odd)."""
    return -(-(side - 1) // ((k - 1) // 2))


MODELS = {
    "ConvMixer-1536/20": convmixer(1536, 20, 9, 7),
    "ConvMixer-768/32": convmixer(768, 32, 7, 7),
    "ConvMixer-1024/20": convmixer(1024, 20, 9, 14),
    "DeiT-B/16": vit(768),
    "Mixer-B/16": mixer(),
}

# The numbers of the note, in the unit shown there.


def _size(name: str) -> tuple[int, float]:
    return MODELS[name].parameters, MODELS[name].macs / 1e9


def cm1536() -> tuple[int, float]:
    return _size("ConvMixer-1536/20")


def cm768() -> tuple[int, float]:
    return _size("ConvMixer-768/32")


def cm1024() -> tuple[int, float]:
    return _size("ConvMixer-1024/20")


def deit_b() -> tuple[int, float]:
    return _size("DeiT-B/16")


def mixer_b() -> tuple[int, float]:
    return _size("Mixer-B/16")


def cifar_parameters() -> int:
    """ConvMixer-256/8 for CIFAR-10, kernel 9, patch 1."""
    return convmixer(256, 8, 9, 1, 10, 32).parameters


def larger_patch_gmacs() -> float:
    """ConvMixer-1536/20 with patch 14 in place of 7."""
    return convmixer(1536, 20, 9, 14).macs / 1e9


def counter_gmacs() -> tuple[float, ...]:
    """1536/20, 768/32, 1024/20 as a counter that skips depthwise layers but counts BN twice."""
    shapes = ((1536, 20), (768, 32), (1024, 20))
    rows = zip(list(MODELS.values())[:3], shapes, strict=True)
    return tuple((m.macs - m.depthwise + m.positions * h * (2 * (2 * d + 1) + 1)) / 1e9 for m, (h, d) in rows)


def shares() -> tuple[float, float]:
    """Percent of the weights and multiply-adds of ConvMixer-1536/20 in depthwise layers."""
    m = MODELS["ConvMixer-1536/20"]
    return 100 * m.depthwise / m.positions / m.parameters, 100 * m.depthwise / m.macs


def macs_per_parameter() -> tuple[float, float]:
    """ConvMixer-1536/20 and DeiT-B/16."""
    a, b = MODELS["ConvMixer-1536/20"], MODELS["DeiT-B/16"]
    return a.macs / a.parameters, b.macs / b.parameters


def slowdown() -> tuple[float, float, float]:
    """ConvMixer-1536/20 against DeiT-B/16: times slower = times more work x times lower rate."""
    a, b = "ConvMixer-1536/20", "DeiT-B/16"
    slower, work = SPEED[b] / SPEED[a], MODELS[a].macs / MODELS[b].macs
    return slower, work, slower / work


def tiny_separable() -> tuple[int, int]:
    """A 3 x 3 convolution from 3 to 3 channels: weights, full and separable."""
    return full_weights(3, 3, 3), separable_weights(3, 3, 3)


def wide_separable() -> float:
    """How many times fewer weights at 1536 channels and k = 9."""
    return full_weights(9, 1536, 1536) / separable_weights(9, 1536, 1536)


def spans() -> tuple[int, int, int]:
    """Blocks from corner to corner in 1536/20, 768/32 and 1024/20 on a 224 x 224 image."""
    return blocks_to_span(32, 9), blocks_to_span(32, 7), blocks_to_span(16, 9)


def even_sizes() -> tuple[int, int]:
    """Side of the output for a side of 32 and k = 8: total padding k - 1, and k // 2 twice."""
    return 32 + (8 - 1) - 8 + 1, 32 + 2 * (8 // 2) - 8 + 1


def mean_gelu() -> float:
    """E[gelu(z)] for standard normal z, by quadrature; the exact value is 1 / (2 sqrt(pi))."""
    z, weight = np.polynomial.hermite_e.hermegauss(80)
    return float(weight @ gelu(z) / weight.sum())


def figure_speed() -> Figure:
    """Measured images per second against multiply-adds per image; slanted lines: equal rates."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    x = np.array([3.0, 80.0])
    for rate, at, side in ((6, 70.0, "right"), (24, 3.6, "left")):
        ax.loglog(x, 1000 * rate / x, "-", color="0.5", linewidth=0.8)
        ax.text(at, 1000 * rate / at * (0.7 if rate == 6 else 1.1), f"{rate} × 10¹²/s", color="0.5", ha=side)
    side = {
        "Mixer-B/16": (1.45, "left"),
        "DeiT-B/16": (0.8, "right"),
        "ConvMixer-1024/20": (0.65, "right"),
        "ConvMixer-1536/20": (1.2, "center"),
    }
    for name, m in MODELS.items():
        colour, mark = ("C1", "o") if name.startswith("Conv") else ("C0", "s")
        up, align = side.get(name, (1.2, "left"))
        ax.plot(m.macs / 1e9, SPEED[name], mark, color=colour)
        ax.text(m.macs / 1e9, SPEED[name] * up, name, va="center", ha=align, color=colour)
    ax.set(xlabel="multiply-adds per image (10⁹)", ylabel="images per second", xlim=(2.2, 90))
    ax.set_xticks([3, 10, 30], ["3", "10", "30"])
    ax.set_xticks([], minor=True)
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("model              parameters   10^9 multiply-adds   positions")
    for name, m in MODELS.items():
        print(f"{name:<18}{m.parameters:>11,}{m.macs / 1e9:>21.2f}{m.positions:>12}")
    print(f"\nConvMixer-256/8, CIFAR-10, k = 9, p = 1: {cifar_parameters():,} parameters")
    print("a counter without depthwise layers: {:.2f}, {:.2f}, {:.2f}".format(*counter_gmacs()))
    print(f"ConvMixer-1536/20 with patch 14: {larger_patch_gmacs():.2f}")
    print("1536/20, depthwise: {:.1f} % of weights, {:.1f} % of work".format(*shares()))
    print("multiply-adds per parameter: {:.0f}, DeiT-B {:.0f}".format(*macs_per_parameter()))
    print("1536/20 against DeiT-B: {:.1f} slower = {:.1f} work x {:.1f} rate".format(*slowdown()))
    print("3 to 3 channels, k = 3: full {}, separable {}".format(*tiny_separable()))
    print(f"1536 channels, k = 9: {wide_separable():.1f} times fewer weights")
    print("blocks from corner to corner: {}, {}, {}".format(*spans()))
    print("k = 8, side 32: same {}, k // 2 {}".format(*even_sizes()))
    print(f"mean of gelu(z): {mean_gelu():.4f}")
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(3, 56, 56)), rng.normal(size=(32, 3, 7, 7)), rng.normal(size=32)
    equal = np.allclose(embed_by_convolution(x, w, b, 7), embed_by_cutting(x, w, b, 7), atol=1e-12)
    print(f"two patch embeddings agree within 1e-12: {equal}")


if __name__ == "__main__":
    main()
