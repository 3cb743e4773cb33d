#include "sim/serve/journal.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/ids.hpp"
#include "sim/document/text_check.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace lapse::serve {

namespace {

/// Headers that a request of the API can depend on, but for the token's.
constexpr std::array<std::string_view, 4> kept_headers{"X-Vault-Wrap-TTL", "X-Vault-Wrap-Format",
                                                       "X-Vault-Namespace", "Content-Type"};

/// A body is JSON whatever its type says, but for a PATCH's (R-1220).
bool is_idle(const std::string& method, std::string_view name, const std::string& value) {
  return name == "Content-Type" && method != "PATCH" && value == "application/json";
}

std::string kept(const std::string& method, const http::header_list& headers) {
  std::string result;
  for (const auto& name : kept_headers)
    for (const auto& [key, value] : headers)
      if (equals_ignoring_case(key, name) && !is_idle(method, name, value)) {
        (result += name) += ": ";
        (result += value) += '\n';
        break;
      }
  return result;
}

} // namespace

const std::string* journal::keep(std::string_view text) { return &*texts_.emplace(text).first; }

bool journal::can_hold(const http_request& what, std::string_view target) {
  return document::is_text(target) && document::is_text(kept(what.method, what.headers)) &&
         document::is_text(http::token_of(what.headers).value_or(std::string{}));
}

journal::place journal::add(instant at, const http_request& what, std::string_view target,
                            const std::optional<std::string>& token, std::uint64_t begun) {
  constexpr place beside_max = 1000;
  const bool beside = together_ && entries_.back().at == at && begun <= begun_max_ &&
                      entries_.size() - together_from_ < beside_max;
  if (!beside) {
    together_ = true;
    together_from_ = static_cast<place>(entries_.size());
    begun_max_ = std::numeric_limits<std::uint64_t>::max();
  }
  message made;
  made.method = keep(what.method);
  made.text = keep(target);
  made.body = keep(what.body);
  made.token = token ? keep(*token) : nullptr;
  made.headers = keep(kept(what.method, what.headers));
  ++requests_;
  asking_ = true;
  return put(at, made, beside);
}

std::size_t journal::hash::operator()(const message& one) const noexcept {
  std::uint64_t sum = one.number;
  for (const auto* text : {one.method, one.text, one.body, one.token, one.headers})
    sum = derive(sum, reinterpret_cast<std::uintptr_t>(text));
  return sum;
}

journal::place journal::put(instant at, const message& said, bool beside) {
  entries_.push_back({at, &*messages_.insert(said).first, 0, beside});
  return static_cast<place>(entries_.size() - 1);
}

void journal::sent(place where, std::uint64_t latest) noexcept {
  if (together_ && where >= together_from_)
    begun_max_ = std::min(begun_max_, latest);
}

void journal::add(instant at, kind what, std::string_view text, std::size_t number) {
  together_ = false;
  message made;
  made.what = what;
  made.number = static_cast<std::uint32_t>(number);
  made.text = keep(text);
  put(at, made, false);
}

bool journal::name(token_id what, const std::string& name) { return name_life(what.value, name); }

bool journal::name(lease_id what, const std::string& name) { return name_life(what.value, name); }

bool journal::name_life(std::uint64_t id, const std::string& name) {
  const auto i = makers_.find(id);
  return i != makers_.end() && names_.emplace(i->second, name).second;
}

http::header_list journal::headers_of(const message& one) {
  http::header_list result;
  std::string_view lines = *one.headers;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    const auto colon = line.find(": ");
    result.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return result;
}

const std::string* journal::name_at(place where) const {
  const auto i = names_.find(where);
  return i == names_.end() ? nullptr : &i->second;
}

void journal::on_event(const event& e, const lives::ledger&) {
  if (const auto* received = std::get_if<request_received>(&e.body))
    number_ = received->number;
  if (!asking_)
    return;
  const auto here = static_cast<place>(entries_.size() - 1);
  if (const auto* token = std::get_if<token_created>(&e.body))
    makers_.emplace(token->facts->name.id.value, here);
  else if (const auto* lease = std::get_if<lease_created>(&e.body))
    makers_.emplace(lease->lease.lease.value, here);
}

} // namespace lapse::serve
