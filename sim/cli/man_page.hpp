#pragma once

#include <ostream>

namespace lapse::cli {

/// Writes `lapse.1` in the language of man(7): what the `--help` of all commands say, and what they
/// share. Names no date, so that the same sources give the same bytes.
void write_man_page(std::ostream& out);

} // namespace lapse::cli
