#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/event.hpp"
#include "actors/protocol/request.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lapse::cause {

/// Why a request got no further than the door, as a clause: of a token that has ended what ended
/// it. Empty if `refused` is null: it was let in.
[[nodiscard]] std::string refusal_words(const lives::ledger& lives, const refusal_ptr& refused,
                                        const credential& by);

/// Why an answer is an error, as a clause: `refusal_words`, or what ended the token or lease that
/// the request is about. Empty if its error says all that is known.
/// @param what null: not known
[[nodiscard]] std::string error_words(const lives::ledger& lives, const refusal_ptr& refused,
                                      const credential& by, const request* what);

/// The token or lease that a request names in its body or path and that has ended; of one to unwrap
/// that names none, the token that it came with. Null: none.
[[nodiscard]] const lives::life_record* ended_subject(const lives::ledger& lives,
                                                      const credential& by, const request& what);

/// A refusal in one clause: "403 read kv/a as app (line 15): no policy of it …".
[[nodiscard]] std::string refusal_line(const told_refusal& what);

/// Whether a report names `what` rather than `first`, the one so far: the first of all, but that
/// something is not there (404) says less than any other refusal.
[[nodiscard]] bool tells_more(const told_refusal& what,
                              const std::optional<told_refusal>& first) noexcept;

/// The same of an answer without a text, which may be none at all.
[[nodiscard]] std::string readable_error(int status, std::string_view error);

/// A server's error text as people read it: its lists of one or more errors on one line.
[[nodiscard]] std::string readable_error(std::string_view error);

} // namespace lapse::cause
