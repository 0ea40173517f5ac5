#pragma once
/// A cohort worked on in parts, by several processes or machines that write to one output folder.

#include <filesystem>
#include <string>

namespace cmrt1 {

/// Part `number` of `count`; 1 of 1 is all.
struct Shard {
  int number = 1, count = 1;
  bool whole() const { return count == 1; }
  /// Whether the part has the study: by the SHA-256 of what identifies it, so that neither paths nor the
  /// order of the inputs matter, and all programs of a chain divide a cohort alike.
  bool holds(const std::string& study) const;
  /// "2-of-3".
  std::string name() const;
  /// The part's file in place of `table`: summary.csv becomes summary.2-of-3.csv; of all, itself.
  std::string part_of(const std::string& table) const;
};

/// From "2/3". Throws UsageError.
Shard shard_from(const std::string& text);

/// The shard whose part of `table` a file of this name is; {0, 0} where it is none.
Shard shard_of_part(const std::string& file_name, const std::string& table);

/// Removes the parts of `table` that shards of another count than `keep_count` left in `folder`.
void remove_other_parts(const std::filesystem::path& folder, const std::string& table, int keep_count);

}  // namespace cmrt1
