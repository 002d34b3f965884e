"""Runnable companion to the concept page on transfer.

1. Pre-training in a linear model: scratch, frozen features and fine-tuning against target labels.
2. Domain adaptation: aligning means when the classes change their shares; the bound; reversal.
3. Domain generalisation: a shortcut that holds in the training domains, by counting.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
D, K, TASKS = 100, 5, 40  # inputs, shared directions, source tasks
SHARED, OWN, NOISE = 4.0, 0.25, 1.0  # |w|^2 inside and outside the directions; label variance
SIZES = (10, 20, 40, 80, 160, 320, 640, 1280)
SIGMA, SHIFT = 0.6, 0.6  # of the one-dimensional domains
AGREE = (0.75, (0.9, 0.8), 0.1)  # label with shape; with colour in training domains; in the target


@lru_cache(maxsize=1)
def source(n: int = 400) -> tuple[Array, Array]:
    """True directions (D, K) and those found: SVD of the weights of TASKS source tasks."""
    rng = np.random.default_rng(0)
    true, fits = np.linalg.qr(rng.normal(size=(D, K)))[0], []
    for _ in range(TASKS):
        w, x = true @ rng.normal(0, np.sqrt(SHARED / K), K), rng.normal(size=(n, D))
        fits.append(ridge(x, x @ w + rng.normal(0, np.sqrt(NOISE), n), 0.0))
    return true, np.linalg.svd(np.array(fits).T, full_matrices=False)[0][:, :K]


# --8<-- [start:transfer]
def ridge(x: Array, y: Array, penalty: float) -> Array:
    """argmin |y - xw|^2 + penalty |w|^2, for x (n, D) and y (n,): w (D,)."""
    return np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ y)


def three_ways(x: Array, y: Array, found: Array, own: float = OWN) -> tuple[Array, Array, Array]:
    """Weights (D,) from n target labels: scratch, frozen features (D, K), fine-tuned from those.

    The penalties are the best ones for the known sizes of the weights.
    """
    scratch = ridge(x, y, NOISE * D / (SHARED + own))
    probe = found @ ridge(x @ found, y, 0.0)
    tuned = probe + ridge(x, y - x @ probe, NOISE * D / max(own, 1e-9))
    return scratch, probe, tuned


# --8<-- [end:transfer]


@lru_cache(maxsize=8)
def excess(own: float = OWN, related: bool = True, trials: int = 60) -> Array:
    """Mean |w_hat - w|^2, the error above the label noise: (sizes, 3), for three_ways."""
    rng = np.random.default_rng(1)
    true, learnt = source()
    found = learnt if related else np.linalg.qr(rng.normal(size=(D, K)))[0]
    out = np.zeros((len(SIZES), 3))
    for i, n in enumerate(SIZES):
        for _ in range(trials):
            a, b = rng.normal(size=K), rng.normal(size=D)
            b -= true @ (true.T @ b)
            w = np.sqrt(SHARED) * true @ a / np.linalg.norm(a) + np.sqrt(own) * b / np.linalg.norm(b)
            x = rng.normal(size=(n, D))
            y = x @ w + rng.normal(0, np.sqrt(NOISE), n)
            out[i] += [((v - w) ** 2).sum() / trials for v in three_ways(x, y, found, own)]
    return out


def probe_excess(n: int, outside: float) -> float:
    """Expected |w_hat - w|^2 of K frozen features when |w|^2 = outside is out of their reach."""
    return outside + (NOISE + outside) * K / (n - K - 1)


def scratch_excess(n: int) -> float:
    """The same for least squares on all D inputs, n > D + 1."""
    return NOISE * D / (n - D - 1)


# --8<-- [start:align]
def unadapted(share: float) -> float:
    """Target error of the source threshold 0: classes N(+-1 + SHIFT, SIGMA^2), `share` positive."""
    return float(share * norm.cdf(-(1 + SHIFT) / SIGMA) + (1 - share) * norm.cdf(-(1 - SHIFT) / SIGMA))


def aligned(share: float) -> float:
    """The same after the target mean, SHIFT + 2 share - 1, is moved onto the source mean 0."""
    return float(share * norm.cdf(-2 * (1 - share) / SIGMA) + (1 - share) * norm.cdf(-2 * share / SIGMA))


# --8<-- [end:align]


def best(share: float) -> float:
    """Target error of the best threshold, which needs target labels."""
    t = SIGMA**2 / 2 * np.log((1 - share) / share)
    return float(share * norm.cdf((t - 1) / SIGMA) + (1 - share) * norm.cdf((-1 - t) / SIGMA))


def bound(share: float = 0.5) -> tuple[float, float, float, float]:
    """Source error of threshold 0, half the divergence, best joint error; then the target error.

    Hypotheses: thresholds. Two of them differ on an interval, so half the divergence is the
    largest difference of the probabilities of an interval.
    """
    t = np.linspace(-5, 6, 4401)
    low, high = norm.cdf((t + 1) / SIGMA), norm.cdf((t - 1) / SIGMA)  # source classes
    low_t, high_t = norm.cdf((t - SHIFT + 1) / SIGMA), norm.cdf((t - SHIFT - 1) / SIGMA)
    gap = 0.5 * (low + high) - ((1 - share) * low_t + share * high_t)
    joint = 0.5 * (1 - low + high) + (1 - share) * (1 - low_t) + share * high_t
    half = float(gap.max() - gap.min())
    return float(norm.cdf(-1 / SIGMA)), half, float(joint.min()), unadapted(share)


def two_domains(n: int = 1000) -> tuple[Array, Array, Array]:
    """Inputs (2n, 2), labels and domains (2n,) in {0, 1}; the second input shifts by 4 in domain 1."""
    rng = np.random.default_rng(3)
    y, d = np.tile([0.0, 1.0], n), np.repeat([0.0, 1.0], n)
    x = rng.normal(size=(2 * n, 2)) + np.outer(2 * y - 1, [1.0, 1.5])
    x[:, 1] += 4 * d
    return x, y, d


# --8<-- [start:reversal]
def reversed_step(p: Array, x: Array, y: Array, d: Array, weight: float) -> Array:
    """Descent direction for p = (w1, w2, label slope and bias, domain slope and bias).

    Feature f = x @ w. Both heads descend on their own logistic loss (means; labels of domain 0
    only); what the domain head sends back to w is multiplied by -weight.
    """
    f, (a, b, c, e) = x @ p[:2], p[2:]
    back_y = (expit(a * f + b) - y) * (d == 0) / (d == 0).sum()  # dL_y / d(a f + b)
    back_d = (expit(c * f + e) - d) / len(d)
    into_f = a * back_y - weight * c * back_d
    return np.array([*(x.T @ into_f), back_y @ f, back_y.sum(), back_d @ f, back_d.sum()])


# --8<-- [end:reversal]


@lru_cache(maxsize=4)
def adversarial(weight: float, steps: int = 1000, rate: float = 0.1) -> tuple[float, float, float, float]:
    """Accuracy in domain 0, in domain 1, of the domain head (percent), and |w2 / w1|."""
    x, y, d = two_domains()
    p = np.array([0.5, 0.5, 1.0, 0.0, 0.0, 0.0])
    for _ in range(steps):
        p = p - rate * (reversed_step(p, x, y, d, weight) + 0.01 * p)
    f = x @ p[:2]
    right, told = 100.0 * ((p[2] * f + p[3] > 0) == y), 100.0 * ((p[4] * f + p[5] > 0) == d)
    return right[d == 0].mean(), right[d == 1].mean(), told.mean(), abs(p[1] / p[0])


# --8<-- [start:shortcut]
def rule_accuracy(rule: tuple[int, int, int, int], agree: float) -> float:
    """Accuracy of a rule (label for shape, colour = 00, 01, 10, 11) where colour agrees so often.

    Given the label, shape and colour are independent; the two labels are equally frequent.
    """
    total = 0.0
    for label, shape, colour in product((0, 1), repeat=3):
        p = AGREE[0] if shape == label else 1 - AGREE[0]
        p *= agree if colour == label else 1 - agree
        total += 0.5 * p * (rule[2 * shape + colour] == label)
    return total


def best_rule(agrees: tuple[float, ...]) -> tuple[int, int, int, int]:
    """The rule of highest mean accuracy over domains, of all sixteen."""
    return max(product((0, 1), repeat=4), key=lambda rule: sum(rule_accuracy(rule, a) for a in agrees))


# --8<-- [end:shortcut]


def figure_labels() -> Figure:
    """Excess error against the number of target labels: scratch, frozen, fine-tuned."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    for y, colour, style, label, at in [
        (excess()[:, 0], "C1", "^--", "from scratch", (45, 3.9)),
        (excess()[:, 1], "C0", "o-", "frozen features", (560, 0.4)),
        (excess()[:, 2], "C2", "s-.", "fine-tuned", (130, 0.16)),
    ]:
        ax.loglog(SIZES, y, style, color=colour, ms=4)
        ax.text(*at, label, color=colour, va="center")
    ax.set(xlabel="labelled examples of the target task", ylabel="error above the noise")
    ax.set_xticks(SIZES, [str(n) for n in SIZES])
    ax.set_yticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
    ax.minorticks_off()
    return fig


def figure_shares() -> Figure:
    """Target error against the share of the positive class: unadapted, aligned, best."""
    import matplotlib.pyplot as plt

    (fig, ax), share = plt.subplots(figsize=(5.2, 3.2)), np.linspace(0.05, 0.95, 46)
    for f, colour, style, label, at in [
        (unadapted, "C1", "--", "unadapted", (0.3, 20.5)),
        (aligned, "C0", "-", "means aligned", (0.62, 27)),
        (best, "0.5", ":", "best threshold", (0.3, 1.2)),
    ]:
        ax.plot(100 * share, [100 * f(s) for s in share], style, color=colour)
        ax.text(100 * at[0], at[1], label, color=colour, va="center")
    ax.set(xlabel="positive examples in the target (%)", ylabel="target error (%)", ylim=(0, 36))
    return fig


def main() -> None:
    """Print the tables that the page quotes."""
    print("target labels   scratch   frozen   fine-tuned   frozen, unrelated source")
    for n, row, other in zip(SIZES, excess(), excess(OWN, False), strict=True):
        print(f"{n:>13}{row[0]:>10.2f}{row[1]:>9.2f}{row[2]:>13.2f}{other[1]:>27.2f}")
    print("frozen, formula: " + " ".join(f"{probe_excess(n, OWN):.2f}" for n in SIZES))
    print("\npositive share (%)    50     60     70     80     90")
    for f in (unadapted, aligned, best):
        print(f"{f.__name__:<18}" + "".join(f"{100 * f(s):>7.1f}" for s in (0.5, 0.6, 0.7, 0.8, 0.9)))
    print("bound: {:.3f} + {:.3f} + {:.3f} against {:.3f}".format(*bound()))
    print("\nreversal weight   domain 0   domain 1   domain head   |w2/w1|")
    for weight in (0.0, 1.0, 4.0):
        print("{:>15.0f}{:>11.1f}{:>11.1f}{:>14.0f}{:>10.2f}".format(weight, *adversarial(weight)))
    print("\nrule        domain 1 domain 2   target")
    three = (*AGREE[1], AGREE[2])
    for name, rule in (("shape", (0, 0, 1, 1)), ("colour", (0, 1, 0, 1))):
        print(f"{name:<12}" + "".join(f"{100 * rule_accuracy(rule, g):>9.0f}" for g in three))
    print("best in training:", best_rule(AGREE[1]), "best in all three:", best_rule(three))


if __name__ == "__main__":
    main()
