#include "actors/runtime/registry.hpp"

namespace lapse::runtime {

slot_ref registry::open(slot_kind kind, std::uint64_t id) {
  std::uint32_t index;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.grow();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  auto& s = slots_[index];
  s.index = index;
  s.kind = kind;
  s.id = id;
  return {index, s.generation};
}

void registry::close(slot_ref at) {
  auto& s = slots_[at.index];
  if (s.generation != at.generation)
    return;
  if (s.present)
    leave(at);
  // Move the handle out first: dropping the last reference runs the actor's destructor.
  auto handle = std::move(s.handle);
  auto generation = s.generation + 1;
  s = slot{};
  s.generation = generation;
  free_.push_back(at.index);
}

token_id registry::token_of(std::string_view text) const {
  accesses_->note(shared_key::custom_ids, access::read);
  if (auto i = by_custom_.find(text); i != by_custom_.end())
    return i->second;
  return parse_token(text).value_or(token_id{});
}

void registry::enter(slot_ref at, path_bucket& bucket) {
  auto& s = slots_[at.index];
  accesses_->note(s.id, access::write);
  accesses_->note(shared_key::paths, access::read);
  s.present = true;
  s.bucket = &bucket;
  s.bucket_place = static_cast<std::uint32_t>(bucket.members.size());
  bucket.members.push_back(at.index);
  index_.insert(s.id, at.index);
}

void registry::leave(slot_ref at) {
  auto& s = slots_[at.index];
  if (s.generation != at.generation || !s.present)
    return;
  accesses_->note(s.id, access::write);
  accesses_->note(shared_key::paths, access::read);
  s.present = false;
  index_.erase(s.id, [&](std::uint32_t index) { return index == at.index; });
  auto& members = s.bucket->members;
  members[s.bucket_place] = members.back();
  slots_[members.back()].bucket_place = s.bucket_place;
  members.pop_back();
  if (s.custom) {
    accesses_->note(shared_key::custom_ids, access::write);
    by_custom_.erase(*s.facts->name.custom);
  }
}

void registry::enter(slot_ref at, shared_facts facts, path_bucket& bucket) {
  auto& s = slots_[at.index];
  s.type = facts->name.type;
  s.has_lease = facts->has_lease;
  s.expire = facts->expire;
  if (const auto& custom = facts->name.custom) {
    accesses_->note(shared_key::custom_ids, access::write);
    s.custom = true;
    by_custom_.emplace(*custom, facts->name.id);
  }
  s.facts = std::move(facts);
  enter(at, bucket);
}

bool registry::custom_taken(std::string_view text) const {
  accesses_->note(shared_key::custom_ids, access::read);
  return by_custom_.find(text) != by_custom_.end();
}

token_id registry::take_former_child(const std::string& chosen_id) {
  accesses_->note(shared_key::former_children, access::write);
  const auto i = former_children_.find(chosen_id);
  if (i == former_children_.end() || i->second.empty())
    return {};
  const auto child = i->second.back();
  i->second.pop_back();
  return child;
}

void registry::forget_former_children() {
  accesses_->note(shared_key::former_children, access::write);
  for (auto& [chosen_id, children] : former_children_)
    if (!custom_taken(chosen_id))
      children.clear();
}

path_bucket& registry::bucket(std::string_view path) {
  auto i = buckets_.find(path);
  if (i == buckets_.end()) {
    i = buckets_.emplace(std::string{path}, path_bucket{}).first;
    i->second.path = std::make_shared<const std::string>(path);
  }
  return i->second;
}

std::vector<const path_bucket*> registry::buckets_under(std::string_view prefix) const {
  accesses_->note(shared_key::paths, access::write);
  std::vector<const path_bucket*> result;
  for (auto i = buckets_.lower_bound(prefix); i != buckets_.end(); ++i) {
    if (std::string_view{i->first}.substr(0, prefix.size()) != prefix)
      break;
    if (!i->second.members.empty())
      result.push_back(&i->second);
  }
  return result;
}

} // namespace lapse::runtime
