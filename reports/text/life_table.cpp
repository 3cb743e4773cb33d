#include "reports/text/life_table.hpp"

#include "actors/lives/deaths.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/dates.hpp"
#include "reports/text/event_lines.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace lapse::text_report {

namespace {

constexpr std::size_t column_count = 7;
constexpr std::size_t column_width_max = 44;
/// Names and what is above them get less, down to this, before the last column does.
constexpr std::size_t name_width_min = 10;
constexpr std::size_t bound_width_min = 20;
/// With less than this, the last column stands below the others.
constexpr std::size_t bound_width_least = 14;
constexpr std::size_t died_time_width = 10;

using cells = std::array<std::string, column_count>;

/// What is alike in the names of two lives. Generated names are all alike.
void append_like_name(std::string& to, const lives::ledger& lives, const lives::life_record* life) {
  if (!life)
    return;
  if (const auto& handle = lives.handle(*life); handle.empty())
    to += to_string(life->what);
  else
    append_likeness(to, handle);
}

std::string until(instant at) { return at == never ? "never" : ttl::readable_duration(at); }

cells row_of(const lives::ledger& lives, const lives::life_record& life,
             const lives::outlook& ahead) {
  auto end = lives.end_of(life);
  auto lived = (end.at == never ? lives.now() : end.at) - life.created;
  auto bound = cause::what_bound(lives, life, ahead);
  if (life.given_up)
    bound += "; irrevocable";
  return {escaped(lives.name(life)),
          std::string{to_string(life.what)},
          life.above ? escaped(lives.name(life.above)) : "-",
          until(life.expire),
          end.at == never ? "-" : ttl::readable_duration(end.at),
          ttl::readable_duration(lived),
          escaped(bound)};
}

/// Where the last column begins.
std::size_t column_of_last(const std::array<std::size_t, column_count>& widths) {
  std::size_t column = 2;
  for (std::size_t i = 0; i + 1 < column_count; ++i)
    column += widths[i] + 2;
  return column;
}

/// Long times may leave the last column no room: it then has a line of its own.
bool below(const std::array<std::size_t, column_count>& widths) {
  return column_of_last(widths) + bound_width_least > page_width;
}

/// The last column is wrapped under itself.
std::string join(const cells& row, const std::array<std::size_t, column_count>& widths) {
  std::string line = " ";
  for (std::size_t i = 0; i + 1 < column_count; ++i) {
    auto number = i >= 3;
    line += ' ';
    line += number ? right(row[i], widths[i]) : left(row[i], widths[i]);
    line += ' ';
  }
  constexpr std::size_t margin = 6;
  if (!below(widths))
    line += ' ' + wrapped(row.back(), column_of_last(widths));
  line.erase(line.find_last_not_of(' ') + 1);
  if (below(widths))
    (line += '\n').append(margin, ' ') += wrapped(row.back(), margin);
  return line;
}

/// Makes room for the last column on a page.
void fit(std::array<std::size_t, column_count>& widths) {
  for (auto i : {std::size_t{0}, std::size_t{2}}) {
    const auto over = column_of_last(widths) + bound_width_min;
    if (over > page_width)
      widths[i] -= std::min(over - page_width, widths[i] - std::min(widths[i], name_width_min));
  }
}

/// Which records are shown, and how many are alike with each group's shown ones.
class selection {
public:
  explicit selection(bool all) : all_(all) {}

  /// The group of `like`, and whether the row is shown; `pinned` ones always are.
  /// @param end when the life ended
  std::pair<std::size_t, bool> take(const std::string& like, lives::ledger::slot which, instant end,
                                    bool pinned) {
    auto [found, fresh] = index_.try_emplace(like, groups_.size());
    if (fresh)
      groups_.emplace_back();
    auto& group = groups_[found->second];
    auto shown = all_ || pinned || group.shown < rows_alike_max;
    if (shown) {
      ++group.shown;
    } else {
      if (group.hidden == 0)
        group.first_hidden = which;
      group.last_hidden = which;
      group.first = group.hidden++ == 0 ? end : std::min(group.first, end);
      group.last = std::max(group.last, end);
    }
    return {found->second, shown};
  }

  /// How many more there are in group `which`, and when they ended; empty if none.
  [[nodiscard]] std::string more(std::size_t which, const lives::ledger& lives) const {
    const auto& group = groups_[which];
    if (group.hidden == 0)
      return {};
    const auto first = escaped(lives.name(group.first_hidden));
    auto text = "… and " + grouped(group.hidden) + " more `" + likeness(first) + "` like this, " +
                first_and_last(first, escaped(lives.name(group.last_hidden)));
    if (group.last == never)
      return text;
    text += ", ended at " + ttl::readable_duration(group.first);
    return group.first == group.last ? text : text + " to " + ttl::readable_duration(group.last);
  }

private:
  struct group {
    std::uint64_t shown = 0;
    std::uint64_t hidden = 0;
    lives::ledger::slot first_hidden = 0;
    lives::ledger::slot last_hidden = 0;
    instant first{0};
    instant last{0};
  };

  bool all_;
  std::vector<group> groups_;
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> index_;
};

struct shown_row {
  cells text;
  std::size_t group = 0;
};

/// Prints `line(row)` for each row, and after a group's last shown row how many more are alike.
template <class Row, class Line, class More>
void print_groups(const std::vector<Row>& rows, const selection& chosen, const lives::ledger& lives,
                  Line&& line, More&& more) {
  std::unordered_map<std::size_t, std::size_t> last;
  for (std::size_t i = 0; i < rows.size(); ++i)
    last[rows[i].group] = i;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    line(rows[i]);
    if (last[rows[i].group] != i)
      continue;
    if (auto text = chosen.more(rows[i].group, lives); !text.empty())
      more(text);
  }
}

/// Gives each life what it must have in common with another for one of them to stand for both.
/// Valid until the next call: there are many lives and few likenesses.
class likenesses {
public:
  explicit likenesses(const lives::ledger& lives) : lives_(lives) {}

  [[nodiscard]] const std::string& of(const lives::life_record& life, const lives::ending& end) {
    text_.clear();
    append_like_name(text_, lives_, &life);
    (text_ += '|') += to_string(life.what);
    append_like_name(text_ += '|', lives_, lives_.get(life.above_slot));
    (text_ += '|') += to_string(end.cause);
    append_like_name(text_ += '|', lives_, lives_.find(end.because));
    (text_ += end.at == never ? "|alive|" : "|dead|") += to_string(life.bound);
    if (life.given_up)
      text_ += '!';
    return text_;
  }

private:
  const lives::ledger& lives_;
  std::string text_;
};

} // namespace

void print_life_table(std::ostream& out, const lives::ledger& lives, const table_options& how) {
  const auto ahead = lives.outlooks();
  selection chosen{how.all};
  likenesses like{lives};
  std::vector<shown_row> rows;
  const cells header = {"name",  "kind",  "parent/owner", "advertised",
                        "ended", "lived", "what bound it"};
  std::array<std::size_t, column_count> widths{};
  auto widen = [&](const cells& row) {
    for (std::size_t i = 0; i < column_count; ++i)
      widths[i] = std::max(widths[i], std::min(display_width(row[i]), column_width_max));
  };
  widen(header);
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const auto& life = lives.all()[i];
    auto end = lives.end_of(life);
    auto [group, shown] = chosen.take(like.of(life, end), static_cast<lives::ledger::slot>(i),
                                      end.at, how.speaks_of(lives, life));
    if (!shown)
      continue;
    rows.push_back({row_of(lives, life, ahead[i]), group});
    widen(rows.back().text);
  }
  fit(widths);
  out << "\nTOKENS AND LEASES\n" << join(header, widths) << '\n';
  print_groups(
      rows, chosen, lives, [&](const shown_row& row) { out << join(row.text, widths) << '\n'; },
      [&](const std::string& text) { out << "  " << wrapped(text, 4) << '\n'; });
  if (rows.empty())
    out << "  none\n";
}

void print_deaths(std::ostream& out, const lives::ledger& lives, const table_options& how) {
  struct death_row {
    lives::death what;
    std::size_t group;
  };
  const auto deaths = lives::deaths_of(lives);
  selection chosen{how.all};
  likenesses like{lives};
  std::vector<death_row> rows;
  for (const auto& one : deaths) {
    const auto& life = lives.at(one.life);
    auto [group, shown] = chosen.take(like.of(life, lives.end_of(life)), one.life, one.at,
                                      how.speaks_of(lives, life));
    if (shown)
      rows.push_back({one, group});
  }
  out << "\nWHAT DIED, WHEN, AND WHY  " << grouped(deaths.size()) << " of " << grouped(lives.size())
      << '\n';
  const std::string margin(died_time_width + 2, ' ');
  std::int64_t day = 0;
  print_groups(
      rows, chosen, lives,
      [&](const death_row& row) {
        const auto& life = lives.at(row.what.life);
        if (const auto of = day_of(row.what.at, how.start_unix_s);
            row.what.at >= one_day && of != day) {
          day = of;
          out << margin << "-- " << date_text(row.what.at, how.start_unix_s) << '\n';
        }
        auto line = right(ttl::readable_duration(row.what.at), died_time_width) + "  " +
                    wrapped(escaped(cause::sentence(lives, life), 2000), margin.size());
        if (how.colour)
          line = "\x1b[" + std::string{tone_of(lives.end_of(life).cause)} + 'm' + line + "\x1b[0m";
        out << line << '\n';
      },
      [&](const std::string& text) { out << margin << wrapped(text, margin.size()) << '\n'; });
  if (deaths.empty())
    out << std::string(died_time_width + 2, ' ') << "nothing\n";
}

} // namespace lapse::text_report
