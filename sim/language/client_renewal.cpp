#include "sim/language/client_renewal.hpp"

#include "sim/clients/behaviors.hpp"
#include "sim/clients/custom.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/expect_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace lapse::language {

namespace {

using clients::ratio;
using document::document_node;

using way = std::shared_ptr<const clients::behavior>;

/// One that lives as long as the program.
way named(const clients::behavior& what) { return {way{}, &what}; }

/// `12`, `1.5`: at most three digits before and four after the point.
std::optional<ratio> decimal(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  const auto digits = [](std::string_view s) {
    return s.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (whole.empty() || whole.size() > 3 || part.size() > 4 || !digits(whole) || !digits(part) ||
      (point != std::string_view::npos && part.empty()))
    return std::nullopt;
  ratio result{document::to_integer(std::string{whole} + std::string{part}).value_or(0), 1};
  for (std::size_t i = 0; i < part.size(); ++i)
    result.under *= 10;
  return result;
}

/// `2/3` or `67%`, from nothing to all.
std::optional<ratio> part_of_all(std::string_view text) {
  std::optional<ratio> result;
  if (text.ends_with('%')) {
    result = decimal(text.substr(0, text.size() - 1));
    if (result)
      result->under *= 100;
  } else if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto over = decimal(text.substr(0, slash));
    const auto under = decimal(text.substr(slash + 1));
    if (over && under && over->under == 1 && under->under == 1 && under->over > 0)
      result = ratio{over->over, under->over};
  }
  return result && result->over <= result->under ? result : std::nullopt;
}

class reader {
public:
  explicit reader(load_context& context) : context_(context) {}

  clients::custom_terms read(const document_node& node) {
    clients::custom_terms result;
    part(node, "at", result.at);
    if (const auto* at = node.scalar("at"); at != nullptr && result.at.over == 0)
      context_.faults.report(at->at,
                             "`at` is nothing, so it would renew all the time; write a part "
                             "such as 2/3");
    part(node, "jitter", result.jitter);
    part(node, "give_up_below", result.give_up_below);
    result.increment =
        context_.fixed_duration("increment", node.scalar("increment")).value_or(duration{0});
    result.renew_below = context_.fixed_duration("renew_below", node.scalar("renew_below"));
    if (const auto* cut = node.find("read_anew_when_cut"))
      result.read_anew_when_cut = document::to_flag(*cut).value_or(false);
    if (const auto* retry = node.find("retry"))
      read_retry(*retry, result.retry);
    return result;
  }

private:
  void read_retry(const document_node& node, std::optional<clients::backoff>& into) {
    if (!node.is_map()) {
      into.reset(); // `none`: the shape check lets no other text through
      return;
    }
    auto& retry = *into;
    pause(node, "first", retry.first);
    pause(node, "most", retry.most);
    if (const auto* factor = node.scalar("factor")) {
      const auto times = decimal(factor->text);
      if (times && times->over >= times->under && times->over <= 100 * times->under)
        retry.factor = *times;
      else
        context_.faults.report(factor->at,
                               fmt::format("`factor` is {}; expected a number from 1 to "
                                           "100, such as 1.5",
                                           document::in_quotes(factor->text)));
    }
    part(node, "spread", retry.less);
    retry.more = retry.less;
    constexpr std::int64_t tries_max = 1'000'000;
    if (const auto tries = context_.fixed_number("tries", node.scalar("tries")))
      retry.tries_max = static_cast<std::uint32_t>(std::min(*tries, tries_max));
  }

  // No pause is longer than a month, so that a few of them in a row can be counted.
  void pause(const document_node& node, std::string_view key, duration& into) {
    const auto* value = node.scalar(key);
    const auto read = context_.fixed_duration(key, value);
    if (!read)
      return;
    if (*read > std::chrono::hours{768} || *read <= duration::zero())
      context_.faults.report(value->at, fmt::format("`{}` is {}; expected more than 0s and at most "
                                                    "32d",
                                                    key, document::in_quotes(value->text)));
    else
      into = *read;
  }

  void part(const document_node& node, std::string_view key, ratio& into) {
    const auto* value = node.scalar(key);
    if (value == nullptr)
      return;
    if (const auto read = part_of_all(value->text))
      into = *read;
    else
      context_.faults.report(value->at,
                             fmt::format("`{}` is {}; expected a part such as 2/3 or 67%, "
                                         "at most all",
                                         key, document::in_quotes(value->text)));
  }

  load_context& context_;
};

bool is_custom(const document_node& entry) { return entry.key != "token" && entry.key != "holds"; }

// A word or a mapping.
way read_way(load_context& context, const document_node& node) {
  if (node.is_map())
    return std::make_shared<clients::custom>(reader{context}.read(node));
  const auto* found = clients::find_behavior(node.text);
  return named(found == nullptr ? clients::lifetime_watcher() : *found);
}

} // namespace

client_renewal compile_client_renewal(load_context& context, const document_node* renew) {
  const auto usual = named(clients::lifetime_watcher());
  if (renew == nullptr)
    return {usual, usual, "lifetime_watcher"};
  client_renewal result{usual, usual, in_words(*renew)};
  const auto entries = renew->entries();
  const auto custom = std::find_if(entries.begin(), entries.end(), is_custom);
  const auto* token = renew->find("token");
  const auto* holds = renew->find("holds");
  if (custom != entries.end() && (token != nullptr || holds != nullptr))
    context.faults.report(custom->key_at,
                          fmt::format("{} beside `token` and `holds`; put it into one of them",
                                      document::in_quotes(custom->key)));
  else if (token == nullptr && holds == nullptr)
    result.token = result.secrets = read_way(context, *renew);
  if (token != nullptr)
    result.token = read_way(context, *token);
  if (holds != nullptr)
    result.secrets = read_way(context, *holds);
  if (holds != nullptr && result.secrets->runs())
    context.faults.report(holds->at, "`per_run` logs in for each run, so it is the token's; write "
                                     "`renew: per_run`");
  return result;
}

} // namespace lapse::language
