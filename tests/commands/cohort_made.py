"""Makes plausible tables of a cohort in an instant, without running the programs.

    python tests/commands/cohort_made.py OUT --subjects 400 [--pictures PNG ...]

Writes OUT/t1moco/summary.csv and so on: rest and stress T1 maps of three slices a study, some of them flagged
or failed. The same arguments give the same bytes. Numbers are made up. Cells that the report must not show
(paths, messages) hold PRIVATE.
"""

import argparse
import csv
import random
import shutil
import struct
import zlib
from pathlib import Path

PRIVATE = "Doe^Jane"
LEVELS = ("basal", "mid", "apical")
SEGMENTS = {"basal": range(1, 7), "mid": range(7, 13), "apical": range(13, 17)}
TABLES = {
    "t1moco/summary.csv": "study_uid series_uid series_key status flag reason message slice_number corrected "
    "r2_median_before r2_median_after motion_before_mm motion_after_mm warnings folder",
    "qcdseg/qcd.csv": "input slice study_uid series_uid sop_instance_uid kind status predicted_dice flag reasons "
    "t1_mean_ms t1_pixels folder overlay message",
    "ahalandmarks/landmarks.csv": "input slice study_uid series_uid sop_instance_uid kind status confidence level "
    "flag reasons folder overlay message",
    "ahalandmarks/segments.csv": "input slice study_uid series_uid segment level flag quantity unit mean pixels",
    "dt1map/summary.csv": "pair status flag reasons study_uid rest_input rest_series_uid rest_series_key "
    "rest_sop_instance_uid rest_slice stress_input stress_series_uid stress_series_key stress_sop_instance_uid "
    "stress_slice dice_after dt1_mean_percent dt1_pixels dt1_error_percent folder overlay message",
    "dt1map/segments.csv": "pair study_uid rest_series_uid stress_series_uid segment level quantity unit mean pixels",
}


def grey_png(shade):
    """A picture of 8 by 5 pixels."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    lines = b"".join(b"\0" + bytes([shade] * 8) for _ in range(5))
    header = struct.pack(">IIBBBBB", 8, 5, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


class Maker:
    def __init__(self, seed, pictures):
        self.random = random.Random(seed)
        self.rows = {table: [] for table in TABLES}
        self.pictures = pictures  # by program
        self.overlays = []

    def uid(self):
        return f"2.25.{self.random.getrandbits(122)}"

    def add(self, table, **cells):
        cells["flag"] = cells.get("flag", "false" if cells.get("status", "ok") == "ok" else "true")
        self.rows[table].append(cells)

    def verdict(self, reasons, flagged=0.018, failed=0.004):
        chance = self.random.random()
        status = "failed" if chance < failed else "flagged" if chance < failed + flagged else "ok"
        return status, self.random.choice(reasons) if status != "ok" else ""

    def subject(self):
        study = self.uid()
        frail = self.random.random() < 0.1
        t1 = self.random.gauss(1195, 32) + (self.random.choice((190, -160)) if self.random.random() < 0.006 else 0)
        reactivity = self.random.gauss(5.8 if self.random.random() > 0.2 else 2.0, 1.1)
        stressed = self.random.random() > 0.15
        for level in LEVELS:
            rest = self.map(study, level, t1 * self.random.gauss(1, 0.008), frail)
            if stressed:
                change = 1 + reactivity / 100
                stress = self.map(study, level, t1 * change * self.random.gauss(1, 0.008), frail)
                self.pair(study, level, rest, stress, reactivity, frail)

    def map(self, study, level, t1, frail):
        source, series, sop = self.uid(), self.uid(), self.uid()
        motion = self.random.gammavariate(2, 1.6 if frail else 0.7)
        status, reason = self.verdict(("motion_left", "low_r2", "few_pixels_fitted"), 0.12 if frail else 0.008, 0.003)
        r2 = min(0.9995, self.random.gauss(0.992, 0.003) - (0.09 * self.random.random() if status == "flagged" else 0))
        folder = f"{study}/{source}"
        failed = status == "failed"
        if status == "flagged":
            self.overlays.append(f"t1moco/{folder}/overview.png")
        self.add("t1moco/summary.csv", study_uid=study, series_uid=source, series_key=source, status=status,
                 flag=reason if status == "flagged" else "", reason="phase_missing" if failed else "",
                 message=f"/home/{PRIVATE}/x.dcm" if failed else "", warnings=PRIVATE,
                 **({} if failed else dict(folder=folder, corrected="yes" if motion > 0.5 else "no",
                    r2_median_before=f"{r2 - 0.01 * motion:.6g}", r2_median_after=f"{r2:.6g}",
                    motion_before_mm=f"{motion:.4g}", motion_after_mm=f"{min(motion, self.random.gammavariate(2, 0.1)):.4g}")))
        if failed:
            return None
        shared = dict(input=f"/home/{PRIVATE}/{source}/t1.dcm", slice=0, study_uid=study, series_uid=series,
                      sop_instance_uid=sop, kind="t1_map")
        folder = f"{study}/{series}"
        status, reason = self.verdict(("low_predicted_dice", "wall_thickness", "open_ring", "off_centre"))
        dice = self.random.gauss(0.915, 0.015) if status != "flagged" else self.random.uniform(0.3, 0.8)
        failed = status == "failed"
        self.add("qcdseg/qcd.csv", **shared, status=status, reasons="invalid_pixel_spacing" if failed else reason,
                 message=PRIVATE if failed else "", **({} if failed else dict(
                     predicted_dice=f"{dice:.6g}", t1_mean_ms=f"{t1:.6g}", t1_pixels=self.random.randint(600, 1100),
                     folder=folder, overlay=f"{folder}/overlay_000.png")))
        if status == "flagged":
            self.overlays.append(f"qcdseg/{folder}/overlay_000.png")
        status, reason = self.verdict(("low_confidence", "turned_against_series", "not_short_axis"), 0.012, 0)
        confidence = self.random.betavariate(20, 3) if status == "ok" else self.random.uniform(0.1, 0.5)
        self.add("ahalandmarks/landmarks.csv", **shared, status=status, reasons=reason, level=level,
                 confidence=f"{confidence:.6g}", folder=folder, overlay=f"{folder}/overlay_000.png")
        if status == "flagged":
            self.overlays.append(f"ahalandmarks/{folder}/overlay_000.png")
        for segment in SEGMENTS[level]:
            self.add("ahalandmarks/segments.csv", input=shared["input"], slice=0, study_uid=study, series_uid=series,
                     segment=segment, level=level, quantity="T1", unit="ms", pixels=self.random.randint(90, 160),
                     mean=f"{t1 + (18 if segment in (2, 3, 8, 9, 14) else 0) + self.random.gauss(0, 22):.6g}")
        return source, series, sop

    def pair(self, study, level, rest, stress, reactivity, frail):
        key = f"{study}/{level}"
        if not (rest and stress):
            role, one = ("rest", rest) if rest else ("stress", stress)
            if one:
                self.add("dt1map/summary.csv", pair=key, status="unpaired", reasons=f"no_{'stress' if rest else 'rest'}_map",
                         study_uid=study, **{f"{role}_series_uid": one[1], f"{role}_series_key": one[1],
                                             f"{role}_sop_instance_uid": one[2], f"{role}_slice": 0})
            return
        status, reason = self.verdict(("low_overlap", "low_alignment"), 0.1 if frail else 0.01, 0.002)
        mean = reactivity + self.random.gauss(0, 0.6)
        folder = f"{study}/{rest[1]}_{stress[1]}"
        known = {} if status == "failed" else dict(
            dt1_mean_percent=f"{mean:.6g}", dt1_pixels=self.random.randint(500, 1000), folder=folder,
            dt1_error_percent=f"{self.random.uniform(0.6, 1.2):.4g}", overlay=f"{folder}/overlay.png",
            dice_after=f"{self.random.uniform(0.5, 0.8) if status == 'flagged' else self.random.betavariate(60, 5):.4g}")
        self.add("dt1map/summary.csv", pair=key, status=status, reasons=reason, study_uid=study,
                 rest_input=f"/home/{PRIVATE}/r.dcm", rest_series_uid=rest[1], rest_series_key=rest[1],
                 rest_sop_instance_uid=rest[2], rest_slice=0, stress_series_uid=stress[1],
                 stress_series_key=stress[1], stress_sop_instance_uid=stress[2], stress_slice=0, **known)
        if status == "failed":
            return
        if status == "flagged":
            self.overlays.append(f"dt1map/{folder}/overlay.png")
        for segment in SEGMENTS[level]:
            lower = 1.6 if segment in (4, 10, 15) else 0
            self.add("dt1map/segments.csv", pair=key, study_uid=study, rest_series_uid=rest[1],
                     stress_series_uid=stress[1], segment=segment, level=level, quantity="dT1", unit="%",
                     mean=f"{mean - lower + self.random.gauss(0, 1.2):.6g}", pixels=self.random.randint(80, 150))

    def write(self, out):
        for table, columns in TABLES.items():
            file = out / table
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(file, "w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, columns.split(), lineterminator="\n", extrasaction="ignore", restval="")
                writer.writeheader()
                writer.writerows(self.rows[table])
        for i, overlay in enumerate(self.overlays):
            picture = out / overlay
            picture.parent.mkdir(parents=True, exist_ok=True)
            given = [p for p in self.pictures if overlay.startswith(p.name.split("-")[0] + "/")]
            if given:
                shutil.copyfile(given[i % len(given)], picture)
            else:
                picture.write_bytes(grey_png(60 + i % 120))


def make_cohort(out, subjects, seed=1, pictures=()):
    """`pictures`: PNG files that stand in for the overlays of the program that their names begin with
    ("qcdseg-1.png")."""
    maker = Maker(seed, [Path(p) for p in pictures])
    for _ in range(subjects):
        maker.subject()
    maker.write(Path(out))
    return maker


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--subjects", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    make_cohort(arguments.out, arguments.subjects, arguments.seed, arguments.pictures)
