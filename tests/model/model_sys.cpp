// Policies, capabilities and the other paths of sys/ (R-913, R-917, R-1715).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <cctype>

namespace lapse::sequential {

using nlohmann::json;

const stored_policy* model::policy(const std::string& name) const {
  auto at = policies_.find(name);
  return at == policies_.end() ? nullptr : &at->second;
}

answer model::system(call& c) {
  auto& rest = c.rest;
  bool update = c.what.op == operation::update || c.what.op == operation::create;
  auto folder = rest.substr(0, rest.find('/'));
  if (rest.starts_with("policies/acl"))
    return policies(c);
  if (folder == "capabilities" || folder == "capabilities-self" ||
      folder == "capabilities-accessor")
    return update ? capabilities(c, folder) : unsupported_operation();
  if (folder == "leases")
    return leases(c);
  if (folder == "wrapping")
    return wrapping(c);
  if (folder == "mounts" || folder == "auth")
    return mounts(c, folder == "auth");
  if (folder == "seal") {
    if (!update)
      return unsupported_operation();
    // a last use ends the token before the seal.
    if (c.caller->num_uses == -1)
      revoke_tree(c.caller_id);
    return seal();
  }
  return not_modelled(c.path);
}

answer model::policies(call& c) {
  auto name = c.rest.size() > 13 ? c.rest.substr(13) : std::string{};
  for (auto& l : name)
    l = static_cast<char>(std::tolower(static_cast<unsigned char>(l)));
  auto op = c.what.op;
  if (name.empty()) {
    if (op != operation::list && op != operation::read)
      return unsupported_operation();
    names keys{"root"};
    for (auto& [key, p] : policies_)
      keys.push_back(key);
    return key_list(keys);
  }
  bool fixed = name == "root" || name == "response-wrapping";
  if (op == operation::read) {
    auto p = policy(name);
    if (!p)
      return nothing_found();
    return data_answer({{"name", name},
                        {"policy", p->text},
                        {"version", p->version},
                        {"modified", rfc3339(p->modified, config_.start_unix_s)},
                        {"cas_required", false},
                        {"allow_slashes_in_identity_templates", false},
                        {"allow_wildcards_in_identity_templates", false}});
  }
  if (op == operation::delete_) {
    if (fixed)
      return error_answer(400, "cannot delete \"" + name + "\" policy");
    if (name == "default")
      return error_answer(400, "cannot delete default policy");
    policies_.erase(name);
    return no_content();
  }
  if (op != operation::update && op != operation::create)
    return unsupported_operation();
  fields f(c.what.body);
  auto body = f.text("policy");
  if (!f.error().empty())
    return field_error(f.error());
  if (body.empty())
    return error_answer(400, "'policy' parameter not supplied or empty");
  auto parsed = policy_from(body);
  if (auto error = std::get_if<std::string>(&parsed))
    return error_answer(400, "failed to parse policy: " + *error);
  if (fixed)
    return error_answer(400, "cannot update \"" + name + "\" policy");
  auto& p = policies_[name];
  p = {body, p.version + 1, now_};
  if (auto written = c.rest.substr(13); written != name)
    return done({"policy name was converted to " + name});
  return no_content();
}

//
answer model::capabilities(call& c, const std::string& kind) {
  fields f(c.what.body);
  auto paths = f.has("paths") ? f.comma_names("paths") : f.comma_names("path");
  auto token = f.text("token");
  auto accessor = f.text("accessor");
  if (!f.error().empty())
    return field_error(f.error());
  bool by_accessor = kind == "capabilities-accessor";
  if (by_accessor) {
    auto at = accessors_.find(accessor);
    token = at == accessors_.end() ? std::string{} : at->second;
  } else if (kind == "capabilities-self") {
    token = c.caller_id;
  }
  auto t = usable(token);
  if (!t)
    return wrapped_error(400, by_accessor ? "invalid accessor" : "invalid token");
  auto rights = acl_of(*t);
  json data = json::object();
  for (auto& path : paths)
    data[path] = rights.capabilities(path);
  if (paths.size() == 1)
    data["capabilities"] = rights.capabilities(paths[0]);
  auto out = data_answer(std::move(data));
  out.shape = envelope::top_level;
  return out;
}

} // namespace lapse::sequential
