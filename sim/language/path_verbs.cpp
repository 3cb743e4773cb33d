#include "actors/protocol/ascii.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/request_builder.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verb_groups.hpp"

#include <fmt/format.h>

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

void add_header(request_builder& out, const document::document_node& value) {
  auto& context = out.context();
  if (equals_ignoring_case(value.key, "X-Vault-Token"))
    out.result().by = {plan::caller::kind::text, {}, handles_text(context, value)};
  else if (equals_ignoring_case(value.key, "X-Vault-Wrap-TTL"))
    out.result().what.wrap_ttl.emplace(counters_text(context, value.text));
  else
    context.faults.report(value.key_at, fmt::format("unknown header {}; X-Vault-Token and "
                                                    "X-Vault-Wrap-TTL are known",
                                                    document::in_quotes(value.key)));
}

void raw(request_builder& out) {
  const auto& object = out.object();
  auto& what = out.result().what;
  const auto* method = object.find("method");
  const auto* path = object.find("path");
  if (method != nullptr && method->is_scalar())
    what.method = method->text;
  if (path != nullptr && path->is_scalar()) {
    what.path = handles_text(out.context(), *path);
    if (auto* first = what.path.pieces.empty()
                          ? nullptr
                          : std::get_if<plan::counted_text>(&what.path.pieces.front());
        first != nullptr && !first->parts.empty()) {
      auto& literal = first->parts.front().literal;
      literal.erase(0, literal.starts_with("/v1/") ? 4 : literal.starts_with("/") ? 1 : 0);
    }
  }
  if (const auto* body = object.find("body"))
    out.body().anything(pointer{}, *body);
  for (const auto& header : document::entries_of(object.find("headers")))
    if (header.is_scalar())
      add_header(out, header);
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
       .parameters = {read_here("save")},
       .makes_life = true,
       .creates = named_thing::by_path,
       .compile = raw},
  };
}

} // namespace lapse::language
