"""Short-axis slices in the grey values that the stand-ins for the landmark networks know
(tests/landmark/networks/make_networks.py), rows x columns, on the grid of drawn_heart.py."""

import numpy as np
from drawn_heart import COLUMNS, INNER_MM, OUTER_MM, ROWS, SPACING_MM

CENTRE = (70.0, 60.0)  # x, y, px


def insertion(angle, centre=CENTRE):
    """At `angle` degrees clockwise from the right, on the epicardium."""
    turn = np.radians(angle)
    return tuple(np.add(centre, np.array([np.cos(turn), np.sin(turn)]) * OUTER_MM / SPACING_MM))


def marked_heart(anterior=-135, inferior=110, centre=CENTRE):
    row, column = np.mgrid[:ROWS, :COLUMNS]
    away = lambda point: SPACING_MM * np.hypot(column - point[0], row - point[1])
    image = np.where(away(centre) < INNER_MM, 1800.0, np.where(away(centre) < OUTER_MM, 1000.0, 100.0))
    for value, point in ((2600, centre), (3200, insertion(anterior, centre)), (3800, insertion(inferior, centre))):
        image[away(point) < 5] = value
    return image


def ring_labels(centre=CENTRE):
    """0 background, 1 LV myocardium, 2 LV blood pool."""
    row, column = np.mgrid[:ROWS, :COLUMNS]
    radius = SPACING_MM * np.hypot(column - centre[0], row - centre[1])
    return np.where(radius < INNER_MM, 2, np.where(radius < OUTER_MM, 1, 0))
