// The program's own `operator new`: what it gives out is room of its own, and what one thread makes
// and another frees is used again.

#include "tests/support/catch.hpp"

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace {

/// A piece of memory that is filled with a byte of its own.
struct filled {
  filled(std::size_t size, std::uint8_t with)
    : bytes(static_cast<std::uint8_t*>(::operator new(size))), size(size), with(with) {
    std::memset(bytes.get(), with, size);
  }

  [[nodiscard]] bool intact() const {
    for (std::size_t i = 0; i < size; ++i)
      if (bytes.get()[i] != with)
        return false;
    return true;
  }

  struct giving_back {
    void operator()(std::uint8_t* what) const noexcept { ::operator delete(what); }
  };
  std::unique_ptr<std::uint8_t, giving_back> bytes;
  std::size_t size;
  std::uint8_t with;
};

std::size_t resident_bytes() {
  std::size_t all = 0;
  std::size_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_CASE("blocks of all sizes are aligned and do not overlap") {
  std::vector<filled> made;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t size = 0; size <= 1700; ++size) {
      made.emplace_back(size,
                        static_cast<std::uint8_t>(size * 7 + static_cast<std::size_t>(round)));
      const auto at = reinterpret_cast<std::uintptr_t>(made.back().bytes.get());
      REQUIRE(at % alignof(std::max_align_t) == 0);
    }
    for (const auto& one : made)
      REQUIRE(one.intact());
    // Every third is freed, and its room is given out again in the next round.
    for (std::size_t i = 0; i < made.size(); i += 3) {
      std::swap(made[i], made.back());
      made.pop_back();
    }
  }
}

TEST_CASE("what one thread makes and another frees is used again") {
  constexpr int rounds = 40;
  constexpr std::size_t blocks = 5'000;
  constexpr std::size_t size = 1'000;
  std::size_t before = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<filled> made;
    made.reserve(blocks);
    for (std::size_t i = 0; i < blocks; ++i)
      made.emplace_back(size, std::uint8_t{1});
    std::thread{[&] { made.clear(); }}.join();
    if (round == 0)
      before = resident_bytes();
  }
  // All rounds together made 200 MB.
  CHECK(resident_bytes() < before + 4 * blocks * size);
}
