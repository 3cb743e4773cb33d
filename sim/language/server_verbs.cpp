#include "sim/language/request_builder.hpp"
#include "sim/language/scenario_files.hpp"
#include "sim/language/verb_groups.hpp"

namespace lapse::language {

namespace {

using shape = document::value_shape;

void write_policy(request_builder& out) {
  const auto* policy = out.step().find("policy");
  if (policy == nullptr)
    return;
  if (policy->is_scalar())
    out.body().text(nlohmann::json::json_pointer{"/policy"},
                    counters_text(out.context(), policy->text));
  else if (auto text = policy_text(*policy, out.context().faults, out.context().options.folder))
    out.result().what.body["policy"] = *text;
}

void enable(request_builder& out) {
  if (const auto* version = out.scalar("version"))
    out.result().what.body["options"]["version"] = version->text;
}

// Any key opens a simulated server: the shares of its key are not modelled.
void unseal(request_builder& out) { out.result().what.body["key"] = unseal_key; }

void tidy(request_builder& out) {
  out.to("POST", out.object().text == "tokens" ? "auth/token/tidy" : "sys/leases/tidy");
}

} // namespace

std::vector<verb_spec> server_verbs() {
  return {
      {.name = "write_policy",
       .doc = "Writes a policy at time t.",
       .method = "PUT",
       .path = "sys/policies/acl/{}",
       .parameters = {required(read_here("policy"))},
       .sends_object = true,
       .creates = named_thing::policy,
       .compile = write_policy},
      {.name = "delete_policy",
       .doc = "Deletes a policy.",
       .method = "DELETE",
       .path = "sys/policies/acl/{}"},
      {.name = "tune",
       .shape = shape::path,
       .doc = "Tunes a mount; auth mounts are written auth/PATH.",
       .method = "POST",
       .path = "sys/{mount}/tune",
       .parameters = {sent("default_lease_ttl"), sent("max_lease_ttl"), sent("token_type"),
                      sent("description")},
       .sends_object = true},
      {.name = "enable",
       .shape = shape::path,
       .doc = "Mounts an engine of `type`; auth methods are written auth/PATH.",
       .method = "POST",
       .path = "sys/{mount}",
       .parameters = {required(sent("type")), sent("default_lease_ttl", "/config"),
                      sent("max_lease_ttl", "/config"), sent("token_type", "/config"),
                      sent("description"), read_here("version")},
       .sends_object = true,
       .creates = named_thing::mount,
       .compile = enable},
      {.name = "disable",
       .shape = shape::path,
       .doc = "Unmounts an engine; auth methods are written auth/PATH.",
       .method = "DELETE",
       .path = "sys/{mount}"},
      {.name = "seal",
       .shape = shape::word,
       .doc = "Seals the server.",
       .words = {"true"},
       .method = "PUT",
       .path = "sys/seal"},
      {.name = "unseal",
       .shape = shape::word,
       .doc = "Unseals the server.",
       .words = {"true"},
       .method = "PUT",
       .path = "sys/unseal",
       .caller = usual_caller::nobody,
       .compile = unseal},
      {.name = "tidy",
       .shape = shape::word,
       .doc = "Tidies tokens or leases.",
       .words = {"tokens", "leases"},
       .compile = tidy},
  };
}

} // namespace lapse::language
