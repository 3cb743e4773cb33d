// external-secrets without its cache of clients (`pkg/provider/vault`, read in August 2026): each
// reconcile logs in, reads, and revokes its token. Its leases end with the token.

#include "sim/clients/behaviors.hpp"

namespace lapse::clients {

namespace {

class once_per_run final : public behavior {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "per_run"; }
  [[nodiscard]] decision begin(watch&, instant, draws&) const override { return {}; }
  [[nodiscard]] decision renewed(watch&, const grant&, instant, draws&) const override {
    return {};
  }
  [[nodiscard]] decision failed(watch&, int, instant, draws&) const override { return {}; }
  [[nodiscard]] bool runs() const noexcept override { return true; }
};

} // namespace

const behavior& per_run() {
  static const once_per_run it;
  return it;
}

} // namespace lapse::clients
