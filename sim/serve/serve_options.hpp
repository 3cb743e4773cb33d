#pragma once

#include "actors/lives/event_reader.hpp"
#include "actors/protocol/time.hpp"
#include "sim/serve/http_server.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace lapse::serve {

class served_world;

/// A report of one session, to be read into.
struct made_report {
  /// Null: there is no such format.
  std::unique_ptr<lives::event_reader> reader;
  /// Goes after all that the reader has written.
  std::string_view foot;
};

/// What `lapse serve` is told.
struct serve_options {
  /// Empty: none.
  std::string file;
  std::string root_token;
  /// Of `secret/` without a file: 1 or 2.
  int kv_version = 2;
  http_options http;
  /// Where a CA and a certificate made for this are written; empty: nowhere.
  std::string dev_tls;
  /// As `--clock` writes it.
  std::string clock = "real";
  /// So many must sleep before the clock skips.
  std::size_t sleepers = 1;
  /// A request older than the clock is refused.
  bool strict_clock = false;
  /// What requests below `/lapse/` must bring along; empty: nothing.
  std::string control_token;
  /// Nobody may ask below `/lapse/`.
  bool control_closed = false;
  instant until = never;
  /// Where the transcript of the session goes; empty: nowhere.
  std::string record;
  /// Called with each world that a reset takes away; none: nobody is.
  std::function<void(served_world&)> leave;
  /// Makes a report of a format that writes to `out`.
  std::function<made_report(std::string_view format, std::ostream& out)> make_report;
};

} // namespace lapse::serve
