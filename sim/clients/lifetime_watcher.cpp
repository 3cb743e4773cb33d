// OpenBao's Go library `api/v2`, `LifetimeWatcher`, of OpenBao 2.7.1 (October 2026) and later: a
// failed renewal is followed by a pause. Vault's `api` of 1.13 (January 2023) does the same. Its
// HTTP layer is go-retryablehttp as `api/client.go` sets it up: `MaxRetries` 2, `MinRetryWait` 1 s,
// `MaxRetryWait` 1.5 s, linear with jitter, `Timeout` 60 s.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/watcher.hpp"

namespace lapse::clients {

const behavior& lifetime_watcher() {
  static const watcher it{"lifetime_watcher", watcher::on_error::pauses, {}};
  return it;
}

} // namespace lapse::clients
