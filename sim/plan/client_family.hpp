#pragma once

#include "sim/clients/terms.hpp"
#include "sim/plan/step.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lapse::plan {

/// A leased secret that each client of a family keeps.
struct held_secret {
  std::string name; ///< the handle of client n is `FAMILYn.NAME`
  request_step read;
};

/// Clients that behave alike (`clients:`).
struct client_family {
  document::file_position where;
  std::string name;
  clients::terms terms;
  /// Gets it a token: a login or a creation. Empty if it was given one.
  request_step login;
  /// The token that it was given, which it looks up.
  std::optional<handle_ref> given;
  std::vector<held_secret> holds;
  std::string renew_words; ///< how it renews, for reports
  std::string login_words; ///< how it gets a token
};

} // namespace lapse::plan
