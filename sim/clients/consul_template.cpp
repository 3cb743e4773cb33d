// consul-template, and the templates of agents: `dependency/vault_common.go`,
// `dependency/vault_read.go` and `config/retry.go`, read at 1deacb7 (August 2026). A watcher that
// the first error ends; then the secret is read. What cannot be renewed is read again at 85 to 95 %
// of its TTL. A read that fails is tried again after 250 ms, doubled, at most 1 min; each such try
// begins with a renewal of the old lease, and the 13th failure ends the program. Of its token the
// same holds, with a login in place of the read.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/watcher.hpp"

namespace lapse::clients {

namespace {

class consul_template_reads final : public watcher {
public:
  consul_template_reads() noexcept : watcher("consul_template", on_error::ends, one_try) {}

  [[nodiscard]] decision begin(watch& of, instant now, draws& random) const override {
    if (of.renewable || of.granted <= duration::zero())
      return watcher::begin(of, now, random);
    const auto nap = random.between(percent(85) * of.granted, percent(95) * of.granted);
    return done(of, later(now, nap));
  }

  [[nodiscard]] backoff retries() const noexcept override {
    return {
        .first = std::chrono::milliseconds{250}, .most = std::chrono::minutes{1}, .tries_max = 12};
  }
  [[nodiscard]] bool renews_before_reading() const noexcept override { return true; }

protected:
  [[nodiscard]] decision done(const watch& of, instant at) const override {
    return {of.token ? decision::kind::lost : decision::kind::read, at};
  }
};

} // namespace

const behavior& consul_template() {
  static const consul_template_reads it;
  return it;
}

} // namespace lapse::clients
