"""Companion to "Diffusion Models Beat GANs on Image Synthesis" (Dhariwal and Nichol, NeurIPS 2021).

Parameters and training cost (Tables 7, 10, 11), then classifier guidance (Sec. 4) of a 1-D Gaussian mixture
in which everything is known: class 0 is one Gaussian, class 1 has a mode next to it and a mode far from it.
A step goes from noise level a = alpha_bar_t to the next cleaner level b = alpha_bar_{t-1} > a.
"""

from functools import lru_cache

import numpy as np
from autograd import elementwise_grad
from autograd.scipy.special import logsumexp
from numpy.typing import NDArray
from scipy.stats import gaussian_kde, norm

WEIGHT, MEAN, STD = np.array([0.5, 0.25, 0.25]), np.array([-0.9, 0.5, 2.0]), 0.4
SPLIT, TOP = 1.25, (1, 1, 2, 2, 4, 4)  # between the modes of class 1; channel multipliers at 256 x 256


def unet_parameters(size: int, mults: tuple, ch: int, blocks: int = 2, classes: int = 1000) -> int:
    """Parameters of the official unet.py with AdaGN, six outputs and attention at 32, 16, 8 and inmost."""
    emb = 4 * ch

    def conv(i: int, o: int, k: int = 3) -> int:
        return k * k * i * o + o

    def block(i: int, o: int) -> int:  # group norm, conv, AdaGN's projection, group norm, conv, shortcut
        return 2 * i + conv(i, o) + conv(emb, 2 * o, 1) + 2 * o + conv(o, o) + (i != o) * conv(i, o, 1)

    def attention(c: int, side: int = 8) -> int:
        return (2 * c + conv(c, 3 * c, 1) + conv(c, c, 1)) * (side in (32, 16, 8))

    widths = [int(m * ch) for m in mults]
    c, side, skips = widths[0], size, [widths[0]]
    total = conv(ch, emb, 1) + conv(emb, emb, 1) + conv(3, c)
    for level, w in enumerate(widths):
        for _ in range(blocks):
            total, c, skips = total + block(c, w) + attention(w, side), w, [*skips, w]
        if level + 1 < len(widths):
            total, side, skips = total + block(c, c), side // 2, [*skips, c]
    total += 2 * block(c, c) + attention(c)
    for level, w in reversed(list(enumerate(widths))):
        for _ in range(blocks + 1):
            total, c = total + block(c + skips.pop(), w) + attention(w, side), w
        total, side = total + (level > 0) * block(c, c), side * 2
    return total + classes * emb + 2 * c + conv(c, 6)


def levels(steps: int) -> tuple[NDArray, NDArray]:
    """alpha_bar_t and alpha_bar_{t-1} of `steps` of the 1000 linear levels, noisiest first; (steps,)."""
    full = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
    abar = full[np.round(np.linspace(0, 999, steps)).astype(int)]
    return abar[::-1], np.append(1.0, abar[:-1])[::-1]


def shares(label: int | None, leak: float = 0.0) -> NDArray:
    """Weights of the components (3,); a model that leaks draws that share from the other class."""
    own = WEIGHT if label is None else 2 * WEIGHT * (np.array([0, 1, 1]) == label)
    return (1 - leak) * own + leak * (2 * WEIGHT - own)


# --8<-- [start:classifier]
def log_density(x: NDArray, a: float, label: int | None = None) -> NDArray:
    """log p_t(x) or log p_t(x | label) at level a, up to one common constant; x (n,) -> (n,)."""
    z = (x - np.sqrt(a) * MEAN[:, None]) / np.sqrt(a * STD**2 + 1 - a)
    return logsumexp(-0.5 * z**2, b=shares(label)[:, None], axis=0)


def log_classifier(x: NDArray, a: float) -> NDArray:
    """log p(y = 1 | x_t): the best possible classifier of noised points, by Bayes' rule."""
    return log_density(x, a, 1) + np.log(0.5) - log_density(x, a)


gradient = elementwise_grad(log_classifier)  # g(x, a), (n,), by automatic differentiation
# --8<-- [end:classifier]


def score(x: NDArray, a: float, weight: NDArray) -> tuple[NDArray, NDArray]:
    """First and second derivative of the log density of the noised mixture; each (n,)."""
    var = a * STD**2 + 1 - a
    gap = (np.sqrt(a) * MEAN - x[:, None]) / var  # (n, 3)
    logit = -0.5 * var * gap**2
    r = weight * np.exp(logit - logit.max(1, keepdims=True))
    r = r / r.sum(1, keepdims=True)
    first = (r * gap).sum(1)
    return first, (r * gap**2).sum(1) - first**2 - 1 / var


# --8<-- [start:step]
def reverse_step(x: NDArray, a: float, b: float, weight: NDArray) -> tuple[NDArray, NDArray]:
    """Exact mean (Eq. 27) and variance (the target of a learned Sigma) of x_{t-1} given x_t; both (n,)."""
    alpha, (first, second) = a / b, score(x, a, weight)
    mean = (x + (1 - alpha) * first) / np.sqrt(alpha)
    var_x0 = (1 - a) / a * (1 + (1 - a) * second)  # variance of x_0 given x_t
    return mean, (1 - alpha) * (1 - b) / (1 - a) + b * ((1 - alpha) / (1 - a)) ** 2 * var_x0


def guided_step(x: NDArray, a: float, b: float, s: float, weight: NDArray) -> tuple[NDArray, NDArray]:
    """Algorithm 1: mean shifted by s Sigma g, variance kept."""
    mean, var = reverse_step(x, a, b, weight)
    return mean + s * var * gradient(x, a), var


# --8<-- [end:step]


# --8<-- [start:ddim]
def guided_eps(x: NDArray, a: float, s: float, weight: NDArray) -> NDArray:
    """Eq. (14), with the scale s by which the official code multiplies the gradient."""
    return -np.sqrt(1 - a) * (score(x, a, weight)[0] + s * gradient(x, a))


def ddim_step(x: NDArray, a: float, b: float, eps: NDArray) -> NDArray:
    """Algorithm 2: predict x_0, then put the same noise back at the next level."""
    return np.sqrt(b) * (x - np.sqrt(1 - a) * eps) / np.sqrt(a) + np.sqrt(1 - b) * eps


# --8<-- [end:ddim]


def free_eps(x: NDArray, a: float, w: float) -> NDArray:
    """Classifier-free guidance with exact noise predictions: (1 + w) eps(x | y) - w eps(x)."""
    conditional, plain = score(x, a, shares(1))[0], score(x, a, shares(None))[0]
    return -np.sqrt(1 - a) * ((1 + w) * conditional - w * plain)


@lru_cache(maxsize=64)
def sample(s: float, label: int | None = 1, steps: int = 250, ddim: bool = False, leak: float = 0) -> NDArray:
    """2000 samples x_0 guided towards class 1; label None guides the unconditional model."""
    n, rng, weight = 2000, np.random.default_rng(0), shares(label, leak)
    x = norm.ppf((np.arange(n) + 0.5) / n)
    for a, b in zip(*levels(steps), strict=True):
        if ddim:
            x = ddim_step(x, a, b, guided_eps(x, a, s, weight))
        else:
            x, var = guided_step(x, a, b, s, weight)
            x = x + (b < 1) * np.sqrt(var) * rng.standard_normal(n)
    return x


def summary(x: NDArray) -> tuple[float, float]:
    """Percent: fidelity, the mean of p(y = 1 | x_0), and diversity, the share of the near mode."""
    return 100 * float(np.exp(log_classifier(x, 1.0)).mean()), 100 * float((x < SPLIT).mean())


def tilted(s: float) -> tuple[NDArray, NDArray]:
    """Grid x (901,) and the density proportional to p(x | y) p(y | x)^s on it."""
    x = np.linspace(-3, 6, 901)
    p = np.exp(log_density(x, 1.0, 1) + s * log_classifier(x, 1.0))
    return x, p / (p.sum() * (x[1] - x[0]))


def frechet(x: NDArray) -> float:
    """FID's formula in one dimension: Gaussian fitted to x against mean and deviation of class 1."""
    mean, std = MEAN[1:].mean(), np.sqrt(STD**2 + MEAN[1:].var())
    return float((x.mean() - mean) ** 2 + (x.std() - std) ** 2)


def diffusion_mparams() -> tuple[float, ...]:
    """Million parameters: ImageNet 64, 128, 256, 512; LSUN"""
    nets = (64, (1, 2, 3, 4), 192, 3), (128, (1, 1, 2, 3, 4), 256), (256, TOP, 256), (512, (0.5, *TOP), 256)
    return tuple(unet_parameters(*net) / 1e6 for net in (*nets, (256, TOP, 256, 2, 0)))


def generator_days() -> tuple[float, ...]:
    """V100-days: 128 (4360K), 256 (1980K), 64 (200K), 64 to 256 (150K)"""
    runs = (4.36e6, 256, 24.8), (1.98e6, 256, 6.4), (2e5, 2048, 74.1), (1.5e5, 256, 9.5)  # Tables 11 and 7
    return tuple(iterations * batch / rate / 86_400 for iterations, batch, rate in runs)


def budget_ratios() -> tuple[float, ...]:
    """Cost over BigGAN-deep's upper estimate: 128, 256, 512"""
    return 530 / 128, 962 / 256, 1914 / 512  # Table 10


def fidelities() -> tuple[float, ...]:
    """Fidelity (%), guided: scale 0, 1, 4"""
    return tuple(summary(sample(s))[0] for s in (0.0, 1.0, 4.0))


def near_shares() -> tuple[float, ...]:
    """Near mode (%), guided: scale 0, 1, 4"""
    return tuple(summary(sample(s))[1] for s in (0.0, 1.0, 4.0))


def tilted_shares() -> tuple[float, ...]:
    """Near mode (%), tilted density: scale 0, 1, 4"""
    return tuple(float(100 * p[x < SPLIT].sum() / p.sum()) for x, p in map(tilted, (0, 1, 4)))


def unconditional_shares() -> tuple[float, ...]:
    """Near mode (%), unconditional model guided: scale 1, 2"""
    return tuple(summary(sample(s, None))[1] for s in (1.0, 2.0))


def ddim_shares() -> tuple[float, ...]:
    """Near mode (%), DDIM with 25 steps: scale 0, 1"""
    return tuple(summary(sample(s, steps=25, ddim=True))[1] for s in (0.0, 1.0))


def leaky_frechet() -> tuple[float, ...]:
    """Fréchet distance, model that leaks 20 %: scale 0, 0.5, 2"""
    return tuple(frechet(sample(s, leak=0.2)) for s in (0.0, 0.5, 2.0))


def figure_densities():
    from matplotlib.pyplot import subplots

    fig, ax = subplots(figsize=(5.2, 3.2))
    x = np.linspace(-1.2, 4, 105)
    for s, line in ((0.0, "C0:"), (1.0, "C0--"), (4.0, "C1-")):
        ax.plot(x, gaussian_kde(sample(s), 0.15)(x), line, label=f"guided, s = {s:.0f}")
    ax.plot(*(v[180:701:5] for v in tilted(4.0)), "C2-.", label="tilted, s = 4")
    ax.set(xlabel="sample x₀", ylabel="density")
    ax.legend(frameon=False, loc="upper left")
    return fig


def figure_scale():
    from matplotlib.pyplot import subplots

    fig, ax = subplots(figsize=(5.2, 3.2))
    scales = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
    for leak, line, text in ((0.0, "C0o-", "exact model"), (0.2, "C1s--", "model that leaks 20 %")):
        ax.plot(scales, [frechet(sample(s, leak=leak)) for s in scales], line, label=text)
    ax.set(xlabel="guidance scale s", ylabel="Fréchet distance")
    ax.legend(frameon=False)
    return fig


def main() -> None:
    """Print the numbers that the note quotes, each under the first line of its description."""
    mixture = (fidelities, near_shares, tilted_shares, unconditional_shares, ddim_shares, leaky_frechet)
    for check in (diffusion_mparams, generator_days, budget_ratios, *mixture):
        print(f"{check.__doc__:<66}", *(f"{v:9.3f}" for v in check()))


if __name__ == "__main__":
    main()
