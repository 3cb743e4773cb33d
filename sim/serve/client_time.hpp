#pragma once

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/time.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lapse::serve {

/// Reads `X-Lapse-Now`: RFC 3339, Unix seconds as a bare number with or without a fraction, or a
/// number that ends in `ms` or `ns`. None for anything else, and for times before 1970 or after
/// 2261.
[[nodiscard]] std::optional<unix_time> read_client_time(std::string_view text);

/// `Fri, 31 Dec 1999 23:59:59 GMT`
[[nodiscard]] std::string http_date(unix_time at);

/// What clients take for their now, as times of the world. The clock of a client may begin
/// anywhere: its first time is the now it finds, later ones count from there.
class client_clocks {
public:
  /// The instant that `said` means to `client`; none: too many clients have been here.
  [[nodiscard]] std::optional<instant> instant_of(const std::string& client, unix_time said,
                                                  instant now);

  /// The clock of this client begins with the world: `said` is `at` there.
  void begin(const std::string& client, unix_time said, instant at);

  void forget() { origins_.clear(); }
  [[nodiscard]] bool empty() const noexcept { return origins_.empty(); }

  static constexpr std::size_t clients_max = 10'000;

private:
  struct origin {
    unix_time said;
    instant at{0};
  };
  std::map<std::string, origin> origins_;
};

} // namespace lapse::serve
