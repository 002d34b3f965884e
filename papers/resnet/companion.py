"""Runnable companion to "Deep Residual Learning for Image Recognition" (He et al., CVPR 2016).

1. Count parameters and multiply-adds of the published networks (Sec. 3.3, Tables 1 and 6).
2. Degradation in miniature: plain and residual MLPs of growing depth (after Figs. 1 and 4).
3. Fit the identity with a plain and with a residual two-layer ReLU block (Sec. 3.1).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
STAGES = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),  # Table 1: blocks per stage
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
SEEDS = 3


class Count(NamedTuple):
    """What a network holds; depth counts the layers in its name, so not the projections."""

    parameters: int
    macs: int
    depth: int
    projections: int


# --8<-- [start:count]
def conv(k: int, c_in: int, c_out: int, side: int) -> tuple[int, int]:
    """(parameters, multiply-adds) of a bias-free k x k convolution to (c_out, side, side) plus BN.

    Batch norm adds a scale and a shift per channel; its multiply-adds are not counted.
    """
    weights = k * k * c_in * c_out
    return weights + 2 * c_out, weights * side * side


def branch(bottleneck: bool, c_in: int, width: int, side: int) -> list[tuple[int, int]]:
    """The layers of F in one block (Fig. 5). The first one carries the stride, if there is one."""
    if bottleneck:  # c_in -> width -> width -> 4 width channels
        return [conv(1, c_in, width, side), conv(3, width, width, side), conv(1, width, 4 * width, side)]
    return [conv(3, c_in, width, side), conv(3, width, width, side)]


# --8<-- [end:count]


def count(
    stages: tuple[int, ...],
    bottleneck: bool,
    stem: tuple[int, int],
    width: int,
    side: int,
    classes: int,
    option: str,
) -> Count:
    """Walk a residual network; option A pads (counts as plain), B projects new widths, C always."""
    layers, shortcuts, c = [stem], [], width
    for blocks in stages:
        out = 4 * width if bottleneck else width
        for _ in range(blocks):
            layers += branch(bottleneck, c, width, side)
            if option == "C" or (option == "B" and c != out):
                shortcuts.append(conv(1, c, out, side))
            c = out
        width, side = 2 * width, side // 2
    layers.append((c * classes + classes, c * classes))  # the classifier has a bias
    parameters, macs = (sum(column) for column in zip(*layers, *shortcuts, strict=True))
    return Count(parameters, macs, len(layers), len(shortcuts))


def resnet(depth: int, option: str = "B") -> Count:
    """Table 1: 3 x 224 x 224 input, 7 x 7 stem, 3 x 3 max pooling, stages at 56, 28, 14, 7."""
    return count(STAGES[depth], depth >= 50, conv(7, 3, 64, 112), 64, 56, 1000, option)


def cifar_resnet(n: int) -> Count:
    """Sec. 4.2: 3 x 32 x 32 input, 6n + 2 layers, stages at 32, 16, 8, option A."""
    return count((n, n, n), False, conv(3, 3, 16, 32), 16, 32, 10, "A")


def vgg_gmacs(layers: tuple[int, ...], classifier: bool = True) -> float:
    """Multiply-adds (10^9) of a VGG net on 3 x 224 x 224 input, with or without its fc layers."""
    width = np.repeat((64, 128, 256, 512, 512), layers)
    side = np.repeat((224, 112, 56, 28, 14), layers)
    macs = 9 * (np.r_[3, width[:-1]] * width * side**2).sum()
    return float(macs + classifier * (512 * 49 * 4096 + 4096 * 4096 + 4096 * 1000)) / 1e9


# Training the plain 34-layer net below is chaotic: a change of 1e-14 in its weights moves the loss
# in the first digit. So matrix products are made exact; the order in which a BLAS adds then has no
# effect and every machine gets the same curve.


def dot(a: Array, b: Array) -> Array:
    """(nets, n, k) @ (nets, k, m): entries cut to 22 bits, the k < 512 products summed exactly."""
    sa, sb = (2.0 ** (22 - np.frexp(np.abs(z).max())[1]) for z in (a, b))
    return (np.rint(a * sa) @ np.rint(b * sb)) / (sa * sb)


def spirals(n: int = 100) -> tuple[Array, Array]:
    """Two interleaved spirals: x (n, 2), labels t (n, 1) in {-1, +1}; n even."""
    t = np.tile([-1.0, 1.0], n // 2)
    r = np.repeat(np.linspace(0.15, 1.0, n // 2), 2)
    angle = 3 * np.pi * r + np.where(t > 0, np.pi, 0.0)
    return np.round(np.stack([r * np.cos(angle), r * np.sin(angle)], 1), 6), t[:, None]


def init(blocks: int, width: int = 16) -> tuple[dict[str, Array], Array]:
    """He initialisation, and the switch (0 plain, 1 residual); both kinds get the same draws."""
    rng, layers = np.random.default_rng(0), 2 * blocks
    draws = {
        "in": rng.normal(0, 1, (SEEDS, 2, width)),
        "w": rng.normal(0, np.sqrt(2 / width), (SEEDS, layers, width, width)),
        "out": rng.normal(0, np.sqrt(1 / width), (SEEDS, width, 1)),
    }
    p = {k: np.round(np.concatenate([v, v]), 6) for k, v in draws.items()}
    p["gamma"] = np.ones((2 * SEEDS, layers + 1, 1, width))
    return p | {"beta": np.zeros_like(p["gamma"])}, np.repeat([0.0, 1.0], SEEDS)[:, None, None]


# --8<-- [start:forward]
def forward(p: dict[str, Array], x: Array, skip: Array) -> tuple[Array, list[tuple[Array, ...]]]:
    """Outputs (nets, n, 1) of the MLPs on x (n, 2); skip (nets, 1, 1): 0 plain, 1 residual."""
    tape: list[tuple[Array, ...]] = []

    def layer(h: Array, w: Array, j: int, shortcut: Array | float = 0.0) -> Array:
        a = dot(h, w)
        centred = a - a.mean(1, keepdims=True)
        inv_std = 1 / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5)
        a_hat = centred * inv_std
        y = np.maximum(p["gamma"][:, j] * a_hat + p["beta"][:, j] + shortcut, 0)
        tape.append((h, a_hat, inv_std, y))
        return y

    h = layer(np.broadcast_to(x, (len(skip), *x.shape)), p["in"], 0)
    for b in range(p["w"].shape[1] // 2):  # h <- relu(skip h + BN(W2 relu(BN(W1 h))))
        inner = layer(h, p["w"][:, 2 * b], 2 * b + 1)
        h = layer(inner, p["w"][:, 2 * b + 1], 2 * b + 2, skip * h)
    return dot(h, p["out"]), tape


# --8<-- [end:forward]


def gradients(p: dict[str, Array], x: Array, t: Array, skip: Array) -> tuple[Array, dict[str, Array]]:
    """Mean logistic loss (nets,) and its gradient for every parameter, backpropagated by hand."""
    y, tape = forward(p, x, skip)
    g = {k: np.empty_like(v) for k, v in p.items()}
    d = np.round(-t / (1 + np.exp(t * y)) / len(x), 9)
    g["out"] = dot(tape[-1][3].transpose(0, 2, 1), d)
    d = bypass = dot(d, p["out"].transpose(0, 2, 1))
    for j in range(len(tape) - 1, -1, -1):
        h, a_hat, inv_std, out = tape[j]
        d = d * (out > 0)
        if j and j % 2 == 0:  # last layer of a block: a copy of the signal takes the shortcut
            bypass = skip * d
        g["gamma"][:, j] = (d * a_hat).sum(1, keepdims=True)
        g["beta"][:, j] = d.sum(1, keepdims=True)
        d = d * p["gamma"][:, j]
        d = inv_std * (d - d.mean(1, keepdims=True) - a_hat * (d * a_hat).mean(1, keepdims=True))
        w, gw = (p["w"][:, j - 1], g["w"][:, j - 1]) if j else (p["in"], g["in"])
        gw[...] = dot(h.transpose(0, 2, 1), d)
        d = dot(d, w.transpose(0, 2, 1)) + (bypass if j % 2 else 0)  # it rejoins at the entry
    return np.logaddexp(0, -t * y).mean((1, 2)), g


@lru_cache(maxsize=8)
def train(blocks: int, steps: int = 150, rate: float = 0.05) -> Array:
    """Full-batch descent, momentum 0.9: losses (steps, 2), mean over seeds; plain, residual."""
    (x, t), (p, skip) = spirals(), init(blocks)
    v, losses = {k: np.zeros_like(a) for k, a in p.items()}, []
    for _ in range(steps):
        loss, g = gradients(p, x, t, skip)
        losses.append(loss.reshape(2, SEEDS).mean(1))
        for k in p:
            v[k] = 0.9 * v[k] - rate * g[k]
            p[k] = p[k] + v[k]
    return np.array(losses)


# --8<-- [start:identity]
@lru_cache(maxsize=4)
def fit_identity(skip: float, signed: bool = False, steps: int = 500, d: int = 16) -> Array:
    """Descend on y = skip x + W2 relu(W1 x) towards y = x; W1, W2 (d, d), five initialisations.

    Inputs are Gaussian if `signed`, else their absolute values, for which W1 = W2 = I is exact.
    Returns E|y - x|^2 / E|x|^2 before every step and at the end, (steps + 1,).
    """
    rng, curve = np.random.default_rng(1), []
    x = rng.normal(size=(512, d))
    x = x if signed else np.abs(x)
    w1, w2 = rng.normal(0, np.sqrt(2 / d), (2, 5, d, d))  # He initialisation
    for _ in range(steps + 1):
        hidden = np.maximum(x @ w1, 0)
        error = skip * x + hidden @ w2 - x
        curve.append((error**2).mean() / (x**2).mean())
        grad = 2 * error / len(x)
        back = (grad @ w2.transpose(0, 2, 1)) * (hidden > 0)
        w2 = w2 - 0.01 * hidden.transpose(0, 2, 1) @ grad
        w1 = w1 - 0.01 * x.T @ back
    return np.array(curve)


# --8<-- [end:identity]


# The numbers of the note, in the unit shown there.


def resnet18_parameters() -> int:
    return resnet(18).parameters


def resnet34_parameters() -> int:
    return resnet(34).parameters


def resnet50_parameters() -> int:
    return resnet(50).parameters


def resnet101_parameters() -> int:
    return resnet(101).parameters


def resnet152_parameters() -> int:
    return resnet(152).parameters


def resnet_gmacs() -> tuple[float, ...]:
    return tuple(resnet(depth).macs / 1e9 for depth in STAGES)


def plain34_gmacs() -> float:
    return resnet(34, "A").macs / 1e9


def vgg16_gmacs() -> tuple[float, float]:
    return vgg_gmacs((2, 2, 3, 3, 3), classifier=False), vgg_gmacs((2, 2, 3, 3, 3))


def vgg19_gmacs() -> tuple[float, float]:
    return vgg_gmacs((2, 2, 4, 4, 4), classifier=False), vgg_gmacs((2, 2, 4, 4, 4))


def vgg19_parameters() -> int:
    """Weights and biases of VGG-19, which has no batch norm."""
    width = np.repeat((64, 128, 256, 512, 512), (2, 2, 4, 4, 4))
    convolutions = (9 * np.r_[3, width[:-1]] * width + width).sum()
    return int(convolutions) + 25089 * 4096 + 4097 * 4096 + 4097 * 1000


def cifar_mparams() -> tuple[float, ...]:
    return tuple(cifar_resnet(n).parameters / 1e6 for n in (3, 5, 7, 9, 18, 200))


def option_extras() -> tuple[int, int]:
    """Parameters that options B and C add to the padded ResNet-34."""
    a, b, c = (resnet(34, option).parameters for option in "ABC")
    return b - a, c - a


def projection_factor() -> float:
    """Weights of the Fig. 5 bottleneck with a square projection, over those with the identity."""
    weights = 256 * 64 + 9 * 64 * 64 + 64 * 256
    return (weights + 256 * 256) / weights


def coco_relative_gain() -> float:
    """Table 8, mAP@[.5, .95]: percent gained over VGG-16 by ResNet-101."""
    return 100 * (27.2 - 21.2) / 21.2


def mini34_losses() -> tuple[float, float]:
    return tuple(train(16)[-1])


def mini18_steps() -> tuple[int, int]:
    """First step at which the loss of the 18-layer nets is below 0.1: plain, residual."""
    return tuple(int(i) for i in (train(8) < 0.1).argmax(0))


def gradient_ratios() -> tuple[float, float]:
    """34-layer nets before training: gradient norm of the first square weight over the last one."""
    p, skip = init(16)
    norm = np.sqrt((gradients(p, *spirals(), skip)[1]["w"] ** 2).sum((2, 3)))
    norm = norm.reshape(2, SEEDS, -1).mean(1)
    return tuple(norm[:, 0] / norm[:, -1])


def identity_errors() -> tuple[float, float]:
    """Percent of a non-negative signal left unexplained after 500 steps: plain, residual."""
    return 100 * fit_identity(0.0)[-1], 100 * fit_identity(1.0)[-1]


def _curves(curves: list[tuple[Array, str, str, str, float]], every: int, unit: str) -> Figure:
    """Draw (values, colour, style, label, height of the label) against the step on a log axis."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    for y, colour, style, label, height in curves:
        ax.semilogy(np.arange(len(y))[::every], y[::every], style, color=colour)
        ax.text(0.62 * len(y), height, label, color=colour, va="center")
    ax.set(xlabel="step of gradient descent", ylabel=unit, ylim=(ax.get_ylim()[0] / 2.5, None))
    return fig


def figure_degradation() -> Figure:
    """Training loss of 18- and 34-layer MLPs, plain and residual (compare Fig. 4)."""
    return _curves(
        [
            (train(16)[:, 0], "C1", "-", "plain, 34 layers", 1.2),
            (train(8)[:, 0], "C1", "--", "plain, 18 layers", 0.18),
            (train(8)[:, 1], "C0", "--", "residual, 18 layers", 2.2e-4),
            (train(16)[:, 1], "C0", "-", "residual, 34 layers", 2e-5),
        ],
        3,
        "training loss (nats)",
    )


def figure_identity() -> Figure:
    """Share of the input that a two-layer block fails to reproduce while it learns y = x."""
    return _curves(
        [
            (100 * fit_identity(0.0, True), "C1", "--", "plain, any sign", 58),
            (100 * fit_identity(0.0), "C1", "-", "plain, input ≥ 0", 15),
            (100 * fit_identity(1.0, True), "C0", "--", "residual, any sign", 1.9),
            (100 * fit_identity(1.0), "C0", "-", "residual, input ≥ 0", 0.045),
        ],
        10,
        "unexplained signal (%)",
    )


def main() -> None:
    """Print the tables that the note quotes."""
    print("network      parameters   10^9 multiply-adds   projections")
    for depth, option in [(d, "B") for d in STAGES] + [(34, "A"), (34, "C")]:
        c = resnet(depth, option)
        gmacs = c.macs / 1e9
        print(f"ResNet-{depth:<3} {option} {c.parameters:>10,}{gmacs:>21.2f}{c.projections:>14}")
    print(f"VGG-16, conv / all: {np.round(vgg16_gmacs(), 2)}; VGG-19: {np.round(vgg19_gmacs(), 2)}")
    print(f"CIFAR 20, 32, 44, 56, 110, 1202 layers, 10^6: {np.round(cifar_mparams(), 2)}")
    print(f"bottleneck weights, projection / identity: {projection_factor():.2f}")
    print("\nloss after 150 steps    plain   residual")
    for blocks in (2, 4, 8, 16):
        print("{:>3} layers{:>19.5f}{:>11.5f}".format(2 * blocks + 2, *train(blocks)[-1]))
    print("18 layers, steps to a loss below 0.1: plain {}, residual {}".format(*mini18_steps()))
    print("34 layers, gradient ratio: {:.0f} plain, {:.0f} residual".format(*gradient_ratios()))
    print("identity unexplained (%): plain {:.1f}, residual {:.2f}".format(*identity_errors()))


if __name__ == "__main__":
    main()
