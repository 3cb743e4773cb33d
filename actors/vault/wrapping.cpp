// Response wrapping: an answer goes into the cubbyhole of a wrapping token (R-1005), and what is
// asked about one at `sys/wrapping/`. Which requests get that far: `receive`.

#include "actors/api/answers.hpp"
#include "actors/token/maker.hpp"
#include "actors/vault/vault.hpp"

namespace lapse::vault {

namespace {

constexpr std::uint64_t wrap_salt = 0x77726170ULL;

/// Says in `info` which token or secret id the answer is about.
void name_content(const runtime::exchange& x, const runtime::mount* at, wrap_info& info) {
  if (const auto* block = std::get_if<auth_block>(&x.reply.body)) {
    info.wrapped = block->facts->name;
  } else if (const auto* data = std::get_if<nlohmann::json>(&x.reply.body);
             data && data->is_object() && at != nullptr && at->type == "approle") {
    if (const auto i = data->find("secret_id_accessor"); i != data->end() && i->is_string())
      info.wrapped_secret_id = i->get<std::string>();
  }
}

} // namespace

void vault::on_wrap(const runtime::exchange_ptr& x) {
  if (x->what->signed_wrapping) {
    x->reply = error_answer(501, "lapse does not model signed wrapping tokens");
    return runtime::send_answer(env_, *x);
  }
  auto ttl = *x->wrap;
  static const auto policies =
      std::make_shared<const std::vector<std::string>>(1, "response-wrapping");
  static const auto no_name = std::make_shared<const std::string>();
  token_facts r;
  r.maker = x->caller.id;
  r.policies = policies;
  r.display_name = no_name;
  r.path = env_.slots.bucket(x->what->path).path;
  r.uses = 1;
  r.issue = env_.now();
  r.ttl = r.explicit_max = r.asked = ttl;
  r.expire = later(r.issue, ttl);
  r.wrapping = true; // R-1013: its end is that of its cubbyhole, not of what is in there
  r.no_default_policy = true;
  auto maker = (r.maker ? r.maker.value : number_of(x->what->path)) ^ wrap_salt;
  auto facts = token::named(std::move(r), maker, ++ordinals_[maker]);
  wrap_info info;
  info.token = facts->name;
  info.ttl_s = whole_seconds(ttl);
  info.creation_time = facts->issue;
  info.creation_path = x->wrap_path.value_or(x->what->path);
  // R-1009: what is wrapped anew is not looked into.
  if (!x->wrap_path)
    name_content(*x, env_.mounts.route(x->what->path).at, info);
  if (x->reply.shape == envelope::top_level)
    x->reply.shape = envelope::normal;
  auto inside = std::make_unique<token::wrapped_answer>(token::wrapped_answer{
      std::make_shared<const answer>(std::move(x->reply)), info.creation_path});
  token::bring_up_token(*this, shared_, std::move(facts), nullptr, std::move(inside));
  x->reply = answer{};
  x->reply.status = 200;
  x->reply.shape = envelope::normal;
  x->reply.wrap = std::move(info);
  runtime::send_answer(env_, *x);
}

// -- sys/wrapping (R-1007 to R-1010)
// ---------------------------------------------------------------

void vault::wrap(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (!x->wrap)
    return finish(x, error_answer(400, "endpoint requires response wrapping to be used"));
  finish(x, data_answer(in.body().is_object() ? in.body() : nlohmann::json::object()));
}

void vault::unwrap(const runtime::exchange_ptr& x, const api::field_data& in) {
  // The caller names somebody else's wrapping token (R-1008); `receive` has seen that it lives.
  auto* s = env_.slots.find(env_.slots.token_of(in.text("token")));
  // Its one use has been spent on asking.
  if (s != nullptr && env_.slots.ref_of(*s) == x->caller_slot)
    return finish(x, wrapped_error(500, "error decrementing wrapping token's use-count: invalid "
                                        "token entry provided for use count decrementing"));
  if (s == nullptr || !s->facts->wrapping || !tell(env_.slots.ref_of(*s), runtime::perform{x}))
    finish(x, api::bad_wrapping_token());
}

void vault::look_up_wrapping(const runtime::exchange_ptr& x, const api::field_data& in) {
  // R-1007: no authentication, consumes nothing; without a token in the body, the caller.
  auto named = in.text("token");
  auto id = named.empty() ? env_.slots.token_of(x->by) : env_.slots.token_of(named);
  auto* s = env_.slots.find(id);
  if (!is_live_wrapping(s, env_.now()) ||
      !tell(env_.slots.ref_of(*s),
            runtime::lease_request{x, runtime::lease_request::what::wrapping, {}}))
    finish(x, api::bad_wrapping_token());
}

} // namespace lapse::vault
