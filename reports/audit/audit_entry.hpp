#pragma once

#include "actors/protocol/event.hpp"
#include "reports/audit/hashing.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace lapse::audit {

/// What all entries of one audit file share.
struct audit_context {
  std::int64_t start_unix_s = 0;
  std::uint64_t seed = 0;
  audit_hash hash;
};

/// A request as both of its entries need it.
struct audited_request {
  std::uint64_t number = 0;
  const request* what = nullptr;
  std::string token; ///< text of the token it came with; empty: none
  const caller_view* caller = nullptr;
  const mount_identity* mount = nullptr; ///< null: the path lies under none
  operation op = operation::read;
  /// Not let in: it never reached its mount.
  bool refused = false;
};

/// The keys of an entry in the server's order, empty ones left out (R-1102).
using audit_json = nlohmann::ordered_json;

/// The entry before routing (R-1101). `error` is empty for a request that was let in.
[[nodiscard]] audit_json request_entry(const audit_context& context, instant at,
                                       const audited_request& request, const std::string& error);

/// The entry after the effects. `made` may be null; `error` overrides what the answer implies.
[[nodiscard]] audit_json response_entry(const audit_context& context, instant at,
                                        const audited_request& request, const answer& reply,
                                        const caller_view* made, const std::string& error);

/// Where the two error texts of a failed request stand: `error` at top level, `data` in the
/// response's `data.error`; empty ones are left out.
struct audit_failure {
  std::string error;
  std::string data;
};

/// What a server logs for a failure that its client sees as `reply`: the client gets the text, the
/// log the kind of error beside it (`invalid request`, `invalid credentials`, `unsupported path`);
/// texts that reach the client in the wrapped form are the error themselves.
[[nodiscard]] audit_failure audit_error(const answer& reply, bool refused, bool login);

/// Whether a request on `path` leaves entries at all (R-1125).
[[nodiscard]] bool is_audited(std::string_view path) noexcept;

/// One line, with `<`, `>` and `&` escaped as the server's JSON writer does.
[[nodiscard]] std::string audit_line(const audit_json& entry);

} // namespace lapse::audit
