"""How ensembles that learned other contrasts are compared."""

import sys

import numpy as np
import pytest

import fake_qcdseg
from cmrt1_training import evaluate_ensembles
from cmrt1_training.evaluate_ensembles import table
from cmrt1_training.evaluate_qcdseg import Measured
from cmrt1_training.labelled_set import write_set
from cmrt1_training.overlap import Overlap
from cmrt1_training.quality_file import ensure_quality

pytestmark = pytest.mark.usefixtures("library_folder")


def one(group, dice, single, predicted):
    of = lambda value: Overlap(value, value, 0.0, float(np.nan_to_num(value)))
    return Measured(group, of(dice), of(single), predicted, True, False)


def test_the_table_has_both_models_of_each_ensemble_on_each_contrast_and_on_all():
    members = [one("lge", 0.8, 0.6, 0.9), one("lge", 0.6, 0.4, 0.5), one("vne", 0.9, 1.0, 0.6)]
    lines = table({"lge": members, "lge+vne": members}).splitlines()
    assert len(lines) == 2 + 4 and lines[0].count("|") == lines[2].count("|") == 2 + 1 + 9
    assert lines[2] == "| unet_6 | lge | 0.500 | – | – | 1.000 | – | – | 0.667 | – | – |"
    assert lines[5] == (
        "| ensemble | lge and vne | 0.700 | 0.100 | 100.0 % | 0.900 | 0.300 | 0.0 % | 0.767 | 0.167 | 66.7 % |"
    )


def test_without_muscle_there_is_no_dice_but_a_prediction_to_judge():
    lines = table({"vne": [one("vne", np.nan, np.nan, 0.8), one("vne", 0.9, 0.9, 0.9)]}).splitlines()
    assert lines[-1] == "| ensemble | vne | 0.900 | 0.400 | 50.0 % |"


def test_the_program_is_run_with_each_ensemble_on_the_contrasts_that_any_learned(tmp_path, monkeypatch, capsys):
    program, models = fake_qcdseg.install(tmp_path), fake_qcdseg.make_models(tmp_path / "models")
    ensure_quality(models)
    arguments = [str(program), f"lge={models}", f"vne={models}", "-o", str(tmp_path / "out"), "--images", "2"]
    monkeypatch.setattr(sys, "argv", ["evaluate_ensembles", *arguments])
    evaluate_ensembles.main()
    rows = capsys.readouterr().out.splitlines()
    assert [row.split("|")[2].strip() for row in rows[2:]] == ["lge", "vne"] * 2
    assert "lge and vne: Dice" in rows[0]
    kinds = [one.kind for one in write_set(tmp_path / "out" / "images", 4, 3_000_000_000, 3, ("lge", "vne"))]
    assert kinds == ["lge", "vne"] * 2
    with pytest.raises(ValueError, match="another set"):
        write_set(tmp_path / "out" / "images", 4, 3_000_000_000, 3, ("lge", "psir"))
