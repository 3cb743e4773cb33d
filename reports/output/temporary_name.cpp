#include "reports/output/temporary_name.hpp"

#include <array>
#include <atomic>
#include <cstring>

#include <unistd.h>

namespace lapse::output {

namespace {

enum class slot_state : int { free, changing, used };

struct name_slot {
  std::atomic<slot_state> state = slot_state::free;
  std::array<char, 4096> path;
};

std::array<name_slot, 256> slots;

} // namespace

temporary_name::temporary_name(const std::string& path) {
  if (path.size() >= slots.front().path.size())
    return;
  for (std::size_t i = 0; i < slots.size() && slot_ == none; ++i) {
    auto expected = slot_state::free;
    if (!slots[i].state.compare_exchange_strong(expected, slot_state::changing))
      continue;
    std::memcpy(slots[i].path.data(), path.c_str(), path.size() + 1);
    slots[i].state = slot_state::used;
    slot_ = i;
  }
}

temporary_name::~temporary_name() {
  if (slot_ != none)
    slots[slot_].state = slot_state::free;
}

void remove_temporary_files() noexcept {
  for (auto& slot : slots)
    if (slot.state == slot_state::used)
      ::unlink(slot.path.data());
}

} // namespace lapse::output
