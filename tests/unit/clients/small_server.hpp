#pragma once

#include "sim/clients/behaviors.hpp"
#include "sim/clients/client.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace lapse::clients {

/// A server of a few lines for models of clients: tokens and secrets of one TTL, which renewals
/// grant again, up to a maximum age; and outages.
class small_server final : public surroundings {
public:
  struct asked {
    instant at{0};
    std::uint32_t client = 0;
    client_request what = client_request::login;
    std::uint32_t part = 0;
    duration increment{0};
    int status = 0;
  };
  struct change {
    instant at{0};
    std::uint32_t client = 0;
    client_changed::kind what = client_changed::kind::stopped;
    std::uint32_t part = 0;
  };

  duration ttl = std::chrono::hours{1};
  duration max_age = never;
  bool renewable = true;
  /// The status of a request, if it is refused.
  std::function<int(instant, client_request)> refuses = [](instant, client_request) { return 0; };
  /// How long the answer takes.
  std::function<duration(instant, client_request)> takes = [](instant, client_request) {
    return duration{0};
  };

  std::vector<asked> log;
  std::vector<change> changes;
  bool keeps_log = true;

  void add(const terms& what, std::uint32_t count) {
    const auto& kept = terms_.emplace_back(what); // clients go on reading them
    for (std::uint32_t n = 1; n <= count; ++n) {
      members_.push_back({client{kept, n, derive(7, n)}, std::vector<instant>(what.holds + 1)});
      acting_ = static_cast<std::uint32_t>(members_.size() - 1);
      members_[acting_].model.start(*this);
    }
  }

  void run_to(instant end) {
    while (!due_.empty() && due_.top().at <= end) {
      const auto one = due_.top();
      due_.pop();
      if (cancelled_.erase(one.sequence) > 0)
        continue;
      now_ = one.at;
      acting_ = one.client;
      if (one.answer)
        members_[acting_].model.answered(*this, one.tag, *one.answer);
      else
        members_[acting_].model.woken(*this, one.tag);
    }
    now_ = end;
  }

  [[nodiscard]] std::vector<instant> times(client_request what, std::uint32_t part = 0) const {
    std::vector<instant> result;
    for (const auto& one : log)
      if (one.what == what && one.part == part)
        result.push_back(one.at);
    return result;
  }

  // -- surroundings ----------------------------------------------------------------

  [[nodiscard]] instant now() const override { return now_; }
  [[nodiscard]] std::uint64_t wake(instant at, std::uint64_t tag) override {
    if (at == never)
      return 0;
    due_.push({at, ++sequence_, acting_, tag, std::nullopt});
    return sequence_;
  }
  void cancel(std::uint64_t timer) override { cancelled_.insert(timer); }
  void send(std::uint64_t tag, client_request what, std::uint32_t part,
            duration increment) override {
    auto& one = members_[acting_];
    const auto status = refuses(now_, what);
    if (keeps_log)
      log.push_back({now_, acting_, what, part, increment, status});
    reply result{status == 0 ? 200 : status < 0 ? 0 : status, false, {}};
    if (status == 0) {
      if (what == client_request::login || what == client_request::read)
        one.made[part] = now_;
      const auto left = max_age == never ? ttl : one.made[part] + max_age - now_;
      result.granted = {std::min<duration>(ttl, std::chrono::floor<std::chrono::seconds>(left)),
                        renewable};
    }
    if (const auto wait = takes(now_, what); wait > duration{0})
      due_.push({now_ + wait, ++sequence_, acting_, tag, result});
    else
      one.model.answered(*this, tag, result);
  }
  void changed(client_changed::kind what, std::uint32_t part) override {
    changes.push_back({now_, acting_, what, part});
  }

private:
  struct timer {
    instant at{0};
    std::uint64_t sequence = 0;
    std::uint32_t client = 0;
    std::uint64_t tag = 0;
    std::optional<reply> answer; ///< on its way; none: the client is woken
    friend bool operator<(const timer& a, const timer& b) {
      return std::tie(b.at, b.sequence) < std::tie(a.at, a.sequence);
    }
  };
  struct member {
    client model;
    std::vector<instant> made;
  };

  instant now_{0};
  std::uint32_t acting_ = 0;
  std::uint64_t sequence_ = 0;
  std::deque<terms> terms_;
  std::deque<member> members_;
  std::priority_queue<timer> due_;
  std::set<std::uint64_t> cancelled_;
};

/// Without an owner: the object lives as long as the program.
inline std::shared_ptr<const behavior> shared(const behavior& what) {
  return {std::shared_ptr<const behavior>{}, &what};
}

inline terms terms_of(const behavior& what, std::uint32_t holds = 0) {
  terms result;
  result.holds = holds;
  result.token = result.secrets = shared(what);
  return result;
}

} // namespace lapse::clients
