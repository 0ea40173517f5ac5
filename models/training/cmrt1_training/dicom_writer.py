"""Writes a synthetic series as DICOM MR images in the manner of a Siemens scanner, marked as synthetic."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage

from .phantom import Sample
from .phantom.scanner import stored_phase
from .slice_geometry import SliceGeometry

DATE = "20260101"
STUDY_START_S = 10 * 3600
SECONDS_BETWEEN_SERIES = 60
SERIES_DESCRIPTION = {"shmolli": "ShMOLLI_192i_SAX_b2s"}


@dataclass(frozen=True)
class StudyIdentity:
    """What names a synthetic study; all UIDs follow from it."""

    seed: int

    @property
    def patient_id(self) -> str:
        return f"SYNTHETIC-{self.seed:06d}"

    def uid(self, *parts: object) -> UID:
        """A UID under 2.25 (a UUID written as an integer) made from the seed and `parts`."""
        digest = hashlib.sha256("/".join(["cmrt1 phantom", str(self.seed), *map(str, parts)]).encode()).digest()
        version_and_variant = bytearray(digest[:16])
        version_and_variant[6] = version_and_variant[6] & 0x0F | 0x80  # UUID version 8: vendor's own
        version_and_variant[8] = version_and_variant[8] & 0x3F | 0x80
        return UID(f"2.25.{int.from_bytes(version_and_variant, 'big')}")


def write_series(
    folder: Path, sample: Sample, sequence: str, geometry: SliceGeometry, study: StudyIdentity, number: int,
    state: str = "",
) -> str:  # fmt: skip
    """Writes magnitude and phase of the first series of a batch; returns the magnitude's Series Instance UID.

    `number` counts the series of a study from 1. Magnitude and phase become series 2 number - 1 and
    2 number, in `folder`/NN_magnitude and `folder`/NN_phase, instances in order of acquisition. `state`, "rest" or
    "stress", ends the series description.
    """
    images = {"M": sample.magnitude[0].round(), "P": stored_phase(sample.phase[0])}
    for offset, (kind, name) in enumerate((("M", "magnitude"), ("P", "phase"))):
        series_number = 2 * number - 1 + offset
        target = folder / f"{series_number:02d}_{name}"
        target.mkdir(parents=True)
        for instance, index in enumerate(sample.acquired_ms[0].argsort().tolist(), start=1):
            dataset = _common(study, geometry, sequence, series_number, number)
            dataset.update(_timing(sample, index, instance, number))
            if state:
                dataset.SeriesDescription = dataset.ProtocolName = f"{dataset.SeriesDescription}_{state}"
            dataset.update(_image(kind, images[kind][index].cpu().numpy().astype("<u2")))
            dataset.SOPInstanceUID = study.uid("instance", series_number, instance)
            dataset.MagneticFieldStrength = "3" if sample.three_tesla[0] else "1.5"
            _save(dataset, target / f"{instance:04d}.dcm")
    return str(study.uid("series", 2 * number - 1))


def _common(study: StudyIdentity, geometry: SliceGeometry, sequence: str, series_number: int, number: int) -> Dataset:
    start = _time(STUDY_START_S + SECONDS_BETWEEN_SERIES * number)
    spacing = _decimal(geometry.grid.spacing_mm)
    d = Dataset()
    d.SpecificCharacterSet = "ISO_IR 100"
    d.SOPClassUID = MRImageStorage
    d.StudyDate = d.SeriesDate = d.AcquisitionDate = d.ContentDate = DATE
    d.StudyTime, d.SeriesTime = _time(STUDY_START_S), start
    d.AccessionNumber = ""
    d.Modality = "MR"
    d.Manufacturer = "SYNTHETIC"
    d.InstitutionName = "SYNTHETIC - not a patient"
    d.ReferringPhysicianName = ""
    d.StudyDescription = "SYNTHETIC phantom, cardiac T1 mapping"
    d.SeriesDescription = d.ProtocolName = SERIES_DESCRIPTION.get(sequence, f"{sequence.upper()}_SAX_b2s")
    d.ManufacturerModelName = "cmrt1_training phantom"
    d.DerivationDescription = "Synthetic image from a numerical phantom"
    d.PatientName = "SYNTHETIC^PHANTOM"
    d.PatientID = study.patient_id
    d.PatientBirthDate = ""
    d.PatientSex = "O"
    d.QualityControlSubject = "YES"
    d.BodyPartExamined = "HEART"
    d.ScanningSequence = ["GR", "IR"]
    d.SequenceVariant = ["SK", "SS", "MP"]
    d.ScanOptions = ["CG", "PFP"]
    d.MRAcquisitionType = "2D"
    d.SequenceName = "tfi2d1_84"
    d.SliceThickness = _decimal(geometry.slice_thickness_mm)
    d.RepetitionTime, d.EchoTime = "379.4", "1.07"
    d.EchoTrainLength = 1
    d.FlipAngle = "35"
    d.SoftwareVersions = "cmrt1_training"
    d.PatientPosition = "HFS"
    d.StudyInstanceUID = study.uid("study")
    d.SeriesInstanceUID = study.uid("series", series_number)
    d.StudyID, d.SeriesNumber = "1", series_number
    d.FrameOfReferenceUID = study.uid("frame of reference")
    d.PositionReferenceIndicator = ""
    d.ImagePositionPatient = [_decimal(v) for v in geometry.position_mm]
    d.ImageOrientationPatient = [_decimal(v) for v in (*geometry.row_direction, *geometry.column_direction)]
    d.SliceLocation = _decimal(geometry.position_mm @ geometry.normal)
    d.PixelSpacing = [spacing, spacing]
    return d


def _timing(sample: Sample, index: int, instance: int, number: int) -> Dataset:
    ti_ms, acquired_ms = float(sample.ti_ms[0, index]), float(sample.acquired_ms[0, index])
    taken = STUDY_START_S + SECONDS_BETWEEN_SERIES * number + acquired_ms / 1000
    d = Dataset()
    d.AcquisitionTime = d.ContentTime = _time(taken)
    d.InversionTime = _decimal(ti_ms)
    d.ImageComments = f"TIeff {ti_ms:.0f} ms"
    d.TriggerTime = _decimal(round(0.55 * float(sample.rr_ms[0]) / 2.5) * 2.5)
    d.NominalInterval = round(float(sample.rr_ms[0]))
    d.CardiacNumberOfImages = 1
    d.AcquisitionNumber = 1
    d.InstanceNumber = instance
    return d


def _image(kind: str, stored: np.ndarray) -> Dataset:
    d = Dataset()
    d.ImageType = ["ORIGINAL", "PRIMARY", kind, "DIS2D"]
    d.SamplesPerPixel = 1
    d.PhotometricInterpretation = "MONOCHROME2"
    d.Rows, d.Columns = stored.shape
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 12, 11, 0
    d.SmallestImagePixelValue, d.LargestImagePixelValue = int(stored.min()), int(stored.max())
    if kind == "P":
        d.WindowCenter, d.WindowWidth = "0", "8192"
        d.RescaleIntercept, d.RescaleSlope, d.RescaleType = "-4096", "2", "US"
    else:
        bright = max(2, int(np.quantile(stored, 0.995)))
        d.WindowCenter, d.WindowWidth = str(bright // 2), str(bright)
    d.PixelData = stored.tobytes()
    return d


def _save(dataset: Dataset, path: Path) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = StudyIdentity(0).uid("implementation")
    meta.ImplementationVersionName = "CMRT1_PHANTOM"
    FileDataset(str(path), dataset, file_meta=meta, preamble=bytes(128)).save_as(path, enforce_file_format=True)


def _decimal(value: float) -> str:
    """A Decimal String of at most 16 characters."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _time(seconds: float) -> str:
    whole, micro = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{whole // 3600:02d}{whole // 60 % 60:02d}{whole % 60:02d}.{micro:06d}"
