// OpenBao's Go library up to 2.7.0, Vault's `api` up to 1.12: `api/lifetime_watcher.go`, read at
// v2.6.2, asks `NextBackOff()` for a pause and does not use it, so that a refused renewal is tried
// again at once. An error that the HTTP layer retries costs its waits, 3 to 4.5 s a call.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/watcher.hpp"

namespace lapse::clients {

const behavior& lifetime_watcher_2_7_0() {
  static const watcher it{"lifetime_watcher_2_7_0", watcher::on_error::none, {}};
  return it;
}

} // namespace lapse::clients
