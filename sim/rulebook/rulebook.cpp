#include "sim/rulebook/rulebook.hpp"

#include "sim/rulebook/texts.hpp"

#include <algorithm>
#include <iterator>

namespace lapse::rulebook {

namespace {

// -- Markdown ----------------------------------------------------------------------------

/// Takes the first line off `text`, without its end.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of('\n');
  const auto last = text.find_last_not_of('\n');
  return from == std::string::npos ? std::string{} : text.substr(from, last - from + 1);
}

/// Builds entries from lines: a heading opens one, the list at its end has fields.
class entry_reader {
public:
  explicit entry_reader(std::vector<server_rule>& to) : to_(to) {}

  void read(std::string_view chapter) {
    bool code = false;
    while (!chapter.empty()) {
      const auto line = next_line(chapter);
      if (line.starts_with("```"))
        code = !code;
      if (!code && line.starts_with('#'))
        open(line);
      else if (open_)
        add(line);
    }
    close();
  }

private:
  /// Headings of chapters and of their parts close an entry and open none.
  void open(std::string_view heading) {
    close();
    if (!take_prefix(heading, "### "))
      return;
    const auto space = heading.find(' ');
    const auto number = parse_rule_number(heading.substr(0, space));
    if (!number || space == std::string_view::npos)
      return;
    to_.emplace_back().number = *number;
    to_.back().title = heading.substr(space + 1);
    open_ = true;
  }

  void add(std::string_view line) {
    auto& entry = to_.back();
    if (take_prefix(line, "- Source: ")) {
      start(entry.source, line);
    } else if (take_prefix(line, "- Seen: ")) {
      start(entry.seen, line);
    } else if (take_prefix(line, "- Not modelled: ")) {
      start(entry.not_modelled, line);
    } else if (take_prefix(line, "- Modelled but for ")) {
      start(part_, line);
    } else if (field_ != nullptr && take_prefix(line, "  ")) {
      *field_ += ' ';
      *field_ += line;
    } else {
      entry.text += line;
      entry.text += '\n';
    }
  }

  void start(std::string& field, std::string_view text) {
    field_ = &field;
    field = text;
  }

  void close() {
    if (open_) {
      auto& entry = to_.back();
      entry.text = trimmed(entry.text);
      if (const auto colon = part_.find(": "); colon != std::string::npos)
        entry.missing_parts.push_back({part_.substr(0, colon), part_.substr(colon + 2)});
    }
    open_ = false;
    field_ = nullptr;
    part_.clear();
  }

  std::vector<server_rule>& to_;
  bool open_ = false;
  /// The field that lines indented by two go on with.
  std::string* field_ = nullptr;
  std::string part_;
};

// -- legend ------------------------------------------------------------------------------

/// The rows of README.md's tables of evidence tags and of sources.
std::vector<legend_entry> read_legend() {
  std::vector<legend_entry> result;
  auto text = texts::introduction;
  bool wanted = false;
  while (!text.empty()) {
    auto line = next_line(text);
    if (line.starts_with("## "))
      wanted = line == "## Evidence" || line == "## Sources";
    if (!wanted || !take_prefix(line, "| ") || line.starts_with("tag |") ||
        line.starts_with("short |"))
      continue;
    const auto middle = line.find(" | ");
    result.push_back({std::string{line.substr(0, middle)},
                      std::string{line.substr(middle + 3, line.size() - middle - 5)}});
    std::erase(result.back().name, '`');
  }
  return result;
}

/// Whether `name` stands in `text` as a word of its own.
bool has_word(std::string_view text, std::string_view name) {
  auto in_word = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '`';
  };
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end])))
      return true;
  }
  return false;
}

} // namespace

std::span<const server_rule> server_rules() {
  static const auto rules = [] {
    std::vector<server_rule> result;
    entry_reader reader(result);
    for (const auto chapter : texts::chapters)
      reader.read(chapter);
    return result;
  }();
  return rules;
}

const server_rule* find_rule(rule_number number) {
  const auto rules = server_rules();
  const auto found = std::ranges::find(rules, number, &server_rule::number);
  return found == rules.end() ? nullptr : &*found;
}

std::vector<legend_entry> legend_of(std::string_view source) {
  static const auto legend = read_legend();
  std::vector<legend_entry> result;
  std::ranges::copy_if(legend, std::back_inserter(result),
                       [&](const auto& entry) { return has_word(source, entry.name); });
  return result;
}

} // namespace lapse::rulebook
