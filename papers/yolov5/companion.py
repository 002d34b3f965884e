"""Runnable companion to the YOLOv5 source code, release v7.0 (commit 915bbf2).

1. Count parameters and multiply-adds from the model description (models/yolov5*.yaml).
2. SPPF against SPP, box decoding, target matching (models/, utils/loss.py).
3. The warm-up schedule (train.py) and the geometry of the mosaic (utils/dataloaders.py).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
DEPTH = {"n": 0.33, "s": 0.33, "m": 0.67, "l": 1.0, "x": 1.33}  # depth_multiple
WIDTH = {"n": 0.25, "s": 0.50, "m": 0.75, "l": 1.0, "x": 1.25}  # width_multiple
STRIDES = (8, 16, 32)
PIXELS = "10,13 16,30 33,23 30,61 62,45 59,119 116,90 156,198 373,326"  # width,height
ANCHORS = np.array([a.split(",") for a in PIXELS.split()], dtype=float).reshape(3, 3, 2)
LAYERS = (  # entries 0 to 23 of the yaml: Conv channels kernel stride, C3 channels repeats
    "Conv 64 6 2, Conv 128 3 2, C3 128 3, Conv 256 3 2, C3 256 6, Conv 512 3 2, C3 512 9, "
    "Conv 1024 3 2, C3 1024 3, SPPF 1024, "
    "Conv 512 1 1, Up, Concat 6, C3 512 3, Conv 256 1 1, Up, Concat 4, C3 256 3, "
    "Conv 256 3 2, Concat 14, C3 512 3, Conv 512 3 2, Concat 10, C3 1024 3"
)


def conv(k: int, c_in: int, c_out: int, side: int) -> Array:
    """(weights, BN channels, multiply-adds) of class Conv: k x k without bias, batch norm, SiLU."""
    weights = k * k * c_in * c_out
    return np.array([weights, c_out, weights * side**2], dtype=float)


def c3(c_in: int, c_out: int, n: int, side: int) -> Array:
    """Class C3: two 1 x 1 branches of c_out / 2 channels, n bottlenecks on one, a 1 x 1 join."""
    c = c_out // 2
    bottleneck = conv(1, c, c, side) + conv(3, c, c, side)
    return 2 * conv(1, c_in, c, side) + n * bottleneck + conv(1, 2 * c, c_out, side)


def network(size: str, classes: int = 80, side: int = 640) -> Array:
    """Walk the yaml as parse_model does: parameters in training and fused, multiply-adds."""
    maps, total = [(3, side)], np.zeros(3)  # maps[j + 1]: channels and side of entry j
    for entry in LAYERS.split(", "):
        module, *rest = entry.split()
        args = [int(v) for v in rest]
        c, s = maps[-1]
        if module == "Up":
            maps.append((c, 2 * s))
        elif module == "Concat":
            maps.append((c + maps[args[0] + 1][0], s))
        else:
            out = math.ceil(args[0] * WIDTH[size] / 8) * 8
            if module == "Conv":
                s //= args[2]
                total += conv(args[1], c, out, s)
            elif module == "C3":
                total += c3(c, out, max(round(args[1] * DEPTH[size]), 1), s)
            else:  # SPPF
                total += conv(1, c, c // 2, s) + conv(1, 2 * c, out, s)
            maps.append((out, s))
    for c, s in (maps[18], maps[21], maps[24]):  # Detect reads 17, 20, 23; its convs have a bias
        outputs = 3 * (classes + 5)
        total += np.array([(c + 1) * outputs, 0, c * outputs * s * s])
    weights, bn, macs = total  # BN has a scale and a shift; fused into its convolution, a bias
    return np.array([weights + 2 * bn, weights + bn, macs])


# --8<-- [start:sppf]
def max_pool(x: Array, k: int) -> Array:
    """k x k maximum, stride 1, padding k // 2 with minus infinity: (c, h, w) to (c, h, w)."""
    r = k // 2
    padded = np.pad(x, ((0, 0), (r, r), (r, r)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(1, 2))
    return windows.max(axis=(-2, -1))


def spp(x: Array) -> Array:
    """The pooling of class SPP: x and its 5, 9 and 13 maxima side by side, (4c, h, w)."""
    return np.concatenate([x] + [max_pool(x, k) for k in (5, 9, 13)])


def sppf(x: Array) -> Array:
    """The pooling of class SPPF: the 5 x 5 maximum applied once, twice and three times."""
    y1 = max_pool(x, 5)
    y2 = max_pool(y1, 5)
    return np.concatenate([x, y1, y2, max_pool(y2, 5)])


# --8<-- [end:sppf]


def sigmoid(t: Array) -> Array:
    return 0.5 * (1 + np.tanh(t / 2))


# --8<-- [start:decode]
def decode(t: Array, cell: Array, anchor: Array, stride: float) -> Array:
    """Outputs t (..., 4), cell (..., 2), anchor (..., 2) in pixels: box centre and size, pixels."""
    s = sigmoid(t)
    centre = (2 * s[..., :2] - 0.5 + cell) * stride
    return np.concatenate([centre, (2 * s[..., 2:]) ** 2 * anchor], axis=-1)


# --8<-- [end:decode]


# --8<-- [start:match]
def match(box: Array, level: int, side: int = 640, ratio: float = 4.0) -> list[tuple[int, int, int]]:
    """Positives (anchor, column, row) that build_targets gives a box (x, y, w, h) on one level."""
    grid = side // STRIDES[level]
    r = box[2:] / ANCHORS[level]
    anchors = np.flatnonzero(np.maximum(r, 1 / r).max(1) < ratio)
    g = box[:2] / STRIDES[level]
    shifts = [np.zeros(2)]  # the cell that holds the centre, then its nearer neighbours
    for sign, v in ((0.5, g), (-0.5, grid - g)):
        shifts += [sign * np.eye(2)[d] for d in (0, 1) if v[d] % 1 < 0.5 and v[d] > 1]
    cells = [tuple(int(v) for v in g - s) for s in shifts]
    return [(int(a), min(i, grid - 1), min(j, grid - 1)) for a in anchors for i, j in cells]


# --8<-- [end:match]


# --8<-- [start:warmup]
def warmup(ni: int, batches: int, epochs: int = 300, batch: int = 64) -> tuple[float, ...]:
    """Rates of biases and of weights, momentum and accumulation at iteration ni (low hyps)."""
    nw = max(round(3.0 * batches), 100)
    target = 0.01 * ((1 - ni // batches / epochs) * (1 - 0.01) + 0.01)  # lr0 * lf(epoch)
    if ni > nw:
        return target, target, 0.937, max(round(64 / batch), 1)
    bias, weight = (float(np.interp(ni, [0, nw], [start, target])) for start in (0.1, 0.0))
    momentum = float(np.interp(ni, [0, nw], [0.8, 0.937]))
    return bias, weight, momentum, max(1, round(float(np.interp(ni, [0, nw], [1, 64 / batch]))))


# --8<-- [end:warmup]


def mparams() -> tuple[float, ...]:
    return tuple(network(s)[0] / 1e6 for s in WIDTH)


def mparams_fused() -> tuple[float, ...]:
    return tuple(network(s)[1] / 1e6 for s in WIDTH)


def gflops() -> tuple[float, ...]:
    """Two operations per multiply-add, convolutions only, at 640 x 640, in 10^9."""
    return tuple(2 * network(s)[2] / 1e9 for s in WIDTH)


def boxes() -> int:
    return sum(3 * (640 // s) ** 2 for s in STRIDES)


def pool_reads() -> tuple[int, int]:
    """Values read per output position and channel: SPP with 5, 9, 13; SPPF with 5 three times."""
    return 5**2 + 9**2 + 13**2, 3 * 5**2


def decode_ranges() -> tuple[float, ...]:
    """Decoded centre in cells from the corner of its cell, and side in anchors, at the extremes."""
    d = decode(np.array([[-40.0] * 4, [40.0] * 4]), np.zeros(2), np.ones(2), 1.0)
    return float(d[0, 0]), float(d[1, 0]), float(d[0, 2]), float(d[1, 2])


def square_range() -> tuple[float, float]:
    """Shortest and longest side (pixels) of a square box that some anchor matches."""
    return float((ANCHORS.max(2) / 4).min()), float((4 * ANCHORS.min(2)).max())


EXAMPLE = np.array([303.0, 203.0, 100.0, 60.0])


def example_positives() -> tuple[int, ...]:
    return tuple(len(match(EXAMPLE, level)) for level in range(3))


def initial_objects() -> float:
    """Sum of all objectness scores of an untrained net whose logits equal the initial bias."""
    cells = (640 / np.array(STRIDES)) ** 2
    return float((3 * cells * sigmoid(np.log(8 / cells))).sum())


def warmup_lengths() -> tuple[int, float]:
    """Warm-up iterations on COCO (118,287 images, batch 64); epochs on COCO128 (batch 16)."""
    return max(round(3.0 * math.ceil(118287 / 64)), 100), max(round(3.0 * 8), 100) / 8


def mosaic_four(scale: float = 0.5, translate: float = 0.1, n: int = 801) -> float:
    """Percent of mosaics whose junction is in the frame, so that all four tiles reach into it.

    In sides: canvas 2, junction uniform on [0.5, 1.5], window [1 - t/g, 1 + (1 - t)/g]."""
    mid = (2 * np.arange(n) + 1) / n - 1  # midpoints of n parts of [-1, 1]
    g, t = 1 + scale * mid[:, None], 0.5 + translate * mid
    axis = (np.minimum(0.5, t / g) + np.minimum(0.5, (1 - t) / g)).mean(1)
    return float(100 * (axis**2).mean())


def figure_anchors() -> Figure:
    """How many anchors of each level a square box of a given side matches."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    for level, style in enumerate(("-", "--", ":")):
        ends = np.sort(np.r_[2, ANCHORS[level].max(1) / 4, 4 * ANCHORS[level].min(1), 1600])
        r = (1.001 * ends)[:, None, None] / ANCHORS[level]
        n = (np.maximum(r, 1 / r).max(2) < 4).sum(1) + 0.05 * (level - 1)
        label = f"P{level + 3}, stride {STRIDES[level]}"
        ax.step(ends, n, style, where="post", color=f"C{level}", label=label)
    ax.set(xscale="log", xlabel="side of a square box (pixels)", ylabel="matching anchors")
    ax.set(yticks=range(4), ylim=(-0.2, 4.3))
    ax.legend(ncols=3, loc="upper center", fontsize=9, frameon=False, handlelength=1.6)
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("model   10^6 parameters     fused   10^9 operations at 640")
    for s in WIDTH:
        p, fused, macs = network(s)
        print(f"v5{s}{p / 1e6:>20.2f}{fused / 1e6:>10.2f}{2 * macs / 1e9:>20.1f}")
    x = np.random.default_rng(0).normal(size=(4, 20, 20))
    print(f"SPPF equals SPP: {np.array_equal(spp(x), sppf(x))}; reads {pool_reads()}; boxes {boxes():,}")
    print("centre {:.2f} to {:.2f} cells; side {:.2f} to {:.2f} anchors".format(*decode_ranges()))
    print("square boxes matched: {:.2f} to {:.0f} pixels".format(*square_range()))
    print(f"positives of the example: {example_positives()}; objects: {initial_objects():.1f}")
    print("warm-up: {:,} iterations on COCO, {} epochs on COCO128".format(*warmup_lengths()))
    print(f"mosaics with all four tiles in the frame: {mosaic_four():.1f} %")


if __name__ == "__main__":
    main()
