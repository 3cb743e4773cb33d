#include "sim/language/handle_registry.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/counters.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::language {

namespace {

// Names with counters are the same if they differ in the counters' names and depths only.
std::string normal(const plan::counted_text& name) {
  std::string result;
  for (const auto& part : name.parts) {
    result += part.literal;
    if (part.counter >= 0)
      result += '\0';
  }
  return result;
}

// A name as `normal` has it, if it is one of a client: `web3.db#2` without its numbers.
std::string without_numbers(std::string_view name) {
  std::string result;
  const auto add = [&](std::string_view part) {
    const auto number = part.find_last_not_of("0123456789") + 1;
    result += part.substr(0, number);
    if (number < part.size() && part[number] != '0')
      result += '\0';
    else
      result += part.substr(number);
  };
  const auto family = name.substr(0, name.find_first_of(".#"));
  const auto secret = name.substr(family.size(), name.find('#') - family.size());
  add(family);
  result += secret;
  add(name.substr(family.size() + secret.size()));
  return result;
}

// Longer names are refused, so that matching costs little.
constexpr std::size_t name_max = 200;

// Where in `text` a match may stand after each part of the name: all splits of digits at once, so
// that `{i}{j}{k}` costs no more than its length.
std::vector<bool> positions_after(const plan::counted_text::part& part, std::string_view text,
                                  const std::vector<bool>& before) {
  std::vector<bool> after(text.size() + 1);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (!before[at] || text.substr(at, part.literal.size()) != part.literal)
      continue;
    auto next = at + part.literal.size();
    if (part.counter < 0)
      after[next] = true;
    else if (next < text.size() && text[next] != '0')
      for (auto i = next; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
        after[i + 1] = true;
  }
  return after;
}

// The name as a glob: `*` for every counter.
std::string as_glob(const plan::counted_text& name) {
  std::string result;
  for (const auto& part : name.parts) {
    result += part.literal;
    if (part.counter >= 0)
      result += '*';
  }
  return result;
}

// Whether some text matches both globs.
bool globs_meet(std::string_view a, std::string_view b) {
  std::vector<bool> row(b.size() + 1);
  row[0] = true;
  for (std::size_t j = 1; j <= b.size(); ++j)
    row[j] = row[j - 1] && b[j - 1] == '*';
  for (auto c : a) {
    std::vector<bool> next(b.size() + 1);
    next[0] = row[0] && c == '*';
    for (std::size_t j = 1; j <= b.size(); ++j) {
      if (c == '*' || b[j - 1] == '*')
        next[j] =
            row[j] || next[j - 1] || (c != '*' && row[j - 1]) || (b[j - 1] != '*' && row[j - 1]);
      else
        next[j] = row[j - 1] && c == b[j - 1];
    }
    row = std::move(next);
  }
  return row[b.size()];
}

// `; a `create`, … or `wrap` must bind it`.
std::string binders() {
  std::vector<std::string> quoted;
  for (auto key : binding_keys())
    quoted.push_back(document::in_quotes(key));
  return "; a " + document::alternatives({quoted.begin(), quoted.end()}) + " must bind it";
}

// The first ones are clients of one `together` that do not wait for each other.
bool concurrent(const handle_registry::moment& a, const handle_registry::moment& b) {
  auto depth = std::min(a.clients.size(), b.clients.size());
  for (std::size_t i = 0; i < depth; ++i)
    if (a.clients[i] != b.clients[i])
      return a.clients[i].first == b.clients[i].first;
  return false;
}

// The number of the client that `text`, one of the names of `family`, speaks of.
std::int64_t client_number(const plan::counted_text& family, std::string_view text) {
  text.remove_prefix(family.parts.front().literal.size());
  return document::to_integer(text.substr(0, text.find_first_not_of("0123456789"))).value_or(0);
}

// Rounds in which `name`'s counters go beyond those of the family.
bool goes_beyond(const plan::counted_text& name,
                 const std::vector<std::optional<std::int64_t>>& rounds,
                 const plan::counted_text& family,
                 const std::vector<std::optional<std::int64_t>>& family_rounds) {
  for (std::size_t i = 0; i < std::min(name.parts.size(), family.parts.size()); ++i) {
    auto mine = name.parts[i].counter;
    auto theirs = family.parts[i].counter;
    if (mine < 0 || theirs < 0)
      continue;
    auto used = rounds.at(static_cast<std::size_t>(mine));
    auto bound = family_rounds.at(static_cast<std::size_t>(theirs));
    if (used && bound && *used > *bound)
      return true;
  }
  return false;
}

} // namespace

bool matches_counted(const plan::counted_text& name, std::string_view text) {
  if (text.size() > name_max)
    return false;
  std::vector<bool> positions(text.size() + 1);
  positions[0] = true;
  for (const auto& part : name.parts)
    positions = positions_after(part, text, positions);
  return positions[text.size()];
}

void handle_registry::bind(const plan::counted_text& name, document::file_position where,
                           const moment& when, handle_kind what) {
  families_.push_back({name, where, when, what});
}

void handle_registry::bind_clients(const plan::counted_text& name, document::file_position where,
                                   std::int64_t clients, handle_kind what) {
  moment when;
  when.rounds = {clients, std::nullopt};
  families_.push_back({name, where, std::move(when), what, clients});
  announce(normal(name));
}

void handle_registry::use(const plan::counted_text& name, bool glob, document::file_position where,
                          std::optional<moment> when, handle_kind wanted) {
  if (name.fixed() && !glob && name.raw() == "root")
    return;
  uses_.push_back({name, glob, where, std::move(when), wanted});
}

void handle_registry::announce(std::string name) { announced_.emplace(std::move(name), true); }

bool handle_registry::announced(std::string_view name) const {
  return name == "root" || announced_.count(std::string{name}) > 0 ||
         (name.size() <= name_max && announced_.count(without_numbers(name)) > 0);
}

void handle_registry::judge(document::diagnostics& faults) {
  for (std::size_t i = 0; i < families_.size(); ++i)
    judge_binding(i, faults);
  for (const auto& use : uses_)
    judge_use(use, faults);
}

std::string handle_name_fault(std::string_view name) {
  if (name == "root")
    return "handle `root` exists from the start; choose another name";
  if (name == "none")
    return "`none` means no token; choose another name for the handle";
  if (world_table().find(name) != nullptr)
    return fmt::format("handle {} is named like a count; choose another name",
                       document::in_quotes(name));
  if (name.find_first_of(".*") != std::string_view::npos)
    return fmt::format("handle {} has a `.` or `*` in it, which mean something else in "
                       "expectations; choose another name",
                       document::in_quotes(name));
  if (name.size() > name_max)
    return fmt::format("a handle's name is longer than {} bytes; choose a shorter one", name_max);
  return {};
}

// What is wrong with a name that steps bind; those of clients are judged with their family.
std::string handle_registry::step_binding_fault(const family& bound, const std::string& raw) {
  if (auto fault = handle_name_fault(raw); !fault.empty())
    return fault;
  for (std::size_t depth = 0; depth < bound.when.rounds.size(); ++depth) {
    auto once = bound.when.rounds[depth] && *bound.when.rounds[depth] <= 1;
    auto used = std::any_of(bound.name.parts.begin(), bound.name.parts.end(),
                            [&](const auto& p) { return p.counter == static_cast<int>(depth); });
    if (!once && !used)
      return fmt::format("handle {} is bound once in every round of a repeat, but a handle is "
                         "bound once in a file; put the counter into its name: `{}{{i}}`",
                         document::in_quotes(raw), raw);
  }
  return {};
}

void handle_registry::judge_binding(std::size_t index, document::diagnostics& faults) {
  const auto& bound = families_[index];
  auto raw = bound.name.raw();
  auto report = [&](const std::string& text) { faults.report(bound.where, text); };
  if (bound.clients == 0)
    if (auto fault = step_binding_fault(bound, raw); !fault.empty())
      return report(fault);
  auto [first, fresh] = by_name_.emplace(normal(bound.name), index);
  const auto* twin = fresh ? nullptr : &families_[first->second];
  if (twin == nullptr && bound.name.fixed())
    for (auto other : counted_)
      if (affordable(families_[other].name) && matches_counted(families_[other].name, raw))
        twin = &families_[other];
  if (!bound.name.fixed())
    counted_.push_back(index);
  if (twin != nullptr)
    report(fmt::format("handle {} is bound twice, first on line {}; choose another name",
                       document::in_quotes(raw), twin->where.line));
}

bool handle_registry::speaks_of_earlier() const {
  return std::any_of(uses_.begin(), uses_.end(), [](const usage& one) {
    return one.name.raw().find('#') != std::string::npos;
  });
}

// Comparing names with counters costs about their length; a file may cost so much in all.
bool handle_registry::affordable(const plan::counted_text& name) {
  auto cost = 1 + name.parts.size() + name.parts.size() * name.parts.size() / 4;
  matches_left_ -= std::min(matches_left_, cost);
  return matches_left_ > 0;
}

// The family a use belongs to: one of its very name, or one with counters whose names it matches.
const handle_registry::family* handle_registry::family_of(const plan::counted_text& name,
                                                          bool glob) {
  if (!glob) {
    auto found = by_name_.find(normal(name));
    if (found != by_name_.end())
      return &families_[found->second];
  }
  auto text = first_round(name);
  const family* best = nullptr;
  auto consider = [&](const family& candidate, bool matches) {
    if (matches && (best == nullptr || candidate.when.ordinal < best->when.ordinal))
      best = &candidate;
  };
  if (glob) {
    auto pattern = as_glob(name);
    for (const auto& candidate : families_)
      if (affordable(candidate.name))
        consider(candidate, globs_meet(pattern, as_glob(candidate.name)));
    return best;
  }
  for (auto index : counted_)
    if (affordable(families_[index].name))
      consider(families_[index], matches_counted(families_[index].name, text));
  if (best == nullptr && !name.fixed()) {
    auto found = by_name_.find(text);
    if (found != by_name_.end())
      best = &families_[found->second];
  }
  return best;
}

std::string handle_registry::hint(const std::string& name) {
  if (hints_left_ == 0)
    return {};
  --hints_left_;
  constexpr std::size_t names_max = 500;
  std::vector<std::string> known{"root"};
  for (std::size_t i = 0; i < families_.size() && i < names_max; ++i)
    known.push_back(families_[i].name.raw());
  return document::did_you_mean(name, {known.begin(), known.end()});
}

void handle_registry::judge_use(const usage& use, document::diagnostics& faults) {
  auto raw = use.name.raw();
  if (raw.size() > name_max)
    return faults.report(use.where, fmt::format("unknown handle {}", document::in_quotes(raw)));
  if (use.glob && globs_meet(as_glob(use.name), "root"))
    return;
  const auto* family = family_of(use.name, use.glob);
  if (family == nullptr && matches_left_ == 0)
    return; // too many counted names to tell; the run will
  if (family == nullptr) {
    const auto numbered = by_name_.find(raw + '\0');
    const auto clients = numbered == by_name_.end() ? 0 : families_[numbered->second].clients;
    auto hint_text = clients == 0
                         ? hint(raw)
                         : fmt::format("; these clients are `{}1` to `{}{}`", raw, raw, clients);
    faults.report(use.where, use.glob ? fmt::format("{} matches no handle{}",
                                                    document::in_quotes(raw), hint_text)
                                      : fmt::format("unknown handle {}{}", document::in_quotes(raw),
                                                    hint_text.empty() ? binders() : hint_text));
    return;
  }
  if (family->clients > 1 && !use.glob && use.name.fixed() &&
      client_number(family->name, raw) > family->clients)
    return faults.report(
        use.where, fmt::format("unknown handle {}: line {} has {} of these clients",
                               document::in_quotes(raw), family->where.line, family->clients));
  if (use.wanted == handle_kind::token && family->what == handle_kind::lease)
    return faults.report(use.where,
                         fmt::format("handle {} is a lease (line {}), and a token is needed here; "
                                     "leases take `renew_lease`, `revoke_lease` and `lookup_lease`",
                                     document::in_quotes(raw), family->where.line));
  if (use.wanted == handle_kind::lease && family->what == handle_kind::token)
    return faults.report(use.where,
                         fmt::format("handle {} is a token (line {}), and a lease is needed here; "
                                     "write `{}.lease` for the token's own lease",
                                     document::in_quotes(raw), family->where.line, raw));
  if (!use.when)
    return;
  if (family->when.ordinal >= use.when->ordinal)
    faults.report(use.where,
                  fmt::format("handle {} is used before it exists; it is bound on line {}",
                              document::in_quotes(raw), family->where.line));
  else if (concurrent(family->when, *use.when))
    faults.report(use.where, fmt::format("handle {} does not exist yet: it is bound on line {} by "
                                         "another client of the same `together`; bind it before",
                                         document::in_quotes(raw), family->where.line));
  else if (goes_beyond(use.name, use.when->rounds, family->name, family->when.rounds))
    faults.report(use.where, fmt::format("handle {} counts further here than where it is bound, on "
                                         "line {}; make the repeats equally long",
                                         document::in_quotes(raw), family->where.line));
}

} // namespace lapse::language
