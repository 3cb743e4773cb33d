#pragma once

#include "sim/serve/desk.hpp"

#include <functional>
#include <iosfwd>

namespace lapse::serve {

/// Serves until a signal. Writes `listening on ADDRESS` to `out` first, and what a dev server says
/// of its key and root token; messages go to `err`.
/// @return 0 all held, 1 something did not, 2 it could not begin
[[nodiscard]] int serve(const serve_options& options,
                        const std::vector<lives::event_reader*>& readers, std::ostream& out,
                        std::ostream& err);

} // namespace lapse::serve
