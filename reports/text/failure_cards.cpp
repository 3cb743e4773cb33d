#include "reports/text/failure_cards.hpp"

#include "reports/text/likeness.hpp"

#include <algorithm>
#include <utility>

namespace lapse::text_report {

namespace {

constexpr std::size_t cards_max = 1000;

/// What two failures must have in common to stand on one card.
std::string key_of(const failure& what, const std::string& cause) {
  if (!cause.empty())
    return "c " + likeness(cause);
  if (what.is_rule)
    return "r " + what.subject + ' ' + likeness(what.expected);
  return "x " + std::to_string(what.line) + ':' + std::to_string(what.column) + ' ' + what.source +
         ' ' + likeness(what.subject);
}

} // namespace

void failure_cards::on_event(const event& e) {
  if (const auto* x = std::get_if<expectation_failed>(&e.body)) {
    expectations_ += x->again ? 0 : 1;
    add({e.at, false, x->source, x->line, x->column, x->subject, x->expected, x->seen, x->why},
        x->cause, x->again);
  } else if (const auto* r = std::get_if<rule_broken>(&e.body)) {
    ++rules_;
    add({e.at, true, {}, r->line, 0, r->id, r->sentence, r->evidence}, r->cause, false);
  }
}

void failure_cards::add(failure what, const std::string& cause, bool again) {
  auto key = key_of(what, cause);
  auto found = index_.find(key);
  if (found == index_.end()) {
    if (cards_.size() >= cards_max) {
      left_out_ += again ? 0 : 1;
      return;
    }
    found = index_.emplace(std::move(key), cards_.size()).first;
    cards_.push_back({cause, false, {}, 0, 0});
  }
  auto& card = cards_[found->second];
  card.alike_only = card.alike_only || card.cause != cause;
  card.count += again ? 0 : 1;
  if (++card.members <= shown_max_) {
    card.shown.push_back(std::move(what));
    return;
  }
  if (card.members == shown_max_ + 1)
    card.first_left = what.subject;
  card.last_left = std::move(what.subject);
}

std::string card_title(const failure_card& card) {
  // Several handles of one expectation may have failed for different causes.
  const auto count = std::max<std::uint64_t>(card.count, 1);
  return plural(count, "failure") +
         (card.members > count ? " of " + grouped(card.members) + " handles" : "") +
         (card.cause.empty() ? ""
          : card.alike_only  ? " with causes like this"
                             : ", one cause");
}

std::string left_words(const failure_card& card) {
  const auto left = card.members - card.shown.size();
  return left == 0 ? std::string{}
                   : grouped(left) + " more like this, " +
                         first_and_last(card.first_left, card.last_left);
}

} // namespace lapse::text_report
