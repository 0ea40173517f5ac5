#pragma once
/// Stand-ins for the motion network (tests/moco/networks/make_networks.py).

#include <string>

#include "cmrt1/moco/network_motion.h"

namespace cmrt1::testing {

inline nn::Network stand_in(const std::string& name) {
  nn::NetworkOptions options;
  options.models = CMRT1_SOURCE_DIR "/tests/moco/networks/" + name;
  options.device = "cpu";
  return nn::Network(kMotionNetwork, options);
}

}  // namespace cmrt1::testing
