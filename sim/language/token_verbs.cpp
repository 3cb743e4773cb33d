#include "actors/auth/make_auth_method.hpp"
#include "sim/document/nearest.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/request_builder.hpp"
#include "sim/language/verb_groups.hpp"

#include <fmt/format.h>

namespace lapse::language {

namespace {

using pointer = nlohmann::json::json_pointer;
using shape = document::value_shape;

// -- create, login -----------------------------------------------------------------------

void create(request_builder& out) {
  auto& context = out.context();
  if (const auto* role = out.scalar("role")) {
    out.to("POST", "auth/token/create/" + role->text);
    check_token_role(context, *role);
  } else if (out.flag("orphan")) {
    out.to("POST", "auth/token/create-orphan");
  }
  const auto* meta = out.step().find("meta");
  if (meta == nullptr || !meta->is_map())
    return;
  // Metadata are texts; `true` is not left to the server, which would make a 1 of it (R-1709).
  out.result().what.body["meta"] = nlohmann::json::object();
  for (const auto& entry : meta->entries())
    if (entry.is_scalar())
      out.body().text(pointer{"/meta"} / entry.key, counters_text(context, entry.text));
}

void login_body(request_builder& out, const auth::login_setup& kind, const std::string& name,
                const known_mount* mount) {
  auto& context = out.context();
  auto proof = name;
  if (mount != nullptr)
    if (auto own = mount->secrets.find(name); own != mount->secrets.end())
      proof = own->second;
  const auto* given = out.scalar("password");
  if (given != nullptr)
    proof = given->text;
  if (!kind.proof_optional || given != nullptr)
    out.body().text(pointer{} / std::string{kind.proof}, counters_text(context, proof));
  if (!kind.second_proof.empty())
    out.body().text(pointer{} / std::string{kind.second_proof}, counters_text(context, name));
  for (const auto& entry : document::entries_of(out.step().find("data")))
    out.body().anything(pointer{} / entry.key, entry);
}

void login(request_builder& out) {
  auto& context = out.context();
  const auto* with = out.scalar("with");
  if (with == nullptr)
    return;
  std::string_view text = with->text;
  if (text.substr(0, 5) == "auth/")
    text.remove_prefix(5);
  auto slash = text.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) {
    context.faults.report(with->at, fmt::format("`with` is {}; expected MOUNT/NAME such as "
                                                "userpass/amy",
                                                document::in_quotes(with->text)));
    return;
  }
  auto name = std::string{text.substr(slash + 1)};
  auto mount_path = std::string{text.substr(0, slash)};
  const auto* mount = check_login(context, *with, mount_path, name);
  static const auth::login_setup unknown;
  const auto* known = mount == nullptr ? nullptr : auth::find_login_setup(mount->type);
  const auto& kind = known == nullptr ? unknown : *known;
  out.to("POST",
         "auth/" + mount_path + "/login" + (kind.name_in_path ? "/" + name : std::string{}));
  login_body(out, kind, name, mount);
}

// -- tokens that exist -------------------------------------------------------------------

// The row's path with its `-self` form, made by the token itself, or its `-accessor` form.
void about_token(request_builder& out, std::string_view path, bool self) {
  const auto* by = out.scalar("by");
  auto by_accessor = by != nullptr && by->text == "accessor";
  if (!self) {
    out.to("POST", std::string{path} + (by_accessor ? "-accessor" : ""));
    out.identify(by_accessor ? "accessor" : "token",
                 by_accessor ? plan::handle_part::accessor : plan::handle_part::token);
    return;
  }
  out.to(out.verb().method, std::string{path} + "-self");
  out.asks(usual_caller::object);
  if (by_accessor)
    out.context().faults.report(by->at, "`self` and `by` in one step; keep one of them");
  if (out.scalar("as") != nullptr) // unused by the request, but it has to be known
    static_cast<void>(out.context().use_token(out.object()));
}

void on_token(request_builder& out) { about_token(out, out.verb().path, out.flag("self")); }

void keep(request_builder& out) { about_token(out, out.verb().path, out.flag("self", true)); }

void unwrap(request_builder& out) {
  if (out.scalar("as") != nullptr)
    out.identify("token", plan::handle_part::token);
}

} // namespace

std::vector<verb_spec> token_verbs() {
  return {
      {.name = "create",
       .shape = shape::new_handle,
       .doc = "Creates a token; the handle is its name in this file.",
       .handle = handle_kind::token,
       .method = "POST",
       .path = "auth/token/create",
       .parameters = {read_here("role"), read_here("orphan"), sent("no_parent"), sent("ttl"),
                      sent("lease"), sent("policies"), read_here("meta"), sent("id"),
                      sent("no_default_policy"), sent("renewable"), sent("explicit_max_ttl"),
                      sent("period"), sent("num_uses"), sent("display_name"), sent("type"),
                      sent("entity_alias")},
       .sends_object = true,
       .makes_life = true,
       .compile = create},
      {.name = "login",
       .shape = shape::new_handle,
       .doc = "Logs in; the handle names the token.",
       .handle = handle_kind::token,
       .parameters = {required(read_here("with")), read_here("password"), read_here("data")},
       .caller = usual_caller::nobody,
       .sends_object = true,
       .makes_life = true,
       .compile = login},
      {.name = "lookup",
       .shape = shape::handle,
       .doc = "Looks up the token of the handle.",
       .handle = handle_kind::token,
       .method = "GET",
       .path = "auth/token/lookup",
       .parameters = {read_here("self"), read_here("by")},
       .compile = on_token},
      {.name = "renew",
       .shape = shape::handle,
       .doc = "Renews the token of the handle.",
       .handle = handle_kind::token,
       .method = "POST",
       .path = "auth/token/renew",
       .parameters = {read_here("self"), read_here("by"), sent("increment")},
       .compile = on_token},
      {.name = "revoke",
       .shape = shape::handle,
       .doc = "Revokes the token of the handle, and what is below it.",
       .handle = handle_kind::token,
       .method = "POST",
       .path = "auth/token/revoke",
       .parameters = {read_here("self"), read_here("by")},
       .compile = on_token},
      {.name = "revoke_orphan",
       .shape = shape::handle,
       .doc = "Revokes the token alone; its children live on.",
       .handle = handle_kind::token,
       .method = "POST",
       .path = "auth/token/revoke-orphan",
       .compile = on_token},
      {.name = "keep",
       .shape = shape::handle,
       .doc = "Renews the handle's token `every` D `until` T (T included), with the token itself; "
              "runs in parallel with the steps after it.",
       .handle = handle_kind::token,
       .kind = verb_kind::keep,
       .method = "POST",
       .path = "auth/token/renew",
       .parameters = {required(read_here("every")), required(read_here("until")), sent("increment"),
                      read_here("self"), read_here("as")},
       .compile = keep},
      {.name = "unwrap",
       .shape = shape::handle,
       .doc = "Unwraps a wrapping token; `save` names what was inside.",
       .handle = handle_kind::token,
       .method = "POST",
       .path = "sys/wrapping/unwrap",
       .parameters = {read_here("save")},
       .caller = usual_caller::object,
       .compile = unwrap},
  };
}

} // namespace lapse::language
