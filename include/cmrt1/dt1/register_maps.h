#pragma once
/// Registers the stress T1 map of a slice to its rest T1 map.

#include <optional>
#include <string>
#include <vector>

#include "cmrt1/heart/window.h"
#include "cmrt1/image/warp.h"
#include "cmrt1/nn/network.h"

namespace cmrt1 {

/// Name of the network in models/manifest.json. Input [n, 2 (rest, stress), 192, 192]: T1 in ms in windows of
/// 192 mm about the heart. Output [n, 2 (x, y), 192, 192]: displacement in cells, stress(p + u(p)) shows what
/// rest(p) shows.
inline constexpr const char* kRegistrationNetwork = "dt1";

enum class RegistrationMethod {
  none,           ///< compare the maps as they lie
  model,          ///< diffeomorphic demons from coarse to fine
  network,        ///< a trained network
  network_model,  ///< the network's field refined by demons
};
const char* to_string(RegistrationMethod method);  ///< as on the command line: network+model, ...
bool needs_network(RegistrationMethod method);

struct RegistrationOptions {
  RegistrationMethod method = RegistrationMethod::network;
  double least_alignment = 1.2;    ///< below, the maps hardly look alike: flagged
  double most_deformation = 0.25;  ///< above, no heart changes so much between two breath-holds: flagged
  void check() const;              ///< throws UsageError
};

/// Where the heart lies in both maps.
struct HeartPlaces {
  std::array<double, 2> rest_px = {0, 0};    ///< LV centre in the rest map
  std::array<double, 2> stress_px = {0, 0};  ///< LV centre in the stress map, pixels of that
  double lv_diameter_mm = 0;
};

/// One way to register a pair, and what came of it.
struct RegistrationTrial {
  RegistrationMethod method = RegistrationMethod::none;
  bool centred = false;  ///< began with the two LV centres laid on one another; else as the maps lie
  double alignment = 0;  ///< after it
  double smallest_jacobian = 1;
  bool usable = false;  ///< does not fold, and aligns the hearts better than no field
};

struct Registration {
  RegistrationMethod method = RegistrationMethod::none;       ///< asked for
  RegistrationMethod method_used = RegistrationMethod::none;  ///< whose field is delivered
  std::string decision;                                       ///< why, one sentence
  std::vector<RegistrationTrial> trials;
  /// On the rest map's grid, in its pixels: the stress map, seen on that grid, at p + u(p) shows what the
  /// rest map shows at p. Zero where nothing is delivered.
  DisplacementField field;
  Window window;  ///< of the rest map, in which the field was found; beyond it, it is not known
  /// Normalised mutual information of the maps about the left ventricle, without and with the field: from 1
  /// (unrelated) to 2. Reference: Studholme et al., Pattern Recognit 1999;32:71.
  double alignment_before = 1, alignment_after = 1;
  /// Root mean square of the logarithm of the Jacobian determinant about the left ventricle: how much areas change.
  double deformation = 0;
  double smallest_jacobian = 1;       ///< about the left ventricle
  double median_displacement_mm = 0;  ///< the same
  double largest_displacement_mm = 0;
  std::optional<nn::NetworkIdentity> network;
  /// Why a person must look at it: registration_not_delivered, poor_alignment, implausible_deformation.
  std::vector<std::string> reasons;
};

/// Maps in ms, NaN where undefined; the stress map may have a grid of its own in the same plane. Throws
/// CaseError (map_undefined: fewer than half of the pixels about the heart have a value in either map) and
/// NetworkError.
Registration register_maps(const Image& rest, const Image& stress, const HeartPlaces& heart,
                           const RegistrationOptions& options = {}, const nn::Network* network = nullptr);

}  // namespace cmrt1
