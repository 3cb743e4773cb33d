#pragma once

#include "sim/clients/behavior.hpp"
#include "sim/language/load_context.hpp"

#include <memory>

namespace lapse::language {

/// How a client renews: its token, what it holds, and both in the file's words.
struct client_renewal {
  std::shared_ptr<const clients::behavior> token;
  std::shared_ptr<const clients::behavior> secrets;
  std::string words;
};

/// Reads `renew` of a client; what cannot be is reported.
[[nodiscard]] client_renewal compile_client_renewal(load_context& context,
                                                    const document::document_node* renew);

} // namespace lapse::language
