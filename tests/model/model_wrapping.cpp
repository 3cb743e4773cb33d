// Response wrapping (section 10, R-1011, R-1717).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

namespace lapse::sequential {

// The token in the body, else the caller.
std::string model::wrapping_token_of(const call& c, std::string& error) const {
  auto& body = c.what.body;
  auto at = body.is_object() ? body.find("token") : body.end();
  if (!body.is_object() || at == body.end() || at->is_null()) {
    if (c.caller_id.empty())
      error = "token is empty";
    return c.caller_id;
  }
  if (!at->is_string()) {
    error = "could not decode token in request body";
    return {};
  }
  if (at->get<std::string>().empty())
    error = "empty token in request body";
  return at->get<std::string>();
}

// R-1005, R-1006: not limited by any maximum. Warnings stay inside.
answer model::wrap(call& c, answer reply, const std::string& path, duration ttl) {
  c.wrapped = true;
  token_record t;
  t.policies = {"response-wrapping"};
  t.path = c.path;
  t.num_uses = 1;
  t.creation = floor1(now_);
  t.ttl = ttl;
  t.explicit_max = ttl;
  t.wrap_ttl = ttl;
  t.wrap_time = now_;
  t.wrap_path = path;
  // R-1009: what is wrapped anew is not looked into.
  auto anew = c.path == "sys/wrapping/rewrap";
  if (auto block = std::get_if<auth_block>(&reply.body); block && !anew)
    t.wrapped_token = block->facts->name;
  t.wrapped = shared(std::move(reply));
  auto& kept = store(std::move(t), false);
  answer out;
  out.status = 200;
  out.shape = envelope::normal;
  wrap_info info;
  info.token = kept.name;
  info.ttl_s = seconds(ttl);
  info.creation_time = now_;
  info.creation_path = path;
  info.wrapped = kept.wrapped_token;
  out.wrap = std::move(info);
  return out;
}

// R-1007.
answer model::lookup_wrapping(call& c) {
  std::string error;
  auto t = find(wrapping_token_of(c, error));
  return data_answer({{"creation_path", t->wrap_path},
                      {"creation_time", rfc3339(t->wrap_time, config_.start_unix_s)},
                      {"creation_ttl", seconds(t->wrap_ttl)}});
}

// R-1008, R-1009. A wrapping token in the body is spent here; one that is the caller has spent its
// use on the way in.
answer model::open_wrapping(call& c, bool again) {
  std::string error;
  auto id = wrapping_token_of(c, error);
  auto t = find(id);
  if (!t || !t->wrapped)
    return error_answer(400, "wrapping token is not valid or does not exist");
  auto stored = t->wrapped;
  auto ttl = t->wrap_ttl;
  auto path = t->wrap_path;
  if (id != c.caller_id)
    revoke_one(id, true);
  if (again)
    return wrap(c, *stored, path, ttl);
  c.wrapped = true;
  answer out;
  out.status = 200;
  out.shape = envelope::normal;
  out.unwrapped = stored;
  return out;
}

answer model::wrapping(call& c) {
  auto what = c.rest.size() < 9 ? std::string{} : c.rest.substr(9);
  bool update = c.what.op == operation::update || c.what.op == operation::create;
  if (what != "wrap" && what != "unwrap" && what != "rewrap")
    return unsupported_path();
  if (!update)
    return unsupported_operation();
  if (what == "unwrap" || what == "rewrap")
    return open_wrapping(c, what == "rewrap");
  if (!c.wrap_ttl)
    return error_answer(400, "endpoint requires response wrapping to be used");
  auto data = c.what.body.is_object() ? c.what.body : nlohmann::json::object();
  return data_answer(std::move(data));
}

} // namespace lapse::sequential
