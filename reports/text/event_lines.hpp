#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/text/options.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapse::text_report {

/// One event as a row: everything is known but the name of `subject`, which may get its handle
/// only after the answer that made it.
struct event_row {
  instant at{0};
  std::string who;
  std::string what;
  token_id token;
  lease_id lease;
  std::string detail;
  /// Colour, as of a terminal's escape sequence `ESC[` … `m`; empty: none.
  std::string_view tone;
  /// What must be alike, besides the names, for two rows to be alike.
  std::string like;
};

/// The event part of the text report: one line per event, in columns, written as they come.
///
/// The rows of a request are held back until it has been answered and its results have got their
/// handles: then the request stands first, with its status, and what it did follows. No more than a
/// few hundred rows are ever held. Rows alike beyond `rows_alike_max` are counted, and summed up
/// before the next row of a later instant.
class event_lines {
public:
  event_lines(std::ostream& out, const text_options& options);

  /// What the columns mean, and their titles.
  void print_legend();

  /// Their titles alone.
  void print_titles();

  void on_event(const event& e, const lives::ledger& lives);

  /// Dates are told from then on.
  void start(std::int64_t unix_s) { start_unix_s_ = unix_s; }

  /// Writes what is still held back.
  void finish(const lives::ledger& lives);

private:
  /// Who made the request behind an event; empty if there is none. Valid until the next event.
  [[nodiscard]] const std::string& acting_in(const event& e, const lives::ledger& lives);
  void received(const request_received& body, const lives::ledger& lives);
  void answered(const event& e, const request_answered& body, const lives::ledger& lives);
  /// Describes `e` as the last row that is held back; false if it has no line.
  bool hold(const event& e, const std::string& acting, const lives::ledger& lives);
  void flush(const lives::ledger& lives);
  void print(const event_row& row, const lives::ledger& lives);
  /// Whether the row is only counted, because many like it have been printed.
  [[nodiscard]] bool counted(const event_row& row, const std::string& whom,
                             const lives::ledger& lives);
  void print_counted();
  /// The date, where the row is the first of another day than the one before.
  void print_day(instant at);

  /// The answer that was given last was one that nobody expected.
  void mark_unexpected();

  struct counted_rows {
    std::uint64_t shown = 0;
    std::uint64_t pending = 0;
    instant first{0};
    instant last{0};
    std::string who;
    std::string what;
    std::string whom;
    /// Of those that are counted, the first and the last: whom, or if that is nobody who.
    std::string first_name = {};
    std::string last_name = {};
  };

  std::ostream& out_;
  const text_options& options_;
  std::int64_t start_unix_s_ = 0;
  /// The first `held_` of them are held back. The others are used again, with the room that their
  /// texts have: a run makes millions of rows.
  std::vector<event_row> rows_;
  std::size_t held_ = 0;
  /// The request whose rows are held back; 0: none, or several at once.
  std::uint64_t holding_ = 0;
  std::uint64_t open_ = 0;
  std::string acting_;
  std::string other_;    ///< who else asked, of several
  std::int64_t day_ = 0; ///< that was printed last
  std::vector<counted_rows> groups_;
  std::vector<std::size_t> counted_;
  instant printed_{0};
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> index_;
  std::string key_; ///< for `index_`, used again for each row
};

/// The colour of a death, by its cause: what ran out is yellow, what was taken along is cyan, a
/// last use blue, what was asked for magenta.
[[nodiscard]] std::string_view tone_of(end_cause cause) noexcept;

/// Makes `row` that of `e`; false, whatever `row` is then, for an event that has no line of its
/// own. `acting` is who made the request under way, empty if there is none.
[[nodiscard]] bool describe(const event& e, const lives::ledger& lives, const std::string& acting,
                            bool all, event_row& row);

} // namespace lapse::text_report
