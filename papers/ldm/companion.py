"""Runnable companion to "High-Resolution Image Synthesis with Latent Diffusion Models" (CVPR 2022).

1. Parameters and multiply-adds of the U-Nets (Table 13; official configurations).
2. Cross-attention (Sec. 3.3): shapes and roles.
3. Noise schedule, latent scale and signal-to-noise ratio (App. D.1, G).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
# Table 13: f -> latent channels, base width, multipliers, downsampling rates with attention, batch size.
# The 32 channels of f = 32 come from its z-shape; Table 8 has 16. Either gives 395 million parameters.
ANALYSIS = {
    1: (3, 192, (1, 1, 2, 2, 4, 4), (8, 16, 32), 7),
    2: (2, 192, (1, 2, 2, 4, 4), (4, 8, 16), 9),
    4: (3, 192, (1, 2, 3, 5), (2, 4, 8), 40),
    8: (4, 256, (1, 2, 4), (1, 2, 4), 64),
    16: (8, 256, (1, 2, 4), (1, 2, 4), 112),
    32: (32, 256, (1, 2, 4), (1, 2, 4), 112),
}
TEXT = ((4, 320, (1, 2, 4, 4), (1, 2, 4)), (0.00085, 0.012))  # 1.45B model, Stable Diffusion v1


# A cost is an array: parameters; multiply-adds of convolutions, of matrices on tokens, of token pairs.
# --8<-- [start:cost]
def conv_cost(k: int, c_in: int, c_out: int, side: int) -> Array:
    """A k x k convolution with bias that writes (c_out, side, side)."""
    weights = k * k * c_in * c_out
    return np.array([weights + c_out, weights * side**2, 0, 0])


def attention_cost(c: int, side: int, context: int = 0, tokens: int = 1) -> Array:
    """Attention on N = side^2 positions of width c: plain, or if context > 0 a transformer block
    (Table 16) between two 1 x 1 convolutions, reading `tokens` vectors of width `context`.
    """
    n = side**2
    if not context:
        return np.array([4 * c * c + 6 * c, 0, 4 * c * c * n, 2 * n * n * c])
    square = (2 + 4 + 2 + 12) * c * c  # 1 x 1 ends, self-attention, Q and output, gated MLP
    read = 2 * context * c  # K and V of the cross-attention
    return np.array([square + read + 21 * c, 0, square * n + read * tokens, 2 * n * (n + tokens) * c])


# --8<-- [end:cost]


def residual_cost(c_in: int, c_out: int, side: int, emb: int) -> Array:
    """Two 3 x 3 convolutions with norms, a linear map of the step embedding, a 1 x 1 for new widths."""
    cost = conv_cost(3, c_in, c_out, side) + conv_cost(3, c_out, c_out, side)
    if c_in != c_out:
        cost = cost + conv_cost(1, c_in, c_out, side)
    return cost + np.array([2 * c_in + 2 * c_out + emb * c_out + c_out, 0, 0, 0])


def unet(
    latent: tuple[int, int, tuple[int, ...], tuple[int, ...]], side: int, context: int = 0, tokens: int = 1
) -> tuple[Array, list[int]]:
    """Cost of the official U-Net on a (c, side, side) input, and the widths that have attention.

    latent: c, base width, multipliers, rates with attention. Two residual blocks a level.
    """
    c, width, mult, rates = latent
    blocks, resamplers = [], []  # (c_in, c_out, rate, attention?), (c, rate)
    skips, now, last = [width], width, len(mult) - 1
    for level, m in enumerate(mult):
        for _ in range(2):
            blocks.append((now, m * width, 2**level, 2**level in rates))
            now = m * width
            skips.append(now)
        if level < last:
            resamplers.append((now, 2 ** (level + 1)))
            skips.append(now)
    blocks += [(now, now, 2**last, True), (now, now, 2**last, False)]
    for level in range(last, -1, -1):
        for _ in range(3):
            blocks.append((now + skips.pop(), mult[level] * width, 2**level, 2**level in rates))
            now = mult[level] * width
        if level:
            resamplers.append((now, 2 ** (level - 1)))
    emb, attended = 4 * width, [out for _, out, _, attend in blocks if attend]
    ends = np.array([(width + emb + 2) * emb + 2 * now, 0, 0, 0])  # step embedding, last norm
    parts = [ends, conv_cost(3, c, width, side), conv_cost(3, now, c, side)]
    parts += [residual_cost(c_in, out, side // rate, emb) for c_in, out, rate, _ in blocks]
    parts += [attention_cost(out, side // rate, context, tokens) for _, out, rate, a in blocks if a]
    parts += [conv_cost(3, n, n, side // rate) for n, rate in resamplers]
    return sum(parts), attended


def analysis_unet(f: int) -> tuple[Array, list[int]]:
    """Class-conditional LDM-f of Table 13 on 256 x 256 images; context: one vector of width 512."""
    return unet(ANALYSIS[f][:4], 256 // f, context=512)


# --8<-- [start:cross]
def softmax(a: Array) -> Array:
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cross_attention(phi: Array, tau: Array, w_q: Array, w_k: Array, w_v: Array) -> Array:
    """phi (N, d_eps): U-Net positions; tau (M, d_tau): tokens; w_q (d_eps, d); w_k, w_v (d_tau, d).

    Every position asks, every token answers: the result (N, d) has a row for each position.
    """
    q, k, v = phi @ w_q, tau @ w_k, tau @ w_v  # (N, d), (M, d), (M, d)
    weights = softmax(q @ k.T / np.sqrt(q.shape[1]))  # (N, M), rows sum to 1
    return weights @ v


# --8<-- [end:cross]


# --8<-- [start:schedule]
def schedule(start: float, end: float, steps: int = 1000, power: float = 0.5) -> Array:
    """alpha-bar (steps,). Official code: linear in beta^0.5; power = 1 is linear in beta, as in DDPM."""
    beta = np.linspace(start**power, end**power, steps) ** (1 / power)
    return np.cumprod(1 - beta)


def snr(alpha_bar: Array, latent_std: float = 1.0) -> Array:
    """Signal-to-noise ratio at every step of a latent with the given standard deviation."""
    return latent_std**2 * alpha_bar / (1 - alpha_bar)


def scale_factor(z: Array) -> float:
    """App. G: one number for all, 1 / std over batch, channels and positions together."""
    return float(1 / z.std())


# --8<-- [end:schedule]


def toy_latents(f: int, channels: int) -> Array:
    """A linear first stage: principal components (patches, channels) of the f x f patches of 64
    random images (64 x 64), whose power falls as 1 / frequency^2 as in photographs."""
    k = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.fftfreq(64)[None])
    k[0, 0] = np.inf
    x = np.fft.ifft2(np.fft.fft2(np.random.default_rng(0).standard_normal((64, 64, 64))) / k).real
    p = x.reshape(64, 64 // f, f, 64 // f, f).transpose(0, 1, 3, 2, 4).reshape(-1, f * f)
    return p @ np.linalg.eigh(p.T @ p)[1][:, ::-1][:, :channels]


# The numbers of the note, in the unit shown there.


def latent_sizes() -> tuple[int, ...]:
    """Numbers in a 256 x 256 image and in the latents of LDM-4, LDM-8 and LDM-16."""
    return (256**2 * 3, *((256 // f) ** 2 * ANALYSIS[f][0] for f in (4, 8, 16)))


def analysis_sizes() -> tuple[float, ...]:
    return tuple(analysis_unet(f)[0][0] / 1e6 for f in ANALYSIS)


def analysis_gmacs() -> tuple[float, ...]:
    return tuple(analysis_unet(f)[0][1:].sum() / 1e9 for f in ANALYSIS)


def pair_gmacs() -> tuple[float, float]:
    """10^9 multiply-adds of LDM-1 in convolutions and in query-key-value products."""
    cost = analysis_unet(1)[0] / 1e9
    return cost[1], cost[3]


def images_seen() -> tuple[float, ...]:
    """Millions of images in 2 million steps, LDM-1 and LDM-8 (Table 13)."""
    return 2.0 * ANALYSIS[1][4], 2.0 * ANALYSIS[8][4]


def forward_work() -> tuple[float, float]:
    """10^18 forward multiply-adds of the same runs."""
    return tuple(2e6 * ANALYSIS[f][4] * analysis_unet(f)[0][1:].sum() / 1e18 for f in (1, 8))


def text_unets() -> tuple[int, int]:
    """Parameters, text-to-image LDM and Stable Diffusion v1: widths of the tokens 1280 and 768."""
    return tuple(int(unet(TEXT[0], 32, context=d, tokens=77)[0][0]) for d in (1280, 768))


def idle_weights() -> int:
    """Query and key matrices of LDM-4's cross-attention, which cannot act with a single token."""
    return sum(c * c + 512 * c for c in analysis_unet(4)[1])


def table6_ratios() -> tuple[float, ...]:
    """LDM-1 against the latent models: least speed-up in training, sampling, epoch; least FID ratio."""
    return 0.32 / 0.11, 0.97 / 0.26, 20.66 / 7.66, 24.74 / 15.95


def terminal_signal() -> tuple[float, float]:
    """sqrt(alpha-bar) after the last step: ImageNet and text-to-image configurations."""
    return tuple(float(np.sqrt(schedule(*ends)[-1])) for ends in ((0.0015, 0.0195), TEXT[1]))


def latent_std() -> float:
    return 1 / 0.18215


def equal_steps() -> tuple[int, int]:
    """First step with more noise than signal (text-to-image), scaled latent and raw latent."""
    return tuple(int((snr(schedule(*TEXT[1]), s) < 1).argmax()) + 1 for s in (1.0, latent_std()))


def toy_spread() -> tuple[float, float]:
    """f = 8, 4 channels: largest and smallest channel deviation after the one-number rescaling."""
    z = toy_latents(8, 4)
    std = (z * scale_factor(z)).std(0)
    return float(std.max()), float(std.min())


def figure_cost() -> Figure:
    """Multiply-adds against f: one convolution, one self-attention, the whole U-Nets of Table 13."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    f = np.array(list(ANALYSIS))
    n = (256 / f) ** 2
    ax.loglog(f, 2 * n**2 * 256 / 1e9, "C1--", label="one self-attention")
    ax.loglog(f, 9 * n * 256**2 / 1e9, "C0-", label="one 3×3 convolution")
    ax.loglog(f, analysis_gmacs(), "C2o", label="whole U-Net of LDM-f")
    ax.set(xlabel="downsampling factor f", ylabel="10⁹ multiply-adds")
    ax.set_xticks(f, [str(i) for i in f])
    ax.minorticks_off()
    ax.legend(frameon=False, fontsize=9)
    return fig


def figure_snr() -> Figure:
    """Signal-to-noise ratio against the step, and the line where noise equals signal."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    t, abar, ddpm = np.arange(1, 1001)[19::20], schedule(*TEXT[1]), schedule(1e-4, 0.02, power=1)
    ax.semilogy(t, snr(abar, latent_std())[19::20], "C1--", label="LDM, raw latent (std 5.49)")
    ax.semilogy(t, snr(abar)[19::20], "C0-", label="LDM, scaled latent (std 1)")
    ax.semilogy(t, snr(ddpm)[19::20], "C2:", label="DDPM, for data of std 1")
    ax.axhline(1, color="0.5", lw=0.8)
    ax.set(xlabel="step t", ylabel="signal-to-noise ratio")
    ax.legend(frameon=False, fontsize=9)
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("model   10^6 parameters   10^9 multiply-adds (convolutions, tokens, pairs)")
    for f in ANALYSIS:
        cost = analysis_unet(f)[0] / 1e6
        part = ", ".join(f"{x / 1e3:.1f}" for x in cost[1:])
        print(f"LDM-{f:<3}{cost[0]:>13.1f}{cost[1:].sum() / 1e3:>20.1f} ({part})")
    print("U-Nets: text-to-image {:,}; Stable Diffusion v1 {:,}".format(*text_unets()))
    print(f"idle query and key weights of LDM-4: {idle_weights():,}")
    print("2M steps, LDM-1 and LDM-8: {:.0f} and {:.0f} million images".format(*images_seen()))
    print("                           {:.1f} and {:.1f} x 10^18 multiply-adds".format(*forward_work()))
    print(f"numbers in image, LDM-4, -8, -16 latents: {latent_sizes()}")
    print("Table 6 ratios: " + ", ".join(f"{r:.2f}" for r in table6_ratios()))
    print("last-step signal factor, ImageNet and text: {:.4f}, {:.4f}".format(*terminal_signal()))
    print("noise exceeds signal from step, scaled and raw latent: {}, {}".format(*equal_steps()))
    print("toy channel deviations after scaling: {:.2f} to {:.2f}".format(*toy_spread()))


if __name__ == "__main__":
    main()
