#include "sim/run/binder.hpp"

namespace lapse::run {

namespace {

/// The one text of a saved value: what later steps most likely want to send.
std::string value_text(std::string_view path, const nlohmann::json& data) {
  auto plain = [](const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  if (!data.is_object())
    return plain(data);
  for (const auto* key : {"secret_id", "role_id"})
    if (auto at = data.find(key); at != data.end())
      return plain(*at);
  constexpr std::pair<std::string_view, const char*> identifiers[] = {
      {"identity/", "id"}, {"sys/auth/", "accessor"}, {"sys/mounts/", "accessor"}};
  for (const auto& [prefix, key] : identifiers)
    if (auto at = data.find(key); path.starts_with(prefix) && at != data.end())
      return plain(*at);
  if (data.size() == 1)
    return plain(*data.begin());
  return plain(data);
}

} // namespace

void binder::begin() {
  first_ = lives_.size();
  claimed_.clear();
}

// -- binding -----------------------------------------------------------------------

bool binder::bind_token(const token_name& name, bound_handle& out) {
  if (!name.id)
    return false;
  out.what = bound_handle::kind::token;
  out.token = name.id;
  return true;
}

bool binder::bind_lease(const lease_name& name, bound_handle& out) {
  if (!name.lease)
    return false;
  out.what = bound_handle::kind::lease;
  out.lease = name.lease;
  return true;
}

bool binder::bind_inside_wrapping(const plan::binding& what, const credential& by,
                                  const request_ptr& request, const answer& reply,
                                  bound_handle& out) {
  if (reply.wrap->wrapped)
    return bind_token(*reply.wrap->wrapped, out);
  if (what.what != plan::binding::kind::saved || !request)
    return false;
  for (auto at = first_; at < lives_.size(); ++at) {
    const auto& made = lives_.at(at);
    if (!made.is_lease() || made.maker == lives::ledger::no_slot || *made.path() != request->path ||
        lives_.at(made.maker).token() != by.id || !claimed_.insert(at).second)
      continue;
    return bind_lease(made.lease_named(), out);
  }
  // A value went in; nobody sees it before it is unwrapped.
  out.what = bound_handle::kind::value;
  return true;
}

bool binder::bind_saved(std::string_view path, const answer& reply, bound_handle& out) {
  if (reply.lease && bind_lease(*reply.lease, out))
    return true;
  if (const auto* auth = std::get_if<auth_block>(&reply.body))
    return bind_token(auth->facts->name, out);
  if (const auto* data = std::get_if<nlohmann::json>(&reply.body)) {
    out.what = bound_handle::kind::value;
    out.other = std::make_shared<const bound_handle::lifeless>(
        bound_handle::lifeless{value_text(path, *data)});
    return true;
  }
  return false;
}

bound_handle binder::bind(const plan::binding& what, const round_numbers& rounds,
                          const credential& by, const request_ptr& request, const answer& reply) {
  bound_handle result;
  result.name = what.handle.render(rounds);
  if (!reply.ok())
    return result;
  const auto& content = reply.unwrapped ? *reply.unwrapped : reply;
  bool found = false;
  switch (what.what) {
    case plan::binding::kind::wrapping:
      if (reply.wrap)
        found = bind_token(reply.wrap->token, result);
      break;
    case plan::binding::kind::token:
      if (reply.wrap)
        found = bind_inside_wrapping(what, by, request, reply, result);
      else if (const auto* auth = std::get_if<auth_block>(&content.body))
        found = bind_token(auth->facts->name, result);
      break;
    case plan::binding::kind::saved:
      found = reply.wrap
                  ? bind_inside_wrapping(what, by, request, reply, result)
                  : bind_saved(request ? request->path : std::string_view{}, content, result);
      break;
  }
  if (!found)
    result.what = bound_handle::kind::failed;
  return result;
}

} // namespace lapse::run
