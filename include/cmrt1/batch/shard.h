#pragma once
/// A cohort worked on in parts, by several processes or machines that write to one output folder.

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace cmrt1 {

/// Part `number` of `count`; 1 of 1 is all.
struct Shard {
  int number = 1, count = 1;
  /// Of the studies that were divided and of what is done to them, the same for shards that belong together;
  /// empty where it is not known.
  std::string fingerprint = {};
  bool whole() const { return count == 1; }
  /// Whether the part has what `text` names, by its SHA-256 alone: for what is too rare to divide evenly.
  bool holds(const std::string& text) const;
  /// The part's file in place of `table`: summary.csv becomes summary.2-of-3.csv, or
  /// summary.2-of-3-0a1b2c3d.csv with the fingerprint; of all, itself.
  std::string part_of(const std::string& table) const;
};

/// Studies divided into parts that differ by one study at most: in turn, in the order of the SHA-256 of what
/// identifies them, so that neither paths nor the order of the inputs matter. All shards must have found the
/// same studies, or one could be in no part or in two: the fingerprint is in the names of locks, by which
/// shards that found others keep off, and of the parts of tables, by which cohortmerge refuses them.
class StudyDivision {
 public:
  StudyDivision(const Shard& shard, const std::set<std::string>& studies);
  bool holds(const std::string& study) const { return own_.count(study) > 0; }
  /// With the fingerprint.
  const Shard& shard() const { return shard_; }

 private:
  Shard shard_;
  std::set<std::string> own_;
};

/// Leaves out the cases of other shards; `study_of` tells what identifies a case's study. Returns the shard
/// with the fingerprint of all studies.
template <typename Case, typename StudyOf>
Shard keep_own(std::vector<Case>& cases, const Shard& shard, const StudyOf& study_of) {
  std::set<std::string> studies;
  for (const Case& one : cases) studies.insert(study_of(one));
  const StudyDivision division(shard, studies);
  std::erase_if(cases, [&](const Case& one) { return !division.holds(study_of(one)); });
  return division.shard();
}

/// Short and the same for the same text.
std::string short_fingerprint(const std::string& text);

/// From "2/3". Throws UsageError.
Shard shard_from(const std::string& text);

/// The shard whose part of `table` a file of this name is; of count 0 where it is none.
Shard shard_of_part(const std::string& file_name, const std::string& table);

/// Removes those parts of `table` in `folder` that `remove` says.
void remove_parts(const std::filesystem::path& folder, const std::string& table,
                  const std::function<bool(const Shard& shard)>& remove);

}  // namespace cmrt1
