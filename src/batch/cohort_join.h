#pragma once
/// Joins the rows of a cohort's tables by study, series and image.

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "cmrt1/batch/csv_file.h"
#include "cmrt1/write/cohort.h"

namespace cmrt1 {

/// Values with weights. Their mean does not depend on the order in which they came.
class WeightedMean {
 public:
  void add(double value, double weight);  ///< not where either is undefined or the weight is 0
  double mean() const;                    ///< NaN where there are none

 private:
  std::vector<std::pair<double, double>> values_;
};

/// What names an image in the tables of several programs: a SOP Instance UID (of NIfTI files the result's
/// folder), and its place in the series, since one object may hold several images.
struct ImageName {
  std::string object, slice;
  auto operator<=>(const ImageName&) const = default;
};

/// What is known of images by name.
template <typename Value>
class ImageIndex {
 public:
  void set(const ImageName& name, const Value& value) {
    images_[name] = value;
    objects_[name.object].insert(name.slice);
  }
  /// Null where nothing is known. The place is not asked where the object is one image: programs that were
  /// given fewer images of the series count them otherwise.
  const Value* find(const ImageName& name) const {
    const auto image = images_.find(name);
    if (image != images_.end()) return &image->second;
    const auto object = objects_.find(name.object);
    if (object == objects_.end() || object->second.size() != 1) return nullptr;
    return &images_.at({name.object, *object->second.begin()});
  }

 private:
  std::map<ImageName, Value> images_;
  std::map<std::string, std::set<std::string>> objects_;
};

/// Tables are given row by row, each table in any order of rows; then finish().
class CohortJoin {
 public:
  CohortJoin(Cohort cohort) : cohort_(std::move(cohort)) {}

  void add_t1moco(const CsvRow& row);
  void add_qcdseg(const CsvRow& row);
  void add_landmarks(const CsvRow& row);
  void add_segment(const CsvRow& row);
  void add_dt1(const CsvRow& row);
  void add_dt1_segment(const CsvRow& row);

  Cohort finish();

 private:
  struct Measured {  ///< T1 of an image, or of a segment in it
    ImageName image;
    std::size_t segment = 0;  ///< from 0
    double value = kUndefined, pixels = 0;
  };
  struct Draft {
    CohortSubject subject;
    std::vector<double> r2_before, r2, motion_before, motion_after, dice, confidence, overlap;
    std::vector<Measured> t1;
    std::vector<Measured> segments;
    WeightedMean dt1, dt1_error;
    std::array<WeightedMean, 16> dt1_segments;
  };
  struct DraftCase {
    std::string subject;
    CohortCase shown;
  };

  /// Counts the row; the draft of its subject, null where it has none.
  Draft* count(CohortProgram program, const CsvRow& row, const std::string& key, const std::string& reasons);
  void show(CohortProgram program, const CsvRow& row, const std::string& key, const std::string& reasons,
            const std::string& picture, const std::string& figure, double value);
  void finish(Draft& draft) const;
  CohortT1 t1_of(const Draft& draft, bool stress) const;
  SegmentValues t1_segments_of(const Draft& draft, bool stress) const;
  bool under_stress(const ImageName& image) const { return stress_.find(image) != nullptr; }

  Cohort cohort_;
  std::map<std::string, Draft> drafts_;
  std::vector<DraftCase> cases_;
  std::map<CohortReason, std::size_t> reasons_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, ImageName> landmark_rows_;
  ImageIndex<std::string> levels_;
  ImageIndex<bool> stress_;
};

}  // namespace cmrt1
