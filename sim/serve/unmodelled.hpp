#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace lapse::serve {

/// What clients asked for that lapse leaves out, and why it does.
class unmodelled_requests {
public:
  /// Why the path is left out; in general words where no row of the server's tables says it.
  [[nodiscard]] static std::string reason_of(std::string_view path);

  /// Notes a request. Beyond a thousand different ones they are only counted.
  void add(const std::string& method, const std::string& path);

  /// How often each was asked, by method and path.
  [[nodiscard]] const std::map<std::pair<std::string, std::string>, std::uint64_t>&
  all() const noexcept {
    return all_;
  }
  [[nodiscard]] std::uint64_t others() const noexcept { return others_; }

private:
  std::map<std::pair<std::string, std::string>, std::uint64_t> all_;
  std::uint64_t others_ = 0;
};

} // namespace lapse::serve
