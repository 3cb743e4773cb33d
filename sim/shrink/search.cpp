#include "sim/shrink/search.hpp"

#include "sim/scenario/loader.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace lapse {

namespace {

constexpr std::size_t written_max = std::size_t{256} << 20;

// FNV-1a: the same everywhere.
std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  for (auto c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

node_id largest_id(const document_node& node) {
  auto result = node.id;
  for (const auto& child : node.children)
    result = std::max(result, largest_id(child));
  return result;
}

} // namespace

search::search(document_node document, const shrink_case& failing, const shrink_oracle& oracle,
               const shrink_options& options)
  : best_(std::move(document)), best_case_(failing),
    best_size_(size_of(best_, failing.text, failing.decisions)), oracle_(oracle), options_(options),
    filters_(loads(failing.text)) {
  last_id_ = largest_id(best_);
  fresh(failing.text, nullptr);
}

bool search::stopped() const {
  return tries_ >= options_.tries || written_ > written_max
         || (options_.interrupted != nullptr && options_.interrupted->load())
         || (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline);
}

bool search::loads(const std::string& text) const {
  return std::holds_alternative<plan>(load_scenario(text, "shrunk", {}));
}

bool search::fresh(const std::string& text, const decision_list* decisions) {
  auto hash = mix(0xcbf29ce484222325, text);
  if (decisions != nullptr) {
    hash = mix(hash, "and with choices");
    for (const auto& one : *decisions)
      hash = mix(hash, to_text(one));
  }
  return tried_.insert(hash).second;
}

bool search::ask(shrink_case candidate, document_node document) {
  ++tries_;
  auto confirmed = oracle_(candidate);
  if (confirmed) {
    best_case_ = {std::move(candidate.text), std::move(confirmed->decisions)};
    best_size_ = size_of(document, best_case_.text, best_case_.decisions);
    best_ = std::move(document);
    number(best_);
  }
  if (options_.progress)
    options_.progress(tries_, best_size_.steps);
  return confirmed.has_value();
}

void search::number(document_node& node) {
  if (node.id == 0)
    node.id = ++last_id_;
  for (auto& child : node.children)
    number(child);
}

bool search::attempt(document_node candidate) {
  if (stopped())
    return false;
  auto text = write_document(candidate);
  written_ += text.size();
  // Choices belong to a run; those of a smaller text are known after it only.
  auto size = size_of(candidate, text, best_case_.decisions);
  if (!(size < best_size_) || !fresh(text, nullptr) || (filters_ && !loads(text)))
    return false;
  return ask({std::move(text), best_case_.decisions}, std::move(candidate));
}

bool search::attempt(decision_list candidate) {
  if (stopped() || !fresh(best_case_.text, &candidate))
    return false;
  auto before = std::pair{best_size_.deviations, best_case_.decisions.size()};
  auto confirmed = oracle_({best_case_.text, candidate});
  ++tries_;
  auto smaller = false;
  if (confirmed) {
    auto size = size_of(best_, best_case_.text, confirmed->decisions);
    smaller = std::pair{size.deviations, confirmed->decisions.size()} < before;
    if (smaller) {
      best_case_.decisions = std::move(confirmed->decisions);
      best_size_ = size;
    }
  }
  if (options_.progress)
    options_.progress(tries_, best_size_.steps);
  return smaller;
}

bool search::rewrite(document_node candidate) {
  auto text = write_document(candidate);
  auto again = read_document(text);
  if (stopped() || !again || !same_content(*again, candidate) || (filters_ && !loads(text)))
    return false;
  if (text == best_case_.text) {
    best_ = std::move(candidate);
    return true;
  }
  return fresh(text, nullptr)
         && ask({std::move(text), best_case_.decisions}, std::move(candidate));
}

// -- taking parts out ----------------------------------------------------------------

namespace {

// True if all of them went.
bool reduce_part(const search& state, std::span<const node_id> parts, bool all_needed,
                 const chunk_removal& remove) {
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

void reduce(const search& state, const std::vector<node_id>& parts, bool all_needed,
            const chunk_removal& remove) {
  reduce_part(state, parts, all_needed, remove);
}

void reduce_singly(const search& state, const std::vector<node_id>& parts,
                   const chunk_removal& remove) {
  for (auto i = parts.size(); i-- > 0 && !state.stopped();)
    remove({parts[i]});
}

} // namespace lapse
