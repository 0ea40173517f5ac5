"""Real images of which only the cavity is labelled: what is told of the rest."""

import numpy as np
import torch

from cmrt1_training.phantom.labels import BACKGROUND, LV_BLOOD, MYOCARDIUM
from cmrt1_training.tasks.endocardial import NOT_CAVITY, UNKNOWN, contrast, labelled
from cmrt1_training.tasks.segmentation import segmentation_loss

AIR, MUSCLE, BLOOD = 0.05, 0.3, 0.9


def cine():
    """A cavity of radius 20 in a wall of 8 px; to the left another ventricle's blood, to the right lung."""
    y, x = np.mgrid[:128, :128]
    distance = np.hypot(x - 64, y - 64)
    image = np.where(x < 50, BLOOD, AIR)
    image = np.where(distance < 28, MUSCLE, image)
    image = np.where(distance < 20, BLOOD, image)
    return image.astype(np.float32), distance < 20, distance


def test_beside_the_cavity_grey_is_muscle_and_dark_or_bright_or_far_is_background():
    image, cavity, distance = cine()
    labels = labelled(image, cavity).labels.numpy()
    assert (labels[distance < 17] == LV_BLOOD).all()
    assert (labels[(distance > 22.2) & (distance < 22.9)] == MYOCARDIUM).all()
    assert (labels[(distance > 25) & (distance < 27.5)] == NOT_CAVITY).all()
    assert (labels[distance > 29] == BACKGROUND).all()
    assert (labels[np.abs(distance - 19.5) < 0.7] == UNKNOWN).all()


def test_a_displaced_contour_shows_little_contrast():
    image, cavity, _ = cine()
    assert contrast(image, cavity) > 1
    assert contrast(image, np.roll(cavity, 30, axis=1)) < 0.5


def test_only_what_the_truth_says_counts():
    """Where anything but cavity is right, muscle and background cost the same; where nobody knows, nothing does."""
    whole = torch.zeros(1, 8, 8, dtype=torch.long)
    partial = torch.full((1, 8, 8), NOT_CAVITY)
    partial[0, :, 4:] = UNKNOWN
    classes = torch.cat([whole, partial])

    def loss(background, muscle, cavity, right=0.0):
        logits = torch.zeros(2, 3, 8, 8)
        logits[0, 0] = 9
        logits[1] = torch.tensor([background, muscle, cavity])[:, None, None]
        logits[1, 2, :, 4:] = right
        return segmentation_loss(logits, classes)

    assert torch.isclose(loss(9.0, 0.0, 0.0), loss(0.0, 9.0, 0.0))
    assert loss(0.0, 0.0, 9.0) > loss(9.0, 0.0, 0.0) + 1
    assert torch.isclose(loss(9.0, 0.0, 0.0, right=0.0), loss(9.0, 0.0, 0.0, right=50.0))
