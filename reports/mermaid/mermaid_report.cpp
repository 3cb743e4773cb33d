#include "reports/mermaid/mermaid_report.hpp"

#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"
#include "reports/tree/tree.hpp"

#include <string>
#include <string_view>

namespace lapse::mermaid {

namespace {

/// With `node_bytes_max` for the text of one node these keep to Mermaid's bounds, even if every
/// character of a name needs an entity.
constexpr tree::tree_limits limits = {150, 25};
constexpr std::size_t label_width_max = 48;
constexpr std::size_t label_bytes_max = 96;
constexpr std::size_t node_bytes_max = 200;

/// Inside of a quoted label. Mermaid takes markup, entities, directives (`%%{`) and the start of a
/// Markdown string (a backquote) from it: all but plain characters become numbered entities.
std::string inside(std::string_view text, std::size_t& room) {
  constexpr std::string_view plain = " .,:/()+='-_";
  std::string result;
  for (auto c :
       text_report::shortened(text_report::escaped(text, label_bytes_max), label_width_max)) {
    auto is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    static_cast<unsigned char>(c) >= 0x80 ||
                    plain.find(c) != std::string_view::npos;
    auto piece =
        is_plain ? std::string(1, c) : '#' + std::to_string(static_cast<unsigned char>(c)) + ';';
    if (piece.size() > room && static_cast<unsigned char>(c) < 0x80)
      break;
    room -= std::min(room, piece.size());
    result += piece;
  }
  return result;
}

} // namespace

void mermaid_report::on_event(const event& e, const lives::ledger& lives) {
  estate_.on_event(e);
  if (std::holds_alternative<run_ended>(e.body))
    put_tree(lives);
}

void mermaid_report::put_tree(const lives::ledger& run) {
  const auto& lives = estate_.shown(run);
  const auto nodes = tree::draw_tree(lives, limits);
  const auto ahead = lives.outlooks();
  out_ << "%% lapse: " << estate_.title(run) << "\nflowchart LR\n";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& node = nodes[i];
    if (node.life != lives::ledger::no_slot)
      put_life(i, lives, node.life, ahead[node.life]);
    else
      out_ << "  n" << i << "[\"and " << text_report::grouped(node.left_out) << " more\"]:::rest\n";
    if (node.above != tree::tree_node::none)
      out_ << "  n" << node.above << " --> n" << i << '\n';
  }
  if (nodes.empty())
    out_ << "  n0[\"no token and no lease\"]:::rest\n";
  out_ << "  classDef token fill:#d3e5fb,stroke:#1f4e8c,color:#10243f\n"
          "  classDef lease fill:#fde9c8,stroke:#8c5a1f,color:#3f2810\n"
          "  classDef dead fill:#eeeeee,stroke:#999999,color:#666666,stroke-dasharray:4 3\n"
          "  classDef rest fill:none,stroke:none\n";
}

void mermaid_report::put_life(std::size_t node, const lives::ledger& lives,
                              lives::ledger::slot which, const lives::outlook& ahead) {
  const auto& life = lives.at(which);
  const auto words = tree::words_of(lives, life, ahead);
  std::size_t room = node_bytes_max;
  out_ << "  n" << node << (life.is_lease() ? "(\"" : "[\"") << inside(words.name, room) << "<br/>"
       << inside(words.what, room) << "<br/>" << inside(words.state, room)
       << (life.is_lease() ? "\")" : "\"]") << ":::"
       << (!words.alive      ? "dead"
           : life.is_lease() ? "lease"
                             : "token")
       << '\n';
}

} // namespace lapse::mermaid
