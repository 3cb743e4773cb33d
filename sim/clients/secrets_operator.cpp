// vault-secrets-operator 1.4.1: `controllers/vaultdynamicsecret_controller.go`. A lease is renewed
// at 67 % of its TTL and up to 10 % later, with the last grant as increment; after any error, and
// after a grant that is shorter than the last, it reads anew. A read that fails is tried again
// after 5 s, 1.5 times as long each time, at most 60 s, ±50 %, for ever. Its token has a lifetime
// watcher; when that is done it logs in and reads everything again.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/watcher.hpp"

namespace lapse::clients {

namespace {

class dynamic_secret final : public watcher {
public:
  dynamic_secret() noexcept : watcher("secrets_operator", on_error::pauses, {}) {}

  [[nodiscard]] decision begin(watch& of, instant now, draws& random) const override {
    if (of.token)
      return watcher::begin(of, now, random);
    if (of.granted <= duration::zero())
      return {};
    auto next = wait(of, now, random);
    if (!of.renewable)
      next.what = decision::kind::read;
    return next;
  }

  [[nodiscard]] decision renewed(watch& of, const grant& got, instant now,
                                 draws& random) const override {
    if (of.token)
      return watcher::renewed(of, got, now, random);
    const auto before = of.granted;
    enter(of, got, now);
    if (got.ttl < before)
      return {decision::kind::read, now};
    return got.ttl <= duration::zero() ? decision{} : wait(of, now, random);
  }

  [[nodiscard]] decision failed(watch& of, int status, instant now, draws& random) const override {
    if (of.token)
      return watcher::failed(of, status, now, random);
    return {decision::kind::read, now};
  }

  [[nodiscard]] duration increment(const watch& of) const override {
    return of.token ? duration{0} : of.granted;
  }

  [[nodiscard]] backoff retries() const noexcept override {
    return {std::chrono::seconds{5}, {3, 2}, std::chrono::seconds{60}, percent(50), percent(50)};
  }

protected:
  [[nodiscard]] decision done(const watch&, instant at) const override {
    return {decision::kind::log_in, at};
  }

private:
  [[nodiscard]] static decision wait(const watch& of, instant now, draws& random) {
    const auto nap = random.between(percent(67) * of.granted, percent(77) * of.granted);
    return {decision::kind::renew, later(now, nap)};
  }
};

} // namespace

const behavior& secrets_operator() {
  static const dynamic_secret it;
  return it;
}

} // namespace lapse::clients
