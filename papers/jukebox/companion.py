"""Runnable companion to "Jukebox: A Generative Model for Music" (Dhariwal et al., 2020).

1. From hop length to seconds, bit rates, receptive fields and parameters (Sec. 5.2, App. B).
2. The multi-resolution spectral loss on sines and clicks (Sec. 3.3, Table 4).
3. What axis-aligned attention can reach (App. A), and what sampling costs (Sec. 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
RATE, CONTEXT, CODES, BATCH, CLIP = 44100, 8192, 2048, 256, 393216  # Tables 4 to 6
HOPS = (8, 32, 128)  # samples per token: bottom, middle, top
SHAPES = ((3, 64, 8), (5, 32, 4), (7, 32, 4))  # halvings, width, residual blocks
STFTS = ((2048, 240, 1200), (1024, 120, 600), (512, 50, 240))  # bins, hop, window (Table 4)


# --8<-- [start:rates]
def seconds(tokens: float, hop: int) -> float:
    """Audio covered by so many tokens, in seconds."""
    return tokens * hop / RATE


def bit_rate(hop: int, codes: int = CODES) -> float:
    """Bits per second of a stream of indices, each of log2(codes) bits."""
    return RATE / hop * float(np.log2(codes))


def receptive_field(halvings: int, blocks: int) -> int:
    """Samples seen by one code: strided convolutions (kernel 4), residual blocks (kernel 3,
    dilations 1, 3, 9, …) after each, and one last convolution (kernel 3), App. B.1."""
    field, step = 1, 1
    for _ in range(halvings):
        field, step = field + 3 * step, 2 * step
        field += 2 * step * sum(3**i for i in range(blocks))
    return field + 2 * step


# --8<-- [end:rates]
def vqvae_weights(halvings: int, width: int, blocks: int, channels: int, size: int = 64) -> int:
    """Weights and biases of one encoder and decoder (App. B.1, one stack) and its codebook."""
    residual = 3 * width * channels + channels + channels * width + width
    resize = 4 * width * width + width
    stack = halvings * blocks * residual + (halvings - 1) * resize
    encoder = 4 * width + width + stack + 3 * width * size + size
    decoder = 3 * size * width + width + stack + 4 * width * size + size + 3 * size + 1
    return encoder + decoder + CODES * size


def transformer_weights(width: int, layers: int) -> int:
    """Weights of attention (queries, keys, values of width/4) and MLP (width to width), App. B.3."""
    return layers * (4 * width * (width // 4) + 2 * width * width)


# --8<-- [start:spectral]
def spectrum(x: Array, bins: int, hop: int, window: int) -> Array:
    """|STFT| of x (n,) as in torch.stft: Hann window, reflected ends; (bins/2 + 1, frames)."""
    side = (bins - window) // 2
    hann = np.pad(np.sin(np.pi * np.arange(window) / window) ** 2, (side, bins - window - side))
    padded = np.pad(x, bins // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, bins)[::hop]
    return np.abs(np.fft.rfft(frames * hann)).T


def spectral_losses(x: Array, y: Array) -> Array:
    """Sec. 3.3: norm of |STFT(x)| - |STFT(y)| at the three resolutions, (3,)."""
    return np.array([np.linalg.norm(spectrum(x, *s) - spectrum(y, *s)) for s in STFTS])


def convergence_db(x: Array, y: Array) -> Array:
    """Spectral error relative to the signal, in decibels; 0 is as bad as silence. (3,)"""
    norms = np.array([np.linalg.norm(spectrum(x, *s)) for s in STFTS])
    return 20 * np.log10(spectral_losses(x, y) / norms)


# --8<-- [end:spectral]
def tone(hertz: float, phase: float = 0.0, length: float = 0.5) -> Array:
    """A sine of amplitude 1, length in seconds."""
    return np.sin(2 * np.pi * hertz * np.arange(int(length * RATE)) / RATE + phase)


# --8<-- [start:phase]
def guess_errors(amplitude: float, hertz: float = 8000.0) -> tuple[float, float]:
    """A decoder that knows a tone but not its phase outputs `amplitude` times the tone at a
    fixed phase. Mean over true phases of the squared error, waveform and spectral, as shares
    of the tone's energy (n_fft 1024)."""
    y, wave, spec = amplitude * tone(hertz), [], []
    for phase in np.arange(8) * np.pi / 4:
        x = tone(hertz, phase)
        s = spectrum(x, *STFTS[1])
        wave.append(((x - y) ** 2).sum() / (x**2).sum())
        spec.append(((s - spectrum(y, *STFTS[1])) ** 2).sum() / (s**2).sum())
    return float(np.mean(wave)), float(np.mean(spec))


# --8<-- [end:phase]
# --8<-- [start:attention]
def masks(rows: int, columns: int) -> dict[str, NDArray[np.bool_]]:
    """App. A: who may look at whom, each (n, n) with n = rows * columns, query by key."""
    r, c = np.divmod(np.arange(rows * columns), columns)
    past = np.arange(len(r))[:, None] >= np.arange(len(r))
    return {
        "row": past & (r[:, None] == r),
        "column": past & (c[:, None] == c),
        "previous row": r[:, None] == r + 1,
    }


def reached(rows: int, columns: int, layers: tuple[str, ...]) -> float:
    """Share of all (position, earlier or same position) pairs connected through the layers."""
    allowed, n = masks(rows, columns), rows * columns
    reach = np.eye(n)
    for layer in layers:  # residual connections keep what was reached before
        reach = ((allowed[layer] | np.eye(n, dtype=bool)) @ reach > 0).astype(float)
    return float(reach.sum() / (n * (n + 1) / 2))


# --8<-- [end:attention]
# The numbers of the note, in the unit shown there (order: bottom, middle, top).


def contexts() -> tuple[float, ...]:
    return tuple(seconds(CONTEXT, hop) for hop in HOPS)


def kilobits() -> tuple[float, ...]:
    return tuple(bit_rate(hop) / 1000 for hop in HOPS)


def ratios() -> tuple[float, ...]:
    """Bits of 16-bit mono samples over bits of indices."""
    return tuple(16 * RATE / bit_rate(hop) for hop in HOPS)


def fields_ms() -> tuple[float, ...]:
    """Receptive field of a code in milliseconds."""
    return tuple(1000 * receptive_field(h, b) / RATE for h, _, b in SHAPES)


def vqvae_millions() -> tuple[float, float]:
    """All three levels with as many channels as the width (App. B.3), and with 32 (Table 4)."""
    wide = sum(vqvae_weights(h, w, b, w) for h, w, b in SHAPES)
    return wide / 1e6, sum(vqvae_weights(h, w, b, 32) for h, w, b in SHAPES) / 1e6


def block_billions() -> tuple[float, float]:
    """Blocks of the top-level prior and of one upsampler, in billions of weights."""
    return transformer_weights(4800, 72) / 1e9, transformer_weights(1920, 72) / 1e9


def fair_shares() -> tuple[float, ...]:
    """Encoder outputs per code in one batch of 256 clips, if all were used alike."""
    return tuple(BATCH * CLIP / hop / CODES for hop in HOPS)


def reach_shares() -> tuple[float, float]:
    """Percent of pairs linked in 16 rows of 8: rows and columns, four layers; all three kinds."""
    three = "row", "column", "previous row", "row", "column"
    return 100 * reached(16, 8, ("row", "column") * 2), 100 * reached(16, 8, three)


def full_share() -> float:
    """The first of these for 128 rows of 64: only pairs with r' <= r and c' <= c are linked."""
    r, c, n = np.arange(1, 129), np.arange(1, 65), CONTEXT
    return 100 * float(r.sum() * c.sum() / (n * (n + 1) / 2))


def minute_tokens() -> tuple[float, ...]:
    return tuple(60 * RATE / hop for hop in HOPS)


def windows() -> tuple[int, ...]:
    """Windows of a minute that move by half a context (Sec. 4.4)."""
    return tuple(1 + int(np.ceil((n - CONTEXT) / (CONTEXT // 2))) for n in minute_tokens())


def pace() -> tuple[float, float]:
    """Tokens per second implied by one hour (top) and eight hours (the two upsamplers)."""
    bottom, middle, top = minute_tokens()
    return top / 3600, (middle + bottom) / (8 * 3600)


def best_guesses() -> tuple[float, float]:
    """Amplitude with the least error, waveform and spectral."""
    grid = np.arange(21) / 20
    errors = np.array([guess_errors(a) for a in grid])
    return float(grid[errors[:, 0].argmin()]), float(grid[errors[:, 1].argmin()])


def pitch_db() -> tuple[float, ...]:
    """440 Hz reconstructed as 460 Hz, windows of 1200, 600 and 240 samples."""
    return tuple(convergence_db(tone(440.0), tone(460.0)))


def click_db() -> tuple[float, ...]:
    """A click reconstructed 2 ms late (88 samples), the same windows."""
    return tuple(convergence_db(np.eye(1, 22050, 11025)[0], np.eye(1, 22050, 11113)[0]))


def figure_phase() -> Figure:
    """Error against the amplitude of a tone of unknown phase."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.2))
    grid = np.arange(13) / 10
    wave, spec = np.array([guess_errors(a) for a in grid]).T
    ax.plot(grid, wave, "C1-o", grid, spec, "C0--s", markersize=3)
    ax.text(0.1, 1.45, "waveform, best at 0", color="C1")
    ax.text(0.52, 0.33, "magnitudes, best at 1", color="C0")
    ax.set(xlabel="amplitude of the output (true tone: 1)", ylabel="squared error / energy")
    return fig


def main() -> None:
    """Print the tables that the note quotes."""
    print("bottom, middle, top")
    for f in (contexts, kilobits, ratios, fields_ms, fair_shares, minute_tokens, windows):
        print("{:<16}{:>12.2f}{:>12.2f}{:>12.2f}".format(f.__name__, *f()))
    print("VQ-VAE, million weights: {:.2f}; with 32 channels {:.2f}".format(*vqvae_millions()))
    print("blocks, billion weights: prior {:.2f}, upsampler {:.2f}".format(*block_billions()))
    print("\nspectral convergence (dB), windows of 1200, 600 and 240 samples")
    print("440 Hz heard as 460 Hz {:>8.1f}{:>8.1f}{:>8.1f}".format(*pitch_db()))
    print("click 2 ms late        {:>8.1f}{:>8.1f}{:>8.1f}".format(*click_db()))
    print("best amplitude for unknown phase: waveform {:.2f}, spectral {:.2f}".format(*best_guesses()))
    print("\npairs linked (%): rows and columns {:.1f}, with previous rows {:.1f}".format(*reach_shares()))
    print(f"rows and columns at full size: {full_share():.1f}")
    print("tokens per second: top {:.1f}, upsamplers {:.1f}".format(*pace()))


if __name__ == "__main__":
    main()
