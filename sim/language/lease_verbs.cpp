#include "sim/language/request_builder.hpp"
#include "sim/language/verb_groups.hpp"

namespace lapse::language {

namespace {

using shape = document::value_shape;

// `H` is a lease, `H.lease` a token's own.
void on_lease(request_builder& out) {
  const auto& object = out.object();
  std::string_view name = object.text;
  constexpr std::string_view own = ".lease";
  auto of_token = name.size() > own.size() && name.ends_with(own);
  if (of_token)
    name.remove_suffix(own.size());
  auto handle = out.context().use(object, name, of_token ? handle_kind::token : handle_kind::lease);
  out.body().text(nlohmann::json::json_pointer{"/lease_id"},
                  identifier(std::move(handle),
                             of_token ? plan::handle_part::token_lease : plan::handle_part::lease));
}

} // namespace

std::vector<verb_spec> lease_verbs() {
  return {
      {.name = "renew_lease",
       .shape = shape::handle,
       .doc = "Renews a lease; `H.lease` is a token's own.",
       .handle = handle_kind::lease,
       .method = "POST",
       .path = "sys/leases/renew",
       .parameters = {sent("increment"), sent("sync")},
       .compile = on_lease},
      {.name = "revoke_lease",
       .shape = shape::handle,
       .doc = "Revokes a lease.",
       .handle = handle_kind::lease,
       .method = "POST",
       .path = "sys/leases/revoke",
       .parameters = {sent("sync")},
       .compile = on_lease},
      {.name = "lookup_lease",
       .shape = shape::handle,
       .doc = "Looks up a lease.",
       .handle = handle_kind::lease,
       .method = "POST",
       .path = "sys/leases/lookup",
       .compile = on_lease},
      {.name = "revoke_prefix",
       .shape = shape::path,
       .doc = "Revokes every lease under a prefix.",
       .method = "POST",
       .path = "sys/leases/revoke-prefix/{}",
       .parameters = {sent("sync")}},
      {.name = "revoke_force",
       .shape = shape::path,
       .doc = "The same, whatever the backend says.",
       .method = "POST",
       .path = "sys/leases/revoke-force/{}",
       .parameters = {sent("sync")}},
  };
}

} // namespace lapse::language
