#pragma once

#include "actors/protocol/request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lapse::rules {

/// Maximum TTLs in force per mount, learned from the requests that set them: the stream tells no
/// other way. While such a request runs, and until those that ran beside it are answered,
/// the greatest of the values counts.
class mount_limits_seen {
public:
  explicit mount_limits_seen(duration system_max) : system_max_(system_max) {}

  /// Maximum for a request path or mount path; `duration::max()` if it cannot be known.
  [[nodiscard]] duration max_for(std::string_view path) const noexcept {
    return tuned_.empty() ? system_max_ : longest(path);
  }

  /// To be called for each request, before its effects (`done` false) and after success.
  void learn(const request& what, bool done);

  /// No request is under way any more: what was in force before the last ones counts no longer.
  void settle() noexcept;

private:
  struct entry {
    std::string mount;
    duration max;
    /// The greatest value that a request still under way may have met.
    duration met;
  };

  void learn_move(const nlohmann::json& body, bool done);
  void set(const std::string& mount, duration max, bool done);
  [[nodiscard]] duration longest(std::string_view path) const noexcept;

  duration system_max_;
  std::vector<entry> tuned_;
};

} // namespace lapse::rules
