#include "sim/shrink/candidate_search.hpp"

#include "actors/protocol/ids.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"
#include "sim/language/loader.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace lapse::shrink {

namespace {

constexpr std::size_t written_max = std::size_t{256} << 20;

std::uint64_t number_of(std::string_view text, const engine::decision_list& decisions) {
  auto result = fnv_1a("and with choices", fnv_1a(text));
  for (const auto& one : decisions)
    result = fnv_1a(engine::to_text(one), result);
  return result;
}

document::node_id largest_id(const document::document_node& node) {
  auto result = node.id;
  for (const auto& child : node.children)
    result = std::max(result, largest_id(child));
  return result;
}

} // namespace

candidate_search::candidate_search(document::document_node document, const shrink_case& failing,
                                   const shrink_oracle& oracle, const shrink_options& options)
  : oracle_(oracle), options_(options), filters_(loads(failing.text)) {
  auto size = size_of(document, failing.text, failing.decisions);
  best_ = {std::move(document), failing, size};
  last_id_ = largest_id(best_.document);
  steps_fewest_ = size.steps;
}

bool candidate_search::stopped() const {
  return tries_ >= options_.tries || written_ > written_max ||
         (options_.interrupted != nullptr && options_.interrupted->load()) ||
         (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline);
}

bool candidate_search::loads(const std::string& text) const {
  return language::load_scenario(text, "shrunk", {}).has_value();
}

std::optional<engine::decision_list> candidate_search::ask(const shrink_case& candidate,
                                                           std::uint64_t name) {
  if (auto before = tried_.find(name); before != tried_.end())
    return before->second;
  ++tries_;
  auto confirmed = oracle_(candidate);
  auto& result = tried_[name];
  if (confirmed)
    result = std::move(confirmed->decisions);
  return result;
}

void candidate_search::number(document::document_node& node) {
  if (node.id == 0)
    node.id = ++last_id_;
  for (auto& child : node.children)
    number(child);
}

bool candidate_search::take(document::document_node document, std::string text) {
  // A text is tried once, with whatever choices: others would hardly make it fail.
  auto before = tries_;
  auto confirmed = ask({text, best_.what.decisions}, fnv_1a(text));
  if (confirmed) {
    auto size = size_of(document, text, *confirmed);
    best_ = {std::move(document), {std::move(text), std::move(*confirmed)}, size};
    number(best_.document);
    steps_fewest_ = std::min(steps_fewest_, size.steps);
  }
  if (options_.progress && tries_ > before)
    options_.progress(tries_, steps_fewest_);
  return confirmed.has_value();
}

bool candidate_search::attempt(document::document_node candidate) {
  if (stopped())
    return false;
  auto text = document::write_document(candidate);
  written_ += text.size();
  // Choices belong to a run: those of a smaller text are known only after that has run.
  auto size = size_of(candidate, text, best_.what.decisions);
  if (!(size < best_.size) || (filters_ && !loads(text)))
    return false;
  return take(std::move(candidate), std::move(text));
}

bool candidate_search::attempt(engine::decision_list candidate) {
  if (stopped())
    return false;
  auto name = number_of(best_.what.text, candidate);
  auto before = tries_;
  auto confirmed = ask({best_.what.text, std::move(candidate)}, name);
  auto smaller = false;
  if (confirmed) {
    auto size = size_of(best_.document, best_.what.text, *confirmed);
    smaller = std::pair{size.deviations, confirmed->size()} <
              std::pair{best_.size.deviations, best_.what.decisions.size()};
    if (smaller) {
      best_.what.decisions = std::move(*confirmed);
      best_.size = size;
    }
  }
  if (options_.progress && tries_ > before)
    options_.progress(tries_, steps_fewest_);
  return smaller;
}

bool candidate_search::rewrite(document::document_node candidate) {
  auto text = document::write_document(candidate);
  auto again = document::read_document(text);
  if (stopped() || !again || !document::same_content(*again, candidate) ||
      (filters_ && !loads(text)))
    return false;
  if (text != best_.what.text)
    return take(std::move(candidate), std::move(text));
  best_.document = std::move(candidate);
  return true;
}

// -- taking parts out ----------------------------------------------------------------

namespace {

// True if all of them went.
bool reduce_part(const candidate_search& state, std::span<const document::node_id> parts,
                 bool all_needed, const chunk_removal& remove) {
  if (parts.empty() || state.stopped())
    return parts.empty();
  if (!all_needed && remove({parts.begin(), parts.end()}))
    return true;
  if (parts.size() == 1)
    return false;
  auto half = parts.size() / 2;
  auto later = reduce_part(state, parts.subspan(half), false, remove);
  // If the later half went and the whole did not, the earlier half holds what is needed.
  auto earlier = reduce_part(state, parts.first(half), later, remove);
  return later && earlier;
}

} // namespace

void reduce(const candidate_search& state, const std::vector<document::node_id>& parts,
            bool all_needed, const chunk_removal& remove) {
  reduce_part(state, parts, all_needed, remove);
}

void reduce_singly(const candidate_search& state, const std::vector<document::node_id>& parts,
                   const chunk_removal& remove) {
  for (auto i = parts.size(); i-- > 0 && !state.stopped();)
    remove({parts[i]});
}

void reduce_in_round(const candidate_search& state, const std::vector<document::node_id>& parts,
                     bool thorough, const chunk_removal& remove) {
  if (thorough)
    reduce_singly(state, parts, remove);
  else
    reduce(state, parts, false, remove);
}

} // namespace lapse::shrink
