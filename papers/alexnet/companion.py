"""Companion to "ImageNet Classification with Deep Convolutional Neural Networks" (NIPS 2012).

Shapes, parameter and multiply-add counts of the two-tower network, local response
normalisation, pooling, dropout and the colour shift, each small enough to check by hand.
Arrays are float64; feature maps are (channels, height, width).
"""

from math import ceil

import numpy as np
from numpy.typing import NDArray

# name, kernels, side, stride, padding, groups (2: each tower sees its own half), pooled after
CONVS = (
    ("conv1", 96, 11, 4, 0, 1, True),
    ("conv2", 256, 5, 1, 2, 2, True),
    ("conv3", 384, 3, 1, 1, 1, False),
    ("conv4", 384, 3, 1, 1, 2, False),
    ("conv5", 256, 3, 1, 1, 2, True),
)
FULL = (("fc6", 4096), ("fc7", 4096), ("fc8", 1000))


# --8<-- [start:shapes]
def windows(side: int, size: int, stride: int, pad: int = 0, round_up: bool = False) -> int:
    """Number of window positions along one axis; ``round_up`` as in the authors' layer.py."""
    steps = (side + 2 * pad - size) / stride
    return 1 + (ceil(steps) if round_up else int(steps))


def shapes(side: int = 227, round_up: bool = False) -> list[tuple[str, tuple[int, ...]]]:
    """(name, (channels, height, width)) after every layer, both towers together."""
    trail: list[tuple[str, tuple[int, ...]]] = [("input", (3, side, side))]
    for name, kernels, size, stride, pad, _, pooled in CONVS:
        side = windows(side, size, stride, pad, round_up)
        trail.append((name, (kernels, side, side)))
        if pooled:
            side = windows(side, 3, 2, 0, round_up)
            trail.append((name.replace("conv", "pool"), (kernels, side, side)))
    return trail + [(name, (units,)) for name, units in FULL]


# --8<-- [end:shapes]


# --8<-- [start:count]
def layer_costs(grouped: bool = True) -> dict[str, tuple[int, int]]:
    """{layer: (parameters with biases, multiply-adds for one image)}."""
    shape_of = dict(shapes())
    costs: dict[str, tuple[int, int]] = {}
    channels = 3
    for name, kernels, size, _, _, groups, _ in CONVS:
        weights = kernels * size**2 * channels // (groups if grouped else 1)
        costs[name] = (weights + kernels, weights * shape_of[name][1] ** 2)
        channels = kernels
    width = int(np.prod(shape_of["pool5"]))
    for name, units in FULL:
        costs[name] = (width * units + units, width * units)
        width = units
    return costs


# --8<-- [end:count]


def grouped_parameters() -> int:
    """Weights and biases of the network in the paper (conv2, conv4, conv5 split in two)."""
    return sum(p for p, _ in layer_costs(True).values())


def ungrouped_parameters() -> int:
    """The same layer widths with every kernel seeing every map."""
    return sum(p for p, _ in layer_costs(False).values())


def multiply_adds() -> tuple[float, float]:
    """Millions of multiply-adds per image: two towers, no towers."""
    first, second = (sum(m for _, m in layer_costs(g).values()) / 1e6 for g in (True, False))
    return first, second


def full_shares() -> tuple[float, float]:
    """Per cent of all parameters and of all multiply-adds in the fully connected layers."""
    costs = np.array(list(layer_costs().values()))
    share = 100 * costs[-3:].sum(axis=0) / costs.sum(axis=0)
    return float(share[0]), float(share[1])


def shares_above_one() -> tuple[float, ...]:
    """Per cent of all parameters in each convolution above the 1 % that Sec. 1 allows."""
    shares = [100 * layer_costs()[conv[0]][0] / grouped_parameters() for conv in CONVS]
    return tuple(share for share in shares if share > 1)


def exchanged() -> tuple[int, int]:
    """Activations sent between towers per image, forward, fc8 on one GPU: paper, every layer."""
    size = {name: int(np.prod(shape)) for name, shape in shapes()}
    paper = size["pool2"] + size["pool5"] + size["fc6"] + size["fc7"] // 2
    return paper, paper + size["pool1"] + size["conv3"] + size["conv4"]


def conv1_neurons() -> int:
    """Outputs of conv1; Figure 2 prints 253,440 = 55 * 48 * 96."""
    return int(np.prod(dict(shapes())["conv1"]))


def neurons() -> int:
    """Outputs of the eight learned layers (the abstract says 650,000)."""
    return sum(int(np.prod(s)) for n, s in shapes() if not n.startswith(("pool", "input")))


def crop_variants() -> int:
    """224-crops of a 256 image with reflections, both borders counted: 33 * 33 * 2."""
    return (256 - 224 + 1) ** 2 * 2


def pooled_sides() -> tuple[int, int, int]:
    """Side after 3x3 stride-2 pooling of 55, 27 and 13."""
    return windows(55, 3, 2), windows(27, 3, 2), windows(13, 3, 2)


# --8<-- [start:lrn]
def local_response_norm(
    a: NDArray[np.float64], k: float = 2.0, n: int = 5, alpha: float = 1e-4, beta: float = 0.75
) -> NDArray[np.float64]:
    """Sec. 3.3 on a (channels, height, width): divide by the energy of n adjacent maps."""
    half, energy = n // 2, np.zeros_like(a)
    for i in range(len(a)):
        energy[i] = np.square(a[max(0, i - half) : i + half + 1]).sum(axis=0)
    return a / (k + alpha * energy) ** beta


# --8<-- [end:lrn]


def lrn_knee() -> float:
    """Root-sum-square of the five responses at which alpha * energy equals k."""
    return float(np.sqrt(2.0 / 1e-4))


def max_pool(x: NDArray[np.float64], z: int, s: int) -> NDArray[np.float64]:
    """Max over z * z windows every s pixels, (channels, height, width), no padding."""
    view = np.lib.stride_tricks.sliding_window_view(x, (z, z), axis=(1, 2))
    return view[:, ::s, ::s].max(axis=(3, 4))


def dropout_inverted(x: NDArray, keep: float, rng: np.random.Generator) -> NDArray:
    """What libraries do: scale up in training, so that test time is the identity."""
    return x * (rng.random(x.shape) < keep) / keep


def dropout_linear_loss(x: NDArray, y: NDArray, w: NDArray, keep: float) -> float:
    """Mean over masks of |y - (mask * x / keep) w|^2 in closed form: fit + weighted ridge."""
    ridge = (1 - keep) / keep * (x**2).sum(axis=0) @ w**2
    return float(((y - x @ w) ** 2).sum() + ridge)


# --8<-- [start:colour]
def colour_basis(pixels: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Eigenvalues (3,) and eigenvectors (3, 3, columns) of the covariance of (n, 3) pixels."""
    return np.linalg.eigh(np.cov(pixels, rowvar=False))


def colour_shift(lam: NDArray, vec: NDArray, draw: NDArray, root: bool = False) -> NDArray:
    """Sec. 4.1: (3,) added to every pixel of one image; ``root`` scales by std, not variance."""
    return vec @ (draw * (np.sqrt(lam) if root else lam))


# --8<-- [end:colour]


def shift_levels() -> tuple[float, float]:
    """Std in grey levels of the shift along the first axis, by 0.1 lambda and 0.1 sqrt(lambda)."""
    # an example of ours: channel std 60 levels, correlation 0.9
    lam, vec = np.linalg.eigh(3600.0 * (0.1 * np.eye(3) + 0.9 * np.ones((3, 3))))
    draw = np.array([0.0, 0.0, 0.1])
    plain, root = (np.linalg.norm(colour_shift(lam, vec, draw, r)) for r in (False, True))
    return float(plain), float(root)


def figure_budget():
    """Share of parameters and of multiply-adds by layer."""
    import matplotlib.pyplot as plt

    costs = layer_costs()
    share = np.array(list(costs.values())) * 100.0
    share /= share.sum(axis=0) / 100
    row = np.arange(len(costs))
    fig, ax = plt.subplots()
    ax.barh(row - 0.2, share[:, 0], 0.38, color="C0", label="parameters")
    ax.barh(row + 0.2, share[:, 1], 0.38, color="C1", hatch="//", label="multiply-adds")
    ax.set_yticks(row, list(costs))
    ax.invert_yaxis()
    ax.set_xlabel("share of the whole network (%)")
    ax.legend(frameon=False, loc="upper right")
    return fig


def figure_lrn():
    """Output of response normalisation against its input, for three levels of neighbours."""
    import matplotlib.pyplot as plt

    a = np.linspace(0, 400, 41)
    fig, ax = plt.subplots()
    ax.plot(a, a / 2**0.75, color="0.5", linewidth=1, label="constant factor")
    for i, other in enumerate((0, 100, 200)):
        stack = np.full((5, 1, a.size), float(other))
        stack[2, 0] = a
        b = local_response_norm(stack)[2, 0]
        ax.plot(a, b, color=f"C{i}", linestyle=("-", "--", ":")[i], label=f"neighbours at {other}")
    ax.set(xlabel="response before, a", ylabel="response after, b", ylim=(0, 100))
    ax.legend(frameon=False, loc="upper right")
    return fig


def main() -> None:
    costs = layer_costs()
    print("layer   shape           parameters  multiply-adds (M)")
    for name, shape in shapes():
        cells = f"{costs[name][0]:>11,}  {costs[name][1] / 1e6:>17.1f}" if name in costs else ""
        print(f"{name:7} {' x '.join(map(str, shape)):14} {cells}".rstrip())
    towers, whole = multiply_adds()
    print(f"two towers: {grouped_parameters():,} parameters, {towers:.0f} M")
    print(f"ungrouped:  {ungrouped_parameters():,} parameters, {whole:.0f} M")
    print("fully connected: {:.1f} % of parameters, {:.1f} % of work".format(*full_shares()))
    print("convolutions above 1 %:", ", ".join(f"{s:.2f} %" for s in shares_above_one()))
    print("exchanged per image: {:,} in the paper, {:,} at every layer".format(*exchanged()))
    print(f"neurons {neurons():,}, of which conv1 {conv1_neurons():,} (Figure 2: 253,440)")
    sides = [windows(n, 11, 4, 0, up) for n, up in ((227, False), (224, False), (224, True))]
    print("conv1 side: 227 -> {}; 224 -> {} rounding down, {} rounding up".format(*sides))
    plain = [[windows(n, 2, 2, 0, up) for n in (55, 27, 13)] for up in (False, True)]
    print(f"pooling 55, 27, 13: z=3 {pooled_sides()}; z=2 down {plain[0]}, up {plain[1]}")
    print(f"response normalisation: the energy term equals k at {lrn_knee():.0f}")
    print("colour shift, example: {:.0f} levels by lambda, {:.0f} by root".format(*shift_levels()))


if __name__ == "__main__":
    main()
