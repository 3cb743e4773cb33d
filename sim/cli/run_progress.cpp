#include "sim/cli/run_progress.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/amounts.hpp"

#include <iostream>

namespace lapse::cli {

namespace {

/// A look at the clock costs more than most events do.
constexpr std::uint64_t events_apart = 256;

} // namespace

run_progress::run_progress(bool wanted)
  : line_(wanted), output_(line_.wanted() ? std::cout.rdbuf() : nullptr),
    instead_(*std::cout.rdbuf(), line_) {
  if (output_ != nullptr)
    std::cout.rdbuf(&instead_);
}

run_progress::~run_progress() {
  if (output_ != nullptr)
    std::cout.rdbuf(output_);
}

void run_progress::on_event(const event& e, const lives::ledger& lives) {
  if (output_ == nullptr || ++events_ % events_apart != 0)
    return;
  line_.show([&] {
    return "at " + ttl::readable_duration(e.at) + ", " +
           cause::plural(lives.totals().requests, "request");
  });
}

run_progress::erasing::int_type run_progress::erasing::overflow(int_type c) {
  line_->hide();
  return traits_type::eq_int_type(c, traits_type::eof()) ? traits_type::not_eof(c)
                                                         : to_->sputc(traits_type::to_char_type(c));
}

std::streamsize run_progress::erasing::xsputn(const char* text, std::streamsize count) {
  line_->hide();
  return to_->sputn(text, count);
}

} // namespace lapse::cli
