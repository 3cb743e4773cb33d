#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/client_words.hpp"

namespace lapse::html {

mustache::object clients_section(const page_facts& facts) {
  mustache::list families;
  const auto count = facts.lives.clients().families().size();
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto what = text_report::words_of_clients(facts.lives, i);
    mustache::object row;
    put(row, "family", text_report::escaped(what.name));
    put(row, "family_who", text_report::escaped(what.who));
    put(row, "family_requests", what.requests);
    put(row, "family_rate", what.rate);
    row["family_gaps"] = words(text_report::escaped(what.gaps, 1000));
    put(row, "family_gave_up", what.given_up);
    families.push_back(std::move(row));
  }
  mustache::object result;
  put_list(result, "families", std::move(families));
  return result;
}

} // namespace lapse::html
