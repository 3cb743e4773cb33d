// Vault Agent and OpenBao Agent, auto-auth (`command/agentproxyshared/auth/auth.go`, read on
// 2026-11-29): the lifetime watcher on a client whose HTTP tries are off. When it is done the agent
// logs in, for ever; its old token is left to run out. Secrets that the agent leases for others are
// read anew.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/watcher.hpp"

namespace lapse::clients {

namespace {

class auto_auth final : public watcher {
public:
  auto_auth() noexcept : watcher("agent", on_error::pauses, one_try) {}

protected:
  [[nodiscard]] decision done(const watch& of, instant at) const override {
    return {of.token ? decision::kind::log_in : decision::kind::read, at};
  }
};

} // namespace

const behavior& agent() {
  static const auto_auth it;
  return it;
}

} // namespace lapse::clients
