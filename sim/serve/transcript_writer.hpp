#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/plan/plan.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

namespace lapse::serve {

/// Writes a run as a transcript of version 2: what was asked, when, and the answer. Identifiers
/// become symbols, so that the conversation can be held with another server. What HTTP answers
/// before the API is left out, because its request is not known as it was sent.
class transcript_writer final : public lives::event_reader {
public:
  /// @param of whose set-up comes first; must outlive the writer.
  transcript_writer(const plan::plan& of, std::ostream& out) : plan_(of), out_(out) {}

  void on_event(const event& e, const lives::ledger& lives) override;

  /// Writes what is still held back.
  void finish();

private:
  using json = nlohmann::ordered_json;

  struct waiting_line {
    instant at{0};
    std::uint64_t number = 0; ///< of a request that is not answered; 0: it is written down
    std::string text;
  };

  void begin(const lives::ledger& lives);
  void write_setup(const plan::setup_request& what);
  void answered(const event& e, const request_answered& x, const lives::ledger& lives);
  [[nodiscard]] json exchange(const event& e, const request_answered& x, instant asked,
                              const lives::ledger& lives);
  void write(const fault& what, instant at);
  void write_lines(bool all);

  [[nodiscard]] json line(const request& what, instant at) const;
  /// The same with symbols for identifiers; those not known yet get one.
  [[nodiscard]] json shown(const nlohmann::json& value, const std::string& key,
                           const lives::ledger& lives);
  [[nodiscard]] json shown_text(const std::string& text, const lives::ledger& lives);
  /// With symbols for identifiers that are known.
  [[nodiscard]] json sent(const nlohmann::json& value) const;
  [[nodiscard]] std::string sent_path(const std::string& path) const;
  [[nodiscard]] const std::string* symbol_of(std::string_view text) const;

  const plan::plan& plan_;
  std::ostream& out_;
  std::int64_t start_unix_s_ = 0;
  std::map<std::string, std::string, std::less<>> symbols_;
  std::deque<waiting_line> lines_;
  std::uint64_t made_ = 0;
};

} // namespace lapse::serve
