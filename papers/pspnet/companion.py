"""PSPNet (Zhao et al., CVPR 2017): pyramid pooling, receptive fields, costs, metrics, context."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
Layer = tuple[int, int, int]  # kernel, stride, dilation
BINS = (1, 2, 3, 6)
BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
MODES = ("stride 32", "stride 8", "dilated")


# --8<-- [start:pool]
def average_bins(x: Array, bins: int) -> Array:
    """Mean over a bins × bins grid of sub-regions: (C, H, W) -> (C, bins, bins)."""
    edges = [np.arange(bins + 1) * side / bins for side in x.shape[1:]]
    rows, cols = ([slice(int(a), int(np.ceil(b))) for a, b in pairwise(e)] for e in edges)
    return np.stack([[x[:, r, c].mean((1, 2)) for c in cols] for r in rows]).transpose(2, 0, 1)


def stretch(size: int, bins: int) -> Array:
    """Bilinear upsampling along one axis, ends on ends: (size, bins), rows sum to 1."""
    place = np.linspace(0, bins - 1, size)
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(bins)))


def pyramid_pooling(x: Array, weights: list[Array], bins: tuple[int, ...] = BINS) -> Array:
    """Sec. 3.2, for N levels: x (C, H, W), every weight (C/N, C), result (2C, H, W)."""
    levels = [x]
    for n, weight in zip(bins, weights, strict=True):
        context = np.maximum(np.einsum("oc,cij->oij", weight, average_bins(x, n)), 0)
        up, across = stretch(x.shape[1], n), stretch(x.shape[2], n)
        levels.append(np.einsum("yi,oij,xj->oyx", up, context, across))
    return np.concatenate(levels)


# --8<-- [end:pool]


# --8<-- [start:metrics]
def confusion(prediction: NDArray, label: NDArray, classes: int, ignore: int = 255) -> NDArray:
    """Counts, (classes, classes): row = true class, column = predicted class."""
    keep = label != ignore
    pairs = classes * label[keep].astype(int) + prediction[keep]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def pixel_accuracy(counts: NDArray) -> float:
    return float(np.trace(counts) / counts.sum())


def class_iou(counts: NDArray) -> Array:
    """Intersection over union per class; counts are summed over all images before dividing."""
    hit = np.diag(counts)
    return hit / np.maximum(counts.sum(0) + counts.sum(1) - hit, 1)


# --8<-- [end:metrics]


# --8<-- [start:field]
def backbone(depth: int, mode: str) -> list[Layer]:
    """(kernel, stride, dilation) along the convolutions of the released ADE20K ResNet."""
    path = [(3, 2, 1), (3, 1, 1), (3, 1, 1), (3, 2, 1)]  # three 3×3 convolutions, max pooling
    for stage, blocks in enumerate(BLOCKS[depth]):
        spread = {2: 2, 3: 4}.get(stage, 1) if mode == "dilated" else 1
        halve = stage == 1 or (stage > 1 and mode == "stride 32")
        for block in range(blocks):
            path += [(1, 2 if halve and block == 0 else 1, 1), (3, 1, spread), (1, 1, 1)]
    return path


def gaps(path: list[Layer]) -> list[tuple[int, int]]:
    """(kernel, distance between its taps in input pixels) of every layer."""
    jumps = np.cumprod([1] + [stride for _, stride, _ in path])
    return [(k, int(d * j)) for (k, _, d), j in zip(path, jumps, strict=False)]


def receptive_field(path: list[Layer]) -> int:
    """Side in input pixels of the square that can influence one output position."""
    return 1 + sum((kernel - 1) * gap for kernel, gap in gaps(path))


# --8<-- [end:field]


def effective_width(depth: int = 50) -> float:
    """Four standard deviations (px) of the influence when all taps of a kernel weigh the same."""
    path = gaps(backbone(depth, "dilated"))
    return float(4 * np.sqrt(sum((k * k - 1) / 12 * gap**2 for k, gap in path)))


@lru_cache
def costs(classes: int = 150, crop: int = 473) -> dict[str, tuple[int, int]]:
    """(parameters, multiply-adds) by part of PSPNet-50; batch norm has two per channel."""

    def conv(k: int, a: int, b: int, side: int, extra: int = 2) -> NDArray:
        return np.array([k * k * a * b + extra * b, k * k * a * b * side**2])

    s2, s4, s8 = ((crop - 1) // s + 1 for s in (2, 4, 8))
    body, width = conv(3, 3, 64, s2) + conv(3, 64, 64, s2) + conv(3, 64, 128, s2), 128
    for stage, blocks in enumerate(BLOCKS[50]):
        w, side = 64 * 2**stage, s8 if stage else s4
        body = body + conv(1, width, 4 * w, side)  # projection of the first block
        for _ in range(blocks):
            body = body + conv(1, width, w, side) + conv(3, w, w, side) + conv(1, w, 4 * w, side)
            width = 4 * w
    parts = {"backbone": body, "pooling module": sum(conv(1, 2048, 512, n) for n in BINS)}
    for n in (2048, 4096, 10240):  # no module, module, module without reduced channels
        parts[f"classifier on {n}"] = conv(3, n, 512, s8) + conv(1, 512, classes, s8, 1)
    return {name: (int(p), int(m)) for name, (p, m) in parts.items()}


# --8<-- [start:scenes]
@lru_cache
def context_accuracy(noise: float, levels: tuple[int, ...], count: int = 20000) -> float:
    """Percent of objects named correctly when only pooled background can tell them apart.

    A scene is a 12 × 12 map; each quadrant is water (+1) or road (-1) by a fair coin, plus Gaussian
    noise. An object lies anywhere: "boat" on water, "car" on road, of the same appearance. A linear
    classifier reads the levels of the pyramid, pooled and upsampled, at the object.
    """
    rng = np.random.default_rng(0)
    quadrant = rng.choice([-1.0, 1.0], (count, 2, 2))
    y, x = rng.integers(0, 12, (2, count))
    name = quadrant[np.arange(count), y // 6, x // 6]
    scene = np.kron(quadrant, np.ones((6, 6))) + noise * rng.normal(size=(count, 12, 12))
    features = [np.ones(count)]  # the appearance: equal for both, hence a constant
    for n in levels:
        up = stretch(12, n)
        features.append(np.einsum("sij,si,sj->s", average_bins(scene, n), up[y], up[x]))
    seen, half = np.stack(features, 1), count // 2
    w = np.linalg.lstsq(seen[:half], name[:half], rcond=None)[0]
    return float(100 * (seen[half:] @ w * name[half:] > 0).mean())


# --8<-- [end:scenes]


def fields(depth: int = 50) -> tuple[int, ...]:
    return tuple(receptive_field(backbone(depth, mode)) for mode in MODES)


def full_views() -> tuple[int, int]:
    """Positions of the map whose receptive field holds the 473 × 473 crop, and all: ResNet-50."""
    place = np.arange(0, 473, 8)
    inside = np.maximum(place, 472 - place) <= (fields()[2] - 1) // 2
    return int(inside.sum()) ** 2, len(place) ** 2


def parameters50() -> int:
    return sum(costs()[part][0] for part in ("backbone", "pooling module", "classifier on 4096"))


def gmacs() -> tuple[float, ...]:
    """10^9 multiply-adds: backbone, pooling module, classifier without and with the module."""
    return tuple(m / 1e9 for _, m in list(costs().values())[:4])


def overhead() -> float:
    """Percent of multiply-adds that PSPNet-50 adds to the same net without the module."""
    body, module, plain, wide = gmacs()
    return 100 * (module + wide - plain) / (body + plain)


def classifier_mparams() -> tuple[float, ...]:
    return tuple(costs()[f"classifier on {n}"][0] / 1e6 for n in (2048, 4096, 10240))


def over_baseline() -> tuple[float, float]:
    """Table 1: percent by which mean IoU and pixel accuracy exceed those of the baseline."""
    return 100 * (41.68 / 37.23 - 1), 100 * (80.04 / 78.01 - 1)


def background_iou() -> float:
    """Table 6: IoU of the background, given the mean of 21 classes and the sum of the other 20."""
    return 82.6 * 21 - 1639.3


def rare_class() -> tuple[float, float]:
    """Percent pixel accuracy and mean IoU when a class of 4 among 100 pixels is missed."""
    label = np.repeat([0, 1, 2], [60, 36, 4])
    counts = confusion(np.minimum(label, 1), label, 3)
    return 100 * pixel_accuracy(counts), 100 * float(class_iou(counts).mean())


def poly_gap() -> float:
    """Largest height of the poly schedule above a straight line, percent of the base rate."""
    left = np.linspace(0, 1, 100001)
    return float(100 * (left**0.9 - left).max())


def toy_levels(noise: float = 4.0) -> tuple[float, ...]:
    """Percent from the 1×1, 2×2, 3×3 and 6×6 level alone, and from all four."""
    return tuple(context_accuracy(noise, levels) for levels in [(n,) for n in BINS] + [BINS])


def figure_context() -> Figure:
    """Toy accuracy against noise for single levels and the whole pyramid."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    lines = {"1×1 (global)": "C1--s", "2×2": "C2:^", "6×6": "C3-.v", "all four": "C0-o"}
    for levels, (name, style) in zip(((1,), (2,), (6,), BINS), lines.items(), strict=True):
        y = [context_accuracy(float(s), levels) for s in range(9)]
        ax.plot(y, style, markersize=4, label=name)
    ax.set(xlabel="noise of the background (standard deviation)", ylabel="named correctly (%)")
    ax.legend(frameon=False)
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("receptive field (px)" + "".join(f"{mode:>12}" for mode in MODES) + "   4 sigma, dilated")
    for depth in BLOCKS:
        row = "".join(f"{side:>12}" for side in fields(depth))
        print(f"ResNet-{depth:<13}{row}{effective_width(depth):>19.0f}")
    print("positions that can see the whole 473 px crop: {} of {}".format(*full_views()))
    print("\npart                  parameters   10^9 multiply-adds")
    for name, (p, m) in costs().items():
        print(f"{name:<22}{p:>10,}{m / 1e9:>21.2f}")
    print(f"PSPNet-50, 150 classes: {parameters50():,} parameters, {overhead():.1f} % more work")
    print("\nrare class missed: pixel accuracy {:.1f} %, mean IoU {:.1f} %".format(*rare_class()))
    print(f"background IoU implied on VOC {background_iou():.1f}, poly over a line {poly_gap():.1f} %")
    print("\nnoise    1×1    2×2    3×3    6×6    all   (% named correctly)")
    for s in (0.0, 4.0, 8.0):
        print(f"{s:>5.0f}" + "".join(f"{r:>7.1f}" for r in toy_levels(s)))


if __name__ == "__main__":
    main()
