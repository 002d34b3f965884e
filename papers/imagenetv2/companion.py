"""Runnable companion to "Do ImageNet Classifiers Generalize to ImageNet?" (Recht et al., ICML 2019).

1. Clopper-Pearson intervals of an accuracy, from the beta distribution.
2. Old against new accuracy of 45 ImageNet and 30 CIFAR-10 classifiers: drops, ranks, linear fits.
3. The slope above one that follows from a pure shift of difficulty.
4. A simulation in which matching a noisy selection frequency produces a drop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

# Right answers among the 50,000 validation images, then among the 10,000 of MatchedFrequency, Threshold0.7
# and TopImages: the models that modestyachts/ImageNetV2 lists in code/eval.py, with the accuracies in
# robustness_top1s.csv of modestyachts/imagenet-testbed turned back into counts.
IMAGENET = """
alexnet 28261 4397 5131 5817; squeezenet1_0 29046 4498 5339 6071; squeezenet1_1 29089 4533 5439 6168
vgg11 34510 5581 6465 7084; resnet18 34879 5718 6660 7305; vgg13 34964 5714 6597 7200
vgg11_bn 35185 5740 6640 7295; vgg13_bn 35793 5897 6732 7353; vgg16 35796 5884 6795 7388
vgg19 36188 5971 6871 7418; resnet34 36657 6120 7015 7629; vgg16_bn 36680 6078 7025 7593
bninception 36762 6212 7129 7695; nasnetamobile 37040 6158 7091 7639; vgg19_bn 37109 6189 7138 7656
densenet121 37217 6221 7054 7676; densenet169 37800 6387 7226 7804; dpn68 37934 6342 7295 7842
resnet50 38065 6333 7270 7809; cafferesnet101 38100 6430 7288 7827; densenet201 38448 6467 7393 7895
dpn68b 38517 6466 7381 7944; densenet161 38569 6530 7455 7954; inceptionv3 38660 6573 7450 7959
resnet101 38687 6568 7449 7904; fbresnet152 38693 6582 7482 8009; se_resnet50 38818 6624 7420 7943
resnext101_32x4d 39094 6624 7539 7986; resnet152 39156 6702 7535 8028; se_resnet101 39198 6715 7583 8050
se_resnet152 39329 6755 7611 8104; xception 39410 6716 7637 8100; resnext101_64x4d 39478 6709 7560 8026
se_resnext50_32x4d 39538 6787 7652 8139; dpn98 39612 6785 7633 8150; dpn92 39700 6727 7631 8123
dpn131 39716 6789 7657 8131; dpn107 39873 6809 7665 8139; inceptionv4 40041 6914 7786 8228
se_resnext101_32x4d 40118 6934 7764 8223; inceptionresnetv2 40135 6964 7800 8277
polynet 40429 7031 7852 8296; senet154 40652 7048 7866 8283; nasnetalarge 41253 7221 8000 8417
pnasnet5large 41368 7208 8031 8386
"""
# Right answers among 10,000 old and 2,021 new images (CIFAR-10.1 v4): the predictions stored in
# modestyachts/CIFAR-10.1 against the labels of both sets.
CIFAR = """
alexnet 8198 1392; rf32k 8331 1373; rf256k 8420 1412; rf32k_aug 8497 1454; rf256k_aug 8563 1478
cudaconvnet 8854 1567; resnet32 9252 1715; resnetv2 9269 1705; vgg15 9299 1715; resnet44 9301 1702
resnet56 9330 1717; preact110 9338 1748; resnet110 9346 1721; vgg16 9359 1723; preact164 9419 1736
wrn_tf 9501 1789; nas 9543 1795; densenet 9554 1770; pyramid84 9573 1804; wrn_28_10 9593 1813
resnext8x64d 9623 1818; pyramid270 9634 1828; resnext4x64d 9639 1811; darc 9657 1809; ss32 9659 1815
shake_drop 9687 1865; wrn_28_10_cutout 9696 1859; ss64 9699 1848; ss96 9707 1858; ss64_cutout 9711 1879
"""
SIZES = {"imagenet": (50000, 10000, 10000, 10000), "cifar": (10000, 2021)}
SETS = ("MatchedFrequency", "Threshold0.7", "TopImages")


def accuracies(dataset: str) -> dict[str, Array]:
    """Model -> accuracies in [0, 1]: (sets,), the original set first."""
    text = IMAGENET if dataset == "imagenet" else CIFAR
    rows = (row.split() for row in text.replace("\n", ";").split(";") if row.strip())
    return {name: np.array(k, float) / SIZES[dataset] for name, *k in rows}


def table(dataset: str) -> Array:
    """All of them, (models, sets)."""
    return np.array(list(accuracies(dataset).values()))


# --8<-- [start:interval]
def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval for the chance p of success after k successes in n independent trials.

    P(X >= k | p) = I_p(k, n - k + 1), so each end is a quantile of a beta distribution.
    """
    tail = (1 - level) / 2
    low = betaincinv(k, n - k + 1, tail) if k > 0 else 0.0
    high = betaincinv(k + 1, n - k, 1 - tail) if k < n else 1.0
    return float(low), float(high)


# --8<-- [end:interval]


def row(dataset: str, model: str) -> tuple[float, ...]:
    """Percent: original accuracy and the ends of its interval, then those of the first new set."""
    pairs = zip(accuracies(dataset)[model], SIZES[dataset][:2], strict=False)
    return tuple(100 * x for a, n in pairs for x in (a, *clopper_pearson(round(a * n), n)))


def slope_of(x: Array, y: Array) -> Array:
    """Slope of the least-squares line through (..., models) points."""
    x, y = x - x.mean(-1, keepdims=True), y - y.mean(-1, keepdims=True)
    return (x * y).sum(-1) / (x**2).sum(-1)


def slopes(dataset: str, scale: Callable[[Array], Array]) -> tuple[float, ...]:
    """New against old accuracy, both rescaled: slope, and 95 % of 20,000 bootstrap samples of models."""
    x, y = scale(table(dataset)[:, :2]).T
    pick = np.random.default_rng(0).integers(0, len(x), (20000, len(x)))
    return tuple(float(a) for a in (slope_of(x, y), *np.quantile(slope_of(x[pick], y[pick]), (0.025, 0.975))))


# --8<-- [start:shift]
def model_accuracy(skill: Array, mu: float, sigma: float) -> Array:
    """E[Phi(skill - tau)] over image difficulties tau ~ N(mu, sigma^2)."""
    return ndtr((skill - mu) / np.sqrt(1 + sigma**2))


def shifted(old: Array, v: float) -> Array:
    """New accuracy when only mu has changed: Phi^-1(new) = Phi^-1(old) + v."""
    return ndtr(ndtri(old) + v)


def shift_slope(old: float, new: float) -> float:
    """d new / d old along such a shift: phi(z_new) / phi(z_old)."""
    return float(np.exp((ndtri(old) ** 2 - ndtri(new) ** 2) / 2))


# --8<-- [end:shift]

# Simulation. An image has a clarity t: a worker selects it with probability Phi(t), a model of skill s is
# right with probability Phi(s + t). Nothing else distinguishes images, old or new.
OLD, POOL, CLASSES, EACH = (0.65, 0.5), (-0.6, 1.0), 500, 10  # (mean, spread) of t; images per class


def images(old: tuple[float, float] = OLD, pool: tuple[float, float] = POOL) -> tuple[Array, Array]:
    """Clarities of 20 annotated original images and of 200 candidates per class."""
    rng = np.random.default_rng(0)
    kind = rng.normal(0, 0.2, (CLASSES, 1))  # some classes are clearer than others
    draws = rng.normal(0, 1, (CLASSES, 20)), rng.normal(0, 1, (CLASSES, 200))
    return old[0] + kind + old[1] * draws[0], pool[0] + kind + pool[1] * draws[1]


# --8<-- [start:matching]
def frequency(t: Array, workers: int, seed: int) -> Array:
    """Observed selection frequency: share of `workers` who tick an image of clarity t."""
    return np.random.default_rng(seed).binomial(workers, ndtr(t)) / workers


def matched(f_old: Array, f_pool: Array) -> NDArray[np.int64]:
    """MatchedFrequency: candidates (classes, 10) that follow each class's histogram of f_old."""
    chosen, edges = np.empty((len(f_old), EACH), np.int64), [0.2, 0.4, 0.6, 0.8]
    shuffle = np.random.default_rng(3).random(f_pool.shape) / 2
    for c, cost in enumerate(shuffle):
        old, new = (np.searchsorted(edges, f[c], "right") for f in (f_old, f_pool))
        share = np.bincount(old, minlength=5) * EACH / len(old)
        wanted = np.floor(share).astype(int)
        ranked = np.argsort(share - wanted, kind="stable")[::-1]  # ties: higher bin
        wanted[ranked[: EACH - wanted.sum()]] += 1
        for i, b in enumerate(np.repeat(np.arange(5), wanted)):  # empty bin: the next one up
            j = (np.where(new >= b, new - b, 5 + b - new) + cost).argmin()
            chosen[c, i], cost[j] = j, np.inf
    return chosen


# --8<-- [end:matching]


def above(f_pool: Array, least: float) -> NDArray[np.int64]:
    """Ten random candidates with that frequency, or else the next highest; least = 1 is TopImages."""
    shuffle = np.random.default_rng(4).random(f_pool.shape)
    return np.argsort(1e-3 * shuffle - np.minimum(f_pool, least), axis=1)[:, :EACH]


@lru_cache(maxsize=32)
def simulate(
    strategy: str, workers: int = 10, pool: tuple[float, float] = POOL
) -> tuple[float, float, float]:
    """Mean observed and true selection frequency of a new set, mean change of accuracy (points)."""
    t_old, t_pool = images(pool=pool)
    f = frequency(t_pool, workers, 2)
    least = 1.0 if strategy == "TopImages" else 0.7
    chosen = matched(frequency(t_old, workers, 1), f) if strategy == SETS[0] else above(f, least)
    t = np.take_along_axis(t_pool, chosen, 1)
    skill = ndtri(np.linspace(0.56, 0.83, 7)) * np.sqrt(1 + OLD[1] ** 2 + 0.2**2) - OLD[0]
    change = np.mean([ndtr(s + t).mean() - ndtr(s + t_old).mean() for s in skill])
    return float(np.take_along_axis(f, chosen, 1).mean()), float(ndtr(t).mean()), float(100 * change)


# The numbers of the note, in the unit shown there.


def alexnet() -> tuple[float, ...]:
    """AlexNet, accuracy (%) on the original set and the three new ones"""
    return tuple(100 * accuracies("imagenet")["alexnet"])


def resnet152() -> tuple[float, ...]:
    """ResNet-152, the same"""
    return tuple(100 * accuracies("imagenet")["resnet152"])


def pnasnet() -> tuple[float, ...]:
    """PNASNet-5-Large, the same"""
    return tuple(100 * accuracies("imagenet")["pnasnet5large"])


def mean_changes() -> tuple[float, ...]:
    """mean change of 45 networks on the three new sets (points)"""
    a = 100 * table("imagenet")
    return tuple((a[:, 1:] - a[:, :1]).mean(0))


def drop_ranges() -> tuple[float, ...]:
    """smallest and largest drop, CIFAR-10, then ImageNet (points)"""
    drops = [100 * (a[:, 0] - a[:, 1]) for a in (table("cifar"), table("imagenet"))]
    return tuple(f(d) for d in drops for f in (np.min, np.max))


def rank_change() -> int:
    """largest change of rank among the 45 networks"""
    old, new = table("imagenet")[:, :2].T.argsort(1).argsort(1)
    return int(np.abs(old - new).max())


def resnet110_row() -> tuple[float, ...]:
    """ResNet-110, CIFAR-10: old accuracy, its interval, new one, its (%)"""
    return row("cifar", "resnet110")


def resnet152_row() -> tuple[float, ...]:
    """ResNet-152, ImageNet, MatchedFrequency: the same"""
    return row("imagenet", "resnet152")


def half_widths() -> tuple[float, ...]:
    """half an interval at accuracy 1/2: n = 50,000, 10,000, 2,021 (points)"""
    return tuple(50 * float(np.ptp(clopper_pearson(n // 2, n))) for n in (50000, 10000, 2021))


def lines() -> tuple[float, ...]:
    """slope of new against old accuracy, its interval: CIFAR-10, ImageNet"""
    return slopes("cifar", np.array) + slopes("imagenet", np.array)


def mean_shifts() -> tuple[float, ...]:
    """mean of Phi^-1(new) - Phi^-1(old): CIFAR-10, ImageNet"""
    return tuple(float(np.diff(ndtri(table(d)[:, :2])).mean()) for d in ("cifar", "imagenet"))


def pure_slopes() -> tuple[float, ...]:
    """the same if all networks only moved by the mean shift"""
    old = [table(d)[:, 0] for d in ("cifar", "imagenet")]
    return tuple(float(slope_of(x, shifted(x, v))) for x, v in zip(old, mean_shifts(), strict=True))


def probit_lines() -> tuple[float, ...]:
    """slope u between values of Phi^-1, its interval: CIFAR-10, ImageNet"""
    return slopes("cifar", ndtri) + slopes("imagenet", ndtri)


def simulated_changes() -> tuple[float, ...]:
    """simulation: change on the three new sets (points)"""
    return tuple(simulate(s)[2] for s in SETS)


def simulated_frequencies() -> tuple[float, ...]:
    """frequency seen, old and matched images, then true frequency"""
    observed, true, _ = simulate(SETS[0])
    return float(frequency(images()[0], 10, 1).mean()), observed, float(ndtr(images()[0]).mean()), true


def remedies() -> tuple[float, ...]:
    """matched: 10, 40, 400 workers; 10 and a pool like the old set (points)"""
    return (*(simulate(SETS[0], w)[2] for w in (10, 40, 400)), simulate(SETS[0], 10, OLD)[2])


def figure_strategies() -> Figure:
    """Accuracy of 45 networks on the three new ImageNet sets against the original one."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    a = 100 * table("imagenet")
    for i, colour, marker, at in (
        (3, "C2", "^", (60, 73)),
        (2, "C0", "s", (62, 57.5)),
        (1, "C1", "o", (75, 56)),
    ):
        ax.plot(a[:, 0], a[:, i], marker, color=colour, markersize=3.5)
        ax.text(*at, SETS[i - 1], color=colour)
    ax.plot([54, 86], [54, 86], "--", color="0.5")
    ax.set(xlabel="accuracy on the original validation set (%)", ylabel="accuracy on a new set (%)")
    return fig


def figure_shift() -> Figure:
    """Old against new accuracy of both data sets, and two pure shifts of difficulty."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    x = np.linspace(0.5, 0.995, 60)
    labels = (("cifar", "CIFAR-10", "C0", "s", (85, 64)), ("imagenet", "ImageNet", "C1", "o", (60.5, 56.5)))
    for (name, label, colour, marker, at), v in zip(labels, mean_shifts(), strict=True):
        a = table(name)
        ax.plot(100 * a[:, 0], 100 * a[:, 1], marker, color=colour, markersize=3.5)
        ax.plot(100 * x, 100 * shifted(x, v), "-", color=colour)
        ax.text(*at, label, color=colour)
    ax.plot([50, 100], [50, 100], "--", color="0.5")
    ax.set(xlabel="accuracy on the original set (%)", ylabel="accuracy on the new set (%)")
    return fig


def main() -> None:
    """Print the numbers that the note quotes."""
    for function in (
        *(alexnet, resnet152, pnasnet, mean_changes, drop_ranges, rank_change, resnet110_row, resnet152_row),
        *(half_widths, lines, mean_shifts, pure_slopes, probit_lines),
        *(simulated_changes, simulated_frequencies, remedies),
    ):
        print(f"{function.__doc__:<72}" + "".join(f"{x:7.2f}" for x in np.atleast_1d(function())))


if __name__ == "__main__":
    main()
