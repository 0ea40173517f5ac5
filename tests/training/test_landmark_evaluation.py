"""How landmarks are measured against their truth."""

from pathlib import Path

import numpy as np
import pytest

from cmrt1_training.evaluate_ahalandmarks import Truth, generated_table, gross_table, measure

FILE = Path("/images/one.nii")


def row(x=50.0, y=50.0, insertion=(40.0, 40.0), flag="false"):
    return {"lv_centre_x_px": x, "lv_centre_y_px": y, "rv_anterior_x_px": insertion[0],
            "rv_anterior_y_px": insertion[1], "rv_inferior_x_px": "", "rv_inferior_y_px": "", "flag": flag,
            "confidence": "0.5"}  # fmt: skip


def measured(found, insertion=(40.0, 40.0)):
    truth = Truth(FILE, 0, "cine", 2.0, {"lv_centre": (50.0, 50.0), "rv_anterior": insertion})
    (one,) = measure([truth], {(FILE.resolve(), 0): found})
    return one


def test_errors_are_distances_in_mm_and_angles_go_the_short_way():
    one = measured(row(53, 54, insertion=(43, 44)))
    assert one.errors["lv_centre"] == pytest.approx(10) and one.angle_error == pytest.approx(0)
    across = measured(row(insertion=(40, 49)), insertion=(40.0, 51.0))
    assert across.angle_error == pytest.approx(2 * np.degrees(np.arctan(0.1)), abs=1e-3)


def test_what_was_not_delivered_counts_as_infinite():
    nothing = row("", "", ("", ""), flag="true")
    one = measured(nothing)
    assert np.isinf(one.errors["lv_centre"]) and np.isinf(one.angle_error)
    assert "| inf |" in generated_table({"2 stages": [one]})


def test_what_is_far_off_is_counted_with_what_was_flagged_of_it():
    good, far = measured(row(flag="true")), measured(row(insertion=(60, 40), flag="true"))
    lines = gross_table({"with orientation": [good, measured(row())], "without": [good, far]}).splitlines()
    assert lines[2].startswith("| with orientation (2) |") and "| 0 % | – | 0 % | 50 % |" in lines[2]
    assert lines[3].startswith("| without (2) |") and "| 50 % | 100 % | 0 % | 100 % |" in lines[3]
