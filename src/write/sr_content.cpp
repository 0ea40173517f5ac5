#include "write/sr_content.h"

#include <dcmtk/dcmdata/dctk.h>

namespace cmrt1 {
namespace {

DcmItem& add_content(DcmItem& parent, const char* relationship, const char* type, const Code* concept_name) {
  DcmItem& item = add_item(parent, DCM_ContentSequence);
  put(item, DCM_RelationshipType, relationship);
  put(item, DCM_ValueType, type);
  if (concept_name) add_code(item, DCM_ConceptNameCodeSequence, *concept_name);
  return item;
}

}  // namespace

DcmItem& add_container(DcmItem& parent, const char* relationship, const Code& concept_name,
                       const char* template_id) {
  DcmItem& item = add_content(parent, relationship, "CONTAINER", &concept_name);
  put(item, DCM_ContinuityOfContent, "SEPARATE");
  if (template_id) {
    DcmItem& known = add_item(item, DCM_ContentTemplateSequence);
    put(known, DCM_MappingResource, "DCMR");
    put(known, DCM_TemplateIdentifier, template_id);
  }
  return item;
}

DcmItem& add_coded(DcmItem& parent, const char* relationship, const Code& concept_name, const Code& value) {
  DcmItem& item = add_content(parent, relationship, "CODE", &concept_name);
  add_code(item, DCM_ConceptCodeSequence, value);
  return item;
}

void add_text(DcmItem& parent, const char* relationship, const Code& concept_name, const std::string& text) {
  put(add_content(parent, relationship, "TEXT", &concept_name), DCM_TextValue, text);
}

void add_uid(DcmItem& parent, const char* relationship, const Code& concept_name, const std::string& uid) {
  put(add_content(parent, relationship, "UIDREF", &concept_name), DCM_UID, uid);
}

DcmItem& add_number(DcmItem& parent, const char* relationship, const Code& concept_name, double value,
                    const Code& unit) {
  DcmItem& item = add_content(parent, relationship, "NUM", &concept_name);
  DcmItem& measured = add_item(item, DCM_MeasuredValueSequence);
  put(measured, DCM_NumericValue, decimal_string(value));
  add_code(measured, DCM_MeasurementUnitsCodeSequence, unit);
  return item;
}

void add_image(DcmItem& parent, const char* relationship, const Frame& image, bool multi_frame) {
  DcmItem& reference =
      add_item(add_content(parent, relationship, "IMAGE", nullptr), DCM_ReferencedSOPSequence);
  put(reference, DCM_ReferencedSOPClassUID, image.sop_class_uid);
  put(reference, DCM_ReferencedSOPInstanceUID, image.sop_instance_uid);
  if (multi_frame) put(reference, DCM_ReferencedFrameNumber, std::to_string(image.frame_index + 1));
}

void add_point(DcmItem& parent, const char* relationship, const Code& concept_name,
               const std::array<double, 2>& pixel, const Frame& image, bool multi_frame) {
  DcmItem& item = add_content(parent, relationship, "SCOORD", &concept_name);
  const std::array<Float32, 2> point = {static_cast<Float32>(pixel[0] + 0.5),
                                        static_cast<Float32>(pixel[1] + 0.5)};
  item.putAndInsertFloat32Array(DCM_GraphicData, point.data(), point.size());
  put(item, DCM_GraphicType, "POINT");
  add_image(item, relation::selected_from, image, multi_frame);
}

}  // namespace cmrt1
