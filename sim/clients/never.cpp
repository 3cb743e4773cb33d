// hvac, shell scripts and most CI jobs: they log in, read, and never renew.

#include "sim/clients/behaviors.hpp"

namespace lapse::clients {

namespace {

class never_renews final : public behavior {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "never"; }
  [[nodiscard]] decision begin(watch&, instant, draws&) const override { return {}; }
  [[nodiscard]] decision renewed(watch&, const grant&, instant, draws&) const override {
    return {};
  }
  [[nodiscard]] decision failed(watch&, int, instant, draws&) const override { return {}; }
  [[nodiscard]] http_tries http() const noexcept override { return one_try; }
};

} // namespace

const behavior& never_renewing() {
  static const never_renews it;
  return it;
}

} // namespace lapse::clients
