#include "sim/language/request_builder.hpp"

#include "actors/http/read_request.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/expect_compiler.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/tables.hpp"

#include <algorithm>

namespace lapse::language {

namespace {

using pointer = nlohmann::json::json_pointer;

/// Path of a mount below `sys/`: `mounts/aws`, `auth/userpass`.
std::string mount_endpoint(std::string_view path) {
  auto trimmed = trimmed_mount(path);
  auto is_auth = trimmed.substr(0, 5) == "auth/";
  return (is_auth ? "" : "mounts/") + std::string{trimmed};
}

} // namespace

request_builder::request_builder(load_context& context, const document::document_node& step,
                                 const verb_spec& verb)
  : context_(context), step_(step), verb_(verb), object_(*step.find(verb.name)),
    body_(context, result_.what.body, result_.what.holes, result_.what.key_holes),
    caller_(verb.caller) {}

plan::request_step request_builder::build() {
  if (object_.is_scalar() ? object_.text.empty() : verb_.shape != document::value_shape::mapping)
    return std::move(result_);
  follow_row();
  send_parameters();
  made_by();
  wrapped();
  bind(plan::binding::kind::saved, scalar("save"));
  finish();
  return std::move(result_);
}

// -- what the row says -----------------------------------------------------------------

void request_builder::follow_row() {
  if (verb_.sends_object)
    result_.what.body = nlohmann::json::object();
  auto path = std::string{verb_.path};
  if (auto at = path.find("{mount}"); at != std::string::npos) {
    if (verb_.creates != named_thing::mount)
      check_mount(context_, object_);
    path.replace(at, 7, mount_endpoint(object_.text));
  } else if (at = path.find("{}"); at != std::string::npos) {
    std::string_view value = object_.text;
    while (verb_.shape == document::value_shape::path && !value.empty() && value.front() == '/')
      value.remove_prefix(1);
    path.replace(at, 2, value);
  }
  to(verb_.method, path);
  if (verb_.compile != nullptr)
    verb_.compile(*this);
  if (verb_.shape == document::value_shape::new_handle)
    bind(plan::binding::kind::token, &object_);
}

void request_builder::send_parameters() {
  for (const auto& parameter : verb_.parameters) {
    const auto* value = step_.find(parameter.name);
    const auto* spec = step_table().find(parameter.name);
    if (parameter.into && value != nullptr && spec != nullptr && !value->is_null())
      body_.parameter(pointer{std::string{*parameter.into}} / std::string{parameter.name}, *value,
                      spec->shape);
  }
}

void request_builder::made_by() {
  auto& by = result_.by;
  const auto* as = scalar("as");
  if (by.who == plan::caller::kind::text) { // a raw request that brings its token along
    if (as != nullptr && as->text != "none")
      static_cast<void>(context_.use_token(*as));
    return;
  }
  if (as != nullptr && as->text == "none")
    by.who = plan::caller::kind::nobody;
  else if (as != nullptr)
    by.handle = context_.use_token(*as);
  else if (caller_ == usual_caller::object)
    by.handle = context_.use_token(object_);
  else if (caller_ == usual_caller::nobody)
    by.who = plan::caller::kind::nobody;
  else
    by.handle = {plain_text("root"), step_.at};
}

void request_builder::wrapped() {
  const auto* ttl = scalar("wrap_ttl");
  const auto* wrap = scalar("wrap");
  bind(plan::binding::kind::wrapping, wrap);
  if (ttl != nullptr && !has_counter(ttl->text, context_.counters) &&
      document::split_range(ttl->text)) {
    if (auto range = context_.duration_range(*ttl))
      result_.what.wrap_ttl.emplace(*range);
  } else if (ttl != nullptr) {
    result_.what.wrap_ttl.emplace(counters_text(context_, ttl->text));
  } else if (wrap != nullptr) {
    result_.what.wrap_ttl.emplace(counters_text(context_, "5m"));
  }
}

void request_builder::bind(plan::binding::kind what, const document::document_node* name) {
  if (name == nullptr || name->text.empty() || !names_)
    return;
  auto kind = what == plan::binding::kind::token ? verb_.handle : handle_kind::token;
  if (what == plan::binding::kind::saved)
    kind = leased_ ? handle_kind::lease : handle_kind::any;
  context_.bind(*name, kind);
  result_.binds.push_back({what, context_.counted(name->text), name->at});
}

// Expectations, and the ready-made request where nothing in it is open.
void request_builder::finish() {
  if (const auto* expect = step_.find("expect")) {
    result_.expect = compile_answer(context_, *expect);
    result_.refusal_expected = std::any_of(result_.expect.begin(), result_.expect.end(),
                                           [](const plan::answer_check& check) {
                                             return check.field == plan::answer_field::status ||
                                                    check.field == plan::answer_field::error;
                                           });
  }
  auto& what = result_.what;
  auto path = fixed_text(what.path);
  if (!path || !what.holes.empty() || !what.key_holes.empty())
    return;
  std::optional<std::string> wrap_ttl;
  if (what.wrap_ttl) {
    const auto* text = std::get_if<plan::issued_text>(&*what.wrap_ttl);
    wrap_ttl = text == nullptr ? std::nullopt : fixed_text(*text);
    if (!wrap_ttl)
      return;
  }
  auto headers = what.headers;
  if (wrap_ttl)
    headers.emplace_back("X-Vault-Wrap-TTL", *wrap_ttl);
  auto request = what.raw ? http::parse_raw_request(what.method, *path, *what.raw, headers)
                          : http::parse_request(what.method, *path, what.body);
  if (request) {
    if (!what.raw && !headers.empty())
      http::read_headers(headers, *request);
    what.fixed = std::make_shared<const lapse::request>(std::move(*request));
  }
}

// -- for the functions of verbs ----------------------------------------------------------

const document::document_node* request_builder::scalar(std::string_view key) const {
  return step_.scalar(key);
}

bool request_builder::flag(std::string_view key, bool otherwise) const {
  const auto* value = step_.find(key);
  return value == nullptr ? otherwise : document::to_flag(*value).value_or(otherwise);
}

void request_builder::to(std::string_view method, std::string_view path) {
  result_.what.method = method;
  result_.what.path = counters_text(context_, path);
}

void request_builder::identify(std::string_view key, plan::handle_part part) {
  body_.text(pointer{} / std::string{key}, identifier(context_.use_token(object_), part));
}

plan::counted_text step_words(const load_context& context, const document::document_node& step,
                              const verb_spec* verb) {
  if (verb == nullptr)
    return plain_text(step.find("expect") != nullptr ? "expect" : "wait");
  std::string words{verb->name};
  const auto& object = *step.find(verb->name);
  if (verb->answered() && object.is_map()) {
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

} // namespace lapse::language
