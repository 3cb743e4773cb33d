#include "reports/json/event_json.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/refusal_words.hpp"

#include <string_view>

namespace lapse::json_report {

namespace {

std::string token_text(const token_name& token) {
  if (token.type == token_type::batch)
    return "batch:" + uuid_text(token.id.value);
  return accessor_text(token);
}

// One overload per event fills the fields that follow `at_ns` and `at`.
struct writer {
  const lives::ledger& lives;
  report_json& out;

  void kind(std::string_view name) { out["event"] = name; }

  void put(const char* key, token_id id) {
    out[key] = id ? report_json(stable_id(lives, id)) : report_json(nullptr);
  }

  void put(const char* key, lease_id id) {
    if (const auto* life = lives.find(id))
      out[key] = stable_id(*life);
    else
      out[key] = id ? report_json("lease:" + uuid_text(id.value)) : report_json(nullptr);
  }

  void put(const char* key, const shared_text& text) {
    if (text && !text->empty())
      out[key] = *text;
  }

  void put_names(const char* key, const shared_names& names) {
    out[key] = names ? report_json(*names) : report_json::array();
  }

  void put_request(std::uint64_t number, const request_ptr& what, const credential& by) {
    out["number"] = number;
    out["operation"] = what ? std::string{to_string(what->op)} : std::string{};
    out["path"] = what ? what->path : std::string{};
    put("by", by.id);
  }

  void put_grant(duration ttl, instant expire, ttl_bound bound) {
    put_time(out, "ttl", ttl);
    put_time(out, "expire", expire);
    out["bound"] = to_string(bound);
  }

  // -- frame -------------------------------------------------------------------

  void operator()(const run_started&) { out = nullptr; }
  void operator()(const run_ended&) { out = nullptr; }

  // -- clients -----------------------------------------------------------------

  void operator()(const client_family&) { out = nullptr; } // see `clients` of the report

  void operator()(const client_asked& c) {
    kind("client_asked");
    out["client"] = lives.clients().name(c.who);
    out["what"] = to_string(c.what);
    out["status"] = c.status;
    out["reached"] = c.reached;
  }

  void operator()(const client_changed& c) {
    kind("client_changed");
    out["client"] = lives.clients().name(c.who);
    out["what"] = to_string(c.what);
    out["why"] = c.why;
  }

  // -- requests ----------------------------------------------------------------

  void operator()(const handle_bound& h) {
    kind("handle_bound");
    out["handle"] = h.handle;
    put("token", h.token);
    put("lease", h.lease);
  }

  void operator()(const request_received& r) {
    kind("request_received");
    put_request(r.number, r.what, r.by);
  }

  void operator()(const request_answered& r) {
    kind("request_answered");
    put_request(r.number, r.what, r.by);
    out["status"] = r.reply ? r.reply->status : 0;
    if (r.reply && !r.reply->errors.empty())
      out["errors"] = r.reply->errors;
    if (r.reply && !r.reply->warnings.empty())
      out["warnings"] = r.reply->warnings;
    if (r.refused)
      return put_refusal(r);
    constexpr int unmodelled = 501;
    if (r.reply && r.reply->status == unmodelled && !r.reply->errors.empty())
      put_reason(refusal_kind::unmodelled, r.reply->errors.front());
    else if (r.reply && !r.reply->ok())
      if (auto why = cause::error_words(lives, r.refused, r.by, r.what.get()); !why.empty())
        put_reason(refusal_kind::ended, why);
  }

  void put_reason(refusal_kind kind, const std::string& why) {
    out["refused"] = {{"kind", to_string(kind)}, {"why", why}};
  }

  void put_refusal(const request_answered& r) {
    const auto& reason = r.refused->reason();
    report_json refused = {{"kind", to_string(reason.kind)},
                           {"why", cause::refusal_words(lives, r.refused, r.by)}};
    if (!reason.rule.empty()) {
      refused["rule"] = reason.rule;
      refused["policy"] = reason.policy;
    }
    if (!reason.remedy.empty())
      refused["remedy"] = reason.remedy;
    out["refused"] = std::move(refused);
  }

  // -- tokens --------------------------------------------------------------------

  void operator()(const token_created& made) {
    const auto& t = *made.facts;
    kind("token_created");
    put("token", t.name.id);
    out["kind"] = t.wrapping ? "wrapping" : t.batch() ? "batch" : "token";
    put("parent", t.parent);
    put("maker", t.maker);
    put("path", t.path);
    put("display_name", t.display_name);
    put("role", t.role);
    put_names("policies", t.policies);
    if (t.meta && !t.meta->empty())
      out["meta"] = *t.meta;
    put_grant(t.ttl, t.expire, t.bound);
    put_time(out, "asked", t.asked);
    put_time(out, "period", t.period);
    put_time(out, "explicit_max", t.explicit_max);
    out["num_uses"] = t.uses;
    out["renewable"] = t.renewable;
    out["has_lease"] = t.has_lease;
  }

  void operator()(const token_renewed& t) {
    kind("token_renewed");
    put("token", t.token);
    put_grant(t.ttl, t.expire, t.bound);
  }

  void operator()(const token_used& t) {
    kind("token_used");
    put("token", t.token);
    out["left"] = t.left;
  }

  void operator()(const token_orphaned& t) {
    kind("token_orphaned");
    put("token", t.token);
  }

  void operator()(const token_ended& t) {
    kind("token_ended");
    put("token", t.token);
    out["cause"] = to_string(t.cause);
    put("because", t.because);
  }

  void operator()(const token_gone& t) {
    kind("token_gone");
    put("token", t.token);
  }

  void operator()(const cubbyhole_changed& c) {
    kind("cubbyhole_changed");
    put("token", c.token);
    out["entries"] = c.entries;
  }

  // -- leases --------------------------------------------------------------------

  void operator()(const lease_created& l) {
    kind("lease_created");
    put("lease", l.lease.lease);
    put("owner", l.owner);
    put("maker", l.maker);
    out["mount"] = l.mount;
    put_grant(l.ttl, l.expire, l.bound);
    out["renewable"] = l.renewable;
  }

  void operator()(const lease_renewed& l) {
    kind("lease_renewed");
    put("lease", l.lease);
    put_grant(l.ttl, l.expire, l.bound);
  }

  void operator()(const lease_ended& l) {
    kind("lease_ended");
    put("lease", l.lease);
    out["cause"] = to_string(l.cause);
    put("because", l.because);
    put("owner", l.owner);
  }

  void operator()(const revocation_attempted& a) {
    kind("revocation_attempted");
    put("lease", a.lease);
    out["attempt"] = a.attempt;
    out["ok"] = a.ok;
    if (!a.error.empty())
      out["error"] = a.error;
    put_time(out, "next", a.next);
  }

  void operator()(const lease_gone& l) {
    kind("lease_gone");
    put("lease", l.lease);
  }

  void operator()(const lease_irrevocable& l) {
    kind("lease_irrevocable");
    put("lease", l.lease);
    out["error"] = l.error;
  }

  void operator()(const credential_changed& c) {
    kind("credential_changed");
    out["mount"] = c.mount;
    out["by"] = c.by;
    put("lease", c.lease);
  }

  // -- the server, the outside, verdicts -----------------------------------------------

  void operator()(const seal_changed& s) {
    kind("seal_changed");
    out["sealed"] = s.sealed;
  }

  void operator()(const fault_injected& f) {
    kind("fault_injected");
    out["fault"] = to_string(f.what.what);
    out["mount"] = f.what.mount;
    out["revoke_only"] = f.what.revoke_only;
    put_time(out, "takes", f.what.takes);
    put("lease", f.what.lease);
    if (!hits_clients(f.what.what))
      return;
    put_time(out, "for", f.what.lasts);
    out["status"] = f.what.status;
    out["over"] = f.what.over;
  }

  void operator()(const expectation_failed& x) {
    kind("expectation_failed");
    out["file"] = x.source;
    out["line"] = x.line;
    out["column"] = x.column;
    out["subject"] = x.subject;
    out["expected"] = x.expected;
    out["seen"] = x.seen;
    if (!x.why.empty())
      out["why"] = x.why;
    if (x.again)
      out["again"] = true;
    if (!x.cause.empty())
      out["cause"] = x.cause;
  }

  void operator()(const unexpected_refusal& u) {
    kind("unexpected_refusal");
    put_told(u);
  }

  void operator()(const expected_refusal& x) {
    kind("expected_refusal");
    put_told(x.told());
  }

  void put_told(const told_refusal& u) {
    out["line"] = u.line;
    out["what"] = u.what;
    out["status"] = u.status;
    out["error"] = u.error;
    if (!u.why.empty())
      out["why"] = u.why;
    if (u.number > 0)
      out["refusal"] = u.number;
  }

  void operator()(const rule_broken& r) {
    kind("rule_broken");
    out["id"] = r.id;
    out["sentence"] = r.sentence;
    out["evidence"] = r.evidence;
    out["line"] = r.line;
    if (!r.cause.empty())
      out["cause"] = r.cause;
  }

  void operator()(const warning_raised& w) {
    kind("warning_raised");
    out["text"] = w.text;
  }
};

} // namespace

std::string stable_id(const lives::life_record& life) {
  if (!life.is_lease())
    return token_text(life.named());
  return text(life.lease_named());
}

std::string stable_id(const lives::ledger& lives, token_id id) {
  if (const auto* life = lives.find(id))
    return stable_id(*life);
  return token_text({id, token_type::service, nullptr});
}

void put_time(report_json& to, const std::string& key, duration value) {
  if (value == never) {
    to[key + "_ns"] = nullptr;
    to[key] = nullptr;
  } else {
    to[key + "_ns"] = value.count();
    to[key] = ttl::readable_duration(value);
  }
}

report_json event_json(const event& e, const lives::ledger& lives) {
  report_json out;
  put_time(out, "at", e.at);
  std::visit(writer{lives, out}, e.body);
  return out;
}

} // namespace lapse::json_report
