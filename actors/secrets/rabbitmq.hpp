#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/secrets_setup.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace lapse::secrets {

/// Users of a RabbitMQ broker, simulated: `config/connection`, `config/lease`, `roles/NAME`,
/// `creds/ROLE`. A role says what a user may do and never for how long: TTLs come from
/// `config/lease`, else from the mount, for a renewal as they are by then (R-1760).
class rabbitmq_engine final : public runtime::engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] runtime::renewal_terms renew(const runtime::secret_origin& from) const override;

private:
  struct role {
    std::string tags;
    nlohmann::json vhosts;
    nlohmann::json vhost_topics;
  };

  struct lease_config {
    duration ttl{0};
    duration max_ttl{0};
  };

  [[nodiscard]] answer write_connection(const runtime::engine_call& call);
  [[nodiscard]] answer read_lease(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_lease(const runtime::engine_call& call);
  [[nodiscard]] answer list_roles(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_role(const runtime::engine_call& call);
  [[nodiscard]] answer delete_role(const runtime::engine_call& call);
  [[nodiscard]] runtime::engine_reply issue(const runtime::engine_call& call) const;
  [[nodiscard]] runtime::secret_terms terms(std::string_view role) const;

  std::map<std::string, role, std::less<>> roles_;
  std::optional<lease_config> lease_;
};

} // namespace lapse::secrets
