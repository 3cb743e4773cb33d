#include "reports/audit/audit_report.hpp"

namespace lapse {

void audit_report::on_event(const event& e) {
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    context_.start_unix_s = run->start_unix_s;
    context_.seed = run->seed;
    context_.hash = form_ == form::hashed ? audit_hash{run->seed} : audit_hash{};
  } else if (const auto* created = std::get_if<token_created>(&e.body)) {
    if (created->token.type != token_type::service || created->token.custom)
      names_.try_emplace(created->token.id.value, created->token);
  } else if (const auto* gone = std::get_if<seal_changed>(&e.body)) {
    // A sealed server has no audit devices.
    sealed_ = gone->sealed;
  } else if (const auto* request = std::get_if<request_received>(&e.body)) {
    received(e.at, *request);
  } else if (const auto* answer = std::get_if<request_answered>(&e.body)) {
    answered(e.at, *answer);
  }
}

void audit_report::received(instant at, const request_received& e) {
  if (sealed_ || !e.what || !is_audited(e.what->path))
    return;
  auto refused = !e.error.empty();
  refused_[e.number] = refused;
  audited_request request{e.number, e.what.get(),  token_text(e.by),         e.caller.get(),
                          e.mount,  e.mount_type, e.op.value_or(e.what->op), refused};
  out_ << audit_line(request_entry(context_, at, request, e.error));
}

void audit_report::answered(instant at, const request_answered& e) {
  auto open = refused_.find(e.number);
  if (open == refused_.end())
    return;
  auto refused = open->second;
  refused_.erase(open);
  if (!e.reply || !e.what)
    return;
  audited_request request{e.number, e.what.get(),  token_text(e.by),         e.caller.get(),
                          e.mount,  e.mount_type, e.op.value_or(e.what->op), refused};
  out_ << audit_line(response_entry(context_, at, request, *e.reply, e.made.get(), e.error));
}

std::string audit_report::token_text(const credential& by) const {
  if (!by.id)
    return by.text;
  auto named = names_.find(by.id.value);
  return text(named == names_.end() ? token_name{by.id, token_type::service, nullptr}
                                    : named->second);
}

} // namespace lapse
