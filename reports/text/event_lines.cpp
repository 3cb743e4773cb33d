#include "reports/text/event_lines.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/dates.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace lapse::text_report {

namespace {

constexpr std::size_t time_width = 10;
constexpr std::size_t who_width = 12;
constexpr std::size_t what_width = 12;
constexpr std::size_t detail_column = time_width + 2 + who_width + 2 + what_width + 2;
constexpr std::size_t held_rows_max = 256;
constexpr std::string_view bad_tone = "31";

/// What it was about stands before its details, which are wrapped under their own column.
std::string columns(std::string_view at, std::string_view who, std::string_view what,
                    std::string_view whom, std::string_view detail) {
  // A long time takes its room from the name beside it.
  constexpr std::size_t name_width_min = 6;
  const auto over =
      std::min(std::max(at.size(), time_width) - time_width, who_width - name_width_min);
  auto line = right(at, time_width) + "  " + left(who, who_width - over) + "  " +
              left(what, what_width) + "  ";
  auto text = std::string{whom};
  (text += whom.empty() || detail.empty() ? "" : ": ") += detail;
  line += wrapped(text, detail_column);
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string subject(const event_row& row, const lives::ledger& lives) {
  if (row.token)
    return lives.name(row.token);
  return row.lease ? lives.name(row.lease) : std::string{};
}

/// What is alike in a name: generated ones all are.
void append_like_name(std::string& to, const event_row& row, const std::string& whom,
                      const lives::ledger& lives) {
  const auto* life = row.token ? lives.find(row.token) : lives.find(row.lease);
  if (!life || !lives.handle(*life).empty())
    append_likeness(to, whom);
  else if (life->is_lease())
    (to += *life->path()) += "#…";
  else
    to += to_string(life->what);
}

} // namespace

event_lines::event_lines(std::ostream& out, const text_options& options)
  : out_(out), options_(options) {
  // nop
}

void event_lines::print_legend() {
  out_ << "EVENTS\n"
          "  time  since the start of the run\n"
          "  who   the token that asked; server: nobody did; clock: a deadline; queue:\n"
          "        a revocation worker; outside: a fault; judge: an expectation, a rule or\n"
          "        a property\n"
          "  what  > asked and got in   ! refused or failed   + made   ~ renewed   x ended\n"
          "        . cleaned up         - used, changed\n\n";
  print_titles();
}

void event_lines::print_titles() {
  out_ << columns("time", "who", "what", "whom", "what of it") << '\n';
}

void event_lines::on_event(const event& e, const lives::ledger& lives) {
  if (std::holds_alternative<handle_bound>(e.body))
    return;
  if (const auto* asked = std::get_if<client_asked>(&e.body); asked != nullptr && asked->reached)
    return;
  if (std::holds_alternative<unexpected_refusal>(e.body))
    return mark_unexpected();
  if (const auto* body = std::get_if<request_received>(&e.body))
    return received(*body, lives);
  if (const auto* body = std::get_if<request_answered>(&e.body))
    return answered(e, *body, lives);
  // What is held belongs to one instant: a request that takes its time does not hide the clock.
  if (holding_ == 0 || (held_ > 0 && rows_.front().at != e.at))
    flush(lives);
  if (hold(e, acting_in(e, lives), lives) && held_ > held_rows_max) {
    flush(lives);
    holding_ = 0;
  }
}

void event_lines::mark_unexpected() {
  const auto held = std::span{rows_}.first(held_);
  const auto answer = std::find_if(held.rbegin(), held.rend(), [](const event_row& row) {
    return row.what.starts_with("! ") && row.what.size() == 5;
  });
  if (answer != held.rend())
    answer->tone = bad_tone;
}

const std::string& event_lines::acting_in(const event& e, const lives::ledger& lives) {
  static const std::string nobody;
  if (open_ == 0)
    return nobody;
  // Of several requests under way the ledger knows which one ends things.
  const lives::life_record* life = nullptr;
  if (const auto* token = std::get_if<token_ended>(&e.body))
    life = lives.find(token->token);
  else if (const auto* lease = std::get_if<lease_ended>(&e.body))
    life = lives.find(lease->lease);
  if (life == nullptr || !life->reported.by)
    return acting_;
  return other_ = lives.name(life->reported.by);
}

void event_lines::received(const request_received& body, const lives::ledger& lives) {
  flush(lives);
  holding_ = open_ == 0 ? body.number : 0;
  ++open_;
  acting_ = lives.name(body.by);
}

void event_lines::answered(const event& e, const request_answered& body,
                           const lives::ledger& lives) {
  if (open_ > 0)
    --open_;
  acting_ = lives.name(body.by);
  const auto whole = holding_ == body.number && (held_ == 0 || rows_.front().at == e.at);
  if (holding_ != body.number)
    flush(lives);
  if (hold(e, acting_, lives) && whole)
    std::rotate(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(held_ - 1),
                rows_.begin() + static_cast<std::ptrdiff_t>(held_));
  else if (held_ > held_rows_max)
    flush(lives);
  holding_ = 0;
}

bool event_lines::hold(const event& e, const std::string& acting, const lives::ledger& lives) {
  if (held_ == rows_.size())
    rows_.emplace_back();
  const auto has_line = describe(e, lives, acting, options_.all, rows_[held_]);
  held_ += has_line ? 1 : 0;
  return has_line;
}

void event_lines::flush(const lives::ledger& lives) {
  for (const auto& row : std::span{rows_}.first(held_))
    print(row, lives);
  held_ = 0;
}

void event_lines::finish(const lives::ledger& lives) {
  flush(lives);
  print_counted();
}

bool event_lines::counted(const event_row& row, const std::string& whom,
                          const lives::ledger& lives) {
  if (options_.all)
    return false;
  key_.clear();
  append_likeness(key_, row.who);
  const auto who_end = key_.size();
  ((key_ += '|') += row.what) += '|';
  const auto whom_start = key_.size();
  append_like_name(key_, row, whom, lives);
  const auto whom_end = key_.size();
  append_likeness(key_ += '|', row.like);
  auto found = index_.find(key_);
  if (found == index_.end()) {
    found = index_.emplace(key_, groups_.size()).first;
    groups_.push_back({.who = key_.substr(0, who_end),
                       .what = row.what,
                       .whom = key_.substr(whom_start, whom_end - whom_start)});
  }
  auto& group = groups_[found->second];
  if (group.shown < rows_alike_max) {
    ++group.shown;
    return false;
  }
  const auto& name = whom.empty() ? row.who : whom;
  if (group.pending++ == 0) {
    group.first = row.at;
    group.first_name = name;
    counted_.push_back(found->second);
  }
  group.last = row.at;
  group.last_name = name;
  return true;
}

void event_lines::print(const event_row& row, const lives::ledger& lives) {
  auto whom = subject(row, lives);
  if (counted(row, whom, lives))
    return;
  if (row.at != printed_)
    print_counted();
  printed_ = row.at;
  print_day(row.at);
  auto line = columns(ttl::readable_duration(row.at), escaped(row.who), row.what, escaped(whom),
                      escaped(row.detail));
  if (options_.colour && !row.tone.empty())
    line = "\x1b[" + std::string{row.tone} + 'm' + line + "\x1b[0m";
  out_ << line << '\n';
}

void event_lines::print_day(instant at) {
  const auto day = day_of(at, start_unix_s_);
  if (at < one_day || day == day_)
    return;
  day_ = day;
  out_ << std::string(time_width + 2, ' ') << "-- " << date_text(at, start_unix_s_) << '\n';
}

void event_lines::print_counted() {
  for (auto which : counted_) {
    auto& group = groups_[which];
    auto text = "… and " + grouped(group.pending) + " more, " +
                first_and_last(escaped(group.first_name), escaped(group.last_name));
    if (group.last != group.first)
      text += ", until " + ttl::readable_duration(group.last);
    out_ << columns(ttl::readable_duration(group.first), escaped(group.who), group.what,
                    escaped(group.whom), text)
         << '\n';
    group.pending = 0;
  }
  counted_.clear();
}

} // namespace lapse::text_report
