#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/event.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/protocol/request.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace lapse::run {

/// What decided about a request.
struct judgement {
  refusal_ptr refused;                       ///< null: it got in, or its error says all there is
  std::shared_ptr<const caller_view> caller; ///< as in `request_answered`
  /// Place among those that the server refused, from 1; 0: it did not refuse this one.
  std::uint64_t number = 0;
};

/// A request that gave its handles no meaning, to tell of whatever comes of that.
struct failed_request {
  int line = 0;
  std::string words; ///< the step in words
  int status = 0;
  std::string error;
  judgement decided;
  credential by;
  /// As it was sent; null: no server knows such a request.
  request_ptr sent;
  /// The one that should have made a token or lease that it came with, or that it is about; null:
  /// all were made.
  std::shared_ptr<const failed_request> cause;
  /// Name of the handle that `cause` left without a meaning; empty: the request came with it.
  std::string unmade;
};

/// What became of it and why, down to the first cause: "line 9 (create deploy as ci) was refused
/// with 403 permission denied: …".
[[nodiscard]] std::string failure_words(const failed_request& what, const lives::ledger& lives);

/// Why it was refused, as a clause; empty if its error says all there is.
[[nodiscard]] std::string refusal_clause(const failed_request& what, const lives::ledger& lives);

/// What it comes from, in the same words for whatever else comes from that: of a token that has
/// ended what ended that, else the request that failed first and why.
[[nodiscard]] std::string first_cause(const failed_request& what, const lives::ledger& lives);

/// "(refusal 3)", by which `lapse explain --refusal` knows it; empty: the server refused nothing.
[[nodiscard]] std::string number_words(const failed_request& what);

/// Whose rule let a request in, as a clause; empty if nobody asked for one.
[[nodiscard]] std::string grant_words(const failed_request& what, const lives::ledger& lives);

/// Why an answer, to this request, is what it is, beside what its error says; also what the server
/// warned of.
[[nodiscard]] std::string answer_words(const answer& reply, const failed_request& what,
                                       const lives::ledger& lives);

} // namespace lapse::run
