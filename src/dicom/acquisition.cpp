#include "cmrt1/dicom/acquisition.h"

#include "dicom/attributes.h"
#include "dicom/part10.h"

namespace cmrt1 {

Acquisition acquisition_of(const std::string& header) {
  const dicom::Parsed parsed = dicom::parse(std::make_shared<const std::string>(header));
  Acquisition found;
  if (!parsed.file || !parsed.reason.empty()) return found;
  const dicom::Attributes attributes(*parsed.file->getDataset(), 0);
  found.patient_id = attributes.raw_text(DCM_PatientID);
  found.protocol_name = attributes.text(DCM_ProtocolName);
  found.frame_of_reference_uid = attributes.text(DCM_FrameOfReferenceUID);
  return found;
}

}  // namespace cmrt1
