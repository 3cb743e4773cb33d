#pragma once

#include <cstddef>
#include <streambuf>
#include <string_view>
#include <vector>

namespace lapse::output {

/// A stream buffer that gathers what is written and hands it on in `sync`, which a subclass writes:
/// it takes what `gathered` says, calls `begin_anew`, and returns -1 after a failure.
class buffered : public std::streambuf {
protected:
  explicit buffered(std::size_t bytes) : bytes_(bytes) { begin_anew(); }

  [[nodiscard]] std::string_view gathered() const {
    return {pbase(), static_cast<std::size_t>(pptr() - pbase())};
  }

  void begin_anew() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }

  int_type overflow(int_type c) override {
    if (sync() != 0)
      return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof()))
      sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }

  std::vector<char> bytes_;
};

} // namespace lapse::output
