#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/audit/audit_entry.hpp"

#include <cstdint>
#include <map>
#include <ostream>

namespace lapse::audit {

/// The audit log that the simulated server writes: JSON lines as an OpenBao 2.6.2 file device does
/// (R-1101 to R-1126), a request and a response entry for each audited request, and nothing for
/// what the server does on its own (R-1125).
///
/// Request ids and ports, which no simulation can know, derive from the seed.
class audit_report final : public lives::event_reader {
public:
  enum class form : std::uint8_t {
    raw,   ///< `log_raw=true`: every value as it is
    hashed ///< the server's default: HMACs under a salt derived from the seed
  };

  explicit audit_report(std::ostream& out, form how = form::raw) : out_(out), form_(how) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  /// A request without its response entry.
  struct open_request {
    bool refused = false;
    operation op = operation::read;
    instant at{0};
    /// Its request entry waits: without a token, whether it is let in shows in the answer only.
    bool unwritten = false;
  };

  void received(instant at, const request_received& e, const lives::ledger& lives);
  void answered(instant at, const request_answered& e, const lives::ledger& lives);

  std::ostream& out_;
  form form_;
  audit_context context_;
  bool sealed_ = false;
  std::map<std::uint64_t, open_request> open_;
};

} // namespace lapse::audit
