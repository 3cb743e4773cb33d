#include "actors/policy/parse.hpp"

#include "actors/policy/decode.hpp"
#include "actors/policy/pattern.hpp"
#include "actors/policy/template.hpp"
#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/base64.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace lapse::policy {

namespace {

constexpr std::string_view top_keys[] = {"name", "path"};

constexpr std::string_view rule_keys[] = {
    "comment",           "policy",
    "capabilities",      "allowed_parameters",
    "denied_parameters", "required_parameters",
    "min_wrapping_ttl",  "max_wrapping_ttl",
    "mfa_methods",       "pagination_limit",
    "expiration",        "list_scan_response_keys_filter_path",
};

constexpr std::size_t error_size_max = 1 << 20;

// All unknown keys of one object in one text, each with `prefix` before it.
decode_error unknown_keys(const std::vector<hcl_item>& items,
                          std::span<const std::string_view> valid, const std::string& prefix) {
  policy_error error;
  std::size_t count = 0;
  for (const auto& item : items) {
    const auto& key = item.keys.front().text;
    if (std::find(valid.begin(), valid.end(), key) != valid.end())
      continue;
    ++count;
    // A long path before thousands of keys would fill the memory.
    if (error.text.size() > error_size_max)
      continue;
    error.text += "\t* " + prefix + "invalid key " + quote(key) + " on line " +
                  std::to_string(item.assign_line) + '\n';
    if (error.line == 0)
      error.line = item.assign_line;
  }
  if (count == 0)
    return {};
  error.text = std::to_string(count) + (count == 1 ? " error" : " errors") + " occurred:\n" +
               error.text + '\n';
  return error;
}

// One `path` block on its way to a rule.
class rule_reader {
public:
  rule_reader(std::string path, const hcl_node& body)
    : path_(std::move(path)), prefix_("path " + quote(path_) + ": "), body_(body) {
    // nop
  }

  decode_error read(std::int64_t now_unix_seconds) {
    if (auto error = check_form())
      return error;
    if (auto error = read_fields()) {
      error->text.insert(0, prefix_);
      return error;
    }
    if (auto error = read_expiration(now_unix_seconds))
      return error;
    // The server looks at nothing else of a block that has expired.
    if (auto error = set_pattern(); error || expired_)
      return expired_ ? decode_error{} : error;
    if (auto error = set_capabilities())
      return error;
    // A block that denies needs nothing else, and the server looks at nothing else.
    if (rule_.capabilities.contains(capability::deny)) {
      rule_.allowed_parameters.clear();
      rule_.denied_parameters.clear();
      rule_.required_parameters.clear();
      rule_.pagination_limit = 0;
      return {};
    }
    if (auto error = set_wrapping())
      return error;
    return check_filter();
  }

  [[nodiscard]] bool expired() const noexcept { return expired_; }

  [[nodiscard]] path_rule& rule() noexcept { return rule_; }

private:
  decode_error fail(std::string text) const {
    return policy_error{std::move(text), body_.at.line, body_.at.column};
  }

  decode_error check_form() {
    auto form = template_form_of(path_);
    if (form == template_form::unbalanced)
      return fail("failed to validate policy templating: unbalanced templating characters");
    rule_.is_templated = form == template_form::some;
    if (body_.is != hcl_node::type::object)
      return fail(prefix_ + "cannot check HCL keys of type " +
                  (body_.is == hcl_node::type::list ? "*ast.ListType" : "*ast.LiteralType"));
    return unknown_keys(body_.items, rule_keys, prefix_);
  }

  [[nodiscard]] hcl_field field(std::string_view key) const {
    // The two that the server names by their own type's fields.
    const auto name = key == "policy" ? "Policy" : key == "capabilities" ? "Capabilities" : key;
    return {"root." + std::string{name}, body_.items, key};
  }

  // In the server's order: the first error is the one that is told. Any `comment` will do.
  decode_error read_fields() {
    std::vector<std::string> unused;
    auto error = decode_string(field("policy"), old_policy_);
    if (!error)
      error = decode_strings(field("capabilities"), capabilities_);
    if (!error)
      error = decode_string(field("expiration"), expiration_);
    if (!error)
      error = decode_parameters(field("allowed_parameters"), rule_.allowed_parameters);
    if (!error)
      error = decode_parameters(field("denied_parameters"), rule_.denied_parameters);
    if (!error)
      error = decode_strings(field("required_parameters"), rule_.required_parameters);
    if (!error)
      error = decode_strings(field("mfa_methods"), unused);
    if (!error)
      error = decode_integer(field("pagination_limit"), rule_.pagination_limit);
    if (!error)
      error = decode_string(field("list_scan_response_keys_filter_path"), filter_path_);
    return error;
  }

  decode_error read_expiration(std::int64_t now_unix_seconds) {
    if (expiration_.empty())
      return {};
    if (const auto at = parse_absolute_time(expiration_))
      rule_.expiration = at->seconds;
    else
      return fail(prefix_ + "invalid expiration time: could not parse string as date and time");
    expired_ = *rule_.expiration < now_unix_seconds;
    return {};
  }

  decode_error set_pattern() {
    auto pattern = path_.starts_with('/') ? path_.substr(1) : path_;
    if (pattern.find("+*") != std::string::npos)
      return fail("path " + quote(pattern) + ": invalid use of wildcards ('+*' is forbidden)");
    written_pattern written{std::move(pattern)};
    rule_.has_plus = written.has_plus;
    rule_.is_prefix = written.is_prefix;
    rule_.pattern = std::move(written.text);
    return {};
  }

  // The old shorthands, which add to the capabilities but for `deny`.
  decode_error expand_old_policy() {
    using names = std::vector<std::string>;
    const names write = {"create", "read", "update", "delete", "list"};
    names more;
    if (old_policy_.empty())
      return {};
    if (old_policy_ == "deny")
      capabilities_ = {"deny"};
    else if (old_policy_ == "read")
      more = {"read", "list"};
    else if (old_policy_ == "write" || old_policy_ == "sudo")
      more = write;
    else
      return fail(prefix_ + "invalid policy " + quote(old_policy_));
    if (old_policy_ == "sudo")
      more.emplace_back("sudo");
    capabilities_.insert(capabilities_.end(), more.begin(), more.end());
    return {};
  }

  decode_error set_capabilities() {
    if (auto error = expand_old_policy())
      return error;
    for (const auto& name : capabilities_) {
      auto one = parse_capability(name);
      if (!one)
        return fail(prefix_ + "invalid capability " + quote(name));
      if (*one == capability::deny) {
        rule_.capabilities = *one;
        return {};
      }
      rule_.capabilities |= *one;
    }
    return {};
  }

  decode_error set_wrapping() {
    auto& min = rule_.min_wrapping_ttl;
    auto& max = rule_.max_wrapping_ttl;
    if (auto error = decode_duration(field("min_wrapping_ttl"), "min_wrapping_ttl", min))
      return error;
    if (auto error = decode_duration(field("max_wrapping_ttl"), "max_wrapping_ttl", max))
      return error;
    if (min != duration::zero() && max != duration::zero() && max < min)
      return fail("max_wrapping_ttl cannot be less than min_wrapping_ttl");
    return {};
  }

  // What a filter of listed keys must be. Its effect is left out.
  decode_error check_filter() const {
    if (filter_path_.empty())
      return {};
    if (!rule_.capabilities.contains(capability::list))
      return fail("list_scan_response_keys_filter_path needs to be used on a path with the list "
                  "capability");
    if (filter_path_.find("{{") == std::string::npos ||
        filter_path_.find(".key") == std::string::npos)
      return fail("list_scan_response_keys_filter_path resulted in same path for two different "
                  "keys");
    return {};
  }

  std::string path_;
  std::string prefix_;
  const hcl_node& body_;
  path_rule rule_;
  std::string old_policy_;
  std::vector<std::string> capabilities_;
  std::string expiration_;
  std::string filter_path_;
  bool expired_ = false;
};

decode_error read_rules(const std::vector<hcl_item>& items, std::int64_t now_unix_seconds,
                        policy& out) {
  if (auto error = unknown_keys(items, top_keys, ""))
    return error;
  // The server reads the name first, and then does not use it.
  std::string unused;
  if (auto error = decode_string({"root.name", items, "name"}, unused))
    return error;
  for (const auto& item : items) {
    if (item.keys.front().text != "path")
      continue;
    rule_reader reader{item.keys.size() > 1 ? item.keys[1].text : "path", item.value};
    if (auto error = reader.read(now_unix_seconds))
      return error;
    (reader.expired() ? out.expired : out.rules).push_back(std::move(reader.rule()));
  }
  return {};
}

} // namespace

tl::expected<policy, policy_error> read_policy(std::string_view name, std::string_view text,
                                               std::int64_t now_unix_seconds) {
  const auto refused = [](policy_error why) { return tl::unexpected{std::move(why)}; };
  if (text.empty())
    return refused({"'policy' parameter not supplied or empty"});
  const auto decoded = decode_base64(text);
  auto document = parse_hcl(decoded ? std::string_view{*decoded} : text);
  if (!document)
    return refused(
        {std::move(document.error().text), document.error().at.line, document.error().at.column});
  policy out;
  out.name = name;
  if (auto error = read_rules(*document, now_unix_seconds, out))
    return refused(std::move(*error));
  return out;
}

} // namespace lapse::policy
