#pragma once

#include "reports/html/facts.hpp"

#include <kainjow/mustache.hpp>

#include <array>
#include <string>
#include <string_view>

namespace lapse::html {

namespace mustache = kainjow::mustache;

/// Sets `key`; empty text is set to false, so that the template can ask for it and no outer value
/// shows through.
void put(mustache::object& to, const std::string& key, std::string text);

/// Sets `key` to a list that may be empty, and `KEY_some` to whether it has entries: what stands
/// around a list must not be repeated with each.
void put_list(mustache::object& to, const std::string& key, mustache::list entries);

/// "3 tokens and 1 lease"; parts with nothing are left out, "nothing" if both are.
[[nodiscard]] std::string tokens_and_leases(std::uint64_t tokens, std::uint64_t leases);

/// "1h", or "10m – 1h9m".
[[nodiscard]] std::string range_text(duration first, duration last);

/// An instant as text that sorts like it.
[[nodiscard]] std::string sort_key(duration value);

/// An instant of the run, from one day on with its date: "32d (2026-02-02 00:00:00)".
[[nodiscard]] std::string dated(const page_facts& facts, instant at);

/// "job", "job1 … job9000", "12 others".
[[nodiscard]] std::string line_name(const page_facts& facts, const outline_node& node);

/// How something is marked in the markup, and called in the text.
struct mark_words {
  std::string_view mark;
  std::string_view words;
};

/// Kinds of lines: those of `life_record::kind` in its order, and the last one of lines that hold
/// several.
inline constexpr std::array<mark_words, 5> kind_marks = {{{"service", "token"},
                                                          {"batch", "batch token"},
                                                          {"wrapping", "wrapping token"},
                                                          {"lease", "lease"},
                                                          {"mixed", "tokens and leases"}}};

/// Ends of lines: the first one of what has not ended, then those of `end_cause` in its order, and
/// the last one of lines that hold several.
inline constexpr std::array<mark_words, 9> end_marks = {{{"alive", "alive"},
                                                         {"expired", "its own time ran out"},
                                                         {"revoked", "revoked by a request"},
                                                         {"ancestor", "taken along from above"},
                                                         {"last-use", "last use"},
                                                         {"prefix", "revoked by prefix"},
                                                         {"mount", "mount disabled"},
                                                         {"tidy", "tidied away"},
                                                         {"mixed", "various"}}};

/// The entry of `kind_marks` for a line.
[[nodiscard]] const mark_words& kind_mark(const page_facts& facts, const outline_node& node);

/// The entry of `end_marks` for an end, or for those of a line.
[[nodiscard]] const mark_words& end_mark(const lives::ending& end);
[[nodiscard]] const mark_words& end_mark(const page_facts& facts, const outline_node& node);

/// Id of a line's lifeline on the page: `l12`.
[[nodiscard]] std::string lifeline_id(std::uint32_t line);

/// A sentence whose `quoted` names are set apart, for the partial `words`.
[[nodiscard]] mustache::data words(std::string_view sentence);

/// Why the members of a line ended, in plain words; empty for what is alive.
[[nodiscard]] std::string line_reason(const page_facts& facts, const outline_node& node);

/// What happened to a life, without its name: "expired", "was revoked by `root`".
[[nodiscard]] std::string fate_words(const page_facts& facts, std::uint32_t life);

/// "its revocation was given up", "the revocation of 3 was given up"; empty if of none. `single`:
/// one token or lease is spoken of.
[[nodiscard]] std::string given_up_words(std::uint64_t count, bool single);

/// First letter in upper case.
[[nodiscard]] std::string capital(std::string text);

} // namespace lapse::html
