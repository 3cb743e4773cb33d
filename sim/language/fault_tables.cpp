// Faults that clients feel.

#include "sim/language/tables.hpp"

namespace lapse::language {

namespace {

using shape = document::value_shape;

document::key_spec for_how_long() {
  return {"for", shape::span, "How long it lasts; without it until it is undone."};
}

} // namespace

const document::key_table& outage_table() {
  static const document::key_table table{
      "outage",
      "an outage",
      {
          for_how_long(),
          {"status", shape::number, "What clients are answered, from 400 to 599 (503)."},
          {"refuse", shape::flag, "true: nobody answers them (false)."},
      }};
  return table;
}

const document::key_table& slow_table() {
  static const document::key_table table{
      "slow",
      "`slow`",
      {
          {"takes", shape::span, "How long each answer takes.", {}, nullptr, shape::json, true},
          for_how_long(),
      }};
  return table;
}

const document::key_table& lose_answers_table() {
  static const document::key_table table{"lose_answers", "`lose_answers`", {for_how_long()}};
  return table;
}

const document::key_table& renewals_fail_table() {
  static const document::key_table table{
      "renewals_fail",
      "`renewals_fail`",
      {
          {"mount",
           shape::path,
           "What it gave out is not renewed; auth mounts are written `auth/PATH`.",
           {},
           nullptr,
           shape::json,
           true},
          for_how_long(),
          {"over", shape::flag, "true: it can be renewed again (false)."},
      }};
  return table;
}

} // namespace lapse::language
