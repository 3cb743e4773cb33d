// The program's `operator new` and `operator delete`. A run makes and frees millions of small
// objects, an actor of 1.3 KB among them for each token and lease. glibc keeps seven freed blocks
// of a size at hand, none over 1 KB, and joins and splits all others: a sixth of the time of a
// fleet. Here freed blocks are kept by size and used again as they are, without a header each.
//
// Only the program replaces them: whoever embeds `lapse::sim` keeps the allocator that is theirs.

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <span>

// The sanitizers have allocators of their own.
#if defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define LAPSE_SANITIZED
#  endif
#endif
#if !defined(LAPSE_SANITIZED) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

constexpr std::size_t step = 16;
constexpr std::size_t small_max = 1536; // larger ones are rare: glibc's
constexpr std::size_t classes = small_max / step + 1;
constexpr std::size_t span_bytes = std::size_t{64} << 10;
constexpr std::size_t room_bytes = std::size_t{1} << 36;
/// What a thread cuts from a span at a time.
constexpr std::size_t cut_bytes = std::size_t{4} << 10;
/// What a thread keeps of one size before it hands all of it to the others.
constexpr std::size_t kept_bytes = std::size_t{256} << 10;

/// A free block. The first of a batch leads to the next batch.
struct block {
  block* next;
  block* next_batch;
};
static_assert(sizeof(block) <= step);

struct free_list {
  block* first = nullptr;
  std::size_t bytes = 0; ///< freed into it, less those used again
};

/// What all threads share. Spans of one size each are cut from one reserved range of addresses, so
/// that a block's address says its size; the system gives memory to what is used.
struct shared_room {
  std::mutex lock;
  std::atomic<std::byte*> start = nullptr; ///< set once, under the lock
  std::size_t spans = 0;
  std::array<std::span<std::byte>, classes> uncut{}; ///< of the newest span of a size
  bool full = false;
  std::array<block*, classes> batches{};
  std::array<std::uint8_t, room_bytes / span_bytes> class_of_span{};
};

constinit shared_room room;
constinit thread_local std::array<free_list, classes> mine{};

void hand_over(std::size_t which) noexcept {
  auto& list = mine[which];
  if (list.first == nullptr)
    return;
  const std::lock_guard locked{room.lock};
  list.first->next_batch = room.batches[which];
  room.batches[which] = list.first;
  list = {};
}

/// At the end of this thread others get what it kept.
void keep_until_the_end() {
  struct thread_end {
    ~thread_end() {
      for (std::size_t which = 1; which < classes; ++which)
        hand_over(which);
    }
  };
  thread_local const thread_end at_end;
}

/// Room for blocks of one size, empty if there is no more. The room is locked.
std::span<std::byte> new_span(std::size_t which) noexcept {
  if (room.start.load() == nullptr && !room.full) {
    auto* at = mmap(nullptr, room_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    room.full = at == MAP_FAILED;
    if (!room.full)
      room.start.store(static_cast<std::byte*>(at));
  }
  room.full = room.full || room.spans == room.class_of_span.size();
  if (room.full)
    return {};
  room.class_of_span[room.spans] = static_cast<std::uint8_t>(which);
  return {room.start.load() + span_bytes * room.spans++, span_bytes};
}

/// A batch of others', or some new blocks.
bool refill(std::size_t which) noexcept {
  keep_until_the_end();
  auto& list = mine[which];
  const std::lock_guard locked{room.lock};
  if (auto* batch = room.batches[which]) {
    room.batches[which] = batch->next_batch;
    list.first = batch;
    return true;
  }
  const auto size = which * step;
  auto& uncut = room.uncut[which];
  if (uncut.size() < size)
    uncut = new_span(which);
  for (std::size_t cut = 0; cut < cut_bytes && uncut.size() >= size; cut += size) {
    list.first = new (uncut.data()) block{list.first, nullptr};
    uncut = uncut.subspan(size);
  }
  return list.first != nullptr;
}

void* from_system(std::size_t size) {
  for (;;) {
    if (auto* made = std::malloc(size == 0 ? 1 : size))
      return made;
    auto* handler = std::get_new_handler();
    if (handler == nullptr)
      throw std::bad_alloc{};
    handler();
  }
}

} // namespace

void* operator new(std::size_t size) {
  if (size > small_max)
    return from_system(size);
  const auto which = size == 0 ? 1 : (size + step - 1) / step;
  auto& list = mine[which];
  if (list.first == nullptr && !refill(which))
    return from_system(size);
  auto* const taken = list.first;
  list.first = taken->next;
  list.bytes -= list.bytes < which * step ? list.bytes : which * step;
  return taken;
}

void operator delete(void* what) noexcept {
  const auto start = reinterpret_cast<std::uintptr_t>(room.start.load(std::memory_order_relaxed));
  const auto at = reinterpret_cast<std::uintptr_t>(what) - start;
  if (start == 0 || at >= room_bytes)
    return std::free(what);
  const std::size_t which = room.class_of_span[at / span_bytes];
  auto& list = mine[which];
  if (list.first == nullptr)
    keep_until_the_end();
  list.first = new (what) block{list.first, nullptr};
  list.bytes += which * step;
  if (list.bytes > kept_bytes)
    hand_over(which);
}

void operator delete(void* what, std::size_t) noexcept { operator delete(what); }

#endif
