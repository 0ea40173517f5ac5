"""How networks that learned one contrast are compared with one that learned all."""

import sys

import numpy as np
import pytest

from cmrt1_training.evaluate_ahalandmarks import Measured
from cmrt1_training.evaluate_specialists import angles, distances, generalisation, main, table

ERRORS = {"cine": np.array([1.0, 2.0, 3.0]), "lge": np.array([4.0, 4.0, np.inf]), "psir": np.array([6.0, 6.0, 6.0])}


def test_a_specialist_is_held_against_its_own_contrast():
    assert generalisation(ERRORS, "cine") == pytest.approx([2, 3])
    assert generalisation(ERRORS, "lge+psir") == pytest.approx([2 / 6])


def test_who_learned_everything_is_held_against_all_together():
    assert generalisation(ERRORS, "all") == pytest.approx([2 / 4, 1, 6 / 4])


def test_errors_are_kept_by_contrast_both_points_together():
    members = [Measured("cine", False, {"lv_centre": 1.0, "rv_anterior": 3.0}, 5.0, 0.9),
               Measured("lge", True, {"lv_centre": np.inf, "rv_anterior": np.inf}, np.inf, 0.0)]  # fmt: skip
    assert sorted(distances(members)["cine"]) == [1, 3] and np.isinf(distances(members)["lge"]).all()
    assert angles(members)["cine"] == [5]


def test_the_table_has_a_row_a_network_with_its_ratio():
    lines = table({"all": ERRORS, "cine": ERRORS}).splitlines()
    assert lines[0] == "| learned | cine | lge | psir | all | GER |" and len(lines) == 4
    assert lines[3].startswith("| cine | 2.0 | 4.0 | 6.0 | 4.0 (3.0–6.0) |") and lines[3].endswith("| 2.00 (2.00–3.00) |")


@pytest.mark.parametrize("networks, why", [(["lge=a", "lge=b"], "learned the same"), (["stars=a"], "LEARNED is all or of"),
                                           (["lge"], "give LEARNED=MODELS")])  # fmt: skip
def test_rows_that_would_be_taken_for_another_are_refused(networks, why, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["evaluate_specialists", "ahalandmarks", *networks, "-o", str(tmp_path)])
    with pytest.raises(SystemExit, match=why):
        main()
