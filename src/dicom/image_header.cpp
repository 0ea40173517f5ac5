#include "dicom/image_header.h"

#include <dcmtk/dcmdata/dcuid.h>

#include <algorithm>
#include <limits>

#include "dicom/attributes.h"
#include "dicom/classify.h"
#include "dicom/image_checks.h"
#include "dicom/inversion_time.h"

namespace cmrt1::dicom {
namespace {

constexpr int kMaxFrames = 4096;  ///< of one multi-frame object that are looked at

/// Date and time of acquisition; where it is not stated, of the content.
std::string acquisition_date_time(const Attributes& attributes) {
  for (const DcmTagKey& tag : {DCM_FrameAcquisitionDateTime, DCM_AcquisitionDateTime}) {
    if (std::string text = attributes.text(tag); text.size() > 8) return text;
  }
  std::string date = attributes.text(DCM_AcquisitionDate);
  if (date.size() != 8) date = "00000000";
  const std::string time = attributes.text(DCM_AcquisitionTime);
  return date + (time.empty() ? attributes.text(DCM_ContentTime) : time);
}

int acquisition_number(const Attributes& attributes) {
  return attributes.integer(DCM_AcquisitionNumber, attributes.integer(DCM_FrameAcquisitionNumber));
}

bool is_lossy(const Attributes& attributes, E_TransferSyntax syntax) {
  constexpr std::array lossy{EXS_JPEGProcess1, EXS_JPEGProcess2_4, EXS_JPEGLSLossy};
  return std::find(lossy.begin(), lossy.end(), syntax) != lossy.end() ||
         attributes.raw_text(DCM_LossyImageCompression) == "01";
}

double trigger_time_ms(const Attributes& attributes) {
  const auto stated = attributes.number(DCM_TriggerTime);
  return (stated ? stated : attributes.number(DCM_NominalCardiacTriggerDelayTime))
      .value_or(std::numeric_limits<double>::quiet_NaN());
}

ImageHeader read_image(const Parsed& parsed, const SourceFile& source, int index) {
  const Attributes instance(*parsed.file->getDataset());
  const Attributes attributes(*parsed.file->getDataset(), index);
  const InversionTime ti = find_inversion_time(attributes);
  const bool timed = ti.source != InversionTimeSource::missing;
  const Classification classification = classify(attributes, timed);

  ImageHeader image;
  image.frame.source = source;
  image.frame.frame_index = index;
  image.frame.sop_class_uid = instance.raw_text(DCM_SOPClassUID);
  image.frame.sop_instance_uid = instance.raw_text(DCM_SOPInstanceUID);
  image.frame.kind = classification.kind;
  image.frame.kind_reason = classification.why;
  image.frame.inversion_time_ms = ti.ms;
  image.frame.inversion_time_source = ti.source;
  image.frame.acquisition_time = acquisition_date_time(attributes).substr(8);
  image.frame.instance_number = instance.integer(DCM_InstanceNumber);
  image.frame.acquisition_number = acquisition_number(attributes);
  image.frame.trigger_time_ms = trigger_time_ms(attributes);
  image.frame.geometry = read_geometry(attributes);
  image.kind_if_timed = classify(attributes, true).kind;
  image.study_uid = instance.raw_text(DCM_StudyInstanceUID);
  image.series_uid = instance.raw_text(DCM_SeriesInstanceUID);
  image.patient_id = instance.raw_text(DCM_PatientID);
  image.description = instance.text(DCM_SeriesDescription);
  image.series_number = instance.integer(DCM_SeriesNumber);
  image.acquired = acquisition_date_time(attributes);
  image.named_shmolli = named_shmolli(attributes);
  image.named_t1_mapping = named_t1_mapping(attributes);
  image.motion_corrected = instance.raw_text(DCM_ImageType).find("MOCO") != std::string::npos;
  image.lossy = is_lossy(attributes, parsed.transfer_syntax);
  const Defect defect = find_defect(attributes, parsed);
  image.defect = defect.reason;
  image.defect_message = defect.message;
  return image;
}

}  // namespace

std::string why_no_image(DcmDataset& dataset) {
  const Attributes attributes(dataset);
  const bool directory = attributes.has(DCM_DirectoryRecordSequence) ||
                         attributes.raw_text(DCM_SOPClassUID) == UID_MediaStorageDirectoryStorage;
  return directory ? "dicomdir" : "not_an_image";
}

std::vector<ImageHeader> read_images(const Parsed& parsed, const SourceFile& source) {
  DcmDataset& dataset = *parsed.file->getDataset();
  const Attributes attributes(dataset);
  const bool is_image = attributes.has(DCM_Rows) || attributes.has(DCM_PixelData) ||
                        attributes.raw_text(DCM_SOPClassUID) == UID_MRImageStorage;
  std::vector<ImageHeader> images;
  if (!is_image) return images;
  const int frames = std::clamp(number_of_frames(dataset), 1, kMaxFrames);
  for (int i = 0; i < frames; ++i) images.push_back(read_image(parsed, source, i));
  return images;
}

}  // namespace cmrt1::dicom
