#pragma once

#include <string_view>

namespace lapse {

/// Whether this bug is the one that is switched on. Each NAME.patch of this folder guards what it
/// does wrong with `planted("NAME")`; the copies of the sources that the patches are applied to
/// include this header (overlay.cmake).
[[nodiscard]] bool planted(std::string_view bug) noexcept;

} // namespace lapse
