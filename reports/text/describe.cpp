#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/described.hpp"
#include "reports/cause/refusal_words.hpp"
#include "reports/text/event_lines.hpp"
#include "reports/text/likeness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::text_report {

std::string_view tone_of(end_cause cause) noexcept {
  switch (cause) {
    case end_cause::deadline:
      return "33";
    case end_cause::ancestor:
      return "36";
    case end_cause::last_use:
      return "34";
    default:
      return "35";
  }
}

namespace {

// One overload per event: fills `row` and says whether the event has a line. `who` comes filled
// with whoever asked for what is under way, or `server`.

struct describer {
  const event& e;
  const lives::ledger& lives;
  const std::string& acting;
  bool all;
  event_row& row;

  bool line(std::string_view what, std::string_view detail) {
    row.what = what;
    row.detail = detail;
    return true;
  }

  bool bad(std::string_view what, std::string_view detail) {
    row.tone = "31";
    return line(what, detail);
  }

  bool judged(std::string_view what, std::string_view detail) {
    row.who = "judge";
    row.tone = what == "! warning" ? "33" : "31";
    row.like = detail;
    return line(what, detail);
  }

  // -- requests ----------------------------------------------------------------

  bool operator()(const run_started&) { return false; }
  bool operator()(const handle_bound&) { return false; }
  bool operator()(const request_received&) { return false; }

  // -- clients -----------------------------------------------------------------

  bool operator()(const client_family&) { return false; }

  // What reached the server has a line of its own.
  bool operator()(const client_asked& c) {
    if (c.reached || !all)
      return false;
    row.who = lives.clients().name(c.who);
    row.like = fmt::format("{} {}", to_string(c.what), c.status);
    return line(c.status == 0 ? "! unheard" : fmt::format("! {}", c.status),
                fmt::format("{} did not reach the server", to_string(c.what)));
  }

  bool operator()(const client_changed& c) {
    if (c.what != client_changed::kind::gave_up && !all)
      return false;
    row.who = lives.clients().name(c.who);
    row.like = to_string(c.what);
    return line(c.what == client_changed::kind::gave_up ? "! gave up" : "= client",
                c.why.empty() ? std::string{to_string(c.what)} : c.why);
  }

  bool operator()(const request_answered& r) {
    const auto status = std::to_string(r.reply ? r.reply->status : 0);
    auto& detail = row.detail;
    if (r.what)
      ((detail += to_string(r.what->op)) += ' ') += r.what->path;
    else
      detail = "a request";
    ((row.like = detail) += ' ') += status;
    if (r.reply) {
      for (const auto& error : r.reply->errors)
        detail += ": " + cause::readable_error(error);
      if (auto why = r.reply->ok() ? std::string{}
                                   : cause::error_words(lives, r.refused, r.by, r.what.get());
          !why.empty())
        detail += ": " + why;
      for (const auto& warning : r.reply->warnings)
        detail += "; warning: " + warning;
    }
    (row.what = r.reply && !r.reply->ok() ? "! " : "> ") += status;
    return true;
  }

  // -- tokens --------------------------------------------------------------------

  bool operator()(const token_created& made) {
    const auto& t = *made.facts;
    row.token = t.name.id;
    auto& detail = row.detail;
    append_ends(detail, t.expire, t.bound);
    if (t.parent)
      append_name(detail += ", child of ", t.parent);
    else
      detail += ", no parent";
    if (t.policies && !t.policies->empty()) {
      detail += ", policies";
      for (const auto& policy : *t.policies)
        (detail += ' ') += policy;
    }
    if (t.uses > 0)
      detail += ", uses " + std::to_string(t.uses);
    if (t.meta) {
      for (const auto& [key, value] : *t.meta)
        (((detail += ", ") += key) += '=') += value;
    }
    row.what = t.wrapping ? "+ wrapping" : t.batch() ? "+ batch" : "+ token";
    return true;
  }

  bool operator()(const token_renewed& t) {
    row.token = t.token;
    return line("~ renewed", ends(t.expire, t.bound));
  }

  bool operator()(const token_used& t) {
    row.token = t.token;
    row.like = t.left < 0 ? "last" : "";
    return line("- used",
                t.left < 0 ? "that was the last use" : "uses left: " + std::to_string(t.left));
  }

  bool operator()(const token_orphaned& t) {
    row.token = t.token;
    return line("- orphaned", "lives on without its parent");
  }

  bool operator()(const token_ended& t) {
    row.token = t.token;
    const auto* life = lives.find(t.token);
    return ended(life, t.cause, t.because);
  }

  bool operator()(const token_gone& t) {
    row.token = t.token;
    return gone(lives.find(t.token));
  }

  bool operator()(const cubbyhole_changed& t) {
    row.token = t.token;
    return all && line("- cubbyhole", "entries: " + std::to_string(t.entries));
  }

  // -- leases --------------------------------------------------------------------

  bool operator()(const lease_created& l) {
    row.lease = l.lease.lease;
    auto& detail = row.detail;
    append_ends(detail, l.expire, l.bound);
    if (l.owner)
      append_name(detail += ", of ", l.owner);
    else
      detail += ", of nobody";
    if (l.lease.path)
      (detail += ", ") += *l.lease.path;
    if (!l.renewable)
      detail += ", not renewable";
    row.what = "+ lease";
    return true;
  }

  bool operator()(const lease_renewed& l) {
    row.lease = l.lease;
    return line("~ renewed", ends(l.expire, l.bound));
  }

  bool operator()(const lease_ended& l) {
    row.lease = l.lease;
    return ended(lives.find(l.lease), l.cause, l.because);
  }

  bool operator()(const revocation_attempted& a) {
    if (a.ok && a.attempt <= 1 && !all)
      return false;
    row.lease = a.lease;
    row.who = "queue";
    auto detail = "attempt " + std::to_string(a.attempt);
    row.like = a.ok ? "ok" : a.error;
    if (a.ok)
      return line(". backend", detail + ": revoked");
    detail += ": " + a.error;
    detail += a.next == never ? "; given up" : "; next at " + ttl::readable_duration(a.next);
    return bad("! backend", detail);
  }

  bool operator()(const lease_gone& l) {
    row.lease = l.lease;
    return gone(lives.find(l.lease));
  }

  bool operator()(const lease_irrevocable& l) {
    row.lease = l.lease;
    row.who = "queue";
    row.like = l.error;
    return bad("! given up", "irrevocable: " + l.error);
  }

  bool operator()(const credential_changed& c) {
    // With a lease, the lease's own lines say the same.
    if (c.lease && !all)
      return false;
    row.lease = c.lease;
    row.like = c.mount;
    return line(c.by > 0 ? "+ credential" : ". credential",
                c.mount + ": a credential " + (c.by > 0 ? "without a lease" : "is gone"));
  }

  // -- the server and the outside ------------------------------------------------------

  bool operator()(const seal_changed& s) {
    return line(s.sealed ? "- sealed" : "- unsealed",
                s.sealed ? "nothing is served, no deadline acts" : "deadlines act again");
  }

  bool operator()(const fault_injected& f) {
    row.who = "outside";
    row.lease = f.what.lease;
    row.like = f.what.mount;
    switch (f.what.what) {
      case fault::kind::backend_down:
        return line("- down", f.what.mount + (f.what.revoke_only ? " fails to revoke" : " fails"));
      case fault::kind::backend_up:
        return line("- up", f.what.mount + " works again");
      case fault::kind::backend_slow:
        return line("- slow", f.what.mount + " takes " + ttl::readable_duration(f.what.takes) +
                                  " for each revocation");
      case fault::kind::fail_revocation:
        return line("- refuses", "its backend will not revoke this lease");
      case fault::kind::outage:
        return felt(f.what, "- outage",
                    f.what.status == 0 ? "nobody answers clients"
                                       : "clients are answered " + std::to_string(f.what.status));
      case fault::kind::slow:
        return felt(f.what, "- slow", "answers take " + ttl::readable_duration(f.what.takes));
      case fault::kind::lose_answers:
        return felt(f.what, "- loses", "answers get lost on their way to clients");
      case fault::kind::renewals_fail:
        return felt(f.what, "- fails", "what " + f.what.mount + " gave out cannot be renewed");
    }
    return line("- fault", f.what.mount);
  }

  bool felt(const fault& f, std::string_view what, std::string detail) {
    if (f.over)
      return line(what, "is over");
    if (f.lasts != never)
      detail += ", for " + ttl::readable_duration(f.lasts);
    return line(what, detail);
  }

  // -- verdicts ------------------------------------------------------------------------

  bool operator()(const expectation_failed& x) {
    return judged("! expected", "line " + std::to_string(x.line) + ": `" + x.subject + "` " +
                                    x.expected + ", saw " + x.seen +
                                    (x.why.empty() ? "" : ": " + x.why));
  }

  bool operator()(const unexpected_refusal&) { return false; }
  bool operator()(const expected_refusal&) { return false; }

  bool operator()(const rule_broken& r) {
    judged("! broken", cause::described(r.id, r.sentence) + ": " + r.evidence);
    row.like = cause::described(r.id, r.sentence);
    return true;
  }

  bool operator()(const warning_raised& w) { return judged("! warning", w.text); }

  bool operator()(const run_ended&) { return false; }

  // -- pieces --------------------------------------------------------------------------

  void append_name(std::string& to, token_id id) const { ((to += '`') += lives.name(id)) += '`'; }

  [[nodiscard]] static std::string ends(instant expire, ttl_bound bound) {
    std::string text;
    append_ends(text, expire, bound);
    return text;
  }

  static void append_ends(std::string& to, instant expire, ttl_bound bound) {
    if (expire == never)
      to += "never ends";
    else
      ((((to += "ends at ") += ttl::readable_duration(expire)) += " (") +=
       cause::bound_words(bound)) += ')';
  }

  bool ended(const lives::life_record* life, end_cause cause, token_id because) {
    auto deadline = cause == end_cause::deadline;
    row.like = to_string(cause);
    if (deadline || acting.empty())
      row.who = because && !deadline ? lives.name(because) : "clock";
    auto& detail = row.detail;
    if (life) {
      auto end = lives.end_of(*life);
      deadline = end.cause == end_cause::deadline;
      (detail = "lived ") += ttl::readable_duration(std::min(end.at, e.at) - life->created);
      if (cause == end_cause::ancestor && !deadline)
        append_name(detail += ", taken along by ", because);
      else
        detail += cause::why(lives, *life);
    }
    row.tone = tone_of(deadline ? end_cause::deadline : cause);
    row.what = deadline ? "x expired" : "x revoked";
    return true;
  }

  bool gone(const lives::life_record* life) {
    row.who = "queue";
    auto at_once = life && lives.end_of(*life).at == e.at && !life->given_up;
    return (all || !at_once) && line(". gone", "its record is deleted");
  }
};

} // namespace

bool describe(const event& e, const lives::ledger& lives, const std::string& acting, bool all,
              event_row& row) {
  row.at = e.at;
  if (acting.empty())
    row.who = "server";
  else
    row.who = acting;
  row.what.clear();
  row.token = {};
  row.lease = {};
  row.detail.clear();
  row.tone = {};
  row.like.clear();
  return std::visit(describer{e, lives, acting, all, row}, e.body);
}

} // namespace lapse::text_report
