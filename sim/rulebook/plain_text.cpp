#include "sim/rulebook/plain_text.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace lapse::rulebook {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
constexpr std::size_t gap = 2; // between two columns of a table

/// Columns that UTF-8 text takes: no character of the rules is a wide one.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

// -- emphasis ----------------------------------------------------------------------------

bool is_space_at(std::string_view text, std::size_t at) {
  return at >= text.size() || text[at] == ' ';
}

/// Without the stars of `*emphasis*`; those that stand between spaces, end a word without having
/// begun one, or are within backquotes are stars.
std::string without_emphasis(std::string_view text) {
  std::string result;
  bool code = false;
  bool emphasis = false;
  for (std::size_t i = 0; i < text.size();) {
    code ^= text[i] == '`';
    std::size_t stars = 0;
    while (!code && i + stars < text.size() && text[i + stars] == '*')
      ++stars;
    if (stars == 0) {
      result += text[i++];
      continue;
    }
    const bool opens = !emphasis && !is_space_at(text, i + stars) &&
                       (i == 0 || text[i - 1] == ' ' || text[i - 1] == '(');
    if (opens || emphasis)
      emphasis = opens;
    else
      result.append(stars, '*');
    i += stars;
  }
  return result;
}

// -- wrapping ----------------------------------------------------------------------------

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0)
      result.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

/// Lines of at most `width` columns. A word that is longer has a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const auto word : words_of(text)) {
    auto& line = lines.back();
    if (line.empty())
      line = word;
    else if (columns_of(line) + 1 + columns_of(word) <= width)
      (line += ' ') += word;
    else
      lines.emplace_back(word);
  }
  return lines;
}

void write_lines(std::string& out, const std::vector<std::string>& lines, std::string_view first,
                 std::size_t indent) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += i == 0 ? std::string{first} : std::string(indent, ' ');
    out += lines[i];
    out += '\n';
  }
}

// -- tables ------------------------------------------------------------------------------

using table_row = std::vector<std::string>;

/// The cells of `| a | b |`; a bar in a cell is written `\|`.
table_row cells_of(std::string_view line) {
  table_row result;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      const auto lines = wrapped(without_emphasis(cell), unlimited);
      result.push_back(lines.front());
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return result;
}

/// Room for each column: what its longest cell needs, unless that is too much together; then the
/// widest columns give way, down to their longest word.
std::vector<std::size_t> widths_of(const std::vector<table_row>& rows, std::size_t width) {
  std::vector<std::size_t> result(rows.front().size());
  auto least = result;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < std::min(row.size(), result.size()); ++c) {
      result[c] = std::max(result[c], columns_of(row[c]));
      for (const auto word : words_of(row[c]))
        least[c] = std::max(least[c], columns_of(word));
    }
  auto total = std::accumulate(result.begin(), result.end(), gap * (result.size() - 1));
  while (total > width) {
    auto widest = result.size();
    for (std::size_t c = 0; c < result.size(); ++c)
      if (result[c] > least[c] && (widest == result.size() || result[c] > result[widest]))
        widest = c;
    if (widest == result.size())
      break;
    --result[widest];
    --total;
  }
  return result;
}

void write_row(std::string& out, const table_row& row, const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t c = 0; c < std::min(row.size(), widths.size()); ++c) {
    cells.push_back(wrapped(row[c], widths[c]));
    height = std::max(height, cells.back().size());
  }
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    std::size_t from = 0; // column where the cell begins
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (l < cells[c].size() && !cells[c][l].empty()) {
        line.append(from - std::min(from, columns_of(line)), ' ');
        line += cells[c][l];
      }
      from += widths[c] + gap;
    }
    (out += line) += '\n';
  }
}

void write_table(std::string& out, const std::vector<std::string_view>& lines, std::size_t width) {
  std::vector<table_row> rows;
  for (std::size_t l = 0; l < lines.size(); ++l)
    if (l != 1) // `|---|---|`
      rows.push_back(cells_of(lines[l]));
  const auto widths = widths_of(rows, width);
  table_row rule;
  for (const auto columns : widths)
    rule.emplace_back(columns, '-');
  rows.insert(rows.begin() + 1, rule);
  bool tall = false;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < std::min(row.size(), widths.size()); ++c)
      tall = tall || columns_of(row[c]) > widths[c];
  for (std::size_t r = 0; r < rows.size(); ++r) {
    // Rows of several lines would run into each other.
    if (tall && r > 2)
      out += '\n';
    write_row(out, rows[r], widths);
  }
}

// -- blocks ------------------------------------------------------------------------------

/// The mark of a list item with its space (`- `, `3. `), empty for other lines.
std::string_view mark_of(std::string_view line) {
  if (line.starts_with("- "))
    return line.substr(0, 2);
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && line.substr(digits).starts_with(". ") ? line.substr(0, digits + 2)
                                                             : std::string_view{};
}

/// Collects lines into blocks and writes each as it ends.
class block_writer {
public:
  block_writer(std::string& out, std::size_t width) : out_(out), width_(width) {}

  void add(std::string_view line) {
    if (line.starts_with("```")) {
      end_block();
      code_ = !code_;
    } else if (code_) {
      (out_ += line) += '\n';
    } else if (line.starts_with("|")) {
      end_text();
      table_.push_back(line);
    } else {
      add_text(line);
    }
  }

  void end_block() {
    end_text();
    if (!table_.empty())
      write_table(out_, table_, width_);
    table_.clear();
  }

private:
  void add_text(std::string_view line) {
    const auto mark = mark_of(line);
    if (line.empty() || !mark.empty())
      end_block();
    if (line.empty()) {
      out_ += '\n';
      return;
    }
    if (!mark.empty())
      mark_ = mark;
    (text_ += line.substr(mark.size())) += ' ';
  }

  void end_text() {
    if (!text_.empty())
      write_lines(out_, wrapped(without_emphasis(text_), width_ - std::min(width_, mark_.size())),
                  mark_, mark_.size());
    text_.clear();
    mark_ = {};
  }

  std::string& out_;
  std::size_t width_;
  bool code_ = false;
  std::vector<std::string_view> table_;
  std::string text_;
  std::string_view mark_;
};

} // namespace

std::string plain_text(std::string_view markdown, std::size_t width) {
  std::string result;
  block_writer writer(result, width == 0 ? unlimited : width);
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    writer.add(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  writer.end_block();
  return result;
}

std::string plain_line(std::string_view markdown, std::size_t width, std::size_t indent) {
  std::string result;
  const auto room = width == 0 ? unlimited : width - std::min(width, indent);
  write_lines(result, wrapped(without_emphasis(markdown), room), "", indent);
  return result;
}

} // namespace lapse::rulebook
