#include "reports/text/event_lines.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

namespace lapse {

namespace {

constexpr std::size_t time_width = 12;
constexpr std::size_t who_width = 14;
constexpr std::size_t what_width = 11;
constexpr std::size_t whom_width = 22;
constexpr std::size_t held_rows_max = 256;

std::string columns(std::string_view at, std::string_view who, std::string_view what,
                    std::string_view whom, std::string_view detail) {
  auto line = right(at, time_width) + "  " + left(who, who_width) + "  " + left(what, what_width) +
              "  " + left(whom, whom_width) + "  " + std::string{detail};
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

} // namespace

event_lines::event_lines(std::ostream& out, const chronicle& book, const text_options& options)
  : out_(out), book_(book), options_(options) {
  // nop
}

void event_lines::print_legend() {
  out_ << "EVENTS\n"
          "  time  since the start of the run\n"
          "  who   the token that asked; server: nobody did; clock: a deadline; queue: a "
          "revocation\n"
          "        worker; outside: a fault; judge: an expectation, a rule or a property\n"
          "  what  > asked and got in   ! refused or failed   + made   ~ renewed   x ended\n"
          "        . cleaned up         - used, changed\n\n";
  print_titles();
}

void event_lines::print_titles() {
  out_ << columns("time", "who", "what", "whom", "detail") << '\n';
}

void event_lines::on_event(const event& e) {
  if (std::holds_alternative<handle_bound>(e.body))
    return;
  if (const auto* body = std::get_if<request_received>(&e.body))
    return received(e, *body);
  if (const auto* body = std::get_if<request_answered>(&e.body))
    return answered(e, *body);
  // What is held belongs to one instant: a request that takes its time does not hide the clock.
  if (holding_ == 0 || (!held_.empty() && held_.front().at != e.at))
    flush();
  event_row row;
  if (describe(e, book_, acting_in(e), options_.all, row))
    put(std::move(row));
}

std::string event_lines::acting_in(const event& e) const {
  if (open_ == 0)
    return {};
  // Of several requests under way the chronicle knows which one ends things.
  const life_record* life = nullptr;
  if (const auto* token = std::get_if<token_ended>(&e.body))
    life = book_.find(token->token);
  else if (const auto* lease = std::get_if<lease_ended>(&e.body))
    life = book_.find(lease->lease);
  return life != nullptr && life->reported.by ? book_.name(life->reported.by) : acting_;
}

void event_lines::received(const event&, const request_received& body) {
  flush();
  holding_ = open_ == 0 ? body.number : 0;
  ++open_;
  acting_ = book_.name(body.by);
}

void event_lines::answered(const event& e, const request_answered& body) {
  if (open_ > 0)
    --open_;
  event_row row;
  acting_ = book_.name(body.by);
  if (!describe(e, book_, acting_, options_.all, row))
    return;
  auto whole = holding_ == body.number && (held_.empty() || held_.front().at == e.at);
  if (holding_ != body.number)
    flush();
  if (whole)
    held_.insert(held_.begin(), std::move(row));
  else
    put(std::move(row));
  holding_ = 0;
}

void event_lines::put(event_row row) {
  held_.push_back(std::move(row));
  if (held_.size() > held_rows_max) {
    flush();
    holding_ = 0;
  }
}

void event_lines::flush() {
  for (const auto& row : held_)
    print(row);
  held_.clear();
}

void event_lines::finish() {
  flush();
  print_counted();
}

std::string event_lines::subject(const event_row& row) const {
  if (row.token)
    return book_.name(row.token);
  return row.lease ? book_.name(row.lease) : std::string{};
}

std::string event_lines::like_name(const event_row& row, const std::string& whom) const {
  const auto* life = row.token ? book_.find(row.token) : book_.find(row.lease);
  if (life && life->handle.empty())
    return life->is_lease() ? *life->path + "#…" : std::string{to_string(life->what)};
  return likeness(whom);
}

bool event_lines::counted(const event_row& row, const std::string& whom) {
  if (options_.all)
    return false;
  auto who = likeness(row.who);
  auto like_whom = like_name(row, whom);
  auto [found, fresh] = index_.try_emplace(
      who + '|' + row.what + '|' + like_whom + '|' + likeness(row.like), groups_.size());
  if (fresh)
    groups_.push_back({0, 0, {}, {}, std::move(who), row.what, std::move(like_whom)});
  auto& group = groups_[found->second];
  if (group.shown < rows_alike_max) {
    ++group.shown;
    return false;
  }
  if (group.pending++ == 0) {
    group.first = row.at;
    counted_.push_back(found->second);
  }
  group.last = row.at;
  return true;
}

void event_lines::print(const event_row& row) {
  auto whom = subject(row);
  if (counted(row, whom))
    return;
  if (row.at != printed_)
    print_counted();
  printed_ = row.at;
  auto line = columns(format_duration(row.at), escaped(row.who), row.what, escaped(whom),
                      escaped(row.detail));
  if (options_.colour && row.what.starts_with('!'))
    line = "\x1b[31m" + line + "\x1b[0m";
  out_ << line << '\n';
}

void event_lines::print_counted() {
  for (auto which : counted_) {
    auto& group = groups_[which];
    auto text = "… and " + grouped(group.pending) + " more like this";
    if (group.last != group.first)
      text += ", until " + format_duration(group.last);
    out_ << columns(format_duration(group.first), escaped(group.who), group.what,
                    escaped(group.whom), text)
         << '\n';
    group.pending = 0;
  }
  counted_.clear();
}

} // namespace lapse
