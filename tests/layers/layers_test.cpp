// All modules share include/, so CMake does not see an include that goes up or sideways: read them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const std::map<std::string, int> layer_of = {
    {"base", 1},  {"image", 2}, {"study", 3}, {"dicom", 4}, {"nifti", 4},    {"nn", 4},    {"fit", 4},  {"aha", 4},    {"field", 4},
    {"heart", 5}, {"moco", 6},  {"dt1", 6},   {"qcd", 6},   {"landmark", 6}, {"write", 7}, {"batch", 8}};

/// Libraries that only some modules may see.
const std::vector<std::pair<std::string, std::vector<std::string>>> confined = {
    {"dcmtk/", {"dicom", "write"}}, {"torch/", {"nn"}}, {"ATen/", {"nn"}}, {"itk", {}},
    // The NIfTI library's headers, with and without their folder; none of the module's is called nifti*.
    {"nifti1", {"nifti"}}, {"nifti2", {"nifti"}}, {"nifti/nifti", {"nifti"}}, {"znzlib.h", {"nifti"}}};

std::vector<std::string> includes_of(const std::string& source) {
  static const std::regex pattern(R"rx(^\s*#\s*include\s*["<]([^">]+)[">])rx");
  std::vector<std::string> includes;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, pattern)) includes.push_back(match[1]);
  }
  return includes;
}

/// What is wrong with including `include` in a file of `module`; empty where nothing is.
std::string fault(const std::string& module, const std::string& include) {
  static const std::regex own(R"(^(?:cmrt1/)?([a-z0-9]+)/[a-z0-9_]+\.(?:h|inc)$)");
  std::smatch match;
  if (std::regex_match(include, match, own) && layer_of.count(match[1])) {
    const std::string other = match[1];
    if (other != module && layer_of.at(other) >= layer_of.at(module)) return module + " may not use " + other;
  }
  for (const auto& [prefix, allowed] : confined) {
    if (include.rfind(prefix, 0) != 0) continue;
    if (std::find(allowed.begin(), allowed.end(), module) == allowed.end())
      return module + " may not see " + include;
  }
  return "";
}

std::string faults_below(const fs::path& tree) {
  std::string faults;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    if (!entry.is_regular_file() || entry.path().filename() == "CMakeLists.txt") continue;
    const std::string module = fs::relative(entry.path(), tree).begin()->string();
    EXPECT_EQ(layer_of.count(module), 1u) << "unknown module " << module;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    for (const auto& include : includes_of(text.str())) {
      const std::string found = fault(module, include);
      if (!found.empty()) faults += entry.path().string() + ": " + found + "\n";
    }
  }
  return faults;
}

}  // namespace

TEST(Layers, NoIncludeGoesUpOrSideways) {
  EXPECT_EQ(faults_below(fs::path(CMRT1_SOURCE_DIR) / "include" / "cmrt1"), "");
  EXPECT_EQ(faults_below(fs::path(CMRT1_SOURCE_DIR) / "src"), "");
}

TEST(Layers, TheCheckSeesEachKindOfFault) {
  EXPECT_NE(fault("image", "cmrt1/study/study.h"), "");
  EXPECT_NE(fault("fit", "cmrt1/dicom/scan.h"), "");
  EXPECT_NE(fault("batch", "dcmtk/dcmdata/dctk.h"), "");
  EXPECT_NE(fault("dicom", "cmrt1/nifti/read.h"), "");
  EXPECT_NE(fault("write", "nifti2_io.h"), "");
  EXPECT_NE(fault("write", "nifti/nifti1.h"), "");
  EXPECT_NE(fault("field", "itkImage.h"), "");
  EXPECT_EQ(fault("nifti", "nifti2_io.h"), "");
  EXPECT_EQ(fault("nifti", "nifti/header.h"), "");
  EXPECT_EQ(fault("moco", "cmrt1/fit/t1_map.h"), "");
}
