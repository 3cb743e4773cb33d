// What may be expected of answers and of the world, and what properties say.

#include "sim/language/tables.hpp"
#include "sim/plan/checks.hpp"

#include <string>

namespace lapse::language {

namespace {

using shape = document::value_shape;

std::string_view doc_because() {
  static const auto text = [] {
    std::string result = "The handle whose end took it along (the topmost one), or one of";
    for (const auto& cause : plan::because_words)
      result.append(&cause == plan::because_words ? " " : ", ").append(to_string(cause));
    return result + '.';
  }();
  return text;
}

// What can be counted, in expectations of the world and in properties.
std::vector<document::key_spec> count_keys() {
  return {
      {"tokens",
       shape::bounds,
       "Service tokens whose record exists, root included.",
       {},
       count_table},
      {"accessors", shape::bounds, "Accessors."},
      {"cubbyholes", shape::bounds, "Tokens with something in their cubbyhole."},
      {"leases",
       shape::bounds,
       "Lease records, those of tokens included, also while their revocation waits or failed.",
       {},
       count_table},
      {"secret_leases", shape::bounds, "Of these, the leases of secrets alone.", {}, count_table},
      {"credentials", shape::bounds, "Credentials that exist at the external backends."},
      {"backend_revocations", shape::bounds, "Revocations backends have carried out so far."}};
}

} // namespace

// -- expectations and properties -----------------------------------------------------

const document::key_table& answer_table() {
  static const document::key_table table{
      "expect_answer",
      "an expectation of an answer",
      {
          {"status", shape::bounds, "HTTP status."},
          {"error", shape::names, "Part of the error text."},
          {"warnings", shape::names, "Part of a warning, or a list of such parts."},
          {"ttl", shape::amount, "TTL granted; in a lookup what is left."},
          {"lease_duration", shape::amount, "TTL granted."},
          {"renewable", shape::flag, "Whether it can be renewed."},
          {"policies", shape::names, "Policies, as a set."},
          {"token_policies", shape::names, "Policies on the token, as a set."},
          {"identity_policies", shape::names, "Policies of the entity, as a set."},
          {"orphan", shape::flag, "Whether the token has no parent."},
          {"num_uses", shape::integer, "Uses left; -1 in the answer to the last one."},
          {"data", shape::object, "Part of the data: every key here, with this value."},
          {"meta", shape::object, "Part of the token's metadata."},
          {"metadata", shape::object, "Part of the token's metadata."},
          {"keys", shape::names, "Names in a list, as a set."},
          {"type", shape::text, "Type of the token."},
          {"token_type", shape::text, "Type of the token."},
          {"path", shape::text, "Path that made the token."},
          {"display_name", shape::text, "The token's display name."},
          {"role", shape::text, "The token's role."},
          {"entity_id", shape::text, "The token's entity."},
          {"id", shape::text, "The token's or the lease's identifier."},
          {"accessor", shape::text, "The token's accessor."},
          {"lease_id", shape::text, "The lease's identifier."},
          {"period", shape::amount, "The token's period."},
          {"explicit_max_ttl", shape::amount, "The token's explicit maximum TTL."},
          {"creation_ttl", shape::amount, "TTL at creation."},
          {"creation_time", shape::json, "Unix second of creation."},
          {"creation_path", shape::text, "Path of the wrapped request."},
          {"expire_time", shape::json, "When it ends."},
          {"issue_time", shape::json, "When it was issued."},
          {"last_renewal", shape::json, "When it was renewed last."},
          {"bound_cidrs", shape::names, "Addresses the token may be used from, as a set."},
      }};
  return table;
}

const document::key_table& world_table() {
  static const document::key_table table{"expect_world", "an expectation of the world",
                                         count_keys(), shape::states};
  return table;
}

const document::key_table& state_table() {
  static const document::key_table table{
      "state",
      "the state of a handle",
      {
          {"state", shape::states, "alive, expired, revoked, dead, gone or irrevocable."},
          {"at", shape::span, "When it ended, since the start."},
          {"because", shape::text, doc_because()},
          {"lived", shape::span, "Its age when it ended."},
      }};
  return table;
}

const document::key_table& property_table() {
  static const auto table = [] {
    document::key_table result{
        "property",
        "a property",
        {
            {"alive", shape::names,
             "Handles that are alive; `.descendants` and `.leases` may follow."},
            {"any_alive", shape::names, "Handles of which at least one is alive."},
            {"expired", shape::names, "Handles that are expired."},
            {"revoked", shape::names, "Handles that are revoked."},
            {"dead", shape::names, "Handles that are dead."},
            {"gone", shape::names, "Handles that are gone."},
            {"irrevocable", shape::names, "Handles whose revocation was given up."},
            {"covered", shape::text, "Clients that have all they need: a family of `clients`."},
            {"gap", shape::amount, "How long each of them may do without ({ at_most: 0s })."},
            {"status", shape::bounds, "An answer with this status."},
            {"error", shape::text, "An answer with this part of an error text."},
            {"rate",
             shape::mapping,
             "How many attempts may reach the server within a time; of `always` alone.",
             {},
             rate_table},
            {"from", shape::span, "Start of the window (0s)."},
            {"to", shape::span, "End of the window, included (the end of the run)."},
            {"after", shape::span, "Start of the window, as `from`."},
            {"within", shape::span, "Length of the window."},
        }};
    for (const auto& key : count_keys())
      result.keys.push_back(key);
    return result;
  }();
  return table;
}

const document::key_table& rate_table() {
  static const document::key_table table{
      "rate",
      "a rate",
      {
          {"of",
           shape::word,
           "What is counted; `requests`: all of them.",
           {"logins", "renewals", "reads", "revocations", "requests"},
           nullptr,
           shape::json,
           true},
          {"per",
           shape::span,
           "The length of each window, its end not included.",
           {},
           nullptr,
           shape::json,
           true},
          {"at_most",
           shape::number,
           "How many there may be in it.",
           {},
           nullptr,
           shape::json,
           true},
      }};
  return table;
}

const document::key_table& count_table() {
  static const document::key_table table{
      "count",
      "a count",
      {
          {"at_least", shape::number, "There are no fewer."},
          {"at_most", shape::number, "There are no more."},
          {"mount", shape::path,
           "Only those of this mount: leases of a secrets engine, or tokens of `auth/…`."},
          {"role", shape::text, "Only those of this role or user."},
          {"of", shape::handle,
           "Only those of this handle, or of the handles with this name and a number."},
      }};
  return table;
}

bool is_window(std::string_view property_key) noexcept {
  const auto* spec = property_table().find(property_key);
  return spec != nullptr && spec->shape == shape::span;
}

} // namespace lapse::language
