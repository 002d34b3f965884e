"""Runnable companion to "SimGen: Simulator-conditioned Driving Scene Generation" (NeurIPS 2024).

1. The cascade on a toy: a road strip of 16 cells with one vehicle, whose simulated condition has the wrong
   vehicle profile and no background; CondDiff and ImgDiff are exact denoisers of known distributions.
2. Valid masks, flicker between frames, arithmetic on the paper's tables and settings.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

Array = NDArray[np.float64]
CELLS, SPOTS, STEPS, STD = 16, 4, 50, 0.2  # cells, places of the vehicle, DDIM steps, spread of a component
REAL = 2.0 * np.array([0.4, 1.0, 1.0, 0.4])  # vehicle profile in the real conditions
SIM = 2.0 * np.ones(4)  # the simulator's only asset: a box
TEXTURES = np.array([[-1.0, -0.2], [0.2, -1.0]])  # two kinds of background, repeated along the strip
# Tables 7 to 10, in percent: nuScenes, then DIVA-Real (first three) or DIVA-Sim (layout)
SHARES = {
    "location": ((44.1, 0.0, 0.0, 55.9, 0.0), (56.9, 8.5, 16.9, 14.6, 3.1)),
    "time": ((88.4, 0.0, 0.0, 11.6), (55.8, 16.3, 10.1, 17.8)),
    "weather": ((80.5, 19.5, 0.0, 0.0, 0.0), (58.2, 1.0, 28.6, 2.1, 10.2)),
    "layout": ((47.1, 18.0, 10.2, 5.0, 2.5, 13.1, 0.0, 4.1), (36.2, 14.3, 10.0, 10.7, 17.4, 6.6, 1.2, 3.6)),
}


def strip(spot: int, profile: Array, background: Array) -> Array:
    """A condition of shape (16,): background everywhere, the vehicle's profile on four cells."""
    out = np.tile(background, CELLS // 2)
    out[4 * spot : 4 * spot + 4] = profile
    return out


MEANS = np.array([strip(k, REAL, b) for k in range(SPOTS) for b in TEXTURES])  # (8, 16), two per spot


def levels() -> Array:
    """alpha_t^2 of Stable Diffusion's schedule at the 50 DDIM steps 1, 21, ..., 981; (50,)."""
    beta = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    return np.cumprod(1 - beta)[1 :: 1000 // STEPS]


def real_denoiser(x: Array, a: float) -> Array:
    """E[x_0 | x_t] for the mixture of real conditions at level a = alpha_t^2; (n, 16) -> (n, 16)."""
    var = a * STD**2 + 1 - a
    r = softmax((np.sqrt(a) * x @ MEANS.T - 0.5 * a * (MEANS**2).sum(1)) / var, axis=1)  # |x|^2 cancels
    gain = np.sqrt(a) * STD**2 / var
    return gain * x + (1 - np.sqrt(a) * gain) * r @ MEANS


# --8<-- [start:sdedit]
def conddiff(sim: Array, ts: float, noise: Array, scaled: bool = True) -> Array:
    """Eqs. (3) and (4): noise the simulated condition up to time ts, then denoise; (n, 16) -> (n, 16)."""
    count = int(ts * STEPS)  # network evaluations; scaled=False is Eq. (3) as printed, without alpha
    abar = np.append(1.0, levels()[:count])  # 1 is clean
    x = (np.sqrt(abar[-1]) if scaled else 1.0) * sim + np.sqrt(1 - abar[-1]) * noise
    for a, b in zip(abar[:0:-1], abar[-2::-1], strict=True):
        x0 = real_denoiser(x, a)
        eps = (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
        x = np.sqrt(b) * x0 + np.sqrt(1 - b) * eps  # DDIM, eta = 0
    return x


# --8<-- [end:sdedit]


# --8<-- [start:mask]
def imgdiff(real: Array, extra: Array | None, valid: Array | float, noise: Array) -> Array:
    """A sample of p(image | RealCond, ExtraCond): two Gaussians multiplied; valid (16,) masks extra."""
    weight = np.ones(CELLS) * (0.0 if extra is None else valid)
    other = np.zeros_like(real) if extra is None else extra
    mean = (real + weight * other) / (1 + weight)
    return mean + 0.1 / np.sqrt(1 + weight) * noise


# --8<-- [end:mask]


def frechet(x: Array, y: Array) -> float:
    """FID's formula on raw cells: squared distance of the means plus a trace over covariances."""
    cx, cy = np.cov(x.T), np.cov(y.T)
    cross = np.sqrt(np.clip(np.linalg.eigvals(cx @ cy).real, 0, None)).sum()
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(cx) + np.trace(cy) - 2 * cross)


def spot_of(images: Array) -> NDArray[np.int64]:
    """The place of the vehicle in each image, by the nearest component; (n,)."""
    return ((images[:, None] - MEANS) ** 2).sum(-1).argmin(1) // 2


@lru_cache(maxsize=64)
def cascade(ts: float, scaled: bool = True) -> tuple[float, float]:
    """Percent of images with the vehicle where the simulator put it; Fréchet distance to real images."""
    n, rng = 4000, np.random.default_rng(0)
    spot = np.arange(n) % SPOTS
    box = np.array([strip(k, SIM, np.zeros(2)) for k in range(SPOTS)])
    sim = box[spot] + 0.02 * rng.standard_normal((n, CELLS))
    maps = conddiff(sim, ts, rng.standard_normal((n, CELLS)), scaled)
    images = imgdiff(maps, None, 0, rng.standard_normal((n, CELLS)))
    real = MEANS[np.arange(n) % 8] + STD * rng.standard_normal((n, CELLS))
    truth = imgdiff(real, None, 0, rng.standard_normal((n, CELLS)))
    return 100 * float((spot_of(images) == spot).mean()), frechet(images, truth)


def half_way() -> tuple[float, ...]:
    """alpha, sigma, sigma/alpha at t_s = 0.5"""
    alpha, sigma = np.sqrt(levels()[24]), np.sqrt(1 - levels()[24])
    return float(alpha), float(sigma), float(sigma / alpha)


def layout_kept() -> tuple[float, ...]:
    """Toy, layout kept (%): t_s = 0, 0.5, 0.8, 1"""
    return tuple(cascade(t)[0] for t in (0.0, 0.5, 0.8, 1.0))


def distances() -> tuple[float, ...]:
    """Toy, Fréchet distance: t_s = 0, 0.2, 0.5, 1"""
    return tuple(cascade(t)[1] for t in (0.0, 0.2, 0.5, 1.0))


def unscaled() -> tuple[float, ...]:
    """Toy, t_s = 0.5, distance: with, without alpha"""
    return cascade(0.5)[1], cascade(0.5, scaled=False)[1]


def background_error() -> tuple[float, ...]:
    """Toy, background RMS error: no mask, mask"""
    rng, back = np.random.default_rng(1), np.r_[4:16]
    real = np.tile(MEANS[0], (2000, 1))
    extra = np.tile(strip(0, SIM, np.zeros(2)), (2000, 1))
    noise, valid = rng.standard_normal(real.shape), (np.arange(CELLS) < 4).astype(float)
    outs = (imgdiff(real, extra, m, noise)[:, back] - real[:, back] for m in (1.0, valid))
    return tuple(float(np.sqrt((o**2).mean())) for o in outs)


def flicker() -> tuple[float, ...]:
    """Toy, background switches (%): new, same noise"""
    frames, films, rng = 40, 100, np.random.default_rng(2)
    box = np.array([strip((f // 10) % SPOTS, SIM, np.zeros(2)) for f in range(frames)])
    out = []
    for shared in (False, True):
        noise = rng.standard_normal((films, 1 if shared else frames, CELLS)) * np.ones((1, frames, 1))
        x = conddiff(np.tile(box, (films, 1)), 0.5, noise.reshape(-1, CELLS))
        kind = ((x[:, None] - MEANS) ** 2).sum(-1).argmin(1) % 2
        out.append(100 * float((np.diff(kind.reshape(films, frames)) != 0).mean()))
    return tuple(out)


def unet_mparams() -> float:
    """Million parameters, U-Net of Stable Diffusion 2.1 (config)"""
    ch, mult, ctx, emb = 320, (1, 2, 4, 4), 1024, 1280

    def conv(i: int, o: int, k: int = 3) -> int:
        return k * k * i * o + o

    def res(i: int, o: int) -> int:  # norm, conv, step embedding, norm, conv, shortcut
        return 2 * i + conv(i, o) + conv(emb, o, 1) + 2 * o + conv(o, o) + (i != o) * conv(i, o, 1)

    def block(c: int) -> int:  # norm, in and out maps, self- and cross-attention, gated MLP, three norms
        return (
            2 * c + 2 * conv(c, c, 1) + 8 * c * c + 2 * c + (2 * ctx - 2 * c) * c + 12 * c * c + 9 * c + 6 * c
        )

    total, skips, c = conv(ch, emb, 1) + conv(emb, emb, 1) + conv(4, ch), [ch], ch
    for level, m in enumerate(mult):
        for _ in range(2):
            total, c = total + res(c, m * ch) + (level < 3) * block(m * ch), m * ch
            skips.append(c)
        if level < 3:
            total, skips = total + conv(c, c), [*skips, c]
    total += 2 * res(c, c) + block(c)
    for level, m in reversed(list(enumerate(mult))):
        for _ in range(3):
            total, c = total + res(c + skips.pop(), m * ch) + (level < 3) * block(m * ch), m * ch
        total += (level > 0) * conv(c, c)
    return (total + 2 * c + conv(c, 4)) / 1e6


def frame_cost() -> tuple[float, ...]:
    """Denoising steps a frame; seconds; over 0.5 s"""
    steps = int(0.5 * 50) + 50  # App. C.4
    return steps, steps * 1.13, steps * 1.13 / 0.5


def conddiff_epochs() -> float:
    """CondDiff: passes over 4.5M pairs, 30,000 iterations of 96"""
    return 30_000 * 96 / 4.5e6


def bevgen_drops() -> tuple[float, ...]:
    """Table 4, BEVGen against oracle: road, truck"""
    return 50.1 - 72.2, 9.1 - 21.4


def gains() -> tuple[float, ...]:
    """Table 5, gains: SimGen, nuSc, MagicDrive, mIoU vehicle"""
    return 39.0 - 34.6, 38.0 - 34.6, 37.7 - 34.6


def effective(shares: tuple[float, ...]) -> float:
    """exp(entropy): the number of equally frequent categories that would be as diverse."""
    p = np.array([s for s in shares if s]) / sum(shares)
    return float(np.exp(-(p * np.log(p)).sum()))


def categories() -> tuple[float, ...]:
    """Effective categories: location, time, weather, layout"""
    return tuple(effective(s) for pair in SHARES.values() for s in pair)


def clips() -> tuple[int, int, int]:
    """Frames at 2 Hz: 3 s clip, 20 s scene; clips to cover it"""
    short, long = 3 * 2, 20 * 2
    return short, long, -(-(long - 1) // (short - 1))


def figure_tradeoff():
    from matplotlib.pyplot import subplots

    fig, ax = subplots(figsize=(5.2, 3.2))
    ts = np.linspace(0, 1, 21).round(2)
    kept, dist = np.array([cascade(float(t)) for t in ts]).T
    ax.axvspan(0.4, 0.65, color="0.5", alpha=0.2, lw=0)
    ax.plot(ts, kept / 100, "C0o-", ts, dist / dist[0], "C1s--", ms=3)
    ax.text(0.1, 1.05, "layout kept", color="C0")
    ax.text(0.12, 0.25, "Fréchet distance,\nshare of direct use", color="C1")
    ax.set(xlabel="starting time tₛ", ylabel="share", ylim=(-0.05, 1.2))
    return fig


def main() -> None:
    """Print the numbers that the note quotes, each under the first line of its description."""
    rows = (half_way, layout_kept, distances, unscaled, background_error, flicker, unet_mparams)
    for check in (*rows, frame_cost, conddiff_epochs, bevgen_drops, gains, categories, clips):
        print(f"{check.__doc__:<64}", *(f"{v:8.2f}" for v in np.atleast_1d(check())))


if __name__ == "__main__":
    main()
