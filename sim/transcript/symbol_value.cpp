#include "sim/transcript/symbol_value.hpp"

namespace lapse::transcript {

namespace {

using kind = symbol_value::kind;

bool same_text(const std::shared_ptr<const std::string>& a,
               const std::shared_ptr<const std::string>& b) {
  return a == b || (a && b && *a == *b);
}

symbol_value plain_text(std::string_view text) {
  symbol_value result;
  result.what = kind::text;
  result.text = std::make_shared<const std::string>(text);
  return result;
}

} // namespace

bool operator==(const symbol_value& a, const symbol_value& b) noexcept {
  return a.what == b.what && a.number == b.number && a.type == b.type && a.order == b.order &&
         same_text(a.text, b.text);
}

std::uint64_t hash_of(const symbol_value& value) noexcept {
  std::uint64_t result = mix(value.number + static_cast<std::uint64_t>(value.what));
  // The number names a lease well enough; only text has none.
  if (value.what == kind::text && value.text)
    result ^= std::hash<std::string>{}(*value.text);
  return result;
}

symbol_value token_value(const token_name& token) {
  symbol_value result;
  if (token.custom) {
    result.what = kind::text;
    result.text = token.custom;
    result.chosen = token.id;
    return result;
  }
  result.what = kind::token;
  result.type = token.type;
  result.number = token.id.value;
  return result;
}

symbol_value accessor_value(const token_name& token) {
  symbol_value result;
  if (token.type == token_type::batch) {
    result.what = kind::text;
    return result;
  }
  result.what = kind::accessor;
  result.number = token.id.value;
  return result;
}

symbol_value lease_value(const lease_name& lease) {
  symbol_value result;
  result.text = lease.path;
  if (lease.lease) {
    result.what = kind::secret_lease;
    result.number = lease.lease.value;
    result.order = lease.order;
    return result;
  }
  if (lease.token.custom)
    return plain_text(text(lease));
  result.what = kind::token_lease;
  result.number = lease.token.id.value;
  return result;
}

symbol_value text_value(std::string_view text) {
  symbol_value result;
  if (const auto token = parse_token(text)) {
    result.what = kind::token;
    result.type = text[0] == 'b' ? token_type::batch : token_type::service;
    result.number = token->value;
    return result;
  }
  if (const auto token = parse_accessor(text)) {
    result.what = kind::accessor;
    result.number = token->value;
    return result;
  }
  if (const auto lease = parse_lease(text); lease && lease->custom_salt.empty()) {
    result.what = lease->lease ? kind::secret_lease : kind::token_lease;
    result.number = lease->lease ? lease->lease.value : lease->token.value;
    result.order = lease->order;
    result.text = std::make_shared<const std::string>(lease->path);
    return result;
  }
  return plain_text(text);
}

std::string text(const symbol_value& value) {
  switch (value.what) {
    case kind::none:
      return {};
    case kind::token:
      return text(token_name{token_id{value.number}, value.type, nullptr});
    case kind::accessor:
      return accessor_text(token_name{token_id{value.number}, token_type::service, nullptr});
    case kind::secret_lease:
      return text(lease_name{lease_id{value.number}, {}, value.text, value.order});
    case kind::token_lease:
      return text(lease_name{
          {}, token_name{token_id{value.number}, token_type::service, nullptr}, value.text, 0});
    case kind::text:
      break;
  }
  return value.text ? *value.text : std::string{};
}

} // namespace lapse::transcript
