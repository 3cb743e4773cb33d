// spring-vault of August 2026: `LifecycleAwareSessionManager` for its token, `SecretLeaseContainer`
// for leases. No jitter, one try.
//
// Its token: renewed 5 s before its end, at least 1 s from now. At the first error, and at a grant
// of at most 7 s, it drops the token; the next use logs in, and secrets are read again.
// A lease: renewed 60 s before its end, at least 10 s from now, with its own TTL as increment. 400,
// or a grant of at most 10 s, makes it read anew; after any other error nothing more happens.

#include "sim/clients/behaviors.hpp"

#include <algorithm>

namespace lapse::clients {

namespace {

using std::chrono::seconds;

class spring_vault final : public behavior {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "spring"; }

  [[nodiscard]] decision begin(watch& of, instant now, draws&) const override {
    if (!of.renewable || of.granted <= duration::zero())
      return {};
    return next(of, now);
  }

  [[nodiscard]] decision renewed(watch& of, const grant& got, instant now, draws&) const override {
    enter(of, got, now);
    if (got.ttl <= duration::zero())
      return {};
    if (of.token && got.ttl <= seconds{7})
      return {decision::kind::log_in_at_next_use, now};
    if (!of.token && got.ttl <= seconds{10})
      return {decision::kind::read, now};
    return next(of, now);
  }

  [[nodiscard]] decision failed(watch& of, int status, instant now, draws&) const override {
    if (of.token)
      return {decision::kind::log_in_at_next_use, now};
    if (status == 400)
      return {decision::kind::read, now};
    return {};
  }

  [[nodiscard]] duration increment(const watch& of) const override {
    return of.token ? duration{0} : of.granted;
  }
  [[nodiscard]] http_tries http() const noexcept override { return one_try; }

private:
  [[nodiscard]] static decision next(const watch& of, instant now) {
    const auto nap = of.token ? std::max<duration>(seconds{1}, of.granted - seconds{5})
                              : std::max<duration>(seconds{10}, of.granted - seconds{60});
    return {decision::kind::renew, later(now, nap)};
  }
};

} // namespace

const behavior& spring() {
  static const spring_vault it;
  return it;
}

} // namespace lapse::clients
