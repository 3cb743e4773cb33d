#include "sim/language/request_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/body_writer.hpp"
#include "sim/language/expect_compiler.hpp"
#include "sim/language/path_check.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse {

namespace {

using pointer = nlohmann::json::json_pointer;

// Compiles one step. A member function per verb; all of them write into `result_`.
class verb_compiler {
public:
  verb_compiler(load_context& context, const yaml_node& step)
    : context_(context), step_(step),
      body_(context, result_.what.body, result_.what.holes, result_.what.key_holes) {}

  request_step compile(std::string_view verb, const yaml_node& object);
  request_step compile_renewal(const yaml_node& handle);

private:
  using method = void (verb_compiler::*)(const yaml_node&);
  [[nodiscard]] static method method_of(std::string_view verb);

  void create(const yaml_node& object);
  void login(const yaml_node& object);
  void lookup(const yaml_node& object) { on_token("lookup", object); }
  void renew(const yaml_node& object) { on_token("renew", object); }
  void revoke(const yaml_node& object) { on_token("revoke", object); }
  void revoke_orphan(const yaml_node& object) { on_token("revoke-orphan", object); }
  void read(const yaml_node& object) { on_path("GET", object); }
  void write(const yaml_node& object) { on_path("POST", object); }
  void list(const yaml_node& object) { on_path("LIST", object); }
  void delete_(const yaml_node& object) { on_path("DELETE", object); }
  void renew_lease(const yaml_node& object) { on_lease("sys/leases/renew", object); }
  void revoke_lease(const yaml_node& object) { on_lease("sys/leases/revoke", object); }
  void lookup_lease(const yaml_node& object) { on_lease("sys/leases/lookup", object); }
  void revoke_prefix(const yaml_node& object) { on_prefix("sys/leases/revoke-prefix/", object); }
  void revoke_force(const yaml_node& object) { on_prefix("sys/leases/revoke-force/", object); }
  void unwrap(const yaml_node& object);
  void write_policy(const yaml_node& object);
  void delete_policy(const yaml_node& object);
  void tune(const yaml_node& object);
  void enable(const yaml_node& object);
  void disable(const yaml_node& object);
  void seal(const yaml_node&) { to("PUT", "sys/seal"); }
  void unseal(const yaml_node&);
  void tidy(const yaml_node& object);
  void raw(const yaml_node& object);

  void on_token(std::string_view verb, const yaml_node& object);
  void on_path(std::string_view method, const yaml_node& object);
  void on_lease(std::string_view path, const yaml_node& object);
  void on_prefix(std::string_view path, const yaml_node& object);

  void to(std::string_view method, std::string_view path) {
    result_.what.method = method;
    result_.what.path = counters_text(context_, path);
  }
  // Copies parameters of the step into the body, under `under`.
  void parameters(std::initializer_list<std::string_view> keys, std::string_view under = "");
  void login_body(std::string_view type, const std::string& name, const known_mount* mount);
  void made_by();
  void wrapped();
  void finish();
  void bind(binding::kind what, const yaml_node* name);

  [[nodiscard]] const yaml_node* scalar(std::string_view key) const {
    const auto* value = step_.find(key);
    return value != nullptr && value->is_scalar() ? value : nullptr;
  }
  [[nodiscard]] bool flag(std::string_view key) const {
    const auto* value = step_.find(key);
    return value != nullptr && to_flag(*value).value_or(false);
  }

  load_context& context_;
  const yaml_node& step_;
  request_step result_;
  body_writer body_;
  /// Who asks if the step does not say; none: root.
  const yaml_node* usual_caller_ = nullptr;
  bool usually_nobody_ = false;
  bool leased_ = false; ///< `save` is sure to name a lease
};

verb_compiler::method verb_compiler::method_of(std::string_view verb) {
  using self = verb_compiler;
  constexpr std::pair<std::string_view, method> methods[] = {
      {"create", &self::create},
      {"login", &self::login},
      {"lookup", &self::lookup},
      {"renew", &self::renew},
      {"revoke", &self::revoke},
      {"revoke_orphan", &self::revoke_orphan},
      {"read", &self::read},
      {"write", &self::write},
      {"list", &self::list},
      {"delete", &self::delete_},
      {"renew_lease", &self::renew_lease},
      {"revoke_lease", &self::revoke_lease},
      {"lookup_lease", &self::lookup_lease},
      {"revoke_prefix", &self::revoke_prefix},
      {"revoke_force", &self::revoke_force},
      {"unwrap", &self::unwrap},
      {"write_policy", &self::write_policy},
      {"delete_policy", &self::delete_policy},
      {"tune", &self::tune},
      {"enable", &self::enable},
      {"disable", &self::disable},
      {"seal", &self::seal},
      {"unseal", &self::unseal},
      {"tidy", &self::tidy},
      {"request", &self::raw}};
  for (const auto& [name, compile] : methods)
    if (name == verb)
      return compile;
  return nullptr;
}

request_step verb_compiler::compile(std::string_view verb, const yaml_node& object) {
  auto method = method_of(verb);
  if (method == nullptr || (object.is_scalar() ? object.text.empty() : verb != "request"))
    return std::move(result_);
  (this->*method)(object);
  if (verb != "request")
    made_by();
  wrapped();
  bind(binding::kind::saved, scalar("save"));
  finish();
  return std::move(result_);
}

request_step verb_compiler::compile_renewal(const yaml_node& handle) {
  const auto* self = step_.find("self");
  auto by_itself = self == nullptr || to_flag(*self).value_or(true);
  to("POST", by_itself ? "auth/token/renew-self" : "auth/token/renew");
  if (by_itself)
    usual_caller_ = &handle;
  else
    body_.text(pointer{"/token"}, identifier(context_.use_token(handle), handle_part::token));
  parameters({"increment"});
  made_by();
  finish();
  return std::move(result_);
}

// -- parts of every request ----------------------------------------------------------

void verb_compiler::parameters(std::initializer_list<std::string_view> keys,
                               std::string_view under) {
  for (auto key : keys) {
    const auto* value = step_.find(key);
    const auto* spec = step_table().find(key);
    if (value != nullptr && spec != nullptr && !value->is_null())
      body_.parameter(pointer{std::string{under}} / std::string{key}, *value, spec->shape);
  }
}

void verb_compiler::made_by() {
  const auto* as = scalar("as");
  auto& by = result_.by;
  if (as != nullptr && as->text == "none") {
    by.who = caller::kind::nobody;
  } else if (as != nullptr) {
    by.handle = context_.use_token(*as);
  } else if (usual_caller_ != nullptr) {
    by.handle = context_.use_token(*usual_caller_);
  } else if (usually_nobody_) {
    by.who = caller::kind::nobody;
  } else {
    by.handle = {plain_text("root"), step_.at};
  }
}

void verb_compiler::wrapped() {
  const auto* ttl = scalar("wrap_ttl");
  const auto* wrap = scalar("wrap");
  bind(binding::kind::wrapping, wrap);
  if (ttl != nullptr && !has_counter(ttl->text, context_.counters) && split_range(ttl->text)) {
    if (auto range = context_.duration_range(*ttl))
      result_.what.wrap_ttl.emplace(*range);
  } else if (ttl != nullptr) {
    result_.what.wrap_ttl.emplace(counters_text(context_, ttl->text));
  } else if (wrap != nullptr) {
    result_.what.wrap_ttl.emplace(counters_text(context_, "5m"));
  }
}

void verb_compiler::bind(binding::kind what, const yaml_node* name) {
  if (name == nullptr || name->text.empty())
    return;
  auto kind = handle_registry::kind::token;
  if (what == binding::kind::saved)
    kind = leased_ ? handle_registry::kind::lease : handle_registry::kind::any;
  context_.bind(*name, kind);
  result_.binds.push_back({what, context_.counted(name->text), name->at});
}

// Expectations, and the ready-made request where nothing in it is open.
void verb_compiler::finish() {
  if (const auto* expect = step_.find("expect")) {
    result_.expect = compile_answer(context_, *expect);
    result_.refusal_expected =
        std::any_of(result_.expect.begin(), result_.expect.end(), [](const answer_check& check) {
          return check.field == answer_field::status || check.field == answer_field::error;
        });
  }
  auto& what = result_.what;
  auto path = fixed_text(what.path);
  if (!path || !what.holes.empty() || !what.key_holes.empty())
    return;
  std::optional<std::string> wrap_ttl;
  if (what.wrap_ttl) {
    const auto* text = std::get_if<issued_text>(&*what.wrap_ttl);
    wrap_ttl = text == nullptr ? std::nullopt : fixed_text(*text);
    if (!wrap_ttl)
      return;
  }
  if (auto request = parse_request(what.method, *path, what.body)) {
    request->wrap_ttl = std::move(wrap_ttl);
    what.fixed = std::make_shared<const lapse::request>(std::move(*request));
  }
}

// -- tokens --------------------------------------------------------------------------

void verb_compiler::create(const yaml_node& object) {
  const auto* role = scalar("role");
  auto path = std::string{flag("orphan") ? "auth/token/create-orphan" : "auth/token/create"};
  if (role != nullptr) {
    path = "auth/token/create/" + role->text;
    check_token_role(context_, *role);
  }
  to("POST", path);
  result_.what.body = nlohmann::json::object();
  parameters({"no_parent", "ttl", "lease", "policies", "id", "no_default_policy", "renewable",
              "explicit_max_ttl", "period", "num_uses", "display_name", "type", "entity_alias"});
  if (const auto* meta = step_.find("meta"); meta != nullptr && meta->is_map()) {
    // Metadata are texts; `true` is not left to the server, which would make a 1 of it (R-1709).
    result_.what.body["meta"] = nlohmann::json::object();
    for (std::size_t i = 0; i + 1 < meta->children.size(); i += 2)
      if (meta->children[i]->is_scalar() && meta->children[i + 1]->is_scalar())
        body_.text(pointer{"/meta"} / meta->children[i]->text,
                   counters_text(context_, meta->children[i + 1]->text));
  }
  bind(binding::kind::token, &object);
}

void verb_compiler::login(const yaml_node& object) {
  usually_nobody_ = true;
  bind(binding::kind::token, &object);
  const auto* with = scalar("with");
  if (with == nullptr)
    return;
  std::string_view text = with->text;
  if (text.substr(0, 5) == "auth/")
    text.remove_prefix(5);
  auto slash = text.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) {
    context_.faults.report(with->at, fmt::format("`with` is {}; expected MOUNT/NAME such as "
                                                 "userpass/amy",
                                                 in_quotes(with->text)));
    return;
  }
  auto name = std::string{text.substr(slash + 1)};
  auto mount_path = std::string{text.substr(0, slash)};
  const auto* mount = check_login(context_, *with, mount_path, name);
  auto type = mount == nullptr ? std::string{} : mount->type;
  auto by_name = type != "approle" && type != "github";
  to("POST", "auth/" + mount_path + "/login" + (by_name ? "/" + name : std::string{}));
  login_body(type, name, mount);
}

void verb_compiler::login_body(std::string_view type, const std::string& name,
                               const known_mount* mount) {
  auto& body = result_.what.body;
  body = nlohmann::json::object();
  auto secret = name;
  if (mount != nullptr)
    if (auto own = mount->secrets.find(name); own != mount->secrets.end())
      secret = own->second;
  if (const auto* password = scalar("password"))
    secret = password->text;
  auto key = type == "approle" ? "/role_id" : type == "github" ? "/token" : "/password";
  if (type != "generic" || scalar("password") != nullptr)
    body_.text(pointer{key}, counters_text(context_, secret));
  if (type == "approle") // the set-up gives each role a secret id of its name
    body_.text(pointer{"/secret_id"}, counters_text(context_, name));
  if (const auto* data = step_.find("data"); data != nullptr && data->is_map())
    for (std::size_t i = 0; i + 1 < data->children.size(); i += 2)
      if (data->children[i]->is_scalar())
        body_.anything(pointer{} / data->children[i]->text, *data->children[i + 1]);
}

void verb_compiler::on_token(std::string_view verb, const yaml_node& object) {
  auto path = "auth/token/" + std::string{verb};
  const auto* by = scalar("by");
  auto by_accessor = by != nullptr && by->text == "accessor";
  if (flag("self")) {
    to(verb == "lookup" ? "GET" : "POST", path + "-self");
    usual_caller_ = &object;
    if (by_accessor)
      context_.faults.report(by->at, "`self` and `by` in one step; keep one of them");
    if (scalar("as") != nullptr)
      static_cast<void>(
          context_.use_token(object)); // unused by the request, but it has to be known
  } else {
    to("POST", by_accessor ? path + "-accessor" : path);
    auto part = by_accessor ? handle_part::accessor : handle_part::token;
    body_.text(pointer{by_accessor ? "/accessor" : "/token"},
               identifier(context_.use_token(object), part));
  }
  if (verb == "renew")
    parameters({"increment"});
}

void verb_compiler::unwrap(const yaml_node& object) {
  to("POST", "sys/wrapping/unwrap");
  usual_caller_ = &object;
  if (scalar("as") != nullptr)
    body_.text(pointer{"/token"}, identifier(context_.use_token(object), handle_part::token));
}

// -- paths and leases ------------------------------------------------------------------

void verb_compiler::on_path(std::string_view method, const yaml_node& object) {
  auto path = std::string_view{object.text};
  if (path.substr(0, 4) == "/v1/")
    path.remove_prefix(4);
  while (!path.empty() && path.front() == '/')
    path.remove_prefix(1);
  check_path(context_, object, path);
  // Credentials of these engines are leases (a role with `lease: false` gives out no handle that
  // a token verb could use either).
  std::string_view mount;
  if (const auto* known = context_.names.find_secrets(path, mount); known != nullptr)
    leased_ = method == "GET" && path.substr(mount.size(), 7) == "/creds/" &&
              (known->type == "database" || known->type == "aws" || known->type == "generic");
  to(method, path);
  if (const auto* data = step_.find("data"); data != nullptr && data->is_map())
    body_.anything(pointer{}, *data);
  else if (method == "POST")
    result_.what.body = nlohmann::json::object();
}

void verb_compiler::on_lease(std::string_view path, const yaml_node& object) {
  to("POST", path);
  std::string_view name = object.text;
  constexpr std::string_view own = ".lease";
  auto part = handle_part::lease;
  if (name.size() > own.size() && name.substr(name.size() - own.size()) == own) {
    name.remove_suffix(own.size());
    part = handle_part::token_lease;
  }
  auto wanted =
      part == handle_part::lease ? handle_registry::kind::lease : handle_registry::kind::token;
  body_.text(pointer{"/lease_id"}, identifier(context_.use(object, name, wanted), part));
  parameters({"increment", "sync"});
}

void verb_compiler::on_prefix(std::string_view path, const yaml_node& object) {
  std::string_view prefix = object.text;
  while (!prefix.empty() && prefix.front() == '/')
    prefix.remove_prefix(1);
  to("POST", std::string{path} + std::string{prefix});
  parameters({"sync"});
}

// -- administration ----------------------------------------------------------------------

void verb_compiler::write_policy(const yaml_node& object) {
  to("PUT", "sys/policies/acl/" + object.text);
  result_.what.body = nlohmann::json::object();
  const auto* policy = step_.find("policy");
  if (policy == nullptr)
    return;
  if (policy->is_scalar())
    body_.text(pointer{"/policy"}, counters_text(context_, policy->text));
  else if (auto text = policy_file(context_, *policy))
    result_.what.body["policy"] = *text;
}

void verb_compiler::delete_policy(const yaml_node& object) {
  to("DELETE", "sys/policies/acl/" + object.text);
}

std::string mount_endpoint(std::string_view path) {
  auto trimmed = trimmed_mount(path);
  return trimmed.substr(0, 5) == "auth/" ? "sys/" + std::string{trimmed}
                                         : "sys/mounts/" + std::string{trimmed};
}

void verb_compiler::tune(const yaml_node& object) {
  check_mount(context_, object);
  to("POST", mount_endpoint(object.text) + "/tune");
  result_.what.body = nlohmann::json::object();
  parameters({"default_lease_ttl", "max_lease_ttl", "token_type", "description"});
}

void verb_compiler::enable(const yaml_node& object) {
  to("POST", mount_endpoint(object.text));
  result_.what.body = nlohmann::json::object();
  parameters({"type", "description"});
  parameters({"default_lease_ttl", "max_lease_ttl", "token_type"}, "/config");
  if (const auto* version = scalar("version"))
    result_.what.body["options"]["version"] = version->text;
}

void verb_compiler::disable(const yaml_node& object) {
  check_mount(context_, object);
  to("DELETE", mount_endpoint(object.text));
}

void verb_compiler::unseal(const yaml_node&) {
  to("PUT", "sys/unseal");
  // The shares of a simulated server's key are nobody's affair; any key opens it.
  result_.what.body = {{"key", "lapse"}};
  usually_nobody_ = true;
}

void verb_compiler::tidy(const yaml_node& object) {
  to("POST", object.text == "tokens" ? "auth/token/tidy" : "sys/leases/tidy");
}

// -- raw requests --------------------------------------------------------------------------

void verb_compiler::raw(const yaml_node& object) {
  const auto* method = object.find("method");
  const auto* path = object.find("path");
  if (method != nullptr && method->is_scalar())
    result_.what.method = method->text;
  if (path != nullptr && path->is_scalar()) {
    result_.what.path = handles_text(context_, *path);
    if (auto* first = result_.what.path.pieces.empty()
                          ? nullptr
                          : std::get_if<counted_text>(&result_.what.path.pieces.front());
        first != nullptr && !first->parts.empty()) {
      auto& literal = first->parts.front().literal;
      literal.erase(0, literal.substr(0, 4) == "/v1/" ? 4 : literal.substr(0, 1) == "/" ? 1 : 0);
    }
  }
  if (const auto* body = object.find("body"))
    body_.anything(pointer{}, *body);
  made_by();
  const auto* headers = object.find("headers");
  for (std::size_t i = 0;
       headers != nullptr && headers->is_map() && i + 1 < headers->children.size(); i += 2) {
    const auto& name = *headers->children[i];
    const auto& value = *headers->children[i + 1];
    if (!name.is_scalar() || !value.is_scalar())
      continue;
    if (equal_names(name.text, "X-Vault-Token"))
      result_.by = {caller::kind::text, {}, handles_text(context_, value)};
    else if (equal_names(name.text, "X-Vault-Wrap-TTL"))
      result_.what.wrap_ttl.emplace(counters_text(context_, value.text));
    else
      context_.faults.report(name.at, fmt::format("unknown header {}; X-Vault-Token and "
                                                  "X-Vault-Wrap-TTL are known",
                                                  in_quotes(name.text)));
  }
}

} // namespace

// -- the interface ---------------------------------------------------------------------------

request_step compile_request(load_context& context, const yaml_node& step, const verb_spec& verb) {
  return verb_compiler{context, step}.compile(verb.name, *step.find(verb.name));
}

request_step compile_renewal(load_context& context, const yaml_node& step) {
  return verb_compiler{context, step}.compile_renewal(*step.find("keep"));
}

counted_text step_words(const load_context& context, const yaml_node& step, const verb_spec* verb) {
  std::string words;
  if (verb == nullptr)
    return plain_text(step.find("expect") != nullptr ? "expect" : "wait");
  words = verb->name;
  const auto& object = *step.find(verb->name);
  if (verb->name == "request" && object.is_map()) {
    for (auto key : {"method", "path"})
      if (const auto* part = object.find(key))
        words += " " + in_words(*part);
  } else if (object.is_scalar()) {
    words += " " + in_words(object);
  }
  for (auto key : {"with", "role", "as"})
    if (const auto* part = step.find(key); part != nullptr && part->is_scalar())
      words += " " + std::string{key} + " " + in_words(*part);
  return context.counted(words);
}

} // namespace lapse
