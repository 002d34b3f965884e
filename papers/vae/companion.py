"""Runnable companion to "Auto-Encoding Variational Bayes" (Kingma and Welling, ICLR 2014).

1. The Gaussian KL term in closed form (App. B) and how two gradient estimators scatter (Sec. 2.2).
2. The linear VAE solved exactly: which latents are used and which collapse.
3. A plain autoencoder and a VAE on two-dimensional data, trained with Algorithm 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad, grad
from autograd.misc.optimizers import adam
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ANGLES = np.arange(6) * np.pi / 3
MODES = 1.4 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)  # (6, 2), as in the DDPM note
STD, POINTS = 0.15, 5000  # deviation of each group and of the decoder; points per estimate


def gaussian_kl(mu: NDArray, logvar: NDArray) -> NDArray:
    """KL(N(mu, exp logvar) || N(0, 1)) in nats: App. B, sign turned; all arrays (n, J)."""
    return 0.5 * (mu**2 + anp.exp(logvar) - 1 - logvar)


def kl_monte_carlo(mu: NDArray, logvar: NDArray, n: int = 100_000) -> tuple[float, float]:
    """Mean and standard error of log q(z) - log p(z) over n draws from q; mu, logvar (J,)."""
    eps = np.random.default_rng(0).standard_normal((n, len(mu)))
    z = mu + np.exp(0.5 * logvar) * eps
    ratio = 0.5 * (z**2 - eps**2 - logvar).sum(1)  # the factors 2 pi cancel
    return ratio.mean(), ratio.std() / np.sqrt(n)


# --8<-- [start:variance]
def gradient_draws(f, mu: NDArray, sigma: float, n: int, baseline: float = 0.0) -> NDArray:
    """n one-sample estimates of d/dmu_1 E f(z), z ~ N(mu, sigma^2 I); mu (J,), f (n, J) -> (n,).

    Returns (2, n): first the score-function estimator of Sec. 2.2, then the reparametrised one."""
    eps = np.random.default_rng(0).standard_normal((n, len(mu)))
    z = mu + sigma * eps
    score = (f(z) - baseline) * (z - mu)[:, 0] / sigma**2  # f(z) d log q(z) / d mu
    path = elementwise_grad(f)(z)[:, 0]  # df/dz dz/dmu, and dz/dmu = 1
    return np.stack([score, path])


# --8<-- [end:variance]


def quadratic_variances(j: int = 20, mu: float = 1.0, sigma: float = 0.25) -> tuple[float, ...]:
    """Exact variances of those estimates for f = |z|^2, every mean mu: score, centred score, path.

    Centred: E f is subtracted from f. The rest are Gaussian moments of z_i = mu + sigma eps_i."""
    m, v = mu**2 + sigma**2, 4 * mu**2 * sigma**2 + 2 * sigma**4  # mean, variance of z_i^2
    first = mu**4 + 18 * mu**2 * sigma**2 + 15 * sigma**4  # E z^4 eps^2
    cross, rest, mean = mu**2 + 3 * sigma**2, (j - 1) * m, j * m  # cross: E z^2 eps^2
    square = first + 2 * cross * rest + (j - 1) * v + rest**2  # E f^2 eps^2
    centred = square - 2 * mean * (cross + rest) + mean**2
    return square / sigma**2 - 4 * mu**2, centred / sigma**2 - 4 * mu**2, 4 * sigma**2


# --8<-- [start:linear]
def linear_vae(eigenvalues: NDArray, noise: float) -> tuple[NDArray, NDArray, NDArray]:
    """The optimum of a linear VAE with decoder N(W z, noise I), per principal direction of data.

    eigenvalues (D,): data variances. Returns |w|^2, variance of q(z|x), mean KL (nats)."""
    used = np.maximum(eigenvalues, noise)
    return used - noise, noise / used, 0.5 * np.log(used / noise)


# --8<-- [end:linear]


def toy_data(n: int, rng: np.random.Generator) -> NDArray:
    """n points (n, 2) from six equal Gaussians on a circle of radius 1.4."""
    return MODES[rng.integers(6, size=n)] + STD * rng.standard_normal((n, 2))


# --8<-- [start:elbo]
def encode(p: list, x: NDArray) -> tuple[NDArray, NDArray]:
    """x (n, 2) -> mean and log variance of q(z|x), each (n, J); Eq. (12)."""
    h = anp.tanh(anp.dot(x, p[0]) + p[1])
    return anp.dot(h, p[2]) + p[3], anp.dot(h, p[4]) + p[5]


def decode(p: list, z: NDArray) -> NDArray:
    """z (n, J) -> mean (n, 2) of p(x|z) = N(mean, STD^2 I)."""
    return anp.dot(anp.tanh(anp.dot(z, p[6]) + p[7]), p[8]) + p[9]


def negative_elbo(p: list, x: NDArray, eps: NDArray, variational: float = 1.0) -> float:
    """-Eq. (10) with L = 1, in nats per point; variational = 0 leaves a plain autoencoder."""
    mu, logvar = encode(p, x)
    z = mu + variational * anp.exp(0.5 * logvar) * eps  # eps ~ N(0, I): z is differentiable in p
    error = anp.sum((x - decode(p, z)) ** 2, 1) / (2 * STD**2) + np.log(2 * np.pi * STD**2)
    return anp.mean(error + variational * anp.sum(gaussian_kl(mu, logvar), 1))


# --8<-- [end:elbo]


@lru_cache(maxsize=4)
def train(variational: float = 1.0, j: int = 2, updates: int = 400, width: int = 32) -> list:
    """Algorithm 1 with batches of M = 100 and Adam at two rates; j latents, `width` tanh units."""
    rng = np.random.default_rng(0)
    p: list = []
    for shape in ((2, width), (width, j), (width, j), (j, width), (width, 2)):
        p += [rng.standard_normal(shape) / np.sqrt(shape[0]), np.zeros(shape[1])]

    def slope(p: list, _: int) -> list:
        x, eps = toy_data(100, rng), rng.standard_normal((100, j))
        return grad(negative_elbo)(p, x, eps, variational)

    for rate in (0.01, 0.002):
        p = adam(slope, p, num_iters=updates, step_size=rate)
    return p


def prior_samples(variational: float) -> tuple[NDArray, NDArray]:
    """Codes (n, 2) and decoder means (n, 2); plain: codes from a Gaussian fitted to the codes."""
    rng, p = np.random.default_rng(1), train(variational)
    z = rng.standard_normal((POINTS, 2))
    if not variational:
        mu = encode(p, toy_data(POINTS, rng))[0]
        z = mu.mean(0) + z @ np.linalg.cholesky(np.cov(mu.T)).T
    return z, decode(p, z)


def bound_terms(n: int = 40) -> tuple[float, float, float]:
    """log p(x), ELBO, KL(q(z|x) || p(z|x)) in nats, means over n new points; all by quadrature."""
    p, axis = train(), np.linspace(-5, 5, 121)
    z, cell = np.stack(np.meshgrid(axis, axis), 2).reshape(-1, 2), (axis[1] - axis[0]) ** 2
    x = toy_data(n, np.random.default_rng(2))
    mu, logvar = encode(p, x)
    logp = -(z**2).sum(1) / 2 - ((x[:, None] - decode(p, z)) ** 2).sum(2) / (2 * STD**2)
    logp = logp - np.log(4 * np.pi**2 * STD**2)  # log p(x, z), (n, nodes)
    gap = (z - mu[:, None]) ** 2 / np.exp(logvar)[:, None]
    logq = -0.5 * (gap + logvar[:, None] + np.log(2 * np.pi)).sum(2)
    top = logp.max(1)
    evidence = top + np.log(np.exp(logp - top[:, None]).sum(1) * cell)
    q = np.exp(logq) * cell
    elbo = (q * (logp - logq)).sum(1)
    return evidence.mean(), elbo.mean(), (q * (logq - logp + evidence[:, None])).sum(1).mean()


def mlp_parameters(j: int = 20, pixels: int = 784, hidden: int = 500) -> int:
    """Encoder of Eq. (12) and Bernoulli decoder of Eq. (11), weights and biases."""
    encoder = (pixels + 1) * hidden + 2 * (hidden + 1) * j
    return encoder + (j + 1) * hidden + (hidden + 1) * pixels


def counted_minutes() -> tuple[float, float]:
    """Minutes per million samples at 40 GFLOPS, 6 operations a weight: N_z = 3 and 200."""
    return tuple(6 * mlp_parameters(j) * 1e6 / 40e9 / 60 for j in (3, 200))


def implied_variance() -> float:
    """Decoder variance s^2 with |x - y|^2 / (2 s^2) = |x - y|^2 / 784, the per-pixel mean."""
    return 784 / 2


def off_data() -> tuple[float, float]:
    """Percent of samples farther than 3 STD from every group centre: plain autoencoder, VAE."""
    far = [np.linalg.norm(prior_samples(v)[1][:, None] - MODES, axis=2).min(1) for v in (0.0, 1.0)]
    return tuple(100 * float((d > 3 * STD).mean()) for d in far)


def code_spread() -> tuple[float, float]:
    """VAE: root mean square of the code means, and of the standard deviations of q(z|x)."""
    mu, logvar = encode(train(), toy_data(POINTS, np.random.default_rng(3)))
    return np.sqrt((mu**2).mean()), np.sqrt(np.exp(logvar).mean())


def latent_kl(j: int = 6) -> NDArray:
    """Mean KL (nats) of each latent of a VAE with j latents, largest first."""
    mu, logvar = encode(train(1.0, j), toy_data(POINTS, np.random.default_rng(3)))
    return np.sort(gaussian_kl(mu, logvar).mean(0))[::-1]


def figure_samples() -> Figure:
    """Codes of data above, decoded samples below; plain autoencoder left, VAE right."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(5.2, 5.2))
    x, circle = toy_data(100, np.random.default_rng(4)), np.linspace(0, 2 * np.pi, 49)
    for column, v, colour in ((0, 0.0, "C1"), (1, 1.0, "C0")):
        z, y = prior_samples(v)
        ring = np.stack([np.cos(circle), np.sin(circle)], 1) @ np.linalg.cholesky(np.cov(z.T)).T
        axes[0, column].plot(*(z.mean(0) + 2 * ring).T, "--", color="0.5")
        axes[0, column].plot(*encode(train(v), x)[0].T, "o", ms=3, color=colour)
        axes[1, column].plot(*y[:100].T, "o", ms=3, color=colour)
        axes[1, column].plot(*MODES.T, "x", color="0.5", ms=9)
        for ax, name in zip(axes[:, column], "zx", strict=True):
            ax.set(xlabel=f"${name}_1$", ylabel=f"${name}_2$", aspect="equal")
            ax.set(xlim=(-2.3, 2.3), ylim=(-2.3, 2.3), xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    return fig


def figure_collapse() -> Figure:
    """KL of four latents of a linear VAE against the decoder's variance."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    noise = np.geomspace(0.01, 10, 61)
    styles = (4, "-", "C0"), (1, "--", "C1"), (0.25, "-.", "C2"), (0.06, ":", "C3")
    for value, style, colour in styles:
        kl = [linear_vae(np.array([value]), s)[2][0] for s in noise]
        ax.semilogx(noise, kl, style, color=colour, label=f"data variance {value}")
    ax.set(xlabel="decoder variance s²", ylabel="KL of the latent (nats)")
    ax.legend(frameon=False)
    return fig


def main() -> None:
    """Print the numbers that the note quotes."""
    mu, logvar = np.array([1.0, -0.5]), np.array([-1.0, 0.3])
    print(f"KL in closed form {gaussian_kl(mu, logvar).sum():.4f} nats, ", end="")
    print("100,000 draws {:.4f} +- {:.4f}".format(*kl_monte_carlo(mu, logvar)))
    print("\nvariance of d/dmu_1 E|z|^2     score    centred     path")
    for j in (1, 20, 200):
        print("J ={:>4}{:>29.2f}{:>11.2f}{:>9.2f}".format(j, *quadratic_variances(j)))
    print("\nlinear VAE, s^2 = 0.5:  eigenvalue   |w|^2   var q    KL")
    values = np.array([4.0, 1.0, 0.5, 0.1])
    for row in zip(values, *linear_vae(values, 0.5), strict=True):
        print("{:>34.2f}{:>8.2f}{:>8.3f}{:>6.3f}".format(*row))
    print("\nsamples off the data: plain {:.0f} %, VAE {:.0f} %".format(*off_data()))
    print("VAE codes: deviation of the means {:.2f}, of q {:.2f}".format(*code_spread()))
    print("log p(x) {:.3f} = ELBO {:.3f} + KL {:.3f} nats".format(*bound_terms()))
    print("KL of six latents:", np.round(latent_kl(), 3))
    print(f"MNIST nets, 20 latents: {mlp_parameters():,} parameters")
    print("minutes per million samples, counted: {:.1f} to {:.1f}".format(*counted_minutes()))


if __name__ == "__main__":
    main()
