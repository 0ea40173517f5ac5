#include "cmrt1/nifti/find.h"

#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "support/nifti_file.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

/// A folder of empty files, which are found by their names.
class FindNifti : public testing::Test {
 protected:
  void make(const std::string& name) {
    fs::create_directories((root() / name).parent_path());
    write_file(root() / name, "");
  }

  std::vector<std::string> found(std::vector<fs::path> inputs) const {
    std::vector<std::string> names;
    for (const fs::path& file : find_nifti(inputs)) names.push_back(fs::relative(file, root()).string());
    return names;
  }

  const fs::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST(NiftiName, EndsInNiiOrNiiGz) {
  for (const char* name : {"a.nii", "a.nii.gz", "a.NII.GZ", "x/a.b.Nii"})
    EXPECT_TRUE(is_nifti_name(name)) << name;
  for (const char* name : {"a.gz", "nii", "a.nii.zip", "a.nii/b", "a.hdr", ""})
    EXPECT_FALSE(is_nifti_name(name)) << name;
}

TEST_F(FindNifti, LooksIntoFoldersOfAnyDepth) {
  for (const char* name : {"b.nii", "a/deep/er/c.nii.gz", "a/IM0.dcm", "a/notes.txt"}) make(name);
  EXPECT_EQ(found({root()}), (Names{"a/deep/er/c.nii.gz", "b.nii"}));
}

TEST_F(FindNifti, LeavesOutWhatThisToolkitWrote) {
  for (const char* name : {"t1/t1.nii.gz", "t1/result.json", "seg/segmentation.nii.gz",
                           "seg/segmentation.json", "seg/below/image.nii", "image.nii"})
    make(name);
  EXPECT_EQ(found({root()}), (Names{"image.nii", "seg/below/image.nii"}));
  EXPECT_EQ(found({root() / "t1/t1.nii.gz"}), Names{"t1/t1.nii.gz"}) << "but takes a file that is named";
}

TEST_F(FindNifti, LeavesOutHiddenFiles) {
  make("._image.nii.gz");
  EXPECT_EQ(found({root()}), Names{});
}

TEST_F(FindNifti, FindsEachFileOnce) {
  make("a/image.nii");
  fs::create_directory_symlink(root() / "a", root() / "a" / "again");
  EXPECT_EQ(found({root(), root() / "a/image.nii", root() / "a"}), Names{"a/image.nii"});
}

TEST_F(FindNifti, PassesOverInputsOfOtherKinds) {
  make("IM0.dcm");
  fs::create_directory(root() / "folder.nii");
  EXPECT_EQ(found({root() / "IM0.dcm", root()}), Names{});
}

TEST_F(FindNifti, SaysWhereAnInputDoesNotExist) {
  EXPECT_THROW(found({root() / "missing.nii"}), NoInputError);
}
