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
  /// Gets it a token: a login, a creation, or the look-up of the one it was given.
  request_step login;
  /// Whose token it was given.
  std::optional<handle_ref> given;
  std::vector<held_secret> holds;
  std::string renew_words; ///< how it renews, for reports
  std::string login_words; ///< how it gets a token
};

} // namespace lapse::plan
