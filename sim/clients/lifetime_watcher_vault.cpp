// Vault's Go library `api`, `LifetimeWatcher`, from 1.14 (June 2023): as `lifetime_watcher`, but
// after "permission denied" it does not try again.

#include "sim/clients/behaviors.hpp"
#include "sim/clients/watcher.hpp"

namespace lapse::clients {

const behavior& lifetime_watcher_vault() {
  static const watcher it{"lifetime_watcher_vault", watcher::on_error::pauses, {}, true};
  return it;
}

} // namespace lapse::clients
