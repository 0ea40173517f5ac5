#pragma once
/// What runs networks: LibTorch, wrapped into the library libcmrt1_nn_torch.so (src/nn/torch). Loading it
/// takes longer than anything else that a program does at its start, so only the first network loads it.

#include <filesystem>
#include <functional>
#include <string>

#include "cmrt1/nn/network.h"

namespace cmrt1::nn {

/// A network in memory; safe to call from several threads at once.
struct LoadedNetwork {
  std::string device;  ///< cpu or cuda:N
  std::function<Tensor(const Tensor& input)> answer;
};

/// Of a TorchScript file's content. Throws NetworkError where the device cannot be had, another
/// std::exception whose one line says what is wrong where LibTorch cannot load the network; its `answer`
/// throws likewise.
using LoadNetwork = LoadedNetwork(const std::string& content, const NetworkOptions& options);

/// The function of that type which the library exports.
inline constexpr const char* load_network_symbol = "cmrt1_nn_load_network";

/// Where the library lies: beside the LibTorch that is installed with the programs.
std::filesystem::path backend_file();

/// Loads the library, once. Throws NetworkError with file and remedy.
LoadNetwork& load_network();

}  // namespace cmrt1::nn
