#include "reports/text/client_words.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/likeness.hpp"

#include <chrono>

namespace lapse::text_report {

namespace {

void add(std::string& list, std::uint64_t count, std::string_view noun) {
  if (count > 0)
    list += (list.empty() ? "" : ", ") + plural(count, noun);
}

std::string requests_words(const lives::client_book::family& of) {
  using what = client_request;
  std::string result;
  add(result, of.count(what::login), "login");
  add(result, of.count(what::lookup), "lookup");
  add(result, of.renewals(), "renewal");
  add(result, of.count(what::read), "read");
  add(result, of.count(what::revoke), "revocation");
  if (result.empty())
    result = "no requests";
  result += "; " + grouped(of.refused) + " refused";
  std::uint64_t unreached = 0;
  for (const auto count : of.unreached)
    unreached += count;
  if (unreached > 0)
    result += ", " + grouped(unreached) + " kept from the server by a fault";
  return result;
}

std::string gap_words(const lives::ledger& lives, std::uint32_t family,
                      const lives::client_book::gap& one) {
  return cause::quoted(lives.clients().name({family, one.number})) + " from " +
         ttl::readable_duration(one.from) + ": " + cause::gap_reason(lives, one.lost);
}

std::string gaps_words(const lives::ledger& lives, std::uint32_t number,
                       const lives::client_book::family& of) {
  if (of.hit == 0)
    return "none";
  auto result = plural(of.hit, "client") + ", longest " +
                ttl::readable_duration(of.longest.length) + " (" +
                gap_words(lives, number, of.longest) + ")";
  if (of.first.number != of.longest.number || of.first.from != of.longest.from)
    result += ", first " + gap_words(lives, number, of.first);
  return result;
}

} // namespace

client_words words_of_clients(const lives::ledger& lives, std::uint32_t number) {
  const auto of = lives.clients().as_of(number, lives.now());
  client_words result;
  result.name = of.facts.name;
  result.who = plural(static_cast<std::uint64_t>(of.facts.count), "client") + ", " +
               of.facts.login + ", " + of.facts.renew;
  result.requests = requests_words(of);
  const auto tenths = of.mean_tenths(lives.now());
  result.rate = "mean " + grouped(tenths / 10) + '.' + std::to_string(tenths % 10) + ", worst " +
                grouped(of.worst);
  if (of.worst > 0)
    result.rate += " from " + ttl::readable_duration(std::chrono::minutes{of.worst_minute}) + " on";
  result.gaps = gaps_words(lives, number, of);
  if (of.gave_up > 0)
    result.given_up = plural(of.gave_up, "client");
  return result;
}

} // namespace lapse::text_report
