#pragma once

#include "sim/serve/http_server.hpp"

#include <tl/expected.hpp>

#include <array>
#include <string>

namespace lapse::serve {

/// The files that `make_dev_tls` writes: authority, certificate, key.
[[nodiscard]] std::array<std::string, 3> dev_tls_paths(const std::string& folder);

/// Makes a certificate authority of its own, and a certificate of it for `address` and `localhost`:
/// `ca.pem`, `cert.pem` and `key.pem` in `folder`, which is made if it is not there. Valid for ten
/// years of the wall clock. Keys are drawn anew each time. The error says what could not be done.
[[nodiscard]] tl::expected<tls_files, std::string> make_dev_tls(const std::string& folder,
                                                                const std::string& address);

} // namespace lapse::serve
