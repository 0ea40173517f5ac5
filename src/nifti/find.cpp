#include "cmrt1/nifti/find.h"

#include <algorithm>
#include <set>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

class Search {
 public:
  void input(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) throw NoInputError(path.string() + " does not exist");
    if (fs::is_directory(status)) {
      if (!folder(path)) throw IoError("cannot read the folder " + path.string());
    } else {
      file(path);
    }
  }

  std::vector<fs::path> found() && {
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  bool first_visit(const fs::path& path) {
    std::error_code error;
    return visited_.insert(fs::canonical(path, error)).second;
  }

  bool folder(const fs::path& path) {
    if (!first_visit(path)) return true;
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
      entries.push_back(it->path());
    if (error) return false;
    std::sort(entries.begin(), entries.end());
    const bool result =
        fs::exists(path / "result.json", error) || fs::exists(path / "segmentation.json", error);
    for (const fs::path& entry : entries) {
      if (fs::is_directory(entry, error)) {
        folder(entry);
      } else if (!result && entry.filename().string().front() != '.') {
        file(entry);
      }
    }
    return true;
  }

  void file(const fs::path& path) {
    std::error_code error;
    if (is_nifti_name(path) && fs::is_regular_file(path, error) && first_visit(path)) found_.push_back(path);
  }

  std::vector<fs::path> found_;
  std::set<fs::path> visited_;
};

}  // namespace

bool is_nifti_name(const fs::path& file) {
  const std::string name = to_lower(file.filename().string());
  return name.ends_with(".nii") || name.ends_with(".nii.gz");
}

std::vector<fs::path> find_nifti(std::span<const fs::path> inputs) {
  Search search;
  for (const fs::path& input : inputs) search.input(input);
  return std::move(search).found();
}

}  // namespace cmrt1
