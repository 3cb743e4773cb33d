#include "sim/transcript/json_pattern.hpp"

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/utf8.hpp"

#include <algorithm>
#include <cmath>

namespace lapse::transcript {

using json = nlohmann::json;

namespace {

constexpr std::size_t brief_bytes_max = 600;

// Nanoseconds since then fit 64 bits: the year 2255.
constexpr std::int64_t unix_seconds_max = 9'000'000'000;

void note(std::vector<field_difference>* out, const std::string& path, std::string expected,
          std::string got) {
  if (out)
    out->push_back({path.empty() ? "body" : path, std::move(expected), std::move(got)});
}

std::string member_path(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + '.' + key;
}

} // namespace

std::string brief(const json& value) {
  auto result = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (result.size() > brief_bytes_max) {
    result.resize(utf8_prefix(result, brief_bytes_max).size());
    result += "...";
  }
  return result;
}

std::optional<instant> recorded_instant(const json& expected) {
  if (!expected.is_object() || expected.size() != 1)
    return std::nullopt;
  const auto t = expected.find("$t");
  if (t == expected.end() || !t->is_number())
    return std::nullopt;
  const auto seconds = t->get<double>();
  if (!(std::abs(seconds) < 9.0e9))
    return std::nullopt;
  return instant{std::llround(seconds * 1e9)};
}

std::optional<instant> shown_instant(const json& actual, std::int64_t start_unix_s) {
  if (actual.is_number_integer()) {
    // Also where it was a huge unsigned number: that is no time.
    const auto second = actual.get<std::int64_t>();
    if (second < 0 || second > unix_seconds_max)
      return std::nullopt;
    return std::chrono::seconds{second - start_unix_s};
  }
  if (!actual.is_string())
    return std::nullopt;
  const auto at = parse_rfc3339(actual.get_ref<const std::string&>());
  if (!at || at->seconds < 0 || at->seconds > unix_seconds_max)
    return std::nullopt;
  return std::chrono::seconds{at->seconds - start_unix_s} +
         std::chrono::nanoseconds{at->nanoseconds};
}

// -- compiling -------------------------------------------------------------------

struct json_pattern::parts {
  std::vector<json_pattern> items;
  /// In the order of the keys, as in an object.
  std::vector<std::pair<std::string, json_pattern>> members;
  /// Keys that are patterns themselves, tried on the keys that are left.
  std::vector<std::pair<text_pattern, json_pattern>> symbol_members;
};

json_pattern::json_pattern(json_pattern&&) noexcept = default;
json_pattern& json_pattern::operator=(json_pattern&&) noexcept = default;
json_pattern::~json_pattern() = default;

json_pattern::json_pattern(const json& expected, symbol_table& symbols)
  : json_pattern{expected, symbols, false} {}

json_pattern::json_pattern(const json& expected, symbol_table& symbols, bool is_keys)
  : source_{&expected} {
  if (expected.is_string()) {
    text_pattern text{expected.get_ref<const std::string&>(), symbols, true};
    if (text.is_literal())
      return;
    kind_ = kind::text;
    plain_ = false;
    text_ = std::make_unique<text_pattern>(std::move(text));
  } else if (const auto at = recorded_instant(expected)) {
    kind_ = kind::time;
    plain_ = false;
    time_ = *at;
  } else if (expected.is_array()) {
    kind_ = is_keys ? kind::set : kind::list;
    plain_ = !is_keys;
    compile_list(expected, symbols);
  } else if (expected.is_object()) {
    kind_ = kind::object;
    compile_object(expected, symbols);
  }
  if (plain_)
    parts_.reset();
}

void json_pattern::compile_list(const json& expected, symbol_table& symbols) {
  parts_ = std::make_unique<parts>();
  parts_->items.reserve(expected.size());
  for (const auto& item : expected) {
    parts_->items.push_back(json_pattern{item, symbols, false});
    plain_ = plain_ && parts_->items.back().plain_;
  }
}

void json_pattern::compile_object(const json& expected, symbol_table& symbols) {
  parts_ = std::make_unique<parts>();
  for (const auto& [key, value] : expected.items()) {
    auto member = json_pattern{value, symbols, key == "keys"};
    plain_ = plain_ && member.plain_;
    text_pattern name{key, symbols, true};
    if (name.is_literal()) {
      parts_->members.emplace_back(key, std::move(member));
    } else {
      plain_ = false;
      parts_->symbol_members.emplace_back(std::move(name), std::move(member));
    }
  }
}

// -- comparing -------------------------------------------------------------------

struct json_pattern::work {
  comparison& in;
  std::int64_t start_unix_s;
  std::vector<field_difference>* out;
};

bool json_pattern::matches(const json& actual, comparison& in, std::int64_t start_unix_s,
                           std::vector<field_difference>* out, const std::string& path) const {
  work w{in, start_unix_s, out};
  return matches(actual, w, path);
}

bool json_pattern::matches(const json& actual, work& w, const std::string& path) const {
  if (plain_) {
    if (*source_ == actual)
      return true;
    if (!w.out)
      return false;
    if (source_->type() == actual.type() && source_->is_structured())
      return matches_parts(actual, w, path);
    note(w.out, path, brief(*source_), brief(actual));
    return false;
  }
  switch (kind_) {
    case kind::object:
      return matches_object(actual, w, path);
    case kind::list:
      return matches_list(actual, w, path);
    case kind::set:
      return matches_set(actual, w, path);
    case kind::time: {
      const auto at = shown_instant(actual, w.start_unix_s);
      if (at && near(time_, *at))
        return true;
      break;
    }
    case kind::text:
      if (text_->is_any()
              ? !actual.is_null()
              : actual.is_string() && text_->matches(actual.get_ref<const std::string&>(), w.in))
        return true;
      break;
    case kind::literal:
      if (*source_ == actual)
        return true;
  }
  note(w.out, path, brief(*source_), brief(actual));
  return false;
}

bool json_pattern::matches_parts(const json& actual, work& w, const std::string& path) const {
  // There are no symbols inside, so compiling once more binds nothing.
  symbol_table nobody;
  json_pattern again{*source_, nobody, false};
  if (source_->is_array())
    again.compile_list(*source_, nobody);
  else
    again.compile_object(*source_, nobody);
  again.plain_ = false;
  return again.matches(actual, w, path);
}

bool json_pattern::matches_object(const json& actual, work& w, const std::string& path) const {
  if (!actual.is_object()) {
    note(w.out, path, brief(*source_), brief(actual));
    return false;
  }
  if (!w.out && actual.size() != parts_->members.size() + parts_->symbol_members.size())
    return false;
  bool result = true;
  std::vector<json::const_iterator> left;
  auto member = parts_->members.begin();
  const auto missing = [&](const std::string& key, const json_pattern& pattern) {
    note(w.out, member_path(path, key), brief(*pattern.source_), "(absent)");
    result = false;
  };
  for (auto it = actual.begin(); it != actual.end(); ++it) {
    for (; member != parts_->members.end() && member->first < it.key(); ++member)
      missing(member->first, member->second);
    if (member == parts_->members.end() || member->first != it.key()) {
      left.push_back(it);
      continue;
    }
    if (!member->second.matches(*it, w, w.out ? member_path(path, it.key()) : path)) {
      result = false;
      if (!w.out)
        return false;
    }
    ++member;
  }
  for (; member != parts_->members.end(); ++member)
    missing(member->first, member->second);
  for (const auto& [name, pattern] : parts_->symbol_members) {
    const auto found = std::find_if(left.begin(), left.end(), [&, &name = name](auto it) {
      return name.matches(it.key(), w.in);
    });
    if (found == left.end()) {
      missing(name.source(), pattern);
      continue;
    }
    result = pattern.matches(**found, w, member_path(path, name.source())) && result;
    left.erase(found);
  }
  for (const auto& it : left) {
    note(w.out, member_path(path, it.key()), "(absent)", brief(*it));
    result = false;
  }
  return result;
}

bool json_pattern::matches_list(const json& actual, work& w, const std::string& path) const {
  if (!actual.is_array() || actual.size() != parts_->items.size()) {
    note(w.out, path, brief(*source_), brief(actual));
    return false;
  }
  bool result = true;
  for (std::size_t i = 0; i < parts_->items.size(); ++i) {
    if (parts_->items[i].matches(actual[i], w, w.out ? path + '[' + std::to_string(i) + ']' : path))
      continue;
    if (!w.out)
      return false;
    result = false;
  }
  return result;
}

bool json_pattern::matches_set(const json& actual, work& w, const std::string& path) const {
  const auto differs = [&] {
    note(w.out, path, brief(*source_), brief(actual));
    return false;
  };
  if (!actual.is_array() || actual.size() != parts_->items.size())
    return differs();
  // Literals first, then symbols that have a value, then first occurrences, then `$any`: so that
  // none takes what a more particular one needs.
  const auto rank = [&](const json_pattern& item) {
    if (item.plain_)
      return 0;
    if (item.kind_ != kind::text || item.text_->is_any())
      return 3;
    return item.text_->is_symbol() && w.in.symbols.bound(item.text_->symbol()) ? 1 : 2;
  };
  std::vector<const json_pattern*> order;
  for (const auto& item : parts_->items)
    order.push_back(&item);
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
  std::vector<const json*> left;
  for (const auto& value : actual)
    left.push_back(&value);
  work quiet{w.in, w.start_unix_s, nullptr};
  for (const auto* item : order) {
    const auto found = std::find_if(left.begin(), left.end(), [&](const json* value) {
      return item->matches(*value, quiet, path);
    });
    if (found == left.end())
      return differs();
    left.erase(found);
  }
  return true;
}

} // namespace lapse::transcript
