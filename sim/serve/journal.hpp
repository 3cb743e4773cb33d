#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/serve/http_message.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lapse::serve {

/// What came to a served world from outside, in that order: enough to do all of it again. A record
/// of a million alike requests is small, because each text is kept once.
class journal final : public lives::event_reader {
public:
  using place = std::uint32_t;

  enum class kind : std::uint8_t {
    request,  ///< of a client
    step,     ///< of the scenario language
    property, ///< of the scenario language
    name      ///< for a token or lease
  };

  struct entry {
    instant at{0};
    kind what = kind::request;
    /// Of a request; of others null.
    const std::string* method = nullptr;
    /// After `/v1/`; of a step or property its text, of a name the name.
    const std::string* text = nullptr;
    /// The body as it was sent.
    const std::string* body = nullptr;
    /// Null: none.
    const std::string* token = nullptr;
    /// Those that mean something, each as `Name: value` with a line end.
    const std::string* headers = nullptr;
    /// Of a request: status of the answer in the world; 0: none yet.
    int status = 0;
    /// Of others: which step, property or name of those from outside.
    std::uint32_t number = 0;
  };

  /// Whether the session as a scenario can hold the request, whose body may be any bytes: its
  /// target, token and kept headers are text.
  [[nodiscard]] static bool can_hold(const http_request& what, std::string_view target);

  /// A request that is about to be asked, and can be held.
  /// @param target after `/v1/`.
  place add(instant at, const http_request& what, std::string_view target,
            const std::optional<std::string>& token);
  /// Something else; `number` is its place among those of its kind.
  void add(instant at, kind what, std::string_view text, std::size_t number);

  void answered(place where, int status) noexcept { entries_[where].status = status; }
  /// What is made from here on is no request's doing.
  void settled() noexcept { asking_ = false; }

  /// The request that made it gets `save: name`; false: no request from outside made it, or it
  /// saves another already.
  [[nodiscard]] bool name(token_id what, const std::string& name);
  [[nodiscard]] bool name(lease_id what, const std::string& name);

  /// The headers that were kept, each once.
  [[nodiscard]] static http::header_list headers_of(const entry& one);

  [[nodiscard]] const std::vector<entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] const std::string* name_at(place where) const;
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

  /// The number that the world gave the request that was asked last.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  [[nodiscard]] const std::string* keep(std::string_view text);
  [[nodiscard]] bool name_life(std::uint64_t id, const std::string& name);

  std::vector<entry> entries_;
  // Only looked up, never iterated.
  std::unordered_set<std::string> texts_;
  std::unordered_map<std::uint64_t, place> makers_;
  std::unordered_map<place, std::string> names_;
  std::uint64_t requests_ = 0;
  std::uint64_t number_ = 0;
  bool asking_ = false;
};

} // namespace lapse::serve
