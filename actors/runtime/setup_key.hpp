#pragma once

#include "actors/api/field_kind.hpp"

#include <string_view>

namespace lapse::runtime {

/// A parameter that scenario files know when they set up what is behind a mount: its name, how its
/// value is written, and a sentence for people.
struct setup_key {
  std::string_view name;
  api::field_kind kind = api::field_kind::text;
  std::string_view doc = {};
  /// It decides nothing here: it is kept so that reading shows it.
  bool kept = false;
};

} // namespace lapse::runtime
