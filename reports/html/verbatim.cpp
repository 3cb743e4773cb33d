#include "reports/html/verbatim.hpp"

#include "reports/html/words.hpp"
#include "reports/text/cell.hpp"

#include <algorithm>
#include <string>

namespace lapse::html {

namespace {

constexpr std::size_t bytes_max = 256 * 1024;

bool plain(unsigned char c) { return c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f); }

/// Bytes of the code point that `lead` begins, if it is one.
std::size_t bytes_of(unsigned char lead) {
  return lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

class splitter {
public:
  void add_plain(std::string_view text) { run_ += text; }

  /// `shown` is how a terminal would name it: `\u202e`, `\x1b`, `\r`.
  void add_marked(std::string_view text, std::string shown) {
    end_run();
    mustache::object part;
    put(part, "run", "");
    put(part, "shown", std::move(shown));
    part["return"] = mustache::data{text == "\r"};
    put(part, "text", text == "\r" ? "" : std::string{text});
    parts_.push_back(std::move(part));
  }

  void end_run() {
    if (run_.empty())
      return;
    mustache::object part;
    put(part, "run", std::move(run_));
    parts_.push_back(std::move(part));
    run_.clear();
  }

  [[nodiscard]] mustache::list take() {
    end_run();
    return std::move(parts_);
  }

private:
  std::string run_;
  mustache::list parts_;
};

} // namespace

mustache::list verbatim(std::string_view text) {
  auto cut = text.size() > bytes_max;
  text = text.substr(0, bytes_max);
  splitter result;
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && plain(static_cast<unsigned char>(text[length])))
      ++length;
    result.add_plain(text.substr(0, length));
    text.remove_prefix(length);
    if (text.empty())
      break;
    auto point =
        text.substr(0, std::min(bytes_of(static_cast<unsigned char>(text[0])), text.size()));
    auto shown = text_report::escaped(point);
    if (shown == point) {
      result.add_plain(point);
    } else if (shown.size() > 4 && shown.compare(0, 2, "\\x") == 0) {
      // No UTF-8: the first byte alone, and what follows on its own.
      point = text.substr(0, 1);
      result.add_marked("\xef\xbf\xbd", shown.substr(0, 4));
    } else {
      auto no_text = static_cast<unsigned char>(point[0]) >= 0x80 && point.size() == 1;
      result.add_marked(no_text || point[0] == '\0' ? "\xef\xbf\xbd" : point, shown);
    }
    text.remove_prefix(point.size());
  }
  auto parts = result.take();
  if (cut) {
    mustache::object note;
    put(note, "run", "\n… cut: this page shows only the first 256 KiB\n");
    parts.push_back(std::move(note));
  }
  return parts;
}

} // namespace lapse::html
