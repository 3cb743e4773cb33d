#pragma once

#include "sim/serve/http_message.hpp"

#include <tl/expected.hpp>

#include <string>

namespace lapse::serve {

/// Whom a client believes that it is who it says. Without a file and a folder: whom the system
/// does.
struct tls_trust {
  /// Certificates of authorities in PEM.
  std::string authority_file;
  /// The same, a folder of such files.
  std::string authority_folder;
  /// The name that the server's certificate must have; empty: that of the address.
  std::string server_name;
  /// Anybody.
  bool everybody = false;
};

/// Asks a served world, and waits for the answer: what shells need.
/// @param address `http://127.0.0.1:8200`, or with `https`
/// @return the answer's status and body; the error says why there is none
[[nodiscard]] tl::expected<http_answer, std::string>
ask(const std::string& address, const http_request& what, const tls_trust& trust);

} // namespace lapse::serve
