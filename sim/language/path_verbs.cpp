#include "actors/protocol/ascii.hpp"
#include "actors/protocol/base64.hpp"
#include "sim/document/nearest.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/request_builder.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verb_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lapse::language {

namespace {

using pointer = nlohmann::json::json_pointer;
using shape = document::value_shape;

void on_path(request_builder& out) {
  auto& context = out.context();
  auto path = std::string_view{out.object().text};
  if (path.starts_with("/v1/"))
    path.remove_prefix(4);
  while (!path.empty() && path.front() == '/')
    path.remove_prefix(1);
  check_path(context, out.object(), path);
  auto method = out.verb().method;
  if (method == "GET" && gives_out_leases(context.names, path))
    out.names_a_lease();
  out.to(method, path);
  if (const auto* data = out.step().find("data"); data != nullptr && data->is_map())
    out.body().anything(pointer{}, *data);
}

// `MOUNT/NAME` is the connection NAME of a database.
void rotate_root(request_builder& out) {
  const auto& object = out.object();
  const auto slash = object.text.rfind('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == object.text.size()) {
    out.context().faults.report(object.at,
                                "`rotate_root` takes a mount and one of its connections: "
                                "database/pg");
    return;
  }
  const auto path = object.text.substr(0, slash) + "/rotate-root" + object.text.substr(slash);
  check_path(out.context(), object, path);
  out.to("POST", path);
}

// -- raw requests --------------------------------------------------------------------------

/// What came to a served world stands as it was sent: nothing in it is a handle.
bool is_external(const request_builder& out) { return out.flag("external"); }

plan::issued_text text_in(request_builder& out, const document::document_node& value) {
  if (is_external(out))
    return {{plain_text(value.text)}};
  return handles_text(out.context(), value);
}

void add_header(request_builder& out, const document::document_node& value) {
  static constexpr std::array<std::string_view, 3> kept{"X-Vault-Wrap-Format", "X-Vault-Namespace",
                                                        "Content-Type"};
  const auto named = [&](std::string_view name) { return equals_ignoring_case(value.key, name); };
  auto& context = out.context();
  if (named("X-Vault-Token"))
    out.result().by = {plan::caller::kind::text, {}, text_in(out, value)};
  else if (named("X-Vault-Wrap-TTL"))
    out.result().what.wrap_ttl.emplace(counters_text(context, value.text));
  else if (std::any_of(kept.begin(), kept.end(), named))
    out.result().what.headers.emplace_back(value.key, value.text);
  else
    context.faults.report(value.key_at,
                          fmt::format("unknown header {}; X-Vault-Token, X-Vault-Wrap-TTL, "
                                      "X-Vault-Wrap-Format, X-Vault-Namespace and Content-Type are "
                                      "known",
                                      document::in_quotes(value.key)));
}

plan::issued_text raw_path(request_builder& out, const document::document_node& path) {
  auto result = text_in(out, path);
  auto* first =
      result.pieces.empty() ? nullptr : std::get_if<plan::counted_text>(&result.pieces.front());
  if (first != nullptr && !first->parts.empty() && !is_external(out)) {
    auto& literal = first->parts.front().literal;
    literal.erase(0, literal.starts_with("/v1/") ? 4 : literal.starts_with("/") ? 1 : 0);
  }
  return result;
}

/// The body: an object, or a text as it is sent.
void raw_body(request_builder& out) {
  const auto& object = out.object();
  auto& context = out.context();
  const auto* body = object.find("body");
  const auto* raw = object.scalar("raw");
  const auto* encoded = object.scalar("raw_base64");
  if ((body != nullptr) + (raw != nullptr) + (encoded != nullptr) > 1)
    context.faults.report(object.at, "a request has one body: `body`, `raw` or `raw_base64`");
  else if (body != nullptr)
    out.body().anything(pointer{}, *body);
  else if (raw != nullptr)
    out.result().what.raw = raw->text;
  else if (encoded != nullptr) {
    out.result().what.raw = decode_base64(encoded->text);
    if (!out.result().what.raw)
      context.faults.report(encoded->at, "`raw_base64` is no padded base64");
  }
}

void raw(request_builder& out) {
  const auto& object = out.object();
  auto& what = out.result().what;
  out.result().external = is_external(out);
  if (const auto* method = object.scalar("method"))
    what.method = method->text;
  if (const auto* path = object.scalar("path"))
    what.path = raw_path(out, *path);
  raw_body(out);
  for (const auto& header : document::entries_of(object.find("headers")))
    if (header.is_scalar())
      add_header(out, header);
  if (const auto* token = object.scalar("token"))
    out.result().by = {plan::caller::kind::text, {}, text_in(out, *token)};
  else if (out.result().external && out.result().by.who != plan::caller::kind::text)
    out.asks(usual_caller::nobody);
}

} // namespace

std::vector<verb_spec> path_verbs() {
  return {
      {.name = "read",
       .shape = shape::path,
       .doc = "Reads a path.",
       .method = "GET",
       .parameters = {read_here("data"), read_here("save")},
       .compile = on_path},
      {.name = "write",
       .shape = shape::path,
       .doc = "Writes `data` to a path.",
       .method = "POST",
       .parameters = {read_here("data"), read_here("save")},
       .sends_object = true,
       .creates = named_thing::by_path,
       .compile = on_path},
      {.name = "list",
       .shape = shape::path,
       .doc = "Lists a path.",
       .method = "LIST",
       .parameters = {read_here("data"), read_here("save")},
       .compile = on_path},
      {.name = "delete",
       .shape = shape::path,
       .doc = "Deletes a path.",
       .method = "DELETE",
       .parameters = {read_here("data"), read_here("save")},
       .compile = on_path},
      {.name = "rotate_root",
       .shape = shape::path,
       .doc = "Gives the user of a database connection, MOUNT/NAME, a new password.",
       .method = "POST",
       .compile = rotate_root},
      {.name = "request",
       .shape = shape::mapping,
       .doc = "A raw request, as over HTTP.",
       .table = raw_request_table,
       .parameters = {read_here("save"), read_here("external")},
       .makes_life = true,
       .creates = named_thing::by_path,
       .compile = raw},
  };
}

} // namespace lapse::language
