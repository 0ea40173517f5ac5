#pragma once
/// A cohort worked on in parts, by several processes or machines that write to one output folder.

#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace cmrt1 {

/// Part `number` of `count`; 1 of 1 is all.
struct Shard {
  int number = 1, count = 1;
  std::string studies = {};  ///< fingerprint of the studies that were divided; empty where they are not known
  bool whole() const { return count == 1; }
  /// Whether the part has what `text` names, by its SHA-256 alone: for what is too rare to divide evenly.
  bool holds(const std::string& text) const;
  /// The part's file in place of `table`: summary.csv becomes summary.2-of-3.csv, or
  /// summary.2-of-3-0a1b2c3d.csv with the fingerprint of the studies; of all, itself.
  std::string part_of(const std::string& table) const;
};

/// Studies divided into parts that differ by one study at most: in turn, in the order of the SHA-256 of what
/// identifies them, so that neither paths nor the order of the inputs matter. All shards must have found the
/// same studies, or one could be in no part: their fingerprint is in the names of the parts of tables, and
/// cohortmerge compares it.
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

/// From "2/3". Throws UsageError.
Shard shard_from(const std::string& text);

/// The shard whose part of `table` a file of this name is; of count 0 where it is none.
Shard shard_of_part(const std::string& file_name, const std::string& table);

/// Removes those parts of `table` in `folder` that `remove` says.
void remove_parts(const std::filesystem::path& folder, const std::string& table,
                  const std::function<bool(const Shard& shard)>& remove);

}  // namespace cmrt1
