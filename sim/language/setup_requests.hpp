#pragma once

#include "sim/document/key_table.hpp"
#include "sim/language/load_context.hpp"

#include <string>
#include <vector>

namespace lapse::language {

using body_pointer = nlohmann::json::json_pointer;

/// Calls `act` with each entry of a section that has a name.
template <class Act>
void each(const document::document_node* section, Act act) {
  for (const auto& entry : document::entries_of(section))
    if (!entry.key.empty())
      act(entry);
}

/// An identifier that only the server knows: the value of `key` in the answer to reading `path`
/// goes into the body at `at`.
[[nodiscard]] plan::looked_up look_up(std::string path, std::string key, body_pointer at);

/// The requests of a set-up, in the order in which they are made.
class setup_requests {
public:
  explicit setup_requests(load_context& context) noexcept : context_(context) {}

  /// A request whose body is `more` and those keys of `value` that `table` knows.
  plan::setup_request& add(std::string path, const document::document_node& value,
                           const document::key_table& table,
                           nlohmann::json more = nlohmann::json::object());
  /// A request with this body, which a file says at `at`.
  plan::setup_request& add(std::string path, document::file_position at, nlohmann::json body);

  /// Warns of each of the named policies that nobody wrote, as a server does.
  /// @param names a list, or names with commas between; may be null.
  void warn_of_policies(const document::document_node* names);

  [[nodiscard]] load_context& context() noexcept { return context_; }
  [[nodiscard]] std::vector<plan::setup_request> take() noexcept { return std::move(made_); }

private:
  load_context& context_;
  std::vector<plan::setup_request> made_;
};

} // namespace lapse::language
