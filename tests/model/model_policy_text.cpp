// The policy language (R-1716).

#include "tests/model/model_durations.hpp"
#include "tests/model/model_policy.hpp"
#include "tests/model/model_policy_tree.hpp"

#include <cstdio>

namespace lapse::sequential {

using nlohmann::json;

namespace {

std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  std::size_t symbols = 0;
  for (char c : text) {
    int six = c >= 'A' && c <= 'Z'   ? c - 'A'
              : c >= 'a' && c <= 'z' ? c - 'a' + 26
              : c >= '0' && c <= '9' ? c - '0' + 52
              : c == '+'             ? 62
              : c == '/'             ? 63
              : c == '='             ? 0
                                     : -1;
    if (six < 0)
      return {};
    ++symbols;
    bits = (bits << 6 | static_cast<unsigned>(six)) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xff);
    }
  }
  if (symbols % 4 != 0)
    return {};
  for (auto c : {0, 1})
    if (text.size() > static_cast<std::size_t>(c) && text[text.size() - 1 - c] == '=' &&
        !out.empty())
      out.pop_back();
  return out;
}

std::optional<std::int64_t> unix_from(const std::string& rfc3339_text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (std::sscanf(rfc3339_text.c_str(), "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6)
    return std::nullopt;
  y -= mo <= 2;
  auto era = y / 400;
  auto year = y - era * 400;
  auto day = (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  auto days = std::int64_t{era} * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
  return days * 86400 + h * 3600 + mi * 60 + s;
}

// Why a block cannot be taken, or empty.
class block_reader {
public:
  explicit block_reader(path_rule& rule) : rule_(rule) {}

  std::string error;

  void take(const std::string& key, const node& value) {
    if (key == "capabilities")
      for (auto& name : strings(value))
        capability(name);
    else if (key == "policy")
      old_style(value.literal.is_string() ? value.literal.get<std::string>() : "");
    else if (key == "required_parameters")
      for (auto& name : strings(value))
        rule_.required.insert(name);
    else if (key == "allowed_parameters")
      rule_.allowed = values(value);
    else if (key == "denied_parameters")
      rule_.denied = values(value);
    else if (key == "min_wrapping_ttl")
      rule_.min_wrapping = span(value);
    else if (key == "max_wrapping_ttl")
      rule_.max_wrapping = span(value);
    else if (key == "expiration" && value.literal.is_string())
      rule_.expiration_unix_s = unix_from(value.literal.get<std::string>());
  }

private:
  std::string prefix() const { return "path \"" + rule_.pattern + "\": "; }

  void fail(const std::string& why) {
    if (error.empty())
      error = why;
  }

  std::vector<std::string> strings(const node& value) {
    std::vector<std::string> out;
    if (value.what != node::kind::list) {
      fail(prefix() + at(value.where) + "unknown slice type: *ast.LiteralType");
      return out;
    }
    for (auto& item : value.items)
      if (item.literal.is_string())
        out.push_back(item.literal.get<std::string>());
    return out;
  }

  void capability(const std::string& name) {
    for (auto known :
         {"deny", "create", "read", "update", "delete", "list", "sudo", "patch", "scan"})
      if (name == known) {
        rule_.capabilities.insert(name);
        return;
      }
    fail(prefix() + "invalid capability \"" + name + '"');
  }

  void old_style(const std::string& name) {
    static const std::map<std::string, std::set<std::string>> meanings = {
        {"deny", {"deny"}},
        {"read", {"read", "list"}},
        {"write", {"create", "read", "update", "delete", "list"}},
        {"sudo", {"create", "read", "update", "delete", "list", "sudo"}}};
    auto at = meanings.find(name);
    if (at == meanings.end())
      fail(prefix() + "invalid policy \"" + name + '"');
    else
      rule_.capabilities.insert(at->second.begin(), at->second.end());
  }

  parameter_values values(const node& value) {
    parameter_values out;
    for (std::size_t i = 0; i < value.keys.size(); ++i) {
      auto& item = value.items[i];
      if (item.what != node::kind::list) {
        fail(prefix() + at(item.where) + "unknown slice type: *ast.LiteralType");
        return out;
      }
      auto& list = out[value.keys[i]];
      for (auto& inner : item.items)
        list.push_back(inner.literal);
    }
    return out;
  }

  duration span(const node& value) {
    auto read = duration_from(value.literal.is_string() ? value.literal.get<std::string>()
                                                        : value.literal.dump());
    if (!read.error.empty())
      fail("error parsing wrapping ttl: " + read.error);
    return read.value;
  }

  path_rule& rule_;
};

bool known_key(const std::string& key) {
  for (auto known : {"comment", "policy", "capabilities", "allowed_parameters", "denied_parameters",
                     "required_parameters", "min_wrapping_ttl", "max_wrapping_ttl", "mfa_methods",
                     "control_group", "pagination_limit", "expiration", "response_keys_filter_path",
                     "list_scan_response_keys_filter_path"})
    if (key == known)
      return true;
  return false;
}

std::string invalid_key(const std::string& where, const std::string& key, int line) {
  return "1 error occurred:\n\t* " + where + "invalid key \"" + key + "\" on line " +
         std::to_string(line) + "\n\n";
}

std::string read_block(const std::string& name, const node& body, std::vector<path_rule>& out) {
  path_rule rule;
  rule.pattern = name.starts_with('/') ? name.substr(1) : name;
  for (std::size_t i = 0; i < body.keys.size(); ++i)
    if (!known_key(body.keys[i]))
      return invalid_key("path \"" + name + "\": ", body.keys[i], body.lines[i]);
  if (name.find("+*") != std::string::npos)
    return "path \"" + name + "\": invalid use of wildcards ('+*' is forbidden)";
  block_reader reader(rule);
  for (std::size_t i = 0; i < body.keys.size(); ++i)
    reader.take(body.keys[i], body.items[i]);
  if (!reader.error.empty())
    return reader.error;
  if (rule.max_wrapping.count() > 0 && rule.max_wrapping < rule.min_wrapping)
    return "max_wrapping_ttl cannot be less than min_wrapping_ttl";
  out.push_back(std::move(rule));
  return {};
}

std::string read_paths(const node& value, std::vector<path_rule>& out) {
  if (value.what == node::kind::list) {
    for (auto& item : value.items)
      if (auto error = read_paths(item, out); !error.empty())
        return error;
    return {};
  }
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    auto& body = value.items[i];
    auto bodies = body.what == node::kind::list ? body.items : std::vector<node>{body};
    for (auto& one : bodies)
      if (auto error = read_block(value.keys[i], one, out); !error.empty())
        return error;
  }
  return {};
}

} // namespace

std::variant<std::vector<path_rule>, std::string> policy_from(std::string_view text) {
  auto decoded = decode_base64(text);
  if (!decoded.empty())
    text = decoded;
  auto read = policy_tree_from(text);
  if (auto* error = std::get_if<std::string>(&read))
    return std::move(*error);
  const auto& tree = std::get<node>(read);
  std::vector<path_rule> out;
  for (std::size_t i = 0; i < tree.keys.size(); ++i)
    if (tree.keys[i] != "name" && tree.keys[i] != "path")
      return invalid_key("", tree.keys[i], tree.lines[i]);
  for (std::size_t i = 0; i < tree.keys.size(); ++i)
    if (tree.keys[i] == "path")
      if (auto error = read_paths(tree.items[i], out); !error.empty())
        return error;
  return out;
}

} // namespace lapse::sequential