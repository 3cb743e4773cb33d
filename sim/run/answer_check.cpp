#include "sim/run/answer_check.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/refusal_words.hpp"

#include <algorithm>
#include <chrono>
#include <type_traits>

namespace lapse::run {

namespace {

using nlohmann::json;

json nothing() { return json(json::value_t::discarded); }

const answer& content_of(const answer& a) { return a.unwrapped ? *a.unwrapped : a; }

json names_of(const shared_names& names) { return names ? json(*names) : json::array(); }

/// The `data` block as a server would show it.
json data_of(const answer& a, std::int64_t start_unix_s) {
  if (const auto* data = std::get_if<json>(&a.body))
    return *data;
  auto whole = to_json(a, start_unix_s);
  if (!whole.is_object())
    return nothing();
  auto at = whole.find("data");
  return at == whole.end() ? nothing() : *at;
}

json member(const json& object, const std::string& name) {
  if (!object.is_object())
    return nothing();
  auto at = object.find(name);
  return at == object.end() ? nothing() : *at;
}

/// `name` in the auth block, `data`, `wrap_info` or at top level, in this order.
json named_field(const answer& a, const std::string& name, std::int64_t start_unix_s) {
  auto whole = to_json(a, start_unix_s);
  for (const auto* block : {"auth", "data", "wrap_info"})
    if (auto found = member(member(whole, block), name); !found.is_discarded())
      return found;
  return member(whole, name);
}

json ttl_of(const answer& a, std::int64_t start_unix_s) {
  if (const auto* auth = std::get_if<auth_block>(&a.body))
    return auth->lease_duration_s;
  if (const auto* token = std::get_if<token_lookup>(&a.body))
    return token->ttl_s;
  if (const auto* lease = std::get_if<lease_lookup>(&a.body))
    return lease->ttl_s;
  if (a.wrap)
    return a.wrap->ttl_s;
  if (const auto* data = std::get_if<json>(&a.body))
    if (auto found = member(*data, "ttl"); !found.is_discarded())
      return found;
  if (a.shape == envelope::normal)
    return a.lease_duration_s;
  return named_field(a, "ttl", start_unix_s);
}

json lease_duration_of(const answer& a, std::int64_t start_unix_s) {
  if (const auto* auth = std::get_if<auth_block>(&a.body))
    return auth->lease_duration_s;
  if (a.shape == envelope::normal)
    return a.lease_duration_s;
  return named_field(a, "lease_duration", start_unix_s);
}

json renewable_of(const answer& a, std::int64_t start_unix_s) {
  if (const auto* auth = std::get_if<auth_block>(&a.body))
    return auth->facts->renewable;
  if (const auto* token = std::get_if<token_lookup>(&a.body))
    return token->facts->shows_lease() ? json(token->renewable) : nothing();
  if (const auto* lease = std::get_if<lease_lookup>(&a.body))
    return lease->renewable;
  if (const auto* data = std::get_if<json>(&a.body))
    if (auto found = member(*data, "renewable"); !found.is_discarded())
      return found;
  if (a.shape == envelope::normal)
    return a.renewable;
  return named_field(a, "renewable", start_unix_s);
}

// -- comparing -----------------------------------------------------------------------

/// A JSON number without a fraction.
std::optional<std::int64_t> whole_number(const json& value) {
  if (value.is_number_integer())
    return value.get<std::int64_t>();
  return std::nullopt;
}

/// Objects by subset, all else equal; depth is that of the file's value, which the loader bounds.
bool contains(const json& seen, const json& expected) {
  if (!expected.is_object())
    return seen == expected;
  if (!seen.is_object())
    return false;
  for (const auto& [key, value] : expected.items()) {
    auto at = seen.find(key);
    if (at == seen.end() || !contains(*at, value))
      return false;
  }
  return true;
}

std::vector<std::string> sorted_texts(const json& list) {
  std::vector<std::string> result;
  if (list.is_array())
    for (const auto& entry : list)
      result.push_back(entry.is_string() ? entry.get<std::string>() : entry.dump());
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool equals_set(const json& seen, std::vector<std::string> expected) {
  if (seen.is_discarded() || !(seen.is_array() || seen.is_null()))
    return false;
  std::sort(expected.begin(), expected.end());
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  return sorted_texts(seen) == expected;
}

bool has_part(const json& seen, const std::string& part) {
  if (seen.is_string())
    return seen.get_ref<const std::string&>().find(part) != std::string::npos;
  if (seen.is_array())
    return std::any_of(seen.begin(), seen.end(),
                       [&](const json& entry) { return has_part(entry, part); });
  return !seen.is_discarded() && seen.dump() == part;
}

bool matches(const json& seen, const plan::answer_check& check, const request_writer& texts,
             const round_numbers& rounds) {
  return std::visit(
      [&](const auto& expected) {
        using kind = std::decay_t<decltype(expected)>;
        if constexpr (std::is_same_v<kind, plan::bounds>) {
          auto number = whole_number(seen);
          return number && plan::within(expected, *number);
        } else if constexpr (std::is_same_v<kind, bool>) {
          return seen.is_boolean() && seen.get<bool>() == expected;
        } else if constexpr (std::is_same_v<kind, plan::expect_text_part>) {
          return std::all_of(
              expected.parts.begin(), expected.parts.end(),
              [&](const plan::counted_text& part) { return has_part(seen, part.render(rounds)); });
        } else if constexpr (std::is_same_v<kind, plan::expect_set>) {
          return equals_set(seen, expected.names);
        } else {
          if (expected.holes.empty())
            return contains(seen, expected.value);
          return contains(seen, texts.fill(expected.value, expected.holes, rounds));
        }
      },
      check.expected);
}

/// The two commonest checks without a detour over JSON.
std::optional<bool> quick_match(const answer& a, const plan::answer_check& check) {
  const auto* range = std::get_if<plan::bounds>(&check.expected);
  if (range == nullptr)
    return std::nullopt;
  if (check.field == plan::answer_field::status)
    return plan::within(*range, a.status);
  const auto* auth = std::get_if<auth_block>(&content_of(a).body);
  if (auth != nullptr &&
      (check.field == plan::answer_field::ttl || check.field == plan::answer_field::lease_duration))
    return plan::within(*range, auth->lease_duration_s);
  return std::nullopt;
}

/// Long values are cut: a report shows what differs, it is no dump.
std::string shown(const json& value) {
  if (value.is_discarded())
    return "nothing";
  auto text = value.is_string() ? value.get<std::string>()
                                : value.dump(-1, ' ', false, json::error_handler_t::replace);
  constexpr std::size_t max = 300;
  if (text.size() > max) {
    text.resize(max);
    text += "...";
  }
  return text;
}

/// Fields that a file gives as durations, and answers as seconds.
bool is_span(const plan::answer_check& check) {
  using field = plan::answer_field;
  return std::holds_alternative<plan::bounds>(check.expected) &&
         (check.field == field::ttl || check.field == field::lease_duration ||
          check.name.ends_with("_ttl") || check.name == "period");
}

std::string seen_text(const answer& a, const plan::answer_check& check, const json& seen) {
  const auto number = is_span(check) ? whole_number(seen) : std::nullopt;
  constexpr std::int64_t seconds_max = 9'000'000'000;
  auto result = number && *number >= 0 && *number <= seconds_max
                    ? ttl::readable_duration(std::chrono::seconds{*number})
                    : shown(seen);
  // A status says little without its reason.
  if (check.field == plan::answer_field::status || seen.is_discarded()) {
    if (seen.is_discarded())
      result = "nothing (status " + std::to_string(a.status) + ")";
    if (!a.errors.empty())
      result += ": " + shown(cause::readable_error(a.errors.front()));
  }
  return result;
}

} // namespace

nlohmann::json find_field(const answer& in, plan::answer_field field, const std::string& name,
                          std::int64_t start_unix_s) {
  const auto& a = content_of(in);
  const auto* auth = std::get_if<auth_block>(&a.body);
  const auto* token = std::get_if<token_lookup>(&a.body);
  switch (field) {
    case plan::answer_field::status:
      return in.status;
    case plan::answer_field::error:
      return in.errors.empty() ? nothing() : json(in.errors);
    case plan::answer_field::warnings: {
      auto all = in.warnings;
      if (&a != &in)
        all.insert(all.end(), a.warnings.begin(), a.warnings.end());
      return json(std::move(all));
    }
    case plan::answer_field::ttl:
      return in.ok() ? ttl_of(a, start_unix_s) : nothing();
    case plan::answer_field::lease_duration:
      return in.ok() ? lease_duration_of(a, start_unix_s) : nothing();
    case plan::answer_field::renewable:
      return in.ok() ? renewable_of(a, start_unix_s) : nothing();
    case plan::answer_field::orphan:
      if (auth != nullptr)
        return !auth->facts->parent;
      if (token != nullptr)
        return token->orphan;
      break;
    case plan::answer_field::num_uses:
      if (auth != nullptr)
        return auth->num_uses;
      if (token != nullptr)
        return token->num_uses;
      break;
    case plan::answer_field::policies:
      if (auth != nullptr)
        return names_of(all_policies(*auth));
      if (token != nullptr)
        return names_of(token->facts->looked_up_policies());
      break;
    case plan::answer_field::data:
      return data_of(a, start_unix_s);
    case plan::answer_field::named:
      break;
  }
  return named_field(a, name, start_unix_s);
}

void check_answer(const answer& seen, const std::vector<plan::answer_check>& expected,
                  const request_writer& texts, const round_numbers& rounds,
                  std::int64_t start_unix_s, std::vector<mismatch>& out) {
  for (const auto& check : expected) {
    if (auto quick = quick_match(seen, check); quick && *quick)
      continue;
    auto field = find_field(seen, check.field, check.name, start_unix_s);
    if (matches(field, check, texts, rounds))
      continue;
    out.push_back({check.where, check.name, check.words, seen_text(seen, check, field)});
  }
}

} // namespace lapse::run
