#include "sim/language/load_context.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"

#include <fmt/format.h>

namespace lapse::language {

plan::handle_ref load_context::use(const document::document_node& node, std::string_view name,
                                   handle_kind wanted) {
  plan::handle_ref result{counted(name), node.at};
  handles.use(result.name, false, node.at, moment, wanted);
  return result;
}

std::optional<plan::ranged<duration>>
load_context::duration_range(const document::document_node& node) {
  if (auto ends = document::split_range(node.text)) {
    auto low = document::to_duration(ends->first);
    auto high = document::to_duration(ends->second);
    if (!low || !high || *high < *low)
      return std::nullopt;
    plan::ranged<duration> range{*low, *high, ranges++};
    range_places.push_back({node.at, !counters.empty(), range});
    return range;
  }
  auto value = document::to_duration(node.text);
  return value ? std::optional{plan::ranged<duration>{*value, *value}} : std::nullopt;
}

std::optional<plan::ranged<std::int64_t>>
load_context::number_range(const document::document_node& node) {
  if (auto ends = document::split_range(node.text)) {
    auto low = document::to_integer(ends->first);
    auto high = document::to_integer(ends->second);
    if (!low || !high || *high < *low)
      return std::nullopt;
    plan::ranged<std::int64_t> range{*low, *high, ranges++};
    range_places.push_back({node.at, !counters.empty(), range});
    return range;
  }
  auto value = document::to_integer(node.text);
  return value ? std::optional{plan::ranged<std::int64_t>{*value, *value}} : std::nullopt;
}

namespace {

// A value that is the same in every run and round. False if it is not, which is reported.
bool must_be_fixed(load_context& context, std::string_view key,
                   const document::document_node& node) {
  if (!document::split_range(node.text) && !has_counter(node.text, context.counters))
    return true;
  context.faults.report(node.at,
                        fmt::format("{} is {}; a range or counter cannot stand here, write "
                                    "one value",
                                    document::in_quotes(key), document::in_quotes(node.text)));
  return false;
}

} // namespace

std::optional<duration> load_context::fixed_duration(std::string_view key,
                                                     const document::document_node* node) {
  if (node == nullptr || !node->is_scalar() || !must_be_fixed(*this, key, *node))
    return std::nullopt;
  return document::to_duration(node->text);
}

std::optional<std::int64_t> load_context::fixed_number(std::string_view key,
                                                       const document::document_node* node) {
  if (node == nullptr || !node->is_scalar() || !must_be_fixed(*this, key, *node))
    return std::nullopt;
  return document::to_integer(node->text);
}

} // namespace lapse::language
