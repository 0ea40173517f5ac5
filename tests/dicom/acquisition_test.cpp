#include "cmrt1/dicom/acquisition.h"

#include <gtest/gtest.h>

#include "support/dicom_factory.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

Acquisition of_image(const Tweak& tweak) {
  const TemporaryFolder folder;
  return acquisition_of(read_bytes(write_series(folder.path(), {.ti_ms = {100}}, tweak).front()));
}

}  // namespace

TEST(Acquisition, IsReadFromTheHeader) {
  const Acquisition found = of_image([](DcmDataset& dataset, int) {
    set(dataset, DCM_ProtocolName, "T1 stress");
    set(dataset, DCM_FrameOfReferenceUID, "1.2.3.4");
  });
  EXPECT_EQ(found.protocol_name, "T1 stress");
  EXPECT_EQ(found.frame_of_reference_uid, "1.2.3.4");
  EXPECT_EQ(found.patient_id, SeriesSpec().patient_id);
}

TEST(Acquisition, IsEmptyWhereTheHeaderDoesNotSay) {
  const Acquisition found = of_image([](DcmDataset& dataset, int) {
    for (const DcmTagKey& tag : {DCM_ProtocolName, DCM_FrameOfReferenceUID, DCM_PatientID})
      dataset.findAndDeleteElement(tag);
  });
  EXPECT_EQ(found.protocol_name, "");
  EXPECT_EQ(found.frame_of_reference_uid, "");
  EXPECT_EQ(found.patient_id, "");
}

TEST(Acquisition, OfBytesThatAreNoHeaderIsEmpty) {
  EXPECT_EQ(acquisition_of("no header").protocol_name, "");
  EXPECT_EQ(acquisition_of("").frame_of_reference_uid, "");
}
