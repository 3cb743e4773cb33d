#include "reports/text/refusal_list.hpp"

#include "reports/cause/refusal_words.hpp"
#include "reports/text/likeness.hpp"

namespace lapse::text_report {

std::string expected_title(std::uint64_t count, const lives::ledger& lives) {
  return plural(count, "request") + " refused as expected" +
         (lives.clients().families().empty() ? "" : ", or the first of a family of clients");
}

std::string refusal_answer(const told_refusal& what) {
  auto result = what.status == 0 ? "no answer" : std::to_string(what.status);
  if (const auto error = cause::readable_error(what.status, what.error); !error.empty())
    result += ' ' + error;
  return result + (what.number == 0 ? "" : " (refusal " + std::to_string(what.number) + ')');
}

std::string refusal_list::kind::more() const {
  return count == 1 ? std::string{}
                    : grouped(count - 1) + " more like this, the last `" + last + '`';
}

void refusal_list::on_event(const event& e) {
  if (const auto* u = std::get_if<unexpected_refusal>(&e.body))
    add(*u, e.at, false);
  else if (const auto* x = std::get_if<expected_refusal>(&e.body))
    add(x->told(), e.at, true);
}

void refusal_list::add(const told_refusal& what, instant at, bool expected) {
  ++(expected ? expected_ : unexpected_);
  auto key = (expected ? "e " : "u ") + std::to_string(what.status) + ' ' + likeness(what.what);
  if (const auto found = places_.find(key); found != places_.end()) {
    auto& alike = kinds_[found->second];
    ++alike.count;
    alike.last = what.what;
  } else if (kinds_.size() < kinds_max) {
    places_.emplace(std::move(key), kinds_.size());
    kinds_.push_back({what, at, expected});
  }
}

} // namespace lapse::text_report
