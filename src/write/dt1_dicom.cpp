#include "cmrt1/write/dt1_dicom.h"

#include <array>
#include <cmath>
#include <limits>

#include "cmrt1/base/text.h"
#include "cmrt1/write/uid.h"
#include "write/mr_map.h"
#include "write/source_header.h"

namespace cmrt1 {
namespace {

constexpr Code subtraction{"113062", "DCM", "Pixel by pixel subtraction"};
constexpr Code division{"113046", "DCM", "Pixel by pixel division"};
constexpr Code heart{"80891009", "SCT", "Heart"};
constexpr MapQuantity dt1_quantity{"Change of T1 from rest to stress in percent of rest T1",
                                   "dT1",
                                   {"DT1", "99CMRT1", "Change of T1 from rest to stress, relative to rest"},
                                   {"%", "UCUM", "percent"}};
/// Value 3 as for stress images, value 4: the pixels are a quantity.
constexpr const char* dt1_image_type = "DERIVED\\PRIMARY\\STRESS\\QUANTITY";
constexpr int dt1_series_offset = 8, stress_series_offset = 9;
constexpr double dt1_window_percent = 30;

std::string with_flag(const std::string& suffix, const Dt1Record& record) {
  return suffix + (record.flagged() ? "_FLAGGED" : "");
}

std::string registration_sentence(const Dt1Record& record) {
  const Registration& registration = record.registration;
  if (record.registered())
    return std::string("Stress map registered to the rest map (") + to_string(registration.method_used) +
           ").";
  return "Stress map NOT registered, resampled as it lies" +
         (registration.decision.empty() ? "." : ": " + registration.decision);
}

std::string flag_sentence(const Dt1Record& record) {
  return record.flagged() ? " Flagged, to be looked at: " + record.reason_list() + "." : "";
}

std::string network_sentence(const Dt1Record& record) {
  const auto& network = record.registration.network;
  if (!network) return {};
  return " Displacement estimated with the network " + network->name + " " + network->version + " (SHA-256 " +
         network->sha256 + ").";
}

/// What shapes the maps besides their sources.
std::string content_of(const Dt1Record& record) {
  std::string content = "|" + record.rest.series.series_uid + "|" + record.stress.series.series_uid;
  for (const auto& [name, value] : record.options) content.append("|").append(name).append("=").append(value);
  for (const auto& network : record.networks) content += "|" + network.sha256;
  return content;
}

std::vector<SourceImage> sources(const Dt1Record& record) {
  std::vector<SourceImage> images;
  for (const PairedMap* map : {&record.rest, &record.stress})
    images.push_back({&map->frame(), is_multi_frame(*map->dicom_header)});
  return images;
}

std::string frame_of_reference(const Dt1Record& record) {
  const std::string& known = record.rest.frame_of_reference_uid;
  return known.empty() ? derived_uid("frame of reference|" + record.rest.series.series_uid) : known;
}

/// As they are stored; all NaN of one bit pattern, so that equal maps give equal bytes.
std::vector<Float32> float_pixels(const Pixels& values) {
  std::vector<Float32> pixels(values.data(), values.data() + values.size());
  for (Float32& value : pixels)
    if (!std::isfinite(value)) value = std::numeric_limits<Float32>::quiet_NaN();
  return pixels;
}

/// The parametric map as it is put together.
class Dt1Map {
 public:
  explicit Dt1Map(const Dt1Record& record)
      : record_(record),
        source_(read_header(*record.rest.dicom_header)),
        target_(kept_context(*source_->getDataset())),
        pixels_(float_pixels(record.reactivity.dt1_percent)) {}

  std::string bytes() {
    put_identity();
    put_content();
    put_derivation();
    put_shared_groups();
    put_frame_groups();
    put_pixels();
    return part10_bytes(*target_);
  }

 private:
  std::string suffix() const { return with_flag("_DT1", record_); }
  std::string version() const { return version_of(record_.versions); }
  const Geometry& geometry() const { return record_.rest.map.geometry; }

  std::string series_uid() const {
    return derived_uid("series|" + record_.rest.series.series_uid + suffix() + "|" + version() +
                       content_of(record_));
  }

  std::string instance_uid() const {
    std::string content = "instance|" + series_uid();
    for (const PairedMap* map : {&record_.rest, &record_.stress}) content += "|" + image_name(map->frame());
    content.append("|" + registration_sentence(record_) + flag_sentence(record_) + "|");
    content.append(reinterpret_cast<const char*>(pixels_.data()), pixels_.size() * sizeof(Float32));
    return derived_uid(content);
  }

  void put_identity() {
    const ImageSeries& rest = record_.rest.series;
    put(*target_, DCM_SOPClassUID, UID_ParametricMapStorage);
    put(*target_, DCM_Modality, "MR");
    put(*target_, DCM_SeriesInstanceUID, series_uid());
    put(*target_, DCM_SOPInstanceUID, instance_uid());
    put(*target_, DCM_SeriesNumber, derived_series_number(rest.series_number, dt1_series_offset));
    put(*target_, DCM_InstanceNumber, std::to_string(record_.rest.slice + 1));
    put(*target_, DCM_SeriesDescription, derived_series_description(*source_->getDataset(), suffix()));
    put(*target_, DCM_FrameOfReferenceUID, frame_of_reference(record_));
    put_own_equipment(*target_, version());
    put_referenced_series(*target_, rest.study_uid, source_series());
  }

  /// Both maps, in one item where they are of one series.
  std::vector<SourceSeries> source_series() const {
    std::vector<SourceSeries> all;
    for (const PairedMap* map : {&record_.rest, &record_.stress}) {
      if (all.empty() || all.back().series_uid != map->series.series_uid)
        all.push_back({map->series.study_uid, map->series.series_uid, {}});
      all.back().frames.push_back(&map->frame());
    }
    return all;
  }

  void put_content() {
    put(*target_, DCM_ImageType, dt1_image_type);
    put(*target_, DCM_ImageComments,
        std::string(research_notice) + " " + dt1_quantity.name + ". " + registration_sentence(record_) +
            flag_sentence(record_));
    put(*target_, DCM_ContentLabel, "DT1");
    put(*target_, DCM_ContentDescription,
        shortened(record_.flagged() ? "Flagged: " + record_.reason_list() : dt1_quantity.name, 64));
    for (const auto& tag : {DCM_ContentCreatorName, DCM_AcquisitionContextSequence})
      target_->insertEmptyElement(tag);
    put_content_date(*target_);
    put(*target_, DCM_ContentQualification, "RESEARCH");
    put(*target_, DCM_BurnedInAnnotation, "NO");
    put(*target_, DCM_RecognizableVisualFeatures, "NO");
    put(*target_, DCM_PresentationLUTShape, "IDENTITY");
    if (!target_->tagExistsWithValue(DCM_LossyImageCompression))
      put(*target_, DCM_LossyImageCompression, "00");
  }

  std::string derivation() const {
    return shortened(
        "dT1 = (stress - rest) / rest x 100 %, NaN where undefined; the first source is the "
        "rest map. " +
            registration_sentence(record_),
        1024);
  }

  void put_derivation() {
    put(*target_, DCM_DerivationDescription, derivation());
    add_processing_equipment(*target_, version(), "Stress T1 reactivity." + network_sentence(record_));
  }

  void put_shared_groups() {
    DcmItem& groups = add_item(*target_, DCM_SharedFunctionalGroupsSequence);
    put_spacing(add_item(groups, DCM_PixelMeasuresSequence), geometry());
    put_orientation(add_item(groups, DCM_PlaneOrientationSequence), geometry());
    put(add_item(groups, DCM_ParametricMapFrameTypeSequence), DCM_FrameType, dt1_image_type);
    DcmItem& anatomy = add_item(groups, DCM_FrameAnatomySequence);
    put(anatomy, DCM_FrameLaterality, "U");
    add_code(anatomy, DCM_AnatomicRegionSequence, heart);
    DcmItem& transformation = add_item(groups, DCM_PixelValueTransformationSequence);
    put(transformation, DCM_RescaleIntercept, "0");
    put(transformation, DCM_RescaleSlope, "1");
    put(transformation, DCM_RescaleType, "US");
    DcmItem& window = add_item(groups, DCM_FrameVOILUTSequence);
    put(window, DCM_WindowCenter, "0");
    put(window, DCM_WindowWidth, decimal_string(dt1_window_percent));
    constexpr double largest = std::numeric_limits<float>::max();
    DcmItem& mapping = add_value_mapping(groups, dt1_quantity, 1);
    mapping.putAndInsertFloat64(DCM_DoubleFloatRealWorldValueFirstValueMapped, -largest);
    mapping.putAndInsertFloat64(DCM_DoubleFloatRealWorldValueLastValueMapped, largest);
  }

  void put_frame_groups() {
    const std::string organization = derived_uid("dimensions|" + instance_uid());
    put(add_item(*target_, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, organization);
    add_dimension(*target_, organization, DCM_ImagePositionPatient, DCM_PlanePositionSequence, "Position");
    constexpr std::array<Uint32, 1> first = {1};
    DcmItem& groups = add_item(*target_, DCM_PerFrameFunctionalGroupsSequence);
    add_item(groups, DCM_FrameContentSequence)
        .putAndInsertUint32Array(DCM_DimensionIndexValues, first.data(), first.size());
    put_position(add_item(groups, DCM_PlanePositionSequence), geometry());
    DcmItem& made = add_item(groups, DCM_DerivationImageSequence);
    put(made, DCM_DerivationDescription, derivation());
    for (const Code& code : {subtraction, division, spatial_resampling})
      add_code(made, DCM_DerivationCodeSequence, code);
    for (const SourceImage& image : sources(record_)) add_source_image(made, *image.frame, image.multi_frame);
  }

  void put_pixels() {
    put(*target_, DCM_PhotometricInterpretation, "MONOCHROME2");
    put(*target_, DCM_NumberOfFrames, "1");
    put_number(*target_, DCM_Rows, geometry().rows);
    put_number(*target_, DCM_Columns, geometry().columns);
    put_number(*target_, DCM_SamplesPerPixel, 1);
    put_number(*target_, DCM_BitsAllocated, 32);
    put_floats(*target_, DCM_FloatPixelData, pixels_);
  }

  const Dt1Record& record_;
  std::unique_ptr<DcmFileFormat> source_;
  std::unique_ptr<DcmDataset> target_;
  std::vector<Float32> pixels_;
};

}  // namespace

bool has_dicom_sources(const Dt1Record& record) {
  return record.rest.dicom_header && record.stress.dicom_header;
}

std::string dt1_dicom(const Dt1Record& record) { return Dt1Map(record).bytes(); }

std::string registered_stress_dicom(const Dt1Record& record) {
  MrMap map;
  map.quantity = t1_quantity;
  map.image_type = std::string("T1 MAP\\") + (record.registered() ? "REGISTERED" : "RESAMPLED");
  map.suffix = with_flag(record.registered() ? "_REG" : "_RESAMPLED", record);
  map.series_content = content_of(record);
  map.source_series = record.stress.series.series_uid;
  map.source_number = record.stress.series.series_number;
  map.series_offset = stress_series_offset;
  map.instance_number = static_cast<int>(record.rest.slice) + 1;
  map.comment = registration_sentence(record) + flag_sentence(record);
  map.derivation = shortened(
      registration_sentence(record) + " On the grid of the rest map, which is the first source.", 1024);
  map.contribution = "Registration of T1 maps." + network_sentence(record);
  map.codes = {spatial_resampling};
  map.sources = sources(record);
  map.frame_of_reference_uid = frame_of_reference(record);
  map.version = version_of(record.versions);
  map.window_centre = "1000";
  map.window_width = "2000";
  map.values = record.reactivity.registered_stress_ms;
  map.geometry = record.rest.map.geometry;
  return mr_map_dicom(*record.stress.dicom_header, map);
}

}  // namespace cmrt1
