#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/text/event_lines.hpp"
#include "sim/serve/http_message.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace lapse::serve {

/// Events as the control interface shows them: those of one advance, and those that clients follow.
class event_log final : public lives::event_reader {
public:
  event_log() = default;
  event_log(const event_log&) = delete;
  event_log& operator=(const event_log&) = delete;

  void on_event(const event& e, const lives::ledger& lives) override;

  /// Keeps events from now on, until `take`.
  void begin();

  struct excerpt {
    nlohmann::ordered_json events = nlohmann::ordered_json::array();
    /// As `lapse run` prints them.
    std::vector<std::string> lines;
    /// Events beyond `events_max`.
    std::uint64_t left_out = 0;
  };
  [[nodiscard]] excerpt take(const lives::ledger& lives);

  /// Sends each event from now on as a line of JSON. `gone` ends it.
  void follow(http_exchange_ptr to);
  void gone(const http_exchange_ptr& to);
  /// Ends all that follow.
  void close();

  static constexpr std::size_t events_max = 10'000;

private:
  bool keeping_ = false;
  excerpt kept_;
  std::ostringstream text_;
  text_report::text_options options_;
  std::unique_ptr<text_report::event_lines> lines_;
  std::list<http_exchange_ptr> followers_;
};

/// One event as a line of JSON with its end; empty for those that frame a run.
[[nodiscard]] std::string event_line(const event& e, const lives::ledger& lives);

} // namespace lapse::serve
