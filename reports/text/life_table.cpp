#include "reports/text/life_table.hpp"

#include "actors/lives/deaths.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace lapse::text_report {

namespace {

constexpr std::size_t column_count = 7;
constexpr std::size_t column_width_max = 44;
constexpr std::size_t died_time_width = 12;

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

std::string until(instant at) { return at == never ? "never" : ttl::format_duration(at); }

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
          end.at == never ? "-" : ttl::format_duration(end.at),
          ttl::format_duration(lived),
          escaped(bound)};
}

std::string join(const cells& row, const std::array<std::size_t, column_count>& widths) {
  std::string line = " ";
  for (std::size_t i = 0; i < column_count; ++i) {
    auto number = i >= 3 && i <= 5;
    line += ' ';
    line += number ? right(row[i], widths[i]) : left(row[i], widths[i]);
    line += ' ';
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// Which records are shown, and how many are alike with each group's shown ones.
class selection {
public:
  explicit selection(bool all) : all_(all) {}

  /// The group of `like`, and whether the row is shown. `end` is when the life ended.
  std::pair<std::size_t, bool> take(const std::string& like, instant end) {
    auto [found, fresh] = index_.try_emplace(like, groups_.size());
    if (fresh)
      groups_.emplace_back();
    auto& group = groups_[found->second];
    auto shown = all_ || group.shown < rows_alike_max;
    if (shown) {
      ++group.shown;
    } else {
      group.first = group.hidden++ == 0 ? end : std::min(group.first, end);
      group.last = std::max(group.last, end);
    }
    return {found->second, shown};
  }

  /// How many more there are in group `which`, and when they ended; empty if none.
  [[nodiscard]] std::string more(std::size_t which) const {
    const auto& group = groups_[which];
    if (group.hidden == 0)
      return {};
    auto text = "… and " + grouped(group.hidden) + " more like this";
    if (group.last == never)
      return text;
    text += ", ended at " + ttl::format_duration(group.first);
    return group.first == group.last ? text : text + " to " + ttl::format_duration(group.last);
  }

private:
  struct group {
    std::uint64_t shown = 0;
    std::uint64_t hidden = 0;
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
void print_groups(const std::vector<Row>& rows, const selection& chosen, Line&& line, More&& more) {
  std::unordered_map<std::size_t, std::size_t> last;
  for (std::size_t i = 0; i < rows.size(); ++i)
    last[rows[i].group] = i;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    line(rows[i]);
    if (last[rows[i].group] != i)
      continue;
    if (auto text = chosen.more(rows[i].group); !text.empty())
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

void print_life_table(std::ostream& out, const lives::ledger& lives, bool all) {
  const auto ahead = lives.outlooks();
  selection chosen{all};
  likenesses like{lives};
  std::vector<shown_row> rows;
  const cells header = {"name",  "kind",  "parent/owner", "advertised end",
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
    auto [group, shown] = chosen.take(like.of(life, end), end.at);
    if (!shown)
      continue;
    rows.push_back({row_of(lives, life, ahead[i]), group});
    widen(rows.back().text);
  }
  // The last column may be as long as it likes.
  widths.back() = 200;
  out << "\nTOKENS AND LEASES\n" << join(header, widths) << '\n';
  print_groups(
      rows, chosen, [&](const shown_row& row) { out << join(row.text, widths) << '\n'; },
      [&](const std::string& text) { out << "  " << text << '\n'; });
  if (rows.empty())
    out << "  none\n";
}

void print_deaths(std::ostream& out, const lives::ledger& lives, bool all) {
  struct death_row {
    lives::death what;
    std::size_t group;
  };
  const auto deaths = lives::deaths_of(lives);
  selection chosen{all};
  likenesses like{lives};
  std::vector<death_row> rows;
  for (const auto& one : deaths) {
    const auto& life = lives.at(one.life);
    auto [group, shown] = chosen.take(like.of(life, lives.end_of(life)), one.at);
    if (shown)
      rows.push_back({one, group});
  }
  out << "\nWHAT DIED, WHEN, AND WHY  " << grouped(deaths.size()) << " of " << grouped(lives.size())
      << '\n';
  print_groups(
      rows, chosen,
      [&](const death_row& row) {
        out << right(ttl::format_duration(row.what.at), died_time_width) << "  "
            << escaped(cause::sentence(lives, lives.at(row.what.life)), 2000) << '\n';
      },
      [&](const std::string& text) {
        out << std::string(died_time_width + 2, ' ') << text << '\n';
      });
  if (deaths.empty())
    out << std::string(died_time_width + 2, ' ') << "nothing\n";
}

} // namespace lapse::text_report
