#include "sim/run/request_writer.hpp"

#include "actors/http/read_request.hpp"
#include "actors/ttl/duration.hpp"

#include <type_traits>
#include <utility>

namespace lapse::run {

const bound_handle* request_writer::find(const plan::handle_ref& handle,
                                         const round_numbers& rounds) const {
  if (handle.name.parts.size() == 1 && handle.name.fixed())
    return handles_->find(handle.name.parts.front().literal);
  return handles_->find(handle.name.render(rounds));
}

std::string request_writer::write(const plan::handle_text& text,
                                  const round_numbers& rounds) const {
  const auto* handle = find(text.handle, rounds);
  auto name = handle != nullptr ? handle->name : text.handle.name.render(rounds);
  auto is = [handle](bound_handle::kind kind) { return handle != nullptr && handle->what == kind; };
  auto token = [&] {
    return is(bound_handle::kind::token) ? name_of(*handle, *lives_) : unknown_token(name);
  };
  switch (text.part) {
    case plan::handle_part::token:
      if (is(bound_handle::kind::value))
        return handle->text();
      if (is(bound_handle::kind::lease))
        return lease_text(*handle, *lives_);
      return lapse::text(token());
    case plan::handle_part::accessor:
      return accessor_text(token());
    case plan::handle_part::lease:
    case plan::handle_part::token_lease:
      if (is(bound_handle::kind::lease) || is(bound_handle::kind::token))
        return lease_text(*handle, *lives_);
      if (is(bound_handle::kind::value) && handle->other)
        return handle->text();
      return unknown_lease_text(name);
  }
  return {};
}

std::string request_writer::write(const plan::issued_text& text,
                                  const round_numbers& rounds) const {
  std::string result;
  for (const auto& piece : text.pieces) {
    if (const auto* plain = std::get_if<plan::counted_text>(&piece))
      result += plain->render(rounds);
    else
      result += write(std::get<plan::handle_text>(piece), rounds);
  }
  return result;
}

nlohmann::json request_writer::fill(nlohmann::json json, const std::vector<plan::body_hole>& holes,
                                    const round_numbers& rounds) const {
  for (const auto& hole : holes) {
    auto& place = json[hole.at];
    std::visit(
        [&](const auto& value) {
          using kind = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<kind, plan::issued_text>)
            place = write(value, rounds);
          else if constexpr (std::is_same_v<kind, plan::ranged<duration>>)
            place = ttl::readable_duration(ranges_->pick(value, rounds));
          else
            place = ranges_->pick(value, rounds);
        },
        hole.value);
  }
  return json;
}

request_ptr request_writer::write(const plan::request_template& what,
                                  const round_numbers& rounds) const {
  if (what.fixed)
    return what.fixed;
  auto body = fill(what.body, what.holes, rounds);
  for (const auto& key : what.key_holes) {
    auto& object = body[key.object];
    auto value = object.find(key.key);
    if (!object.is_object() || value == object.end())
      continue;
    auto moved = std::move(*value);
    object.erase(value);
    object[key.name.render(rounds)] = std::move(moved);
  }
  auto headers = what.headers;
  if (what.wrap_ttl) {
    const auto* text = std::get_if<plan::issued_text>(&*what.wrap_ttl);
    headers.emplace_back("X-Vault-Wrap-TTL",
                         text != nullptr
                             ? write(*text, rounds)
                             : ttl::readable_duration(ranges_->pick(
                                   std::get<plan::ranged<duration>>(*what.wrap_ttl), rounds)));
  }
  const auto path = write(what.path, rounds);
  auto result = what.raw ? http::parse_raw_request(what.method, path, *what.raw, headers)
                         : http::parse_request(what.method, path, std::move(body));
  if (!result)
    return nullptr;
  if (!what.raw && !headers.empty())
    http::read_headers(headers, *result);
  return std::make_shared<const request>(std::move(*result));
}

const bound_handle* request_writer::unmade(const plan::request_template& what,
                                           const plan::caller& by,
                                           const round_numbers& rounds) const {
  const auto in = [&](const plan::issued_text& text) -> const bound_handle* {
    for (const auto& piece : text.pieces)
      if (const auto* named = std::get_if<plan::handle_text>(&piece))
        if (const auto* handle = find(named->handle, rounds); handle && handle->failure())
          return handle;
    return nullptr;
  };
  if (by.who == plan::caller::kind::text)
    if (const auto* found = in(by.text))
      return found;
  if (const auto* found = in(what.path))
    return found;
  for (const auto& hole : what.holes)
    if (const auto* text = std::get_if<plan::issued_text>(&hole.value))
      if (const auto* found = in(*text))
        return found;
  return nullptr;
}

credential request_writer::write(const plan::caller& by, const round_numbers& rounds) const {
  switch (by.who) {
    case plan::caller::kind::nobody:
      return {};
    case plan::caller::kind::text:
      return credential{{}, write(by.text, rounds)};
    case plan::caller::kind::handle:
      break;
  }
  const auto* handle = find(by.handle, rounds);
  if (handle != nullptr && handle->what == bound_handle::kind::token)
    return credential{handle->token, {}};
  return credential{{}, write(plan::handle_text{by.handle, plan::handle_part::token}, rounds)};
}

} // namespace lapse::run
