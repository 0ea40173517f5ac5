"""T1 maps at rest and under stress, drawn in the values (ms) that the stand-ins of tests/dt1/networks know."""

import numpy as np
import pydicom
from drawn_heart import write_dicom, write_nifti
from drawn_marks import CENTRE, marked_heart

SHIFT = (4, -3)  # px, by which the heart lies elsewhere under stress
DT1 = 6.0  # percent, of the muscle
T1_MAP = {"ImageType": ["DERIVED", "PRIMARY", "M", "T1 MAP"]}


def rest_t1():
    return marked_heart()


def stress_t1(shift=SHIFT, dt1=DT1):
    moved = marked_heart(centre=tuple(np.add(CENTRE, shift)))
    return np.where(moved == 1000, 1000 * (1 + dt1 / 100), moved)


def write_pair(folder, shift=SHIFT, dt1=DT1):
    """Two NIfTI files."""
    return (
        write_nifti(folder / "rest.nii.gz", rest_t1()),
        write_nifti(folder / "stress.nii.gz", stress_t1(shift, dt1)),
    )


def write_maps(folder, images, number, description, places_mm=None, **attributes):
    """A series of T1 maps, one a slice; `places_mm` along their normal, else 10 mm apart."""
    attributes = {"SeriesDescription": description, "ProtocolName": description, **T1_MAP, **attributes}
    files = write_dicom(folder, images, number=number, **attributes)
    for file, place in zip(files, places_mm or []):
        dataset = pydicom.dcmread(file)
        normal = np.cross(dataset.ImageOrientationPatient[:3], dataset.ImageOrientationPatient[3:])
        dataset.ImagePositionPatient = [round(float(v), 6) for v in place * normal]
        dataset.save_as(file)
    return files


def write_study(folder, rest_places=(0, 10, 20), stress_places=(1, 11, 21), study="1.2.3", first=1, **stress):
    """A series at rest and one under stress; `stress` are attributes of the second."""
    write_maps(folder / "rest", [rest_t1()] * len(rest_places), first, "T1 rest", rest_places, StudyInstanceUID=study)
    write_maps(
        folder / "stress",
        [stress_t1()] * len(stress_places),
        first + 1,
        "T1 stress",
        stress_places,
        **{"StudyInstanceUID": study, **stress},
    )
    return folder / "rest", folder / "stress"
