#pragma once

namespace lapse::cli {

/// Whether `std::cout` may be coloured: it is a terminal, and the user does not object
/// (no-color.org).
[[nodiscard]] bool colours_wanted();

} // namespace lapse::cli
