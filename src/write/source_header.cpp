#include "write/source_header.h"

#include <dcmtk/dcmdata/dcistrmb.h>

#include <array>
#include <span>

#include "cmrt1/base/error.h"
#include "write/dicom_item.h"

namespace cmrt1 {
namespace {

/// What any object derived from a series keeps.
const std::array context_tags = {
    // SOP common
    DCM_SpecificCharacterSet, DCM_TimezoneOffsetFromUTC, DcmTagKey(0x0008, 0x001c) /* Synthetic Data */,
    // study
    DCM_StudyDate, DCM_StudyTime, DCM_AccessionNumber, DCM_IssuerOfAccessionNumberSequence,
    DCM_ReferringPhysicianName, DCM_StudyDescription, DCM_ProcedureCodeSequence, DCM_ReferencedStudySequence,
    DCM_StudyInstanceUID, DCM_StudyID,
    // series
    DCM_SeriesDate, DCM_SeriesTime, DCM_PerformingPhysicianName, DCM_OperatorsName, DCM_ProtocolName,
    DCM_BodyPartExamined, DCM_Laterality, DCM_PatientPosition, DCM_ReferencedPerformedProcedureStepSequence,
    DCM_PerformedProcedureStepStartDate, DCM_PerformedProcedureStepStartTime, DCM_PerformedProcedureStepID,
    DCM_PerformedProcedureStepDescription, DCM_RequestAttributesSequence,
    // frame of reference
    DCM_FrameOfReferenceUID, DCM_PositionReferenceIndicator,
    // image
    DCM_AcquisitionDate, DCM_AcquisitionTime, DCM_AcquisitionDateTime, DCM_AcquisitionNumber, DCM_ContentDate,
    DCM_ContentTime, DCM_LossyImageCompression, DCM_LossyImageCompressionRatio,
    DCM_LossyImageCompressionMethod, DCM_QualityControlImage};

/// What an MR image keeps besides.
const std::array image_tags = {
    // equipment
    DCM_Manufacturer, DCM_InstitutionName, DCM_InstitutionAddress, DCM_StationName,
    DCM_InstitutionalDepartmentName, DCM_ManufacturerModelName, DCM_DeviceSerialNumber, DCM_SoftwareVersions,
    // contrast agent
    DCM_ContrastBolusAgent, DCM_ContrastBolusAgentSequence, DCM_ContrastBolusRoute, DCM_ContrastBolusVolume,
    DCM_ContrastBolusStartTime, DCM_ContrastBolusStopTime, DCM_ContrastBolusTotalDose,
    DCM_ContrastBolusIngredient, DCM_ContrastBolusIngredientConcentration,
    // acquisition
    DCM_ScanningSequence, DCM_SequenceVariant, DCM_ScanOptions, DCM_MRAcquisitionType, DCM_SequenceName,
    DCM_AngioFlag, DCM_RepetitionTime, DCM_EchoTime, DCM_EchoTrainLength, DCM_NumberOfAverages,
    DCM_ImagingFrequency, DCM_ImagedNucleus, DCM_EchoNumbers, DCM_MagneticFieldStrength,
    DCM_SpacingBetweenSlices, DCM_NumberOfPhaseEncodingSteps, DCM_PercentSampling,
    DCM_PercentPhaseFieldOfView, DCM_PixelBandwidth, DCM_ReceiveCoilName, DCM_TransmitCoilName,
    DCM_AcquisitionMatrix, DCM_InPlanePhaseEncodingDirection, DCM_FlipAngle, DCM_VariableFlipAngleFlag,
    DCM_SAR, DCM_dBdt};

/// Attributes that every object has to have, if only empty.
const std::array required_tags = {
    // patient
    DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex,
    // study and frame of reference
    DCM_StudyDate, DCM_StudyTime, DCM_AccessionNumber, DCM_ReferringPhysicianName, DCM_StudyID,
    DCM_PositionReferenceIndicator};

/// Those that every MR image has to have besides.
const std::array required_image_tags = {DCM_PatientPosition,   DCM_Manufacturer,   DCM_ScanOptions,
                                        DCM_MRAcquisitionType, DCM_RepetitionTime, DCM_EchoTime,
                                        DCM_EchoTrainLength};

/// Patient, and clinical trial with the record of de-identification.
bool belongs_to_patient(const DcmTagKey& tag) { return tag.getGroup() == 0x0010 || tag.getGroup() == 0x0012; }

void copy_tags(std::span<const DcmTagKey> tags, DcmDataset& source, DcmDataset& target) {
  for (const auto& tag : tags) source.findAndInsertCopyOfElement(tag, &target);
}

void copy_values(std::span<const DcmTagKey> tags, DcmDataset& source, DcmDataset& target) {
  for (const auto& tag : tags)
    if (source.tagExistsWithValue(tag)) source.findAndInsertCopyOfElement(tag, &target);
}

void require_tags(std::span<const DcmTagKey> tags, DcmDataset& target) {
  for (const auto& tag : tags)
    if (!target.tagExists(tag)) target.insertEmptyElement(tag);
}

void copy_patient(DcmDataset& source, DcmDataset& target) {
  for (unsigned long i = 0; i < source.card(); ++i) {
    const DcmTagKey tag = source.getElement(i)->getTag();
    if (belongs_to_patient(tag)) source.findAndInsertCopyOfElement(tag, &target);
  }
}

DcmItem* shared_group(DcmDataset& source, const DcmTagKey& group) {
  DcmItem* shared = nullptr;
  DcmItem* item = nullptr;
  source.findAndGetSequenceItem(DCM_SharedFunctionalGroupsSequence, shared);
  if (shared) shared->findAndGetSequenceItem(group, item);
  return item;
}

void copy_timing(DcmDataset& source, DcmDataset& target) {
  if (DcmItem* timing = shared_group(source, DCM_MRTimingAndRelatedParametersSequence))
    for (const auto& tag : {DCM_RepetitionTime, DCM_FlipAngle, DCM_EchoTrainLength})
      timing->findAndInsertCopyOfElement(tag, &target);
  Float64 echo_time_ms = 0;
  DcmItem* echo = shared_group(source, DCM_MREchoSequence);
  if (echo && echo->findAndGetFloat64(DCM_EffectiveEchoTime, echo_time_ms).good())
    put(target, DCM_EchoTime, decimal_string(echo_time_ms));
}

/// The classic words for the pulse sequence of a source that does not use them (an enhanced image).
void describe_pulse_sequence(DcmDataset& source, DcmDataset& target) {
  OFString echo;
  source.findAndGetOFString(DCM_EchoPulseSequence, echo);
  const std::string readout = echo == "SPIN" ? "SE\\" : echo == "GRADIENT" ? "GR\\" : "";
  put(target, DCM_ScanningSequence, readout + "IR");
  if (!target.tagExists(DCM_SequenceVariant)) put(target, DCM_SequenceVariant, "NONE");
}

}  // namespace

std::unique_ptr<DcmFileFormat> read_header(const std::string& bytes) {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  auto file = std::make_unique<DcmFileFormat>();
  file->transferInit();
  const OFCondition outcome = file->read(stream);
  file->transferEnd();
  if (outcome.bad() || file->getDataset()->card() == 0)
    throw CaseError("source_header_unreadable",
                    std::string("the header of the source image cannot be read: ") + outcome.text());
  return file;
}

std::unique_ptr<DcmDataset> kept_context(DcmDataset& source) {
  auto target = std::make_unique<DcmDataset>();
  copy_values(context_tags, source, *target);
  copy_patient(source, *target);
  require_tags(required_tags, *target);
  return target;
}

std::unique_ptr<DcmDataset> kept_attributes(DcmDataset& source) {
  auto target = kept_context(source);
  copy_tags(context_tags, source, *target);
  copy_tags(image_tags, source, *target);
  copy_timing(source, *target);
  if (!target->tagExists(DCM_ScanningSequence)) describe_pulse_sequence(source, *target);
  require_tags(required_image_tags, *target);
  return target;
}

}  // namespace cmrt1
