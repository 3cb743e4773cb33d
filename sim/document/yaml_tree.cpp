#include "sim/document/yaml_tree.hpp"

#include "sim/document/nearest.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

namespace lapse {

namespace {

// Where reading cannot go on. Thrown through yaml-cpp only, which has no other way to be stopped.
struct stop_reading {
  file_position at;
  std::string text;
};

file_position place(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

// Builds the tree from yaml-cpp's events.
class tree_builder : public YAML::EventHandler {
public:
  tree_builder(yaml_tree& tree, diagnostics* faults, std::optional<file_position> all_at)
    : tree_(tree), faults_(faults), all_at_(all_at) {}

  [[nodiscard]] bool has_document() const noexcept { return root_ != nullptr; }

  [[nodiscard]] const yaml_node* root() const noexcept { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_document())
      throw stop_reading{place(mark), "a second YAML document begins here; a file holds one "
                                      "scenario: remove what follows, or put it in its own file"};
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(tree_.add(node(yaml_node::kind::null, mark)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw stop_reading{place(mark), "an alias inside of what it stands for; write it out"};
    aliased_ += found->second->expanded;
    if (aliased_ > scenario_alias_values_max)
      throw stop_reading{place(mark), fmt::format("aliases stand for more than {} values; write "
                                                  "them out or use `repeat`",
                                                  scenario_alias_values_max)};
    if (stack_.size() + found->second->depth > scenario_depth_max)
      throw stop_reading{
          place(mark),
          fmt::format("aliases nested more than {} deep; write them out", scenario_depth_max)};
    attach(found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    auto made = node(yaml_node::kind::scalar, mark);
    made.plain = tag != "!";
    // Debian 13's yaml-cpp leaves the plain `~` and `null` of some places to the reader.
    if (made.plain && (value.empty() || value == "~" || value == "null"))
      made.what = yaml_node::kind::null;
    made.text = value;
    finish(tree_.add(std::move(made)), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(yaml_node::kind::sequence, mark, tag, anchor);
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(yaml_node::kind::map, mark, tag, anchor);
  }

  void OnMapEnd() override {
    check_keys(*stack_.back().node);
    close();
  }

private:
  struct open_node {
    yaml_node* node;
    YAML::anchor_t anchor;
  };

  yaml_node node(yaml_node::kind what, const YAML::Mark& mark) {
    if (++values_ > scenario_values_max)
      throw stop_reading{place(mark),
                         fmt::format("more than {} values in one file; use `repeat`, or several "
                                     "files",
                                     scenario_values_max)};
    yaml_node result;
    result.what = what;
    result.at = all_at_.value_or(place(mark));
    return result;
  }

  void open(yaml_node::kind what, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    check_tag(mark, tag);
    if (stack_.size() >= scenario_depth_max)
      throw stop_reading{place(mark), fmt::format("nested more than {} deep; no part of a scenario "
                                                  "is: look for a bracket that is not closed",
                                                  scenario_depth_max)};
    stack_.push_back({tree_.add(node(what, mark)), anchor});
  }

  void close() {
    auto done = stack_.back();
    stack_.pop_back();
    finish(done.node, done.anchor);
  }

  void finish(yaml_node* done, YAML::anchor_t anchor) {
    for (const auto* child : done->children) {
      done->expanded += child->expanded;
      done->depth = std::max(done->depth, child->depth + 1);
    }
    if (anchor != 0)
      anchors_[anchor] = done;
    attach(done);
  }

  void attach(const yaml_node* done) {
    if (stack_.empty())
      root_ = done;
    else
      stack_.back().node->children.push_back(done);
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!" && faults_ != nullptr)
      faults_->report(place(mark), fmt::format("YAML tag {}; a scenario's values have no tags: "
                                               "remove it (quotes make a text of a value)",
                                               in_quotes(tag)));
  }

  void check_keys(const yaml_node& map) {
    std::vector<const yaml_node*> keys;
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const auto* key = map.children[i];
      if (key->is_scalar())
        keys.push_back(key);
      if (faults_ == nullptr)
        continue;
      if (!key->is_scalar())
        faults_->report(key->at, "a key must be a plain text; write `name: value`");
      else if (key->plain && key->text == "<<")
        faults_->report(key->at, "merge key `<<`; scenarios have none: write the keys out");
    }
    std::stable_sort(keys.begin(), keys.end(),
                     [](const yaml_node* a, const yaml_node* b) { return a->text < b->text; });
    for (std::size_t i = 1; i < keys.size() && faults_ != nullptr; ++i) {
      if (keys[i]->text != keys[i - 1]->text)
        continue;
      // All of one name lie together, in file order: blame each on the first.
      auto first = i - 1;
      while (first > 0 && keys[first - 1]->text == keys[i]->text)
        --first;
      faults_->report(keys[i]->at,
                      fmt::format("key {} is here twice, first on line {}; keep one of them",
                                  in_quotes(keys[i]->text), keys[first]->at.line));
    }
  }

  yaml_tree& tree_;
  diagnostics* faults_;
  std::optional<file_position> all_at_;
  std::vector<open_node> stack_;
  std::unordered_map<YAML::anchor_t, const yaml_node*> anchors_;
  const yaml_node* root_ = nullptr;
  std::size_t values_ = 0;
  std::size_t aliased_ = 0;
};

// -- before yaml-cpp sees the text -----------------------------------------------

// Length of the UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto first = byte(0);
  if (first < 0x80)
    return 1;
  std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return length;
}

// Errors of the file as a whole stand at 1:1 (scenario-format.md, Top level).
bool is_text(std::string_view text, diagnostics& faults) {
  int line = 1;
  for (std::size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      faults.report({1, 1}, fmt::format("not a text: byte 0x{:02x} on line {}; a scenario is YAML "
                                        "in UTF-8",
                                        c, line));
      return false;
    }
    auto length = utf8_length(text.substr(i));
    if (length == 0) {
      faults.report({1, 1}, fmt::format("not UTF-8: byte 0x{:02x} on line {}; save the file as "
                                        "UTF-8",
                                        c, line));
      return false;
    }
    line += c == '\n' ? 1 : 0;
    i += length;
  }
  return true;
}

// yaml-cpp's scanner keeps every token of a flow collection before the parser sees the first, so
// depth and size have to be bounded before. Brackets are counted without regard to quotes: a text
// with this many more opened than closed is no scenario either way.
bool brackets_bounded(std::string_view text, diagnostics& faults) {
  constexpr std::size_t unclosed_max = 1000;
  constexpr std::size_t flow_max = scenario_values_max;
  std::size_t depth = 0;
  std::size_t flow = 0;
  file_position now{1, 1};
  file_position too_deep{1, 1};
  for (auto c : text) {
    if (c == '[' || c == '{') {
      if (++depth == scenario_depth_max + 1)
        too_deep = now;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
    flow += c == '[' || c == '{' || c == ',' ? 1 : 0;
    if (depth > unclosed_max) {
      faults.report(too_deep,
                    fmt::format("nested more than {} deep; no part of a scenario is: look "
                                "for a bracket that is not closed",
                                scenario_depth_max));
      return false;
    }
    if (flow > flow_max) {
      faults.report(now, fmt::format("more than {} brackets and commas; use `repeat`, or several "
                                     "files",
                                     flow_max));
      return false;
    }
    now = c == '\n' ? file_position{now.line + 1, 1} : file_position{now.line, now.column + 1};
  }
  return true;
}

bool blank(std::string_view text) {
  if (text.substr(0, 3) == "\xef\xbb\xbf")
    text.remove_prefix(3);
  bool comment = false;
  for (auto c : text) {
    if (c == '\n')
      comment = false;
    else if (c == '#')
      comment = true;
    else if (!comment && c != ' ' && c != '\t' && c != '\r')
      return false;
  }
  return true;
}

std::string_view line_of(std::string_view text, int line) {
  for (; line > 1; --line) {
    auto end = text.find('\n');
    if (end == std::string_view::npos)
      return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

// yaml-cpp's texts say what its parser met; add what a user does about it.
std::string syntax_text(std::string_view text, const YAML::Exception& error, file_position at) {
  for (auto line : {at.line, at.line - 1}) {
    auto content = line > 0 ? line_of(text, line) : std::string_view{};
    auto end = content.find_first_not_of(" \t");
    if (content.substr(0, std::min(end, content.size())).find('\t') != std::string_view::npos)
      return fmt::format("not YAML: line {} is indented with a tab; use spaces", line);
  }
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

} // namespace

// -- the tree ----------------------------------------------------------------------

const yaml_node* yaml_node::find_key(std::string_view key) const noexcept {
  if (!is_map())
    return nullptr;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2)
    if (children[i]->is_scalar() && children[i]->text == key)
      return children[i];
  return nullptr;
}

const yaml_node* yaml_node::find(std::string_view key) const noexcept {
  if (!is_map())
    return nullptr;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2)
    if (children[i]->is_scalar() && children[i]->text == key)
      return children[i + 1];
  return nullptr;
}

yaml_node* yaml_tree::add(yaml_node node) {
  nodes_.push_back(std::move(node));
  return &nodes_.back();
}

bool read_yaml(std::string_view text, yaml_tree& tree, diagnostics& faults) {
  if (text.size() > scenario_bytes_max) {
    faults.report({1, 1}, "the file is larger than 16 MB; use `repeat`, or several files");
    return false;
  }
  if (!is_text(text, faults) || !brackets_bounded(text, faults))
    return false;
  if (blank(text)) {
    faults.report({1, 1}, "the file is empty; a scenario begins with `lapse: 1`");
    return false;
  }
  tree_builder builder{tree, &faults, std::nullopt};
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
      // a second one stops in OnDocumentStart
    }
  } catch (const stop_reading& stop) {
    faults.report(stop.at, stop.text);
    return false;
  } catch (const YAML::Exception& error) {
    auto at = place(error.mark);
    faults.report(at, syntax_text(text, error, at));
    return false;
  }
  tree.root(builder.root());
  if (!builder.has_document() || builder.root()->is_null()) {
    faults.report({1, 1}, "the file is empty; a scenario begins with `lapse: 1`");
    return false;
  }
  return true;
}

const yaml_node* read_yaml_value(std::string_view text, file_position at, yaml_tree& tree) {
  tree_builder builder{tree, nullptr, at};
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    if (!parser.HandleNextDocument(builder))
      return nullptr;
    return parser.HandleNextDocument(builder) ? nullptr : builder.root();
  } catch (const stop_reading&) {
    return nullptr;
  } catch (const YAML::Exception&) {
    return nullptr;
  }
}

} // namespace lapse
