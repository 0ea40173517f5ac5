"""The images mean what the truth says."""

import numpy as np
import pytest
import torch
from scipy.optimize import curve_fit

from cmrt1_training.phantom import SEQUENCES, Grid, PhantomSettings, ScannerSettings, generate
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.scanner import radians_from_stored_phase, stored_phase
from cmrt1_training.phantom.sequence import draw_timing
from training_support import perfect_scanner

GRID = Grid(192, 256, 1.40625)
FIRST_INVERSION = [0, 3, 4, 5, 6]  # ShMOLLI's set of five, by order of inversion time


def fitted_t1(ti_ms: np.ndarray, signal: np.ndarray) -> float:
    model = lambda ti, a, b, t1_star: a - b * np.exp(-ti / t1_star)
    (a, b, t1_star), _ = curve_fit(model, ti_ms, signal, p0=(signal[-1], 2 * signal[-1], 1000))
    return t1_star * (b / a - 1)


def signed(sample) -> np.ndarray:
    polarity = torch.sign(torch.cos(sample.phase - sample.phase[:, -1:]))
    return (sample.magnitude * polarity)[0].numpy()


@pytest.mark.parametrize("seed", [3, 4])
def test_fit_of_a_perfect_still_series_gives_the_true_t1(seed):
    sample = generate(seed, PhantomSettings(grid=GRID, motion="still", scanner=perfect_scanner()), dtype=torch.float64)
    ti_ms, images = sample.ti_ms[0].numpy()[FIRST_INVERSION], signed(sample)[FIRST_INVERSION]
    rows, columns = np.nonzero(sample.masks["myocardium"][0].numpy() > 0.9999)
    assert len(rows) > 100
    for k in np.linspace(0, len(rows) - 1, 12, dtype=int):
        pixel = rows[k], columns[k]
        assert fitted_t1(ti_ms, images[:, *pixel]) == pytest.approx(float(sample.t1_ms[0][pixel]), abs=3)


def test_myocardium_has_a_realistic_t1():
    medians = {0: [], 1: []}
    for seed in range(8):
        sample = generate(seed, PhantomSettings(grid=GRID, motion="still", oversampling=1))
        inside = sample.masks["myocardium"][0] > 0.99
        medians[int(sample.three_tesla[0])].append(float(sample.t1_ms[0][inside].median()))
    for tesla, expected in ((0, 966), (1, 1166)):
        assert medians[tesla], "the seeds cover both field strengths"
        assert np.mean(medians[tesla]) == pytest.approx(expected, abs=130)


def test_shmolli_is_acquired_as_on_the_scanner():
    """100 1100 2100 3100 4100 180 260: five beats, a pause, one image, a pause, one image."""
    timing = draw_timing("shmolli", Draw(1, dtype=torch.float64))
    ti, acquired, rr = timing.ti_ms[0], timing.acquired_ms[0], timing.rr_ms[0]
    assert timing.block == (0, 0, 0, 0, 0, 1, 2)
    assert ti[5] - ti[0] == 80 and ti[6] - ti[0] == 160
    assert (ti[1:5] - ti[0] == acquired[1:5]).all()
    assert torch.allclose((acquired[5] - acquired[4]) / rr, torch.tensor(2.0, dtype=torch.float64), atol=0.2)
    assert (ti % 5 == 0).all()


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_every_sequence_gives_ascending_distinct_inversion_times(sequence):
    sample = generate(2, PhantomSettings(grid=Grid(48, 64, 5.0), sequence=sequence, oversampling=1), batch=3)
    assert sample.magnitude.shape == (3, sum(images for images, _ in SEQUENCES[sequence]), 48, 64)
    assert (sample.ti_ms.diff(dim=1) > 0).all()


def test_randomised_tissues_leave_the_priors():
    """For training: with every tissue randomised the myocardium's T1 is anything from 200 to 2500 ms."""
    settings = PhantomSettings(grid=Grid(48, 64, 5.0), motion="still", randomised_tissues=1.0)
    sample = generate(6, settings, batch=16)
    t1 = [float(t1[mask > 0.9].median()) for t1, mask in zip(sample.t1_ms, sample.masks["myocardium"])]
    assert min(t1) < 600 and max(t1) > 1500


def test_stored_phase_survives_slope_and_intercept():
    stored = torch.arange(4096, dtype=torch.float64)
    assert torch.equal(stored_phase(radians_from_stored_phase(stored)), stored)
    assert radians_from_stored_phase(torch.tensor(0.0)) == pytest.approx(-np.pi)


def test_same_seed_gives_the_same_series_and_another_seed_another():
    settings = PhantomSettings(grid=Grid(48, 64, 5.0))
    first, again, other = (generate(seed, settings, batch=2) for seed in (1, 1, 2))
    assert torch.equal(first.magnitude, again.magnitude) and torch.equal(first.fields, again.fields)
    assert not torch.equal(first.magnitude, other.magnitude)
    assert not torch.equal(first.magnitude[0], first.magnitude[1])


def test_noise_has_the_stated_strength():
    """In air the squared magnitude averages 2 sd^2; sd = blood / SNR."""
    scanner = ScannerSettings(snr=(40, 40.001), resolution_mm=0, ghosting=0, quantised=False, blood_counts=(200, 200.1))
    sample = generate(4, PhantomSettings(grid=GRID, motion="still", scanner=scanner), dtype=torch.float64)
    air = sample.magnitude[0, :, :4, :4]
    assert torch.sqrt((air**2).mean() / 2) == pytest.approx(200 / 40, rel=0.25)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_runs_on_a_gpu():
    sample = generate(1, PhantomSettings(grid=Grid(96, 128, 2.8)), batch=4, device="cuda")
    assert sample.magnitude.is_cuda and torch.isfinite(sample.magnitude).all()
