"""Finding the heart in real images, cropping, and what the evaluation counts."""

import numpy as np
import pytest
import torch

from cmrt1_training.evaluate_segmentation import figures, real_rows, row
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM
from cmrt1_training.real_slices import TEST_PATIENTS, held_out_patients, read_contoured, read_endocardial
from cmrt1_training.segmenter import Square, back_on_image, cut, locate, segment_stack, whole_square
from training_support import ROOT

DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public sets are not in {DATA}")


class Oracle(torch.nn.Module):
    """Takes bright for cavity, grey for muscle."""

    def forward(self, images):
        level = torch.stack([-images, 1 - 2 * images.abs(), images], 1)[:, None, :, 0]
        return 30 * (level - torch.tensor([0.4, 0.2, 0.4])[:, None, None])


def ring(rows=180, columns=240, x=150, y=60):
    """A bright cavity in a grey ring, on black with a little texture."""
    distance = np.hypot(np.arange(columns) - x, np.arange(rows)[:, None] - y)
    image = np.where(distance < 16, 1.0, np.where(distance < 26, 0.5, 0.0))
    classes = np.where(distance < 16, LV_BLOOD, np.where(distance < 26, MYOCARDIUM, 0))
    return (image + 0.001 * np.random.default_rng(0).random(image.shape)).astype(np.float32), classes


def test_a_heart_anywhere_is_found_and_segmented_on_the_source_grid():
    image, classes = ring()
    found = segment_stack(np.stack([image, image]), Oracle(), Oracle())
    assert found.shape == (2, 180, 240)
    for own in found:
        muscle, cavity, missed = figures(own, classes)
        assert muscle > 0.9 and cavity > 0.95 and not missed


def test_a_stack_without_a_heart_stays_background():
    nothing = torch.zeros(2, 128, 128)
    assert locate(nothing, Square(63.5, 63.5, 128)) is None


def test_the_square_lies_about_the_blob_with_most_of_the_heart():
    share = torch.zeros(3, 128, 128)
    share[:, 40:60, 80:100] = 1
    share[0, 100:104, 10:14] = 1
    found = locate(share, Square(127.5, 127.5, 256))
    assert (found.x, found.y) == pytest.approx((179.5, 99.5), abs=1)
    assert found.side == pytest.approx(2.7 * 2 * np.sqrt(400 / np.pi) * 2, rel=0.05)


def test_cutting_and_going_back_leaves_shares_where_they_were():
    image, classes = ring()
    square = Square(140.3, 70.8, 120.0)
    stack = torch.from_numpy((classes == LV_BLOOD).astype(np.float32))[None]
    share = cut(stack, square)
    back = back_on_image(torch.cat([1 - share, share], 1), square, classes.shape)
    assert ((back[0, 1] > 0.5).numpy() == (classes == LV_BLOOD)).mean() > 0.999
    assert torch.allclose(back.sum(1), torch.ones(1, 180, 240), atol=1e-5)
    assert back[0, 0, 170, 10] == 1, "beyond the square there is background"


def test_the_whole_square_contains_every_pixel():
    square = whole_square((180, 240))
    assert (square.x, square.y, square.side) == (119.5, 89.5, 240)


def test_a_shifted_result_counts_as_missed_and_an_empty_truth_does_not_count():
    _, classes = ring()
    muscle, cavity, missed = figures(np.roll(classes, 80, 0), classes)
    assert muscle == cavity == 0 and missed
    text = row("two", [classes, classes], [classes, 0 * classes])
    assert text == "| two (1) | 1.000 (1.000) | 1.000 (1.000) | 0.0 % |"


def test_patients_of_the_test_set_never_train():
    names = [f"SC-N-{n:02}" for n in range(27)] + list(TEST_PATIENTS)
    kept = held_out_patients(names)
    assert len(kept) == 10 and set(TEST_PATIENTS) <= kept
    assert kept == held_out_patients(names[::-1])


@needs_data
def test_contours_enclose_what_they_name():
    for stack in read_contoured(DATA / "preclinical_sax") + read_contoured(DATA / "sunnybrook"):
        assert len(stack.images) > 3 and stack.images.shape == stack.classes.shape
        if stack.name != "SC-HF-I-6":  # its outer contours are displaced
            blood, muscle = (np.median(stack.images[stack.classes == one]) for one in (LV_BLOOD, MYOCARDIUM))
            assert blood > 1.3 * muscle


@needs_data
def test_endocardial_masks_are_split_by_patient():
    kept, others = (read_endocardial(DATA / "anatomy" / "sunnybrook_endo", held_out) for held_out in (True, False))
    names = [{stack.name for stack in part} for part in (kept, others)]
    assert len(names[0]) == 11 and len(names[1]) == 22 and not names[0] & names[1]
    assert sum(len(stack.images) for stack in kept + others) == 582


@needs_data
def test_every_real_set_gives_a_row():
    rows = list(real_rows(DATA, lambda images: np.full(images.shape, LV_BLOOD)))
    assert [line.split("(")[0].strip("| ") for line in rows] == [
        "sunnybrook SC-HF-I-1", "sunnybrook SC-HF-I-4", "sunnybrook SC-HF-I-6", "sunnybrook", "preclinical_sax",
        "anatomy/sunnybrook_endo",
    ]  # fmt: skip
