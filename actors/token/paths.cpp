// The paths at `auth/token/`.

#include "actors/token/role_store.hpp"
#include "actors/token/token.hpp"

namespace lapse::token {

namespace {

std::vector<api::field_row> creation_fields() {
  return {{"id"},
          {"display_name"},
          {"num_uses", api::field_kind::integer},
          {"policies", api::field_kind::list},
          {"ttl"},
          {"lease"},
          {"explicit_max_ttl"},
          {"period"},
          {"no_parent", api::field_kind::boolean},
          {"no_default_policy", api::field_kind::boolean},
          {"renewable", api::field_kind::boolean, "true"},
          {"meta", api::field_kind::pairs},
          {"type"},
          {"entity_alias"}};
}

std::vector<api::field_row> role_creation_fields() {
  auto fields = creation_fields();
  fields.push_back({"role_name"});
  return fields;
}

api::field_row increment() { return {"increment", api::field_kind::seconds}; }

} // namespace

const runtime::actor_paths<token>& token::paths() {
  using enum operation;
  static const runtime::actor_paths<token> table{
      // `accessors` without a slash too: a list of it is one of `accessors/`. No path of
      // creation asks for sudo or has an existence check.
      {.sudo = {"revoke-orphan/*", "accessors*"}},
      {{.pattern = "create",
        .fields = creation_fields(),
        .operations = {{update, runtime::by<&token::create_child>}},
        .help = "make a child of the calling token"},
       {.pattern = "create-orphan",
        .fields = creation_fields(),
        .operations = {{update, runtime::by<&token::create_orphan>}},
        .help = "make a token without a parent"},
       {.pattern = "create/{role_name}",
        .fields = role_creation_fields(),
        .operations = {{update, runtime::by<&token::create_child>}},
        .help = "make a token by a token role"},
       {.pattern = "lookup",
        .fields = {{"token"}},
        .operations = {{read, runtime::by<&token::look_up>},
                       {update, runtime::by<&token::look_up>}},
        .help = "what is known of a token"},
       // a read too, and that is what the policy `default` grants.
       {.pattern = "lookup-self",
        .fields = {{"token"}},
        .operations = {{read, runtime::by<&token::look_up_self>},
                       {update, runtime::by<&token::look_up_self>}},
        .help = "what is known of the calling token"},
       {.pattern = "lookup-accessor",
        .fields = {{"accessor"}},
        .operations = {{update, runtime::by<&token::look_up_accessor>}},
        .help = "what is known of the token with an accessor"},
       {.pattern = "renew",
        .fields = {{"token"}, increment()},
        .operations = {{update, runtime::by<&token::renew>}},
        .help = "put off a token's end"},
       {.pattern = "renew-self",
        .fields = {{"token"}, increment()},
        .operations = {{update, runtime::by<&token::renew_self>}},
        .help = "put off the calling token's end"},
       {.pattern = "renew-accessor",
        .fields = {{"accessor"}, increment()},
        .operations = {{update, runtime::by<&token::renew_accessor>}},
        .help = "put off the end of the token with an accessor"},
       {.pattern = "revoke",
        .fields = {{"token"}},
        .operations = {{update, runtime::by<&token::revoke>}},
        .help = "end a token and all below it"},
       {.pattern = "revoke-self",
        .fields = {},
        .operations = {{update, runtime::by<&token::revoke_self>}},
        .help = "end the calling token and all below it"},
       {.pattern = "revoke-orphan",
        .fields = {{"token"}},
        .operations = {{update, runtime::by<&token::revoke_orphan>}},
        .help = "end a token; its children live on"},
       {.pattern = "revoke-accessor",
        .fields = {{"accessor"}},
        .operations = {{update, runtime::by<&token::revoke_accessor>}},
        .help = "end the token with an accessor and all below it"},
       {.pattern = "accessors/?",
        .fields = {},
        .operations = {{list, runtime::by<&token::list_accessors>}},
        .help = "the accessors of all tokens"},
       {.pattern = "tidy",
        .fields = {},
        .operations = {{update, runtime::by<&token::tidy>}},
        .help = "clean up what tokens left behind"},
       {.pattern = "roles/?",
        .fields = {},
        .operations = {{list, runtime::by<&token::list_roles>}},
        .help = "the names of all token roles"},
       {.pattern = "roles/{role_name}",
        .fields = token_role_fields(),
        .operations = {{read, runtime::by<&token::read_role>},
                       {update, runtime::by<&token::write_role>},
                       {delete_, runtime::by<&token::delete_role>}},
        .exists = runtime::known_by<&token::has_role>,
        .help = "a token role"}}};
  return table;
}

// -- token roles (R-239) ---------------------------------------------------------------------

bool token::has_role(const api::field_data& in) const {
  return shared_.roles->find(in.captured("role_name")) != nullptr;
}

void token::list_roles(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, shared_.roles->list());
}

void token::read_role(const runtime::exchange_ptr& x, const api::field_data& in) {
  finish(x, shared_.roles->read(in.captured("role_name")));
}

void token::write_role(const runtime::exchange_ptr& x, const api::field_data& in) {
  finish(x, shared_.roles->write(in, lease::mount_limits(env_, "auth/token/").mount_max));
}

void token::delete_role(const runtime::exchange_ptr& x, const api::field_data& in) {
  finish(x, shared_.roles->remove(in.captured("role_name")));
}

} // namespace lapse::token
