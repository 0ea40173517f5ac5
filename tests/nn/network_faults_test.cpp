#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cmrt1/base/error.h"
#include "cmrt1/nn/network.h"
#include "nn/models_folder.h"

using namespace cmrt1;
using nn::Network;

namespace {

/// What is said where the network cannot be used; empty where it can.
std::string fault(const std::string& name, const nn::NetworkOptions& options) {
  try {
    Network(name, options).device();
    return "";
  } catch (const NetworkError& error) {
    return error.what();
  }
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST(NetworkFaults, NoneInAWholeFolder) {
  const ModelsFolder models("doubling");
  EXPECT_EQ(fault("doubling", models.options()), "");
}

TEST(NetworkFaults, TheFolderIsMissing) {
  EXPECT_TRUE(contains(fault("doubling", {.models = "/nowhere/models"}), "/nowhere/models"));
}

TEST(NetworkFaults, TheManifestIsMissing) {
  const ModelsFolder models("doubling");
  std::filesystem::remove(models.path() / "manifest.json");
  EXPECT_TRUE(contains(fault("doubling", models.options()), "manifest.json"));
}

TEST(NetworkFaults, TheManifestIsNoJson) {
  const ModelsFolder models("doubling");
  models.write("manifest.json", "{\"format\": 1, ");
  EXPECT_TRUE(contains(fault("doubling", models.options()), "manifest.json is no valid manifest"));
}

TEST(NetworkFaults, TheManifestLacksAField) {
  ModelsFolder models("doubling");
  models.manifest["networks"]["doubling"].erase("sha256");
  models.write_manifest();
  EXPECT_TRUE(contains(fault("doubling", models.options()), "sha256"));
}

TEST(NetworkFaults, TheManifestIsOfALaterFormat) {
  ModelsFolder models("doubling");
  models.manifest["format"] = 2;
  models.write_manifest();
  EXPECT_TRUE(contains(fault("doubling", models.options()), "format 2"));
}

TEST(NetworkFaults, TheManifestIsAFolder) {
  const ModelsFolder models("doubling");
  std::filesystem::remove(models.path() / "manifest.json");
  std::filesystem::create_directory(models.path() / "manifest.json");
  EXPECT_TRUE(contains(fault("doubling", models.options()), "cannot read"));
}

TEST(NetworkFaults, TheManifestIsAPipeThatNobodyWrites) {
  const ModelsFolder models("doubling");
  const auto manifest = models.path() / "manifest.json";
  std::filesystem::remove(manifest);
  ASSERT_EQ(::mkfifo(manifest.c_str(), 0600), 0);
  EXPECT_TRUE(contains(fault("doubling", models.options()), "cannot read"));
}

TEST(NetworkFaults, TheManifestNamesAFolderAsTheNetwork) {
  ModelsFolder models("doubling");
  models.manifest["networks"]["doubling"]["file"] = "";
  models.write_manifest();
  EXPECT_TRUE(contains(fault("doubling", models.options()), "cannot read"));
}

TEST(NetworkFaults, TheManifestGivesAShapeThatNoExampleHas) {
  ModelsFolder models("doubling");
  for (const auto& shape : {std::vector<std::int64_t>{1, 1, -4, 6}, {1, 0, 4, 6}, {1, 1, 1 << 20, 1 << 20}}) {
    models.manifest["networks"]["doubling"]["input"] = shape;
    models.write_manifest();
    EXPECT_TRUE(contains(fault("doubling", models.options()), "no example has the input"));
  }
}

TEST(NetworkFaults, TheFolderIsALinkToItself) {
  const TemporaryFolder folder;
  const auto link = folder.path() / "models";
  std::filesystem::create_directory_symlink(link, link);
  EXPECT_TRUE(contains(fault("doubling", {.models = link}), "there is no models folder"));
}

TEST(NetworkFaults, TheNameIsNotListed) {
  const ModelsFolder models("doubling");
  const std::string found = fault("moconet", models.options());
  EXPECT_TRUE(contains(found, "'moconet'") && contains(found, "listed: doubling")) << found;
}

TEST(NetworkFaults, TheFileIsMissing) {
  const ModelsFolder models("doubling");
  std::filesystem::remove(models.path() / "doubling.pt");
  EXPECT_TRUE(contains(fault("doubling", models.options()), "doubling.pt"));
}

TEST(NetworkFaults, TheFileIsNotTheOneThatWasPublished) {
  const ModelsFolder models("doubling");
  std::string bytes = models.read("doubling.pt");
  const std::string published = sha256(bytes);
  bytes[bytes.size() / 2] ^= 1;
  models.write("doubling.pt", bytes);
  const std::string found = fault("doubling", models.options());
  EXPECT_TRUE(contains(found, published) && contains(found, sha256(bytes))) << found;
}

TEST(NetworkFaults, TheFileIsNoTorchScript) {
  ModelsFolder models("doubling");
  models.write("doubling.pt", "not a network");
  models.manifest["networks"]["doubling"]["sha256"] = sha256("not a network");
  models.write_manifest();
  EXPECT_TRUE(contains(fault("doubling", models.options()), "no TorchScript network"));
}

TEST(NetworkFaults, TheAnswerHasAnotherShape) {
  const ModelsFolder models("doubling", {1, 1, 3, 4, 6});
  const std::string found = fault("doubling", models.options());
  EXPECT_TRUE(contains(found, "1 x 1 x 2 x 4 x 6") && contains(found, "1 x 1 x 3 x 4 x 6")) << found;
}

TEST(NetworkFaults, TheAnswerIsMoreThanOneTensor) {
  const ModelsFolder models("pair");
  EXPECT_TRUE(contains(fault("pair", models.options()), "one tensor"));
}

TEST(NetworkFaults, ThereIsNoSuchGpu) {
  const ModelsFolder models("doubling");
  EXPECT_TRUE(contains(fault("doubling", models.options("cuda:127")), "--device cuda:127"));
}

TEST(NetworkFaults, TheDeviceIsUnknown) {
  for (const char* device : {"gpu", "", "cuda:", "cuda:-1", "cuda:1x", "cuda:01", "cuda:1000"})
    EXPECT_THROW(nn::NetworkOptions({.models = {}, .device = device}).check(), UsageError) << device;
  for (const char* device : {"auto", "cpu", "cuda", "cuda:0", "cuda:3"})
    EXPECT_NO_THROW(nn::NetworkOptions({.models = {}, .device = device}).check()) << device;
}

TEST(ModelsFolder, LiesBesideTheProgramsInShare) {
  ::unsetenv("CMRT1_MODELS");
  EXPECT_TRUE(std::filesystem::exists(nn::models_folder() / "manifest.json"));
  EXPECT_EQ(nn::models_folder().parent_path().parent_path().filename(), "share");
}

TEST(ModelsFolder, IsTheOneThatTheEnvironmentNames) {
  const TemporaryFolder folder;
  ::setenv("CMRT1_MODELS", folder.path().c_str(), 1);
  EXPECT_EQ(nn::models_folder(), folder.path());
  ::setenv("CMRT1_MODELS", (folder.path() / "none").c_str(), 1);
  EXPECT_THROW(nn::models_folder(), NetworkError);
  ::setenv("CMRT1_MODELS", std::string(5000, 'm').c_str(), 1);
  EXPECT_THROW(nn::models_folder(), NetworkError);
  ::unsetenv("CMRT1_MODELS");
}
