// The keys of `clients`.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/terms.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"

namespace lapse::language {

namespace {

using shape = document::value_shape;

std::vector<std::string_view> reactions() {
  return {clients::reaction_words.begin(), clients::reaction_words.end()};
}

// A behavior in one's own words.
std::vector<document::key_spec> custom_keys() {
  return {
      {"at", shape::text, "When it renews: a part of the TTL granted, as 2/3 or 67% (2/3)."},
      {"jitter", shape::text, "How far that wait is spread, below and above: a part of it (0%)."},
      {"increment", shape::span, "The TTL it asks for (none)."},
      {"retry",
       shape::mapping,
       "Its pauses after a failure; `none`: the first failure ends it ({ first: 10s, factor: 2, "
       "most: 5m, spread: 50% }).",
       {"none"},
       client_retry_table},
      {"give_up_below", shape::text,
       "With no more than this part of the TTL left it is done (0%)."},
      {"renew_below", shape::span, "It does not renew while more than this is left."},
      {"read_anew_when_cut", shape::flag,
       "After a grant shorter than the last one it reads anew, or logs in (false)."},
  };
}

} // namespace

const document::key_table& client_table() {
  static const document::key_table table{
      "client",
      "a family of clients",
      {
          {"count", shape::number, "How many there are (1)."},
          {"start",
           shape::mapping,
           "When they start (0s): all at one time, or spread.",
           {},
           client_start_table,
           shape::span},
          {"login", shape::path, "MOUNT/NAME of the user or role that they log in as."},
          {"create",
           shape::mapping,
           "The token that each has made for it instead of a login.",
           {},
           client_create_table},
          {"token", shape::handle, "The token that all of them were given."},
          {"holds",
           shape::map_of,
           "Leased secrets that each reads and keeps: a name and its path.",
           {},
           nullptr,
           shape::path},
          {"renew", shape::mapping,
           "How they renew what they have: a behavior (lifetime_watcher), one in your own words, "
           "or "
           "{ token, holds }.",
           clients::behavior_names(), client_renew_table},
          {"on_loss", shape::mapping,
           "What they do when they learn that something is gone ({ token: login, holds: read }).",
           reactions(), client_loss_table},
          {"every", shape::span, "Time from run to run, of `renew: per_run`."},
          {"stop", shape::mapping, "When they stop.", {}, client_stop_table},
          {"restart", shape::mapping, "They begin anew with a login.", {}, client_restart_table},
      }};
  return table;
}

const document::key_table& client_start_table() {
  static const document::key_table table{
      "client_start",
      "a start",
      {
          {"at", shape::span, "Time since the start of the run (0s)."},
          {"over", shape::span, "They start spread over so long (0s)."},
          {"spread",
           shape::word,
           "`even`: client n of N after (n-1)/N of it; `random`: drawn from the seed (even).",
           {"even", "random"}},
      }};
  return table;
}

const document::key_table& client_create_table() {
  static const auto table = [] {
    document::key_table result{"client_create", "a creation", {}};
    const auto& verb = *find_verb("create");
    for (const auto& key : step_table().keys)
      if (key.name == "as" || verb.find(key.name) != nullptr)
        result.keys.push_back(key);
    return result;
  }();
  return table;
}

const document::key_table& client_renew_table() {
  static const auto table = [] {
    document::key_table result{
        "client_renew",
        "a way to renew",
        {
            {"token", shape::mapping, "How they renew their token.", clients::behavior_names(),
             client_parts_table},
            {"holds", shape::mapping, "How they renew the secrets they hold.",
             clients::behavior_names(), client_parts_table},
        }};
    for (auto& key : custom_keys())
      result.keys.push_back(std::move(key));
    return result;
  }();
  return table;
}

const document::key_table& client_parts_table() {
  static const document::key_table table{"client_behavior", "a way to renew", custom_keys()};
  return table;
}

const document::key_table& client_retry_table() {
  static const document::key_table table{
      "client_retry",
      "a way to try again",
      {
          {"first", shape::span, "The first pause (10s)."},
          {"factor", shape::text, "How much longer each pause is than the one before (2)."},
          {"most", shape::span, "The longest pause (5m)."},
          {"spread", shape::text, "How far each is spread, below and above: a part of it (50%)."},
          {"tries", shape::number, "Failures in a row after which it is done (0: never)."},
      }};
  return table;
}

const document::key_table& client_loss_table() {
  static const document::key_table table{
      "client_loss",
      "what is done about a loss",
      {
          {"token", shape::word, "When the token is gone (login).", reactions()},
          {"holds", shape::word, "When a secret is gone (read).", reactions()},
      }};
  return table;
}

const document::key_table& client_stop_table() {
  static const document::key_table table{
      "client_stop",
      "a stop",
      {
          {"after",
           shape::span,
           "Time since the client's own start.",
           {},
           nullptr,
           shape::json,
           true},
          {"revoke", shape::flag, "It revokes its token (false)."},
      }};
  return table;
}

const document::key_table& client_restart_table() {
  static const document::key_table table{
      "client_restart",
      "a restart",
      {
          {"every",
           shape::span,
           "Time from restart to restart, from the family's start on.",
           {},
           nullptr,
           shape::json,
           true},
          {"over", shape::span, "One after the other, spread over so long (0s)."},
      }};
  return table;
}

} // namespace lapse::language
