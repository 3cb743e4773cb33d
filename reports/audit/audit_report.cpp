#include "reports/audit/audit_report.hpp"

namespace lapse::audit {

namespace {

/// Refused at the door for want of a usable token: 403 with the bare text (R-1703). A login refused
/// with the same text had been let in.
bool turned_away(const request_answered& e) {
  return !e.caller && e.reply->status == 403 && !e.reply->errors.empty() &&
         e.reply->errors.front() == "permission denied" &&
         e.what->path.find("/login") == std::string::npos;
}

std::string token_text(const credential& by, const lives::ledger& lives) {
  if (!by.id)
    return by.text;
  const auto* known = lives.find(by.id);
  return text(known == nullptr ? token_name{by.id, token_type::service, nullptr} : known->named());
}

} // namespace

void audit_report::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    context_.start_unix_s = run->start_unix_s;
    context_.seed = run->seed;
    context_.hash = form_ == form::hashed ? audit_hash{run->seed} : audit_hash{};
  } else if (const auto* seal = std::get_if<seal_changed>(&e.body)) {
    // A sealed server has no audit devices.
    sealed_ = seal->sealed;
  } else if (const auto* request = std::get_if<request_received>(&e.body)) {
    received(e.at, *request, lives);
  } else if (const auto* answer = std::get_if<request_answered>(&e.body)) {
    answered(e.at, *answer, lives);
  }
}

void audit_report::received(instant at, const request_received& e, const lives::ledger& lives) {
  if (sealed_ || !e.what || !is_audited(e.what->path))
    return;
  auto refused = !e.error.empty();
  auto waits = !e.caller && !refused;
  auto op = e.op.value_or(e.what->op);
  open_[e.number] = {refused, op, at, waits};
  if (waits)
    return;
  audited_request request{
      e.number, e.what.get(), token_text(e.by, lives), e.caller.get(), e.mount.get(), op, refused};
  out_ << audit_line(request_entry(context_, at, request, e.error));
}

void audit_report::answered(instant at, const request_answered& e, const lives::ledger& lives) {
  if (!e.what || !e.reply || !is_audited(e.what->path))
    return;
  open_request open{false, e.what->op, at, true};
  if (auto found = open_.find(e.number); found != open_.end()) {
    open = found->second;
    open_.erase(found);
  } else if (sealed_ || e.reply->status == 503) {
    return;
  }
  if (open.unwritten)
    open.refused = turned_away(e);
  audited_request request{e.number,       e.what.get(),  token_text(e.by, lives),
                          e.caller.get(), e.mount.get(), e.op.value_or(open.op),
                          open.refused};
  if (open.unwritten)
    out_ << audit_line(request_entry(context_, open.at, request,
                                     open.refused ? e.reply->errors.front() : std::string{}));
  out_ << audit_line(response_entry(context_, at, request, *e.reply, e.made.get(), e.error));
}

} // namespace lapse::audit
