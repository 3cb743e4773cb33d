#pragma once

#include "tests/unit/reports/story.hpp"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::test {

using namespace std::string_literals;

/// Names that end quotes, open markup, mention people, break lines or are no text at all, in one
/// format or another.
inline const std::vector<std::string>& hostile_names() {
  static const std::vector<std::string> names = {
      "<script>alert(1)</script>",
      "a\"b'c\\d\\",
      "x | y `code` ``two`` ![i](http://e.x)",
      "@somebody #1 https://e.x",
      "line\nbreak\r\ttab\x1b[31m"s + '\0',
      "no utf-8 \xff\xc0\x80",
      "\xef\xbf\xbe\xef\xbf\xbf\xe2\x80\xae",
      "&lt;&#35;]]>%%{init: {}}%%",
      "=cmd()\n# EOF",
      "`",
      "\\",
      " ",
      "-->\"]:::x",
  };
  return names;
}

/// A run in which every name, path and piece of evidence is one of them, and everything fails.
inline void hostile_run(story& s) {
  const auto& names = hostile_names();
  std::string all;
  for (const auto& name : names)
    all += name;
  s.begin(all, all);
  for (const auto& name : names)
    s.emit(client_family{name, 2, name, name, {name}});
  s.emit(client_asked{{0, 1}, client_request::read, 503, true});
  s.emit(client_changed{{0, 1}, client_changed::kind::gave_up, all});
  auto root = s.token(names[0], {}, duration::zero(), ttl_bound::none);
  std::vector<lease_id> leases;
  for (const auto& name : names) {
    auto token = s.token(name + "t", root, 1h);
    leases.push_back(s.lease(name + "l", token, "aws/" + name, 2h));
    s.emit(expectation_failed{"x.yaml", 3, 5, name, name, name});
    s.emit(rule_broken{name, name, name, 7});
    s.emit(unexpected_refusal{9, name, 403, name});
    s.emit(warning_raised{name});
  }
  s.at(10min);
  for (std::size_t i = 0; i < leases.size(); ++i) {
    s.emit(lease_ended{leases[i], end_cause::ancestor, root, root});
    s.emit(revocation_attempted{leases[i], 1, false, names[i], 11min});
    s.emit(lease_irrevocable{leases[i], names[i]});
  }
  s.end(names.size(), names.size(), names.size());
}

/// What a report writes about a story.
template <class Report, class Tell, class... Options>
std::string written(Tell&& tell, Options&&... options) {
  std::ostringstream out;
  Report report{out, std::forward<Options>(options)...};
  story s{report};
  tell(s);
  return out.str();
}

inline void empty_run(story& s) {
  s.begin("");
  s.end();
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

/// Bytes below 0x20 but for the line feed, which no report may let through.
inline bool has_control(const std::string& text) {
  for (unsigned char c : text)
    if ((c < 0x20 && c != '\n') || c == 0x7f)
      return true;
  return false;
}

} // namespace lapse::test
