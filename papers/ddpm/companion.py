"""Companion to "Denoising Diffusion Probabilistic Models" (Ho, Jain and Abbeel, NeurIPS 2020).

Time runs from t = 1 to T as in the paper; arrays are indexed by t - 1. Pixels live in [-1, 1].
"""

from functools import lru_cache

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.misc.optimizers import adam
from numpy.typing import NDArray
from scipy.stats import norm

TOY_STEPS, TOY_STD, TOY_MODES = (
    100,
    0.15,
    1.4
    * np.array(  # six modes on a circle, (6, 2)
        [[np.cos(k * np.pi / 3), np.sin(k * np.pi / 3)] for k in range(6)]
    ),
)


# --8<-- [start:forward]
def schedule(steps: int = 1000) -> tuple[NDArray, NDArray]:
    """beta_t, linear in t (Sec. 4), and alpha_bar_t = prod_{s<=t} (1 - beta_s); both (steps,).

    Fewer steps get proportionally larger betas, so that alpha_bar_T stays near zero."""
    beta = np.linspace(1e-4, 0.02, steps) * 1000 / steps
    return beta, np.cumprod(1 - beta)


def diffuse(x0: NDArray, abar_t: NDArray | float, eps: NDArray) -> NDArray:
    """Eq. (4): jump from x_0 to x_t in one draw; x0 and eps (n, d), abar_t broadcasts to them."""
    return np.sqrt(abar_t) * x0 + np.sqrt(1 - abar_t) * eps


# --8<-- [end:forward]


# --8<-- [start:posterior]
def posterior(beta: NDArray, abar: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Eq. (7), q(x_{t-1} | x_t, x_0): weight of x_0, weight of x_t, variance; each (T,)."""
    before = np.append(1.0, abar[:-1])  # alpha_bar_{t-1}
    on_x0 = np.sqrt(before) * beta / (1 - abar)
    on_xt = np.sqrt(1 - beta) * (1 - before) / (1 - abar)
    return on_x0, on_xt, beta * (1 - before) / (1 - abar)


# --8<-- [end:posterior]


def bound_weight() -> NDArray:
    """Eq. (12), sigma_t^2 = beta_t: weight of |eps - eps_theta|^2 in the bound, t = 1..1000."""
    beta, abar = schedule()
    return beta / (2 * (1 - beta) * (1 - abar))


def chain_std(steps: int, rule: str, std: float = 0.5) -> float:
    """Exact standard deviation of the x_0 sampled when the data are N(0, std^2), eps_theta is
    optimal and the chain visits `steps` of the 1000 noise levels, evenly spaced. rule: "beta" or
    "posterior" (Algorithm 2 with that sigma_t^2) or "langevin" (one Langevin step a level)."""
    abar = schedule()[1][np.round(np.linspace(0, 999, steps)).astype(int)]
    before = np.append(1.0, abar[:-1])
    beta = 1 - abar / before
    level = abar * std**2 + 1 - abar  # variance of q(x_t); its score is -x / level
    keep, noise = (1 - beta / level) / np.sqrt(1 - beta), beta.copy()
    if rule == "posterior":
        noise = posterior(beta, abar)[2]
    if rule == "langevin":
        keep = 1 - beta / 2 / level
    noise[0] = 0.0  # no noise in the last step
    var = 1.0
    for k, v in zip(keep[::-1], noise[::-1], strict=True):
        var = k**2 * var + v
    return float(np.sqrt(var))


def decoder_bits(rmse: float, variance: float) -> float:
    """L_0 of Eq. (13) in bits/dim, edges ignored, if x_0 - mu is N(0, rmse^2) on the 0-255 scale;
    variance is sigma_1^2 on the [-1, 1] scale. Bins are one grey level wide."""
    error = rmse * norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    std = np.sqrt(variance) * 127.5
    return float(-np.mean(np.log2(norm.cdf((error + 0.5) / std) - norm.cdf((error - 0.5) / std))))


def unet_parameters(multipliers: tuple = (1, 2, 2, 2), size: int = 32, ch: int = 128) -> int:
    """Parameters of the official U-Net (diffusion_tf/models/unet.py) on size x size x 3 images: two
    blocks a level down, three up, attention at 16 x 16 and in the middle, time embedding 4 ch."""

    def conv(i: int, o: int, k: int = 3) -> int:
        return k * k * i * o + o

    def block(i: int, o: int, side: int = 0) -> int:
        block = 2 * (i + o) + conv(i, o) + conv(4 * ch, o, 1) + conv(o, o)
        return block + (i != o) * conv(i, o, 1) + (side == 16) * (2 * o + 4 * conv(o, o, 1))

    widths = [m * ch for m in multipliers]
    total = conv(ch, 4 * ch, 1) + conv(4 * ch, 4 * ch, 1) + conv(3, ch)
    skips, h = [ch], ch
    for level, w in enumerate(widths):
        total += block(h, w, size >> level) + block(w, w, size >> level)
        skips, h = [*skips, w, w], w
        if level + 1 < len(widths):
            total, skips = total + conv(w, w), [*skips, w]
    total += block(h, h, 16) + block(h, h)
    for level, w in reversed(list(enumerate(widths))):
        for _ in range(3):
            total, h = total + block(h + skips.pop(), w, size >> level), w
        total += conv(w, w) if level else 0
    return total + 2 * h + conv(h, 3)


def toy_data(n: int, rng: np.random.Generator) -> NDArray:
    """n points (n, 2) from six equal Gaussians of standard deviation TOY_STD on a circle."""
    return TOY_MODES[rng.integers(6, size=n)] + TOY_STD * rng.standard_normal((n, 2))


def toy_eps(x: NDArray, abar_t: NDArray) -> NDArray:
    """E[eps | x_t] of the toy data in closed form; x (n, 2), abar_t (n, 1) -> (n, 2)."""
    var = abar_t * TOY_STD**2 + 1 - abar_t
    gap = x[:, None] - np.sqrt(abar_t)[:, None] * TOY_MODES  # (n, 6, 2)
    logit = -0.5 * (gap**2).sum(2) / var
    weight = np.exp(logit - logit.max(1)[:, None])
    return np.sqrt(1 - abar_t) / var * (weight[..., None] * gap).sum(1) / weight.sum(1)[:, None]


# --8<-- [start:train]
def eps_net(params: list, x: NDArray, t: NDArray) -> NDArray:
    """Noise predictor: x (n, 2) and step t (n,) -> (n, 2); sinusoids of t, two tanh layers."""
    angle = t[:, None] / TOY_STEPS * np.pi * np.arange(1, 5)  # (n, 4)
    h = anp.concatenate([3 * x, np.sin(angle), np.cos(angle)], axis=1)  # (n, 10)
    w1, b1, w2, b2, w3, b3 = params
    h = anp.tanh(anp.dot(anp.tanh(anp.dot(h, w1) + b1), w2) + b2)  # (n, width)
    return anp.dot(h, w3) + b3


def loss(params: list, x0: NDArray, t: NDArray, eps: NDArray) -> float:
    """L_simple, Eq. (14), averaged over coordinates; x0 and eps (n, 2), t (n,) in 1..T."""
    abar_t = schedule(TOY_STEPS)[1][t - 1][:, None]
    return anp.mean((eps - eps_net(params, diffuse(x0, abar_t, eps), t)) ** 2)


# --8<-- [end:train]


@lru_cache(maxsize=1)
def train(updates: int = 600, batch: int = 128, width: int = 64) -> list:
    """Algorithm 1 on the toy data, `updates` of Adam at each of three rates; weights of eps_net."""
    rng = np.random.default_rng(0)
    sizes = [(10, width), (width,), (width, width), (width,), (width, 2), (2,)]
    params = [rng.standard_normal(s) / np.sqrt(s[0]) * (len(s) - 1) for s in sizes]

    def slope(params: list, _: int) -> list:
        x0, eps = toy_data(batch, rng), rng.standard_normal((batch, 2))
        return grad(loss)(params, x0, rng.integers(1, TOY_STEPS + 1, batch), eps)

    for rate in (0.01, 0.004, 0.001):
        params = adam(slope, params, num_iters=updates, step_size=rate)
    return params


# --8<-- [start:sample]
def sample(predict, n: int, stop: int = 0) -> NDArray:
    """Algorithm 2 with sigma_t^2 = beta_t from x_T ~ N(0, I) down to x_stop; (n, 2).

    predict(x, t) is the noise estimate for points x (n, 2) at steps t (n,)."""
    rng, (beta, abar) = np.random.default_rng(1), schedule(TOY_STEPS)
    x = rng.standard_normal((n, 2))
    for t in range(TOY_STEPS, stop, -1):
        b, a = beta[t - 1], abar[t - 1]
        mean = (x - b / np.sqrt(1 - a) * predict(x, np.full(n, t))) / np.sqrt(1 - b)
        x = mean + np.sqrt(b) * rng.standard_normal((n, 2)) * (t > 1)
    return x


# --8<-- [end:sample]


def signal_end() -> float:
    """Factor sqrt(alpha_bar_T) on the data in x_T."""
    return float(np.sqrt(schedule()[1][-1]))


def equal_step() -> int:
    """First t at which the signal-to-noise ratio alpha_bar_t / (1 - alpha_bar_t) is below 1."""
    return int(np.argmax(schedule()[1] < 0.5)) + 1


def weight_ratio() -> float:
    """Weight of the noise error in the bound, t = 1 over t = T."""
    return float(bound_weight()[0] / bound_weight()[-1])


def variance_ratio() -> tuple[float, float]:
    """Posterior variance over beta_t at t = 2 and t = 100 (it is 0 at t = 1)."""
    ratio = posterior(*schedule())[2] / schedule()[0]
    return float(ratio[1]), float(ratio[99])


def std_long() -> tuple[float, float]:
    """Samples' standard deviation, data N(0, 0.25): 1000 steps, sigma_t^2 = beta_t, posterior."""
    return chain_std(1000, "beta"), chain_std(1000, "posterior")


def std_short() -> tuple[float, float]:
    """The same with 10 steps."""
    return chain_std(10, "beta"), chain_std(10, "posterior")


def std_langevin() -> float:
    """The same with one Langevin step of size beta_t at each of the 1000 levels."""
    return chain_std(1000, "langevin")


def decoder_costs() -> tuple[float, float]:
    """L_0 in bits/dim at the RMSE of Table 4 if sigma_1^2 is the code's value, or beta_1."""
    return tuple(decoder_bits(0.95136, v) for v in (posterior(*schedule())[2][1], 1e-4))


def toy_losses() -> tuple[float, float]:
    """L_simple of the trained toy network and of the exact E[eps | x_t] on 4000 fresh draws."""
    rng = np.random.default_rng(5)
    x0, eps, t = toy_data(4000, rng), rng.standard_normal((4000, 2)), rng.integers(1, 101, 4000)
    abar_t = schedule(TOY_STEPS)[1][t - 1][:, None]
    best = float(np.mean((eps - toy_eps(diffuse(x0, abar_t, eps), abar_t)) ** 2))
    return float(loss(train(), x0, t, eps)), best


def figure_schedule():
    """Signal-to-noise ratio and loss weights over t, published schedule."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    t, abar = np.arange(1, 1001), schedule()[1]
    i = np.unique(np.geomspace(1, 1000, 90).round().astype(int)) - 1
    ax.loglog(t[i], (abar / (1 - abar))[i], "C0-", label="signal-to-noise ratio")
    ax.loglog(t[i], bound_weight()[i], "C1--", label="weight in the bound")
    ax.loglog(t[[0, -1]], [1, 1], "C2:", lw=2.5, label="weight in the simple loss")
    ax.set(xlabel="step t", ylabel="ratio or weight (no unit)")
    ax.legend(frameon=False)
    return fig


def figure_toy():
    """150 samples of the trained toy model at t = 100, 30 and 0."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 3, sharex=True, sharey=True, figsize=(5.2, 2.2))
    for ax, stop, colour in zip(axes, (100, 30, 0), ("C1", "C3", "C0"), strict=True):
        x = sample(lambda x, t: eps_net(train(), x, t), 150, stop)
        ax.plot(*x.T, ".", color=colour, ms=3)
        ax.plot(*TOY_MODES.T, "+", color="0.5", ms=9)
        ax.set(xlabel=f"t = {stop}", aspect=1, xlim=(-2.9, 2.9), ylim=(-2.9, 2.9))
    return fig


def main() -> None:
    """Print every result the note quotes."""
    beta, abar = schedule()
    print("  t      beta_t   sqrt(abar_t)    SNR_t     weight in L   posterior/beta")
    for t, w, v in [
        (t, bound_weight()[t - 1], posterior(beta, abar)[2][t - 1]) for t in (1, 2, 10, 100, 260, 500, 1000)
    ]:
        b, a = beta[t - 1], abar[t - 1]
        print(f"{t:5d}  {b:.6f}   {a**0.5:.6f}   {a / (1 - a):10.5f}   {w:.5f}     {v / b:.4f}")
    print(f"\nSNR below 1 from t = {equal_step()}; weight at 1 over T: {weight_ratio():.1f}")
    print("\ndata N(0, 0.5^2), exact noise predictor: standard deviation of the samples")
    for steps in (1000, 100, 10):
        print(
            f"  {steps:4d} steps: "
            + "   ".join(f"{rule} {chain_std(steps, rule):.4f}" for rule in ("beta", "posterior", "langevin"))
        )
    code, beta_1 = decoder_costs()
    print(f"\ndecoder bits/dim at RMSE 0.95: code's sigma_1 {code:.3f}, beta_1 {beta_1:.3f}")
    large = unet_parameters((1, 1, 2, 2, 4, 4), 256)
    print(f"U-Net parameters: CIFAR10 {unet_parameters():,}, 256 x 256 {large:,}")
    trained, best = toy_losses()
    print(f"\ntoy model: L_simple trained {trained:.3f}, best possible {best:.3f}")
    gap = sample(lambda x, t: eps_net(train(), x, t), 2000)[:, None] - TOY_MODES
    hit = (np.linalg.norm(gap, axis=2).min(1) < 0.5).mean()
    print(f"toy samples within 0.5 of a mode: {hit:.0%}")


if __name__ == "__main__":
    main()
