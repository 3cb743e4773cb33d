#pragma once

#include "actors/lives/event_reader.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lapse::test {

using namespace lives;

using namespace std::chrono_literals;

inline shared_text text_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

inline shared_names names_of(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

/// A hand-made stream of events: what a run would emit, without a world.
class story {
public:
  story() = default;
  explicit story(event_reader& reader) { events_.add(reader); }

  [[nodiscard]] const ledger& lives() const noexcept { return events_.lives(); }

  void at(instant now) { now_ = now; }

  void emit(event_body body) { events_.put({now_, std::move(body)}); }

  void begin(std::string name, std::string about = {}) {
    run_started run;
    run.name = std::move(name);
    run.about = std::move(about);
    run.start_unix_s = 1767225600;
    run.source = "scenarios/x.yaml";
    emit(run);
  }

  void end(std::uint64_t expectations = 0, std::uint64_t failed = 0, std::uint64_t broken = 0) {
    emit(run_ended{requests_, expectations, failed, broken});
  }

  /// A request by `by` whose effects `inside` emits.
  void ask(token_id by, operation op, std::string path, answer reply,
           const std::function<void()>& inside = {}) {
    auto what = std::make_shared<request>();
    what->op = op;
    what->path = std::move(path);
    request_received in;
    in.number = ++requests_;
    in.what = what;
    in.by.id = by;
    emit(in);
    if (inside)
      inside();
    request_answered out;
    out.number = in.number;
    out.what = what;
    out.by.id = by;
    out.reply = &reply;
    emit(out);
  }

  token_id token(std::string handle, token_id parent, duration ttl,
                 ttl_bound bound = ttl_bound::own) {
    token_facts t;
    t.name.id = {++last_id_};
    t.parent = t.maker = parent;
    t.path = text_of("auth/token/create");
    t.policies = names_of({"default"});
    t.ttl = ttl;
    t.expire = ttl == duration::zero() ? never : later(now_, ttl);
    t.bound = bound;
    auto create = [&] { emit(token_created{std::make_shared<const token_facts>(t)}); };
    if (parent)
      ask(parent, operation::update, "auth/token/create", data_answer({}), create);
    else
      create();
    if (!handle.empty())
      emit(handle_bound{std::move(handle), t.name.id, {}});
    return t.name.id;
  }

  lease_id lease(std::string handle, token_id owner, std::string path, duration ttl,
                 ttl_bound bound = ttl_bound::role) {
    lease_created l;
    l.lease.lease = {++last_id_};
    l.lease.path = text_of(path);
    l.lease.order = last_id_;
    l.owner = l.maker = owner;
    l.mount = path.substr(0, path.find('/') + 1);
    l.ttl = ttl;
    l.expire = later(now_, ttl);
    l.renewable = true;
    l.bound = bound;
    ask(owner, operation::read, path, data_answer({}), [&] { emit(l); });
    if (!handle.empty())
      emit(handle_bound{std::move(handle), {}, l.lease.lease});
    return l.lease.lease;
  }

  void end_token(token_id token, end_cause cause, token_id because = {}) {
    emit(token_ended{token, cause, because});
    emit(token_gone{token});
  }

  void end_lease(lease_id lease, end_cause cause, token_id because = {}, token_id owner = {}) {
    emit(lease_ended{lease, cause, because, owner});
    emit(revocation_attempted{lease, 1, true, {}, never});
    emit(lease_gone{lease});
  }

private:
  event_stream events_;
  instant now_{0};
  std::uint64_t last_id_ = 0;
  std::uint64_t requests_ = 0;
};

/// The first example of the scenario language: keys die with the token of their token.
inline void cloud_keys(story& s) {
  s.begin("cloud keys die with the app's token",
          "The app's token ends at 1h; its keys had 8h left.");
  auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
  auto app = s.token("app", root, 1h);
  auto job = s.token("job", app, 4h);
  auto keys = s.lease("keys", job, "aws/creds/deploy", 9h);
  s.at(1h);
  s.end_lease(keys, end_cause::ancestor, app, job);
  s.end_token(job, end_cause::ancestor, app);
  s.end_token(app, end_cause::deadline);
  s.at(1h + 1s);
  s.ask(job, operation::read, "aws/creds/deploy", error_answer(403, "permission denied"));
  s.end(7);
}

} // namespace lapse::test
