#include "reports/html/words.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/dates.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>

namespace lapse::html {

namespace {

constexpr std::size_t name_width_max = 48;
constexpr std::size_t sentence_bytes_max = 600;

bool one_cause(const page_facts& facts, const outline_node& node) {
  auto because = facts.end_of_first(node).because;
  return std::all_of(node.members.begin(), node.members.end(),
                     [&](std::uint32_t i) { return facts.ends[i].because == because; });
}

} // namespace

void put(mustache::object& to, const std::string& key, std::string text) {
  to[key] = text.empty() ? mustache::data{false} : mustache::data{std::move(text)};
}

void put_list(mustache::object& to, const std::string& key, mustache::list entries) {
  to[key + "_some"] = mustache::data{!entries.empty()};
  to[key] = mustache::data{entries};
}

std::string tokens_and_leases(std::uint64_t tokens, std::uint64_t leases) {
  if (tokens == 0 && leases == 0)
    return "nothing";
  if (leases == 0)
    return text_report::plural(tokens, "token");
  return tokens == 0 ? text_report::plural(leases, "lease")
                     : text_report::plural(tokens, "token") + " and " +
                           text_report::plural(leases, "lease");
}

std::string range_text(duration first, duration last) {
  return first == last ? ttl::readable_duration(first)
                       : ttl::readable_duration(first) + " – " + ttl::readable_duration(last);
}

std::string sort_key(duration value) {
  auto digits = std::to_string(value.count());
  return std::string(19 - std::min<std::size_t>(19, digits.size()), '0') + digits;
}

std::string dated(const page_facts& facts, instant at) {
  return text_report::time_text(at, facts.findings.start.start_unix_s);
}

std::string line_name(const page_facts& facts, const outline_node& node) {
  if (node.rest)
    return text_report::plural(node.members.size(), "other");
  auto short_name = [&](std::uint32_t i) {
    return text_report::shortened(text_report::escaped(facts.lives.name(facts.life(i)), 400),
                                  name_width_max);
  };
  auto name = short_name(node.members.front());
  return node.single() ? name : name + " … " + short_name(node.members.back());
}

const mark_words& kind_mark(const page_facts& facts, const outline_node& node) {
  return node.mixed() ? kind_marks.back()
                      : kind_marks[static_cast<std::size_t>(facts.first_of(node).what)];
}

const mark_words& end_mark(const lives::ending& end) {
  return end.at == never ? end_marks.front() : end_marks[static_cast<std::size_t>(end.cause) + 1];
}

const mark_words& end_mark(const page_facts& facts, const outline_node& node) {
  return node.mixed() ? end_marks.back() : end_mark(facts.end_of_first(node));
}

std::string lifeline_id(std::uint32_t line) { return 'l' + std::to_string(line); }

mustache::data words(std::string_view sentence) {
  auto text = text_report::escaped(sentence, sentence_bytes_max);
  mustache::list parts;
  cause::for_each_part(text, [&](std::string_view part, bool is_name) {
    if (part.empty())
      return;
    mustache::object entry;
    put(entry, "quoted", std::string{is_name ? part : ""});
    put(entry, "plain", std::string{is_name ? "" : part});
    parts.push_back(std::move(entry));
  });
  return mustache::data{parts};
}

std::string line_reason(const page_facts& facts, const outline_node& node) {
  const auto& end = facts.end_of_first(node);
  if (node.mixed())
    return "various causes";
  if (end.at == never)
    return {};
  if (end.cause != end_cause::ancestor || one_cause(facts, node))
    return cause::reason(facts.lives, facts.first_of(node));
  return std::string{cause::reason_in_common(facts.first_of(node))};
}

std::string fate_words(const page_facts& facts, std::uint32_t life) {
  const auto& end = facts.ends[life];
  switch (end.cause) {
    case end_cause::deadline:
      return "expired";
    case end_cause::ancestor:
      return "was taken along";
    case end_cause::last_use:
      return "was used up";
    case end_cause::revoke:
      return end.by ? "was revoked by " + cause::quoted(facts.lives.name(end.by)) : "was revoked";
    case end_cause::prefix:
    case end_cause::mount:
    case end_cause::tidy:
      break;
  }
  return "was revoked";
}

std::string given_up_words(std::uint64_t count, bool single) {
  if (count == 0)
    return {};
  return single ? "its revocation was given up"
                : "the revocation of " + text_report::grouped(count) + " was given up";
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

} // namespace lapse::html
