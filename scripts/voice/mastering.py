"""Makes clips fit together: silence cut off, one loudness, one peak, soft ends. Needs numpy."""

from __future__ import annotations

from array import array

import numpy as np

RATE = 24_000
PEAK = 10 ** (-3 / 20)
"""No clip goes above this, 3 dB below full scale."""
LEAST_PEAK = 10 ** (-4 / 20)
"""No clip stays below this: peaks are even within 1 dB."""
LOUDNESS = 10 ** (-13 / 20)
"""Root mean square of the voiced part that every clip is brought to, as far as its peaks allow."""
MOST_DRIVE = 4.0
"""Peaks of a thin sound are rounded off by at most so much."""
FLOOR = 10 ** (-34 / 20)
"""Frames that lie so far below the loudest one are silence before and behind."""
FRAME = RATE // 100
LEAD_S, TAIL_S, FADE_S = 0.015, 0.03, 0.006


def mastered(samples: np.ndarray) -> np.ndarray:
    """Cut, level and fade one clip; raises ValueError if nothing can be heard in it."""
    sound = levelled(trimmed(samples - samples.mean()))
    fade = np.linspace(0.0, 1.0, int(FADE_S * RATE))
    sound[: fade.size] *= fade
    sound[-fade.size :] *= fade[::-1]
    return sound


def levelled(samples: np.ndarray) -> np.ndarray:
    """Bring a sound to one loudness: a thin one has its peaks rounded off, a dense one stays lower."""
    whole = samples / np.abs(samples).max()
    low, high = 0.05, MOST_DRIVE
    for _ in range(20):
        drive = (low + high) / 2
        low, high = (drive, high) if loudness(_rounded(whole, drive)) < LOUDNESS else (low, drive)
    sound = _rounded(whole, high)
    return sound * max(LEAST_PEAK / PEAK, min(1.0, LOUDNESS / loudness(sound)))


def _rounded(samples: np.ndarray, drive: float) -> np.ndarray:
    sound = np.tanh(samples * drive)
    return np.asarray(sound * (PEAK / np.abs(sound).max()))


def trimmed(samples: np.ndarray) -> np.ndarray:
    """Cut the silence before and behind, but for a breath."""
    levels = frames(samples)
    if levels.size == 0 or levels.max() < 1e-3:
        raise ValueError("nothing can be heard")
    loud = np.flatnonzero(levels > FLOOR * levels.max())
    start = max(0, loud[0] * FRAME - int(LEAD_S * RATE))
    end = min(samples.size, (loud[-1] + 1) * FRAME + int(TAIL_S * RATE))
    return samples[start:end].copy()


def frames(samples: np.ndarray) -> np.ndarray:
    """Root mean square of each hundredth of a second."""
    whole = samples[: samples.size // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(np.sqrt((whole**2).mean(axis=1)))


def loudness(samples: np.ndarray) -> float:
    """Root mean square of the voiced frames: those within 20 dB of the loudest one."""
    levels = frames(samples)
    voiced = levels[levels > levels.max() / 10]
    return float(np.sqrt((voiced**2).mean()))


def chime() -> np.ndarray:
    """Two soft bell strokes, a falling third, as halls know them; computed, so nobody's property."""
    first, second = _stroke(659.26, 1.1), _stroke(523.25, 1.3)
    whole = np.zeros(int(1.55 * RATE))
    whole[: first.size] += first
    start = int(0.38 * RATE)
    whole[start:] += second[: whole.size - start]
    out = np.linspace(1.0, 0.0, int(0.25 * RATE)) ** 2
    whole[-out.size :] *= out
    return np.asarray(whole * (PEAK / np.abs(whole).max()))


def _stroke(pitch: float, seconds: float) -> np.ndarray:
    """A bell: a few partials, higher ones fading sooner, with a soft attack."""
    at = np.arange(int(seconds * RATE)) / RATE
    partials = ((1.0, 1.0, 3.5), (2.0, 0.35, 5.0), (3.0, 0.12, 8.0))
    sound = sum(
        level * np.exp(-decay * at) * np.sin(2 * np.pi * pitch * n * at) for n, level, decay in partials
    )
    attack = int(0.008 * RATE)
    sound[:attack] *= np.linspace(0.0, 1.0, attack)
    return np.asarray(sound)


def pcm(samples: np.ndarray) -> array[int]:
    """Samples of -1 to 1 as 16-bit ones."""
    return array("h", np.round(samples * 32767).astype("<i2").tobytes())
