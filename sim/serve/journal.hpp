#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/serve/http_message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace lapse::serve {

/// What came to a served world from outside, in that order: enough to do all of it again. It grows
/// with each request, by little: each text, and each message of the same texts, is kept once.
class journal final : public lives::event_reader {
public:
  using place = std::uint32_t;

  enum class kind : std::uint8_t {
    request,  ///< of a client
    step,     ///< of the scenario language
    property, ///< of the scenario language
    name      ///< for a token or lease
  };

  /// What was said. Of alike requests all say one and the same.
  struct message {
    kind what = kind::request;
    /// Of others: which step, property or name of those from outside.
    std::uint32_t number = 0;
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

    friend bool operator==(const message&, const message&) = default;
  };

  struct entry {
    instant at{0};
    const message* said = nullptr; ///< never null
    /// Of a request: status of the answer in the world; 0: none yet.
    std::int16_t status = 0;
    /// Of a request: at the same instant as the one before, and asked before that one, or another
    /// beside it, was answered. Its client can have known none of their answers.
    bool beside = false;
  };

  /// Whether the session as a scenario can hold the request, whose body may be any bytes: its
  /// target, token and kept headers are text.
  [[nodiscard]] static bool can_hold(const http_request& what, std::string_view target);

  /// A request that is about to be asked, and can be held.
  /// @param target after `/v1/`.
  /// @param begun its place among all requests by their beginnings
  place add(instant at, const http_request& what, std::string_view target,
            const std::optional<std::string>& token, std::uint64_t begun);
  /// Something else; `number` is its place among those of its kind.
  void add(instant at, kind what, std::string_view text, std::size_t number);

  void answered(place where, int status) noexcept {
    entries_[where].status = static_cast<std::int16_t>(status);
  }
  /// Its client gets the answer now, or learns that there is none.
  /// @param latest the request that has begun last by now
  void sent(place where, std::uint64_t latest) noexcept;
  /// What is made from here on is no request's doing.
  void settled() noexcept { asking_ = false; }

  /// The request that made it gets `save: name`; false: no request from outside made it, or it
  /// saves another already.
  [[nodiscard]] bool name(token_id what, const std::string& name);
  [[nodiscard]] bool name(lease_id what, const std::string& name);

  /// The headers that were kept, each once.
  [[nodiscard]] static http::header_list headers_of(const message& one);

  [[nodiscard]] const std::deque<entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] const std::string* name_at(place where) const;
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

  /// The number that the world gave the request that was asked last.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  struct hash {
    [[nodiscard]] std::size_t operator()(const message& one) const noexcept;
  };

  [[nodiscard]] const std::string* keep(std::string_view text);
  place put(instant at, const message& said, bool beside);
  [[nodiscard]] bool name_life(std::uint64_t id, const std::string& name);

  std::deque<entry> entries_;
  /// Requests side by side: from here to the last one, if any is open; ...
  place together_from_ = 0;
  bool together_ = false;
  /// ... and which had begun when the first of them was answered.
  std::uint64_t begun_max_ = 0;
  // Only looked up, never iterated.
  std::unordered_set<std::string> texts_;
  std::unordered_set<message, hash> messages_;
  std::unordered_map<std::uint64_t, place> makers_;
  std::unordered_map<place, std::string> names_;
  std::uint64_t requests_ = 0;
  std::uint64_t number_ = 0;
  bool asking_ = false;
};

} // namespace lapse::serve
