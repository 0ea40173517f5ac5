#pragma once
/// NIfTI files among the inputs of a program.

#include <filesystem>
#include <span>
#include <vector>

namespace cmrt1 {

/// True for a name that ends in .nii or .nii.gz, in capitals too.
bool is_nifti_name(const std::filesystem::path& file);

/// The files of such a name among `inputs` and in the folders among them, of any depth, in order of their
/// paths and none twice. In a folder, hidden files and those beside a result of this toolkit (result.json,
/// segmentation.json) are left out, and folders that cannot be read are passed over. Links to folders are
/// followed once. Throws NoInputError (an input does not exist), IoError (an input folder that cannot be
/// read).
std::vector<std::filesystem::path> find_nifti(std::span<const std::filesystem::path> inputs);

}  // namespace cmrt1
