#include "sim/run/fleet.hpp"

#include "reports/cause/cause.hpp"
#include "reports/cause/refusal_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace lapse::run {

namespace {

/// Keeps the streams of clients apart from other uses of the same seed.
constexpr std::uint64_t stream_of_clients = 0x636c69656e7473ULL;
/// Keeps their channels apart from those of steps.
constexpr std::uint64_t channels_of_clients = 0x6368616e6e656cULL;

/// Tags of answers that come late; those of clients have no such bit.
constexpr std::uint64_t late_bit = std::uint64_t{1} << 63;

clients::reply as_heard(const answer& reply) {
  clients::reply result{reply.status, false, {}};
  if (const auto* auth = std::get_if<auth_block>(&reply.body))
    result.granted = {std::chrono::seconds{auth->lease_duration_s}, auth->facts->renewable};
  else if (const auto* seen = std::get_if<token_lookup>(&reply.body))
    result.granted = {std::chrono::seconds{seen->ttl_s}, seen->renewable};
  else if (reply.lease)
    result.granted = {std::chrono::seconds{reply.lease_duration_s}, reply.renewable};
  return result;
}

request_ptr make_request(operation op, std::string path, nlohmann::json body = nullptr) {
  auto result = std::make_shared<request>();
  result->op = op;
  result->path = std::move(path);
  result->body = std::move(body);
  return result;
}

} // namespace

/// A family in this run.
struct fleet::family {
  const plan::client_family* what;
  std::uint32_t number;
  std::uint32_t first; ///< of its members
  request_ptr lookup = make_request(operation::read, "auth/token/lookup-self");
  request_ptr revoke =
      make_request(operation::update, "auth/token/revoke-self", nlohmann::json::object());
  /// The renewal of a token, as it was sent last, and its increment.
  request_ptr renew_token = {};
  duration increment{0};
  std::optional<told_refusal> refused = {}; ///< the first
};

/// One client of it.
struct fleet::member {
  family* of;
  std::uint32_t number; ///< from 1
  runtime::slot_ref place;
  clients::client model;
  token_id token;
  /// How often each part has given its name to a newer one.
  std::vector<std::uint32_t> renamed;
  std::vector<lease_id> leases; ///< of what it holds
};

struct fleet::late_answer {
  std::uint32_t client = 0;
  std::uint64_t tag = 0;
  std::optional<answer> reply; ///< none: it is never heard
};

fleet::fleet(const plan::plan& what, std::uint64_t seed, const world& in)
  : plan_(what), seed_(seed), in_(in) {}

fleet::~fleet() = default;

// -- beginning -------------------------------------------------------------------------

void fleet::start() {
  std::size_t count = 0;
  for (const auto& what : plan_.clients)
    count += what.terms.count;
  members_.reserve(count);
  for (const auto& what : plan_.clients) {
    auto& made = families_.emplace_back(family{&what, static_cast<std::uint32_t>(families_.size()),
                                               static_cast<std::uint32_t>(members_.size())});
    std::vector<std::string> holds;
    for (const auto& secret : what.holds)
      holds.push_back(secret.name);
    in_.server.emit(client_family{what.name, what.terms.count, what.renew_words, what.login_words,
                                  std::move(holds)});
    const auto base = fnv_1a(what.name);
    for (std::uint32_t n = 1; n <= what.terms.count; ++n) {
      const auto index = static_cast<std::uint32_t>(members_.size());
      const auto stream = derive(derive(derive(seed_, stream_of_clients), base), n);
      const auto place =
          in_.server.add_client(*this, index, derive(derive(channels_of_clients, base), n));
      members_.push_back({&made,
                          n,
                          place,
                          clients::client{what.terms, n, stream},
                          {},
                          std::vector<std::uint32_t>(what.terms.holds + 1, 0),
                          std::vector<lease_id>(what.terms.holds)});
    }
  }
  for (acting_ = 0; acting_ < members_.size(); ++acting_)
    members_[acting_].model.start(*this);
}

instant fleet::settled() const {
  instant result{0};
  for (const auto& what : plan_.clients) {
    const auto& terms = what.terms;
    const auto started = later(terms.start, terms.start_over);
    const auto stopped = terms.stop_after ? later(started, *terms.stop_after) : started;
    result = std::max(result, stopped);
  }
  return result;
}

// -- messages --------------------------------------------------------------------------

void fleet::woken(std::uint32_t client, std::uint64_t tag) {
  acting_ = client;
  if ((tag & late_bit) == 0)
    return members_[client].model.woken(*this, tag);
  auto found = late_.extract(tag & ~late_bit);
  const auto& late = found.mapped();
  if (late.reply)
    return hear(client, late.tag, *late.reply, true);
  auto& one = members_[client];
  in_.server.emit(client_asked{name_of(one), clients::client::order_of(late.tag), 0, true});
  one.model.answered(*this, late.tag, {0, true, {}});
}

void fleet::answered(std::uint32_t client, std::uint64_t tag, const answer& reply) {
  acting_ = client;
  note_refusal(members_[client], tag, reply);
  const auto now = in_.server.now();
  const auto delay = in_.faults.delay(now);
  const auto timeout = members_[client].model.timeout_of(tag);
  if (in_.faults.loses_answers(now) || delay >= timeout)
    hear_later(client, tag, nullptr, later(now, timeout));
  else if (delay > duration::zero())
    hear_later(client, tag, &reply, later(now, delay));
  else
    hear(client, tag, reply, true);
}

void fleet::note_refusal(const member& of, std::uint64_t tag, const answer& reply) {
  auto& family = *of.of;
  if (family.refused || reply.status < 400 || reply.status >= 500)
    return;
  const auto what = clients::client::order_of(tag);
  failed_request failed;
  failed.line = family.what->where.line;
  failed.words = std::string{to_string(what)};
  if (what == client_request::read) {
    const auto& read = family.what->holds[clients::client::part_of(tag) - 1].read;
    failed.sent = in_.texts.write(read.what, {});
    failed.words += ' ' + failed.sent->path;
  }
  failed.words += " as " + in_.server.lives().clients().name(name_of(of));
  failed.status = reply.status;
  failed.error = reply.errors.empty() ? std::string{} : reply.errors.front();
  failed.by = asks_by(of, what);
  failed.decided = in_.refusals.failed_now(failed.by.id);
  family.refused = refusal_notes::told(failed, in_.server.lives());
  in_.server.emit(expected_refusal{[&family] { return *family.refused; }});
}

std::vector<std::pair<int, std::string>> fleet::never_complete() const {
  std::vector<std::pair<int, std::string>> result;
  const auto& all = in_.server.lives().clients().families();
  for (const auto& one : families_) {
    const auto& seen = all[one.number];
    if (seen.complete > 0 || seen.requests() == 0)
      continue;
    result.emplace_back(
        one.what->where.line,
        fmt::format("no client of {} ever had its whole set{}", cause::quoted(one.what->name),
                    one.refused ? "; first refused: " + cause::refusal_line(*one.refused)
                                : std::string{}));
  }
  return result;
}

void fleet::hear_later(std::uint32_t client, std::uint64_t tag, const answer* reply, instant at) {
  const auto number = ++late_count_;
  late_.emplace(number,
                late_answer{client, tag, reply == nullptr ? std::nullopt : std::optional{*reply}});
  std::ignore = in_.server.wake(members_[client].place, at, late_bit | number);
}

void fleet::hear(std::uint32_t client, std::uint64_t tag, const answer& reply, bool reached) {
  auto& one = members_[client];
  const auto what = clients::client::order_of(tag);
  const auto part = clients::client::part_of(tag);
  const auto heard = as_heard(reply);
  if (heard.ok() && one.model.expects(tag))
    got(one, part, reply);
  in_.server.emit(client_asked{name_of(one), what, reply.status, reached});
  one.model.answered(*this, tag, heard);
}

// -- what a client can do --------------------------------------------------------------

instant fleet::now() const { return in_.server.now(); }

std::uint64_t fleet::wake(instant at, std::uint64_t tag) {
  return in_.server.wake(members_[acting_].place, at, tag);
}

void fleet::cancel(std::uint64_t timer) { in_.server.cancel_wake(timer); }

void fleet::send(std::uint64_t tag, client_request what, std::uint32_t part, duration increment) {
  if (spent())
    return;
  auto& one = members_[acting_];
  const auto& family = *one.of;
  const auto by = asks_by(one, what);
  request_ptr request;
  switch (what) {
    case client_request::login:
      request = in_.texts.write(family.what->login.what, {});
      break;
    case client_request::lookup:
      request = family.lookup;
      break;
    case client_request::read:
      request = in_.texts.write(family.what->holds[part - 1].read.what, {});
      break;
    case client_request::renew_token:
    case client_request::renew_lease:
      request = renewal(one, what, part, increment);
      break;
    case client_request::revoke:
      request = family.revoke;
      break;
  }
  ++in_.requests;
  ++asked_;
  const auto instead = in_.faults.instead(by, *request, in_.server.lives(), in_.server.now());
  if (!instead)
    return in_.server.issue(one.place, tag, by, std::move(request));
  ++in_.unreached;
  hear(acting_, tag, instead->reply, false);
}

bool fleet::spent() {
  const auto& most = in_.most;
  if (spent_ || (asked_ < most.requests && got_ < most.lives))
    return spent_;
  spent_ = true;
  // Their timers would go on to the end of the run.
  in_.server.silence_clients();
  in_.fail(
      {"clients", "clients ask no more than can be run",
       asked_ < most.requests
           ? fmt::format("they got {} tokens and secrets; have fewer of them, or a shorter run",
                         most.lives)
           : fmt::format("they asked {} times; have fewer of them, or a shorter run",
                         most.requests),
       0});
  return true;
}

request_ptr fleet::renewal(const member& of, client_request what, std::uint32_t part,
                           duration increment) {
  if (what == client_request::renew_lease) {
    const auto* life = in_.server.lives().find(of.leases[part - 1]);
    const auto lease = life == nullptr ? lease_name{} : life->lease_named();
    return make_request(operation::update, "sys/leases/renew",
                        {{"lease_id", text(lease)}, {"increment", whole_seconds(increment)}});
  }
  auto& family = *of.of;
  if (!family.renew_token || family.increment != increment) {
    family.renew_token = make_request(operation::update, "auth/token/renew-self",
                                      {{"increment", whole_seconds(increment)}});
    family.increment = increment;
  }
  return family.renew_token;
}

void fleet::changed(client_changed::kind what, std::uint32_t part) {
  auto& one = members_[acting_];
  std::string why;
  if (what == client_changed::kind::gave_up)
    why = part == 0 ? "its token is lost"
                    : fmt::format("its secret {} is lost", one.of->what->holds[part - 1].name);
  in_.server.emit(client_changed{name_of(one), what, std::move(why)});
}

// -- who has what ------------------------------------------------------------------------

client_name fleet::name_of(const member& of) const { return {of.of->number, of.number}; }

credential fleet::asks_by(const member& of, client_request what) const {
  const auto& family = *of.of->what;
  if (what == client_request::login)
    return in_.texts.write(family.login.by, {});
  if (what == client_request::lookup)
    return in_.texts.write({plan::caller::kind::handle, *family.given, {}}, {});
  return token_of(of);
}

credential fleet::token_of(const member& of) const { return {of.token, {}}; }

std::string fleet::handle_of(const member& of, std::uint32_t part) const {
  auto result = in_.server.lives().clients().name(name_of(of));
  return part == 0 ? result : result + '.' + of.of->what->holds[part - 1].name;
}

void fleet::got(member& of, std::uint32_t part, const answer& reply) {
  bound_handle handle;
  if (const auto* auth = std::get_if<auth_block>(&reply.body); auth != nullptr && part == 0) {
    const auto& token = auth->facts->name;
    if (token.id == of.token)
      return; // renewed
    of.token = token.id;
    handle.what = bound_handle::kind::token;
    handle.token = of.token;
  } else if (const auto* seen = std::get_if<token_lookup>(&reply.body);
             seen != nullptr && part == 0) {
    of.token = seen->facts->name.id;
    handle.what = bound_handle::kind::token;
    handle.token = of.token;
  } else if (part > 0 && reply.lease) {
    auto& lease = of.leases[part - 1];
    if (reply.lease->lease == lease)
      return; // renewed
    lease = reply.lease->lease;
    handle.what = bound_handle::kind::lease;
    handle.lease = lease;
  } else if (part > 0) {
    handle.what = bound_handle::kind::value; // without a lease it never ends
    handle.other = std::make_shared<const bound_handle::lifeless>();
  } else {
    return;
  }
  name(of, part, std::move(handle));
}

void fleet::name(member& of, std::uint32_t part, bound_handle handle) {
  const auto whole = handle_of(of, part);
  const auto who = name_of(of);
  const auto* old = in_.handles.find(whole);
  if (old != nullptr && handle.token && old->token == handle.token) {
    // A token that it was given, looked up again after a restart: it has its set again, and all
    // keeps its name.
    in_.server.emit(handle_bound{whole, handle.token, {}, who, part, false});
    return;
  }
  ++got_;
  if (old != nullptr) {
    auto earlier = *old;
    earlier.name = fmt::format("{}#{}", whole, ++of.renamed[part]);
    earlier.earlier = true;
    if (earlier.token || earlier.lease)
      in_.server.emit(handle_bound{earlier.name, earlier.token, earlier.lease, who, part, true});
    in_.properties.handle_freed(*old, in_.server.now());
    if (plan_.names_earlier) {
      const auto* kept = in_.handles.bind(std::move(earlier));
      if (kept != nullptr)
        in_.properties.handle_bound(*kept, in_.server.now());
    }
  }
  handle.name = whole;
  handle.bound_at = in_.server.now();
  const auto& bound = in_.handles.rebind(std::move(handle));
  in_.server.emit(handle_bound{bound.name, bound.token, bound.lease, who, part, false});
  in_.properties.handle_bound(bound, in_.server.now());
}

} // namespace lapse::run
