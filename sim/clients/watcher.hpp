#pragma once

#include "sim/clients/behavior.hpp"

namespace lapse::clients {

/// The lifetime watcher of the Go libraries (`LifetimeWatcher.doRenewWithOptions` in
/// `api/lifetime_watcher.go`), from which several behaviors differ in what they do after an error.
///
/// With R left at a grant and a grace g, drawn from 10 to 20 % of the TTL, it renews at once and
/// then 2R/3 + g/3 after each grant. g is drawn anew when a grant is longer than what was left when
/// it last looked: after a longer grant, and after a success that follows a failure. It is done
/// when what is left, or will be left after the next sleep, is at most g: so at once after a grant
/// of at most 4g, as a maximum cuts it. What cannot be renewed it sleeps on, and is done then.
class watcher : public behavior {
public:
  enum class on_error : std::uint8_t {
    pauses, ///< 10 s, doubled, at most 5 min, each ±50 %
    none,   ///< tries again at once
    ends    ///< is done
  };

  watcher(std::string_view name, on_error after, http_tries http, bool denial_ends = false) noexcept
    : name_(name), http_(http), after_(after), denial_ends_(denial_ends) {}

  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  [[nodiscard]] decision begin(watch& of, instant now, draws& random) const override;
  [[nodiscard]] decision renewed(watch& of, const grant& got, instant now,
                                 draws& random) const override;
  [[nodiscard]] decision failed(watch& of, int status, instant now, draws& random) const override;
  [[nodiscard]] http_tries http() const noexcept override { return http_; }

protected:
  /// What becomes of the token or secret when the watcher is done.
  [[nodiscard]] virtual decision done(const watch&, instant at) const {
    return {decision::kind::lost, at};
  }

private:
  void draw_grace(watch& of, duration ttl, draws& random) const;
  [[nodiscard]] decision sleep(watch& of, duration left, instant now, draws& random) const;

  std::string_view name_;
  http_tries http_;
  on_error after_;
  bool denial_ends_;
};

} // namespace lapse::clients
