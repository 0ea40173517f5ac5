#include "cmrt1/batch/unlisted.h"

#include <algorithm>
#include <set>
#include <string>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/csv_file.h"
#include "cmrt1/batch/receipt.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

std::set<fs::path> listed_in(const fs::path& output) {
  std::set<fs::path> listed;
  for (const auto& entry : fs::directory_iterator(output))
    if (entry.is_regular_file() && entry.path().extension() == ".csv" &&
        !entry.path().filename().string().starts_with("."))
      for_each_csv_row(entry.path(), {"folder"}, {}, [&](const CsvRow& row) {
        for (fs::path folder = row.at("folder"); !folder.empty(); folder = folder.parent_path())
          listed.insert(folder);  // and where a case has several rows, the folder about theirs
      });
  return listed;
}

}  // namespace

std::vector<fs::path> unlisted_results(const fs::path& output) {
  try {
    const std::set<fs::path> listed = listed_in(output);
    std::vector<fs::path> unlisted;
    for (const auto& entry : fs::recursive_directory_iterator(output)) {
      if (entry.path().filename() != kReceiptFile) continue;
      const fs::path folder = entry.path().parent_path().lexically_relative(output);
      if (listed.count(folder) == 0) unlisted.push_back(folder);
    }
    std::sort(unlisted.begin(), unlisted.end());
    return unlisted;
  } catch (const fs::filesystem_error& failure) {
    throw IoError("cannot read the folder " + output.string() + ": " + failure.code().message());
  }
}

}  // namespace cmrt1
