#include "reports/dot/dot_report.hpp"

#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"
#include "reports/tree/tree.hpp"

#include <string>
#include <string_view>

namespace lapse::dot {

namespace {

/// What a person can still look at, and Graphviz lay out in seconds.
constexpr tree::tree_limits usual_limits = {1000, 40};
constexpr std::size_t label_bytes_max = 80;
constexpr std::size_t sentence_bytes_max = 400;

/// Inside of a quoted string: quotes end it, backslashes begin an escape, and ampersands an HTML
/// entity.
std::string inside(std::string_view text, std::size_t bytes_max = label_bytes_max) {
  std::string result;
  for (auto c : text_report::escaped(text, bytes_max)) {
    if (c == '&') {
      result += "&amp;";
      continue;
    }
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result;
}

} // namespace

void dot_report::on_event(const event& e, const lives::ledger& lives) {
  estate_.on_event(e);
  if (std::holds_alternative<run_ended>(e.body))
    put_tree(lives);
}

void dot_report::put_tree(const lives::ledger& run) {
  const auto& lives = estate_.shown(run);
  const auto count = lives.size();
  const auto nodes =
      tree::draw_tree(lives, options_.all ? tree::tree_limits{count, count} : usual_limits);
  const auto ahead = lives.outlooks();
  out_ << "digraph lapse {\n"
          "  graph [rankdir=LR, labelloc=t, fontname=\"sans-serif\", label=\""
       << inside(estate_.name(), sentence_bytes_max) << "\\n"
       << inside(estate_.title(run))
       << "\"];\n"
          "  node [shape=box, style=filled, fontname=\"sans-serif\", fontsize=10];\n"
          "  edge [arrowsize=0.6];\n";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& node = nodes[i];
    if (node.life != lives::ledger::no_slot)
      put_life(i, lives, node.life, ahead[node.life]);
    else
      out_ << "  n" << i << " [shape=plaintext, style=\"\", label=\"and "
           << text_report::grouped(node.left_out) << " more\"];\n";
    if (node.above != tree::tree_node::none)
      out_ << "  n" << node.above << " -> n" << i << ";\n";
  }
  out_ << "}\n";
}

void dot_report::put_life(std::size_t node, const lives::ledger& lives, lives::ledger::slot which,
                          const lives::outlook& ahead) {
  const auto& life = lives.at(which);
  const auto words = tree::words_of(lives, life, ahead);
  out_ << "  n" << node << " [label=\"" << inside(words.name) << "\\n"
       << inside(words.what) << "\\n"
       << inside(words.state, 2 * label_bytes_max) << "\", tooltip=\""
       << inside(cause::sentence(lives, life), sentence_bytes_max) << '"';
  if (life.is_lease())
    out_ << ", style=\"" << (words.alive ? "rounded,filled" : "rounded,filled,dashed") << '"';
  else if (!words.alive)
    out_ << ", style=\"filled,dashed\"";
  if (words.alive)
    out_ << ", fillcolor=\"" << (life.is_lease() ? "#fde9c8" : "#d3e5fb") << '"';
  else
    out_ << ", fillcolor=\"#eeeeee\", fontcolor=\"#666666\", color=\"#999999\"";
  out_ << "];\n";
}

} // namespace lapse::dot
