#pragma once
/// Where a network runs.

#include <c10/core/Device.h>

#include <string>

namespace cmrt1::nn {

/// The device of that name: auto, cpu, cuda or cuda:N. CUDA is loaded at run time where an NVIDIA driver and
/// LibTorch's CUDA libraries are found, so one program serves machines with and without a GPU; LibTorch looks
/// for it once, at the first tensor operation of the process, so the first network decides. `auto` falls back
/// to the CPU; throws NetworkError where CUDA was asked for by name and cannot be had.
c10::Device device_named(const std::string& name);

}  // namespace cmrt1::nn
