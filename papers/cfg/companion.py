"""Companion to "Classifier-Free Diffusion Guidance" (Ho and Salimans, arXiv 2207.12598, 2022).

Setting of Figure 2, where everything is known: three classes in the plane, each an isotropic Gaussian.
The noise level is the log signal-to-noise ratio lam. Then a trained model, and Tables 1 and 2.
"""

from functools import lru_cache

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.scipy.special import logsumexp
from numpy.typing import NDArray

ANGLE = np.pi / 2 + 2 * np.pi * np.arange(3) / 3
CENTRES, STD = np.stack([np.cos(ANGLE), np.sin(ANGLE)], 1), 0.6  # (3, 2); classes equally likely
NULL, LAM_MAX, FEATURES = 3, 20.0, 400  # index of the null token; Sec. 4.1; features of the learned model
WEIGHTS = (*(i / 10 for i in range(11)), 2.0, 3.0, 4.0)  # rows of Tables 1 and 2
TABLES = """
1.8 1.8 2.21 1.55 1.62 1.91 2.04 2.1 2.08 3.03 2.93 2.65 4.3 4 3.44 5.74 5.19 4.34 7.19 6.48 5.27 8.62 7.73
6.23 10.08 8.9 7.25 11.41 10.09 8.21 12.6 11.21 9.13 21.03 18.79 16.16 24.83 22.36 19.75 26.22 23.84 21.48
53.71 52.9 47.61 66.11 64.58 56.1 78.91 76.99 65.6 92.8 88.64 74.92 106.2 101.11 84.27 119.3 112.15 92.95
131.1 122.13 102 141.8 131.6 109.8 151.6 140.82 116.9 161 150.26 124.6 170.1 158.29 131.1 225.5 212.98 183
250.4 237.65 208.9 260.2 248.97 225.1
8.11 7.27 7.22 5.31 4.53 4.5 3.7 3.03 3 3.04 2.43 2.43 3.02 2.49 2.48 3.43 2.98 2.96 4.09 3.76 3.73 4.96 4.67
4.69 5.93 5.74 5.71 6.89 6.8 6.81 7.88 7.86 7.8 15.9 15.93 15.75 19.77 19.77 19.56 21.55 21.53 21.45
81.46 82.45 81.54 105.01 106.12 104.67 130.79 132.54 130.09 156.09 158.47 156 183.01 183.41 180.88 206.94
207.98 204.31 227.72 228.83 226.76 247.92 249.25 247.89 265.54 267.99 265.52 280.19 283.41 281.14 295.29
297.98 294.56 378.56 377.37 373.18 409.16 407.44 405.68 422.29 421.03 419.06
"""
# (14, 3) each, a row per weight; Table 1: columns p_uncond 0.1, 0.2, 0.5; Table 2: columns T 128, 256, 1024
FID64, IS64, FID128, IS128 = np.array(TABLES.split(), float).reshape(4, 14, 3)


# --8<-- [start:schedule]
def log_snr(u: NDArray, top: float = LAM_MAX) -> NDArray:
    """Sec. 2: lam = -2 log tan(a u + b), u uniform in [0, 1]; falls from top to -top."""
    b = np.arctan(np.exp(-top / 2))
    a = np.arctan(np.exp(top / 2)) - b
    return -2 * np.log(np.tan(a * u + b))


def signal_noise(lam: NDArray | float) -> tuple[NDArray, NDArray]:
    """Eq. 1: alpha and sigma at log SNR lam."""
    return 1 / np.sqrt(1 + np.exp(-lam)), 1 / np.sqrt(1 + np.exp(lam))


# --8<-- [end:schedule]


def log_density(z: NDArray, lam: float, label: int, centres: NDArray = CENTRES) -> NDArray:
    """log p(z | label) at level lam up to one constant, label NULL for p(z); z (n, d) -> (n,)."""
    alpha, sigma = signal_noise(lam)
    gap = z[:, None, :] - alpha * centres
    logit = -0.5 * anp.sum(gap**2, axis=2) / ((alpha * STD) ** 2 + sigma**2)
    return logsumexp(logit, axis=1) - np.log(len(centres)) if label == NULL else logit[:, label]


def log_classifier(z: NDArray, lam: float, label: int, centres: NDArray = CENTRES) -> NDArray:
    """log p(label | z) by Bayes' rule: the implicit classifier p(z | c) p(c) / p(z); (n,)."""
    ratio = log_density(z, lam, label, centres) - log_density(z, lam, NULL, centres)
    return ratio - np.log(len(centres))


def exact_eps(z: NDArray, lam: float, label: int, centres: NDArray = CENTRES) -> NDArray:
    """eps = -sigma grad log p(z | label), label NULL for p(z), in closed form; (n, d) -> (n, d)."""
    alpha, sigma = signal_noise(lam)
    labels = range(len(centres)) if label == NULL else [label]
    logs = [log_classifier(z, lam, c, centres) if label == NULL else 0 * z[:, 0] for c in labels]
    return sigma * (z - alpha * np.exp(logs).T @ centres[labels]) / ((alpha * STD) ** 2 + sigma**2)


# --8<-- [start:guidance]
classifier_gradient = grad(lambda *a: anp.sum(log_classifier(*a)))  # grad_z log p(c | z), (n, d)


def classifier_guided(z: NDArray, lam: float, c: int, w: float, start: int | None = None) -> NDArray:
    """Sec. 3.1: eps(z, start) - w sigma grad log p(c | z); start = NULL guides the unconditional model."""
    eps = exact_eps(z, lam, c if start is None else start)
    return eps - w * signal_noise(lam)[1] * classifier_gradient(z, lam, c)


def free_guided(z: NDArray, lam: float, c: int, w: float, eps=exact_eps) -> NDArray:
    """Eq. 6: (1 + w) eps(z, c) - w eps(z); eps is any noise predictor (z, lam, label) -> (n, d)."""
    return (1 + w) * eps(z, lam, c) - w * eps(z, lam, NULL)


# --8<-- [end:guidance]


# --8<-- [start:sample]
@lru_cache(maxsize=16)
def sample(w: float, c: int = 0, steps: int = 128, v: float = 0.3, n: int = 4000) -> NDArray:
    """Algorithm 2 with exact noise predictions: n samples of class c, (n, 2)."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((n, 2))
    lams = log_snr(np.linspace(1, 0, steps))  # increasing: noisiest first
    for t, lam in enumerate(lams):
        alpha, sigma = signal_noise(lam)
        x = (z - sigma * free_guided(z, lam, c, w)) / alpha
        if t + 1 == steps:
            return x
        nalpha, nsigma = signal_noise(lams[t + 1])
        keep = np.exp(lam - lams[t + 1])
        mean = keep * nalpha / alpha * z + (1 - keep) * nalpha * x  # Eq. 3
        std = np.sqrt(1 - keep) * nsigma ** (1 - v) * sigma**v  # Eq. 4
        z = mean + std * rng.standard_normal(z.shape)


# --8<-- [end:sample]


def grid(side: int = 161, half: float = 4.0) -> NDArray:
    """Points of a square grid, (side^2, 2)."""
    return np.stack(np.meshgrid(*2 * [np.linspace(-half, half, side)]), -1).reshape(-1, 2)


def tilted(w: float, c: int = 0) -> tuple[NDArray, NDArray]:
    """Grid (n, 2) and weights (n,), summing to 1, of p(x | c) p(c | x)^w: the density of Figure 2."""
    x = grid()
    log = log_density(x, LAM_MAX, c) + w * log_classifier(x, LAM_MAX, c)
    p = np.exp(log - log.max())
    return x, p / p.sum()


def spread(x: NDArray, p: NDArray | None = None) -> float:
    """Standard deviation per coordinate of points (n, 2) with weights (n,), equal by default."""
    p = np.full(len(x), 1 / len(x)) if p is None else p
    return float(np.sqrt(p @ ((x - p @ x) ** 2).mean(1)))


def toy_inception(x: NDArray) -> float:
    """exp of the mean KL divergence from p(c | x) to uniform, by symmetry the same for all classes."""
    log = np.stack([log_classifier(x, LAM_MAX, c) for c in range(3)], 1)
    return float(np.exp((np.exp(log) * (log + np.log(3))).sum(1).mean()))


def hidden(z: NDArray, lam: NDArray | float, label: NDArray | int) -> tuple[NDArray, NDArray]:
    """Random tanh features (n, FEATURES) and their input weights (d, FEATURES); label as one-hot of 4."""
    rng = np.random.default_rng(1)
    a = rng.standard_normal((2, FEATURES))
    on_lam, on_label = rng.standard_normal(FEATURES) / 2, rng.standard_normal((4, FEATURES))
    lam, label = np.broadcast_to(lam, len(z)), np.broadcast_to(label, len(z))
    return np.tanh(z @ a + lam[:, None] * on_lam + on_label[label]), a


# --8<-- [start:train]
@lru_cache(maxsize=8)
def train(p_uncond: float, n: int = 30_000) -> NDArray:
    """Algorithm 1 solved by least squares: one model for both scores; output weights (FEATURES, 2)."""
    rng = np.random.default_rng(2)
    c = rng.integers(3, size=n)
    x = CENTRES[c] + STD * rng.standard_normal((n, 2))
    c = np.where(rng.random(n) < p_uncond, NULL, c)  # the one line: forget the label
    lam, eps = log_snr(rng.random(n), top=6.0), rng.standard_normal((n, 2))
    alpha, sigma = signal_noise(lam[:, None])
    h = hidden(alpha * x + sigma * eps, lam, c)[0]
    return np.linalg.solve(h.T @ h + 0.1 * np.eye(FEATURES), h.T @ eps)


# --8<-- [end:train]


def points(lam: float, n: int = 2000) -> NDArray:
    """n draws of z from p(z) at level lam, (n, 2)."""
    rng, (alpha, sigma) = np.random.default_rng(3), signal_noise(lam)
    noise = np.sqrt((alpha * STD) ** 2 + sigma**2) * rng.standard_normal((n, 2))
    return alpha * CENTRES[rng.integers(3, size=n)] + noise


def agreement() -> float:
    """Largest difference between both forms, levels -8 to 8, weights 0 to 4"""
    z = grid(9, 3.0)
    pairs = [(lam, w) for lam in (-8.0, -2.0, 0.0, 2.0, 8.0) for w in (0.0, 0.3, 1.0, 4.0)]
    gaps = [classifier_guided(z, lam, 1, w) - free_guided(z, lam, 1, w) for lam, w in pairs]
    more = [classifier_guided(z, lam, 1, w + 1, NULL) - free_guided(z, lam, 1, w) for lam, w in pairs]
    return float(np.abs([gaps, more]).max())


def rotation() -> tuple[float, float]:
    """Share of rotation in the Jacobian of eps(z, c) - eps(z), learned (%): lam 0, 4"""
    shares, weights = [], train(0.1)
    for lam in (0.0, 4.0):
        z = points(lam)
        (on, a), (off, _) = hidden(z, lam, 0), hidden(z, lam, NULL)
        j = np.einsum("nf,jf,fi->nij", off**2 - on**2, a, weights)
        odd = (j - j.transpose(0, 2, 1)) / 2
        shares.append(100 * float(np.sqrt((odd**2).sum() / (j**2).sum())))
    return tuple(shares)


def sampled_fidelity() -> tuple[float, ...]:
    """Mean p(c | x) of guided samples (%): w 0, 1, 4"""
    return tuple(100 * float(np.exp(log_classifier(sample(w), LAM_MAX, 0)).mean()) for w in (0.0, 1.0, 4.0))


def spreads() -> tuple[float, ...]:
    """Standard deviation, w 1 and 4: guided samples, then tilted density"""
    return tuple(spread(*x) for x in ([sample(1.0)], [sample(4.0)], tilted(1.0), tilted(4.0)))


def inception() -> tuple[float, ...]:
    """Toy Inception score: w 0, 1, 4"""
    return tuple(toy_inception(sample(w)) for w in (0.0, 1.0, 4.0))


def likelihood_changes() -> tuple[float, ...]:
    """Change of mean log p(x | c) and log p(x) of samples, w from 0 to 1 and to 4"""
    mean = [[log_density(sample(w), LAM_MAX, c).mean() for w in (0.0, 1.0, 4.0)] for c in (0, NULL)]
    return tuple(float(m[i] - m[0]) for m in mean for i in (1, 2))


def errors(label: int) -> tuple[float, ...]:
    """Root mean squared distance of the learned eps to the exact one at lam 0, p_uncond 0.1, 0.5, 0.9."""
    z, trained = points(0.0), map(train, (0.1, 0.5, 0.9))
    gaps = [hidden(z, 0.0, label)[0] @ weights - exact_eps(z, 0.0, label) for weights in trained]
    return tuple(float(np.sqrt((g**2).sum(1).mean())) for g in gaps)


def conditional_errors() -> tuple[float, ...]:
    """Error of eps(z, c), labels dropped 10, 50, 90 %"""
    return errors(0)


def null_errors() -> tuple[float, ...]:
    """Error of eps(z), labels dropped 10, 50, 90 %"""
    return errors(NULL)


def frontier_gaps() -> tuple[float, float]:
    """FID excess of p_uncond 0.5 over 0.1 at equal IS, Table 1: least, largest"""
    inside = IS64[:, 2] >= IS64[0, 0]
    gap = (FID64[:, 2] - np.interp(IS64[:, 2], IS64[:, 0], FID64[:, 0]))[inside]
    return float(gap.min()), float(gap.max())


def longer_is_lower() -> int:
    """Rows of Table 2 (of 14) where 1024 steps have a lower Inception score than 256"""
    return int((IS128[:, 2] < IS128[:, 1]).sum())


def first_above_biggan() -> float:
    """Smallest w of Table 2, T = 256, with FID below 25 and Inception score above 253"""
    return next(w for w, f, s in zip(WEIGHTS, FID128[:, 1], IS128[:, 1], strict=True) if f < 25 and s > 253)


def figure_frontier():
    from matplotlib.pyplot import subplots

    fig, ax = subplots(figsize=(5.2, 3.2))
    for i, line, p in ((0, "C0o-", 0.1), (1, "C1s--", 0.2), (2, "C2^:", 0.5)):
        ax.plot(IS64[:, i], FID64[:, i], line, ms=4, label=f"labels dropped: {p:.0%}")
    ax.set(xlabel="Inception score (higher is better)", ylabel="FID (lower is better)")
    ax.legend(frameon=False)
    return fig


def figure_shapes():
    from matplotlib.pyplot import subplots

    fig, axes = subplots(1, 3, figsize=(5.2, 2.3), sharey=True)
    line = np.linspace(-4, 4, 161)[::2]
    for ax, w in zip(axes, (0.0, 1.0, 4.0), strict=True):
        for c in range(3):
            p = tilted(w, c)[1].reshape(161, 161)[::2, ::2]
            ax.contour(line, line, p / p.max(), [0.1, 0.5], colors=f"C{c}", linewidths=1.2)
        ax.plot(*CENTRES.T, "k+", ms=6)
        ax.set(xlabel=f"w = {w:.0f}", aspect="equal", xlim=(-2.6, 2.6), ylim=(-2.4, 2.8))
    return fig


def main() -> None:
    """Print the numbers that the note quotes, each under the first line of its description."""
    toy = (sampled_fidelity, spreads, inception, likelihood_changes)
    model = (rotation, conditional_errors, null_errors)
    paper = (frontier_gaps, longer_is_lower, first_above_biggan)
    print(f"{agreement.__doc__:<84} {agreement():9.6f}")
    for check in (*toy, *model, *paper):
        print(f"{check.__doc__:<84}", *(f"{v:9.3f}" for v in np.atleast_1d(check())))


if __name__ == "__main__":
    main()
