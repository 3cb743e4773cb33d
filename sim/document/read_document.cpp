#include "sim/document/read_document.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/text_check.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <variant>

namespace lapse::document {

namespace {

// Where reading cannot go on. Thrown through yaml-cpp only, which has no other way to be stopped.
struct stop_reading {
  file_position at;
  std::string text;
};

file_position place(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

// How many values a node stands for, keys included; more than `limit` are not counted to the end.
std::size_t values_in(const document_node& node, std::size_t limit) {
  std::size_t result = 1;
  for (const auto& child : node.children) {
    result += node.is_map() ? 1 : 0;
    if (result > limit)
      return result;
    result += values_in(child, limit - result);
  }
  return result;
}

std::size_t depth_of(const document_node& node) {
  std::size_t below = 0;
  for (const auto& child : node.children)
    below = std::max(below, depth_of(child));
  return below + 1;
}

// Builds the tree in place from yaml-cpp's events. A container that is open is the last child of
// its parent, so that nothing moves it.
class document_builder : public YAML::EventHandler {
public:
  document_builder(diagnostics& faults, std::optional<file_position> all_at)
    : faults_(faults), all_at_(all_at) {}

  [[nodiscard]] bool has_document() const noexcept { return has_document_; }

  /// False if a key could not be taken, and its value was left out.
  [[nodiscard]] bool complete() const noexcept { return complete_; }

  /// Where the last value that is no plain text begins.
  [[nodiscard]] const YAML::Mark& last_quoted() const noexcept { return last_quoted_; }

  [[nodiscard]] document_node take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_document())
      throw stop_reading{place(mark), "a second YAML document begins here; a file holds one "
                                      "scenario: remove what follows, or put it in its own file"};
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    leaf(made(document_node::kind::null, mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw stop_reading{place(mark), "an alias inside of what it stands for; write it out"};
    const auto* what = anchored(found->second);
    if (what == nullptr)
      throw stop_reading{place(mark), "an alias of something that is no value; write it out"};
    aliased_ += values_in(*what, scenario_alias_values_max);
    if (aliased_ > scenario_alias_values_max)
      throw stop_reading{place(mark), fmt::format("aliases stand for more than {} values; write "
                                                  "them out or use `repeat`",
                                                  scenario_alias_values_max)};
    if (open_.size() + depth_of(*what) > scenario_depth_max)
      throw stop_reading{
          place(mark),
          fmt::format("aliases nested more than {} deep; write them out", scenario_depth_max)};
    auto copy = *what;
    copy.key.clear();
    leaf(std::move(copy), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    auto node = made(document_node::kind::scalar, mark);
    node.plain = tag != "!";
    if (!node.plain)
      last_quoted_ = mark;
    // Debian 13's yaml-cpp leaves the plain `~` and `null` of some places to the reader.
    if (node.plain && (value.empty() || value == "~" || value == "null"))
      node.what = document_node::kind::null;
    node.text = value;
    leaf(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(document_node::kind::sequence, mark, tag, anchor);
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(document_node::kind::map, mark, tag, anchor);
  }

  void OnMapEnd() override {
    check_twins(*open_.back().node);
    close();
  }

private:
  /// A container that is not closed yet.
  struct open_node {
    document_node* node = nullptr;
    YAML::anchor_t anchor = 0;
    /// Of a map: the key whose value comes next.
    std::optional<document_node> key = std::nullopt;
    /// Holds a key that is a container, which is wrong.
    std::unique_ptr<document_node> wrong_key = nullptr;
    /// The value that comes next has a wrong key and is left out.
    bool drops_value = false;
  };

  /// What an anchor stands for: a leaf, or the way to a container from the root. Nodes move while
  /// their neighbours are read; the way stays.
  using anchored_value = std::variant<document_node, std::vector<std::size_t>>;

  document_node made(document_node::kind what, const YAML::Mark& mark) {
    if (++values_ > scenario_values_max)
      throw stop_reading{place(mark),
                         fmt::format("more than {} values in one file; use `repeat`, or several "
                                     "files",
                                     scenario_values_max)};
    document_node result;
    result.what = what;
    result.at = all_at_.value_or(place(mark));
    return result;
  }

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().node->is_map() && !open_.back().key;
  }

  // Puts a node where it belongs and returns it there; a key stays with its map.
  document_node* put(document_node node) {
    has_document_ = true;
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    auto& parent = open_.back();
    if (parent.key) {
      node.key = std::move(parent.key->text);
      node.key_at = parent.key->at;
    }
    parent.node->children.push_back(std::move(node));
    return &parent.node->children.back();
  }

  void leaf(document_node node, YAML::anchor_t anchor) {
    if (anchor != 0)
      anchors_[anchor] = node;
    if (expects_key())
      return take_key(std::move(node));
    put(std::move(node));
    done();
  }

  void take_key(document_node key) {
    auto& map = open_.back();
    if (!key.is_scalar())
      faults_.report(key.at, "a key must be a plain text; write `name: value`");
    else if (key.plain && key.text == "<<")
      faults_.report(key.at, "merge key `<<`; scenarios have none: write the keys out");
    map.drops_value = !key.is_scalar() || (key.plain && key.text == "<<");
    map.key = std::move(key);
  }

  // A value is there: the next one needs a key of its own.
  void done() {
    if (open_.empty())
      return;
    auto& parent = open_.back();
    if (parent.drops_value)
      parent.node->children.pop_back();
    complete_ = complete_ && !parent.drops_value;
    parent.drops_value = false;
    parent.key.reset();
  }

  void open(document_node::kind what, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    check_tag(mark, tag);
    if (open_.size() >= scenario_depth_max)
      throw stop_reading{place(mark), fmt::format("nested more than {} deep; no part of a scenario "
                                                  "is: look for a bracket that is not closed",
                                                  scenario_depth_max)};
    auto node = made(what, mark);
    if (!expects_key()) {
      open_.push_back({.node = put(std::move(node)), .anchor = anchor});
      return;
    }
    auto& key = open_.back().wrong_key;
    key = std::make_unique<document_node>(std::move(node));
    open_.push_back({.node = key.get()});
  }

  void close() {
    auto anchor = open_.back().anchor;
    if (anchor != 0)
      anchors_[anchor] = way();
    open_.pop_back();
    if (open_.empty() || !open_.back().wrong_key)
      return done();
    auto key = std::move(*open_.back().wrong_key);
    open_.back().wrong_key.reset();
    take_key(std::move(key));
  }

  // From the root to the innermost open container.
  [[nodiscard]] std::vector<std::size_t> way() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i)
      result.push_back(open_[i].node->children.size() - 1);
    return result;
  }

  // Null where the way is lost: something on it had a wrong key, which has been reported.
  [[nodiscard]] const document_node* anchored(const anchored_value& what) const {
    if (const auto* leaf = std::get_if<document_node>(&what))
      return leaf;
    const auto* node = &root_;
    for (auto index : std::get<std::vector<std::size_t>>(what)) {
      if (index >= node->children.size())
        return nullptr;
      node = &node->children[index];
    }
    return node;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      faults_.report(place(mark), fmt::format("YAML tag {}; a scenario's values have no tags: "
                                              "remove it (quotes make a text of a value)",
                                              in_quotes(tag)));
  }

  void check_twins(const document_node& map) {
    std::vector<const document_node*> entries;
    for (const auto& entry : map.children)
      entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto* a, const auto* b) { return a->key < b->key; });
    // All of one name lie together, in file order: each is blamed on the first.
    std::size_t first = 0;
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i]->key != entries[first]->key)
        first = i;
      else
        faults_.report(entries[i]->key_at,
                       fmt::format("key {} is here twice, first on line {}; keep one of them",
                                   in_quotes(entries[i]->key), entries[first]->key_at.line));
    }
  }

  diagnostics& faults_;
  std::optional<file_position> all_at_;
  YAML::Mark last_quoted_;
  document_node root_;
  bool has_document_ = false;
  bool complete_ = true;
  std::vector<open_node> open_;
  std::unordered_map<YAML::anchor_t, anchored_value> anchors_;
  std::size_t values_ = 0;
  std::size_t aliased_ = 0;
};

// -- messages ------------------------------------------------------------------------

std::string_view line_of(std::string_view text, int line) {
  for (; line > 1; --line) {
    auto end = text.find('\n');
    if (end == std::string_view::npos)
      return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

// A text such as `job{i}` without quotes; empty: there is none on the line.
std::string_view unquoted_counter(std::string_view line) {
  auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '/' || c == '.';
  };
  bool quoted = false;
  for (std::size_t i = 1; i < line.size(); ++i) {
    quoted ^= line[i] == '"' || line[i] == '\'';
    if (quoted || line[i] != '{' || !in_name(line[i - 1]))
      continue;
    auto first = i;
    while (first > 0 && in_name(line[first - 1]))
      --first;
    auto last = i + 1;
    while (last < line.size() && in_name(line[last]))
      ++last;
    if (last > i + 1 && last < line.size() && line[last] == '}')
      return line.substr(first, last + 1 - first);
  }
  return {};
}

// yaml-cpp's texts say what its parser met; add what a user does about it.
std::string syntax_text(std::string_view text, const YAML::Exception& error, file_position at) {
  for (auto line : {at.line, at.line - 1}) {
    auto content = line > 0 ? line_of(text, line) : std::string_view{};
    auto end = content.find_first_not_of(" \t");
    if (content.substr(0, std::min(end, content.size())).find('\t') != std::string_view::npos)
      return fmt::format("not YAML: line {} is indented with a tab; use spaces", line);
  }
  for (auto line : {at.line, at.line - 1})
    if (auto counter = unquoted_counter(line > 0 ? line_of(text, line) : std::string_view{});
        !counter.empty())
      return fmt::format("not YAML: {} on line {} needs quotes inside of braces or brackets, as in "
                         "\"job{{i}}\"",
                         in_quotes(counter), line);
  std::string_view what = error.msg;
  auto advice = "check indentation, quotes and brackets here and on the lines before";
  if (what.find("illegal map value") != std::string_view::npos)
    advice = "a text with `: ` in it needs quotes, and each key its own line";
  else if (what.find("unknown token") != std::string_view::npos)
    advice = "put the text that stands here into quotes";
  else if (what.find("alias") != std::string_view::npos ||
           what.find("anchor") != std::string_view::npos)
    advice =
        "an alias `*name` needs an anchor `&name` before it; quote a text that begins with `*`";
  return fmt::format("not YAML: {}; {}", what, advice);
}

// Where the quote stands that the last quoted text, which begins at `mark`, does not close.
std::optional<file_position> unclosed_quote(std::string_view text, const YAML::Mark& mark) {
  const std::size_t order_mark = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  if (mark.is_null() || quote_closed(text, order_mark + static_cast<std::size_t>(mark.pos)))
    return std::nullopt;
  return place(mark);
}

} // namespace

// -- the interface -----------------------------------------------------------------

std::optional<document_node> read_document(std::string_view text, diagnostics& faults) {
  auto refuse = [&](file_position at, std::string why) {
    faults.report(at, std::move(why));
    return std::nullopt;
  };
  if (text.size() > scenario_bytes_max)
    return refuse({1, 1}, "the file is larger than 16 MB; use `repeat`, or several files");
  if (!is_text(text, faults) || !brackets_bounded(text, faults))
    return std::nullopt;
  constexpr auto empty = "the file is empty; a scenario begins with `lapse: 1`";
  if (is_blank(text))
    return refuse({1, 1}, empty);
  document_builder builder{faults, std::nullopt};
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
      // a second one stops in OnDocumentStart
    }
  } catch (const stop_reading& stop) {
    return refuse(stop.at, stop.text);
  } catch (const YAML::Exception& error) {
    auto at = place(error.mark);
    return refuse(at, syntax_text(text, error, at));
  }
  if (auto open = unclosed_quote(text, builder.last_quoted()))
    return refuse(*open, "not YAML: the quote that is opened here is not closed; put one where the "
                         "text ends");
  if (!builder.complete())
    return std::nullopt;
  auto result = builder.take_root();
  if (result.is_null())
    return refuse({1, 1}, empty);
  number_nodes(result);
  return result;
}

std::optional<document_node> read_document(std::string_view text) {
  const std::vector<std::string> no_overrides;
  diagnostics faults{"", no_overrides};
  auto result = read_document(text, faults);
  return result && faults.empty() && result->is_map() ? std::move(result) : std::nullopt;
}

std::optional<document_node> read_value(std::string_view text, file_position at) {
  const std::vector<std::string> no_overrides;
  diagnostics faults{"", no_overrides};
  document_builder builder{faults, at};
  if (!is_text(text, faults) || !brackets_bounded(text, faults))
    return std::nullopt;
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    if (!parser.HandleNextDocument(builder) || parser.HandleNextDocument(builder))
      return std::nullopt;
  } catch (const stop_reading&) {
    return std::nullopt;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
  if (!faults.empty() || unclosed_quote(text, builder.last_quoted()))
    return std::nullopt;
  return builder.take_root();
}

} // namespace lapse::document
