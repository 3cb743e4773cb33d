#pragma once

#include "sim/serve/desk.hpp"

#include <functional>
#include <iosfwd>

namespace lapse::serve {

/// What is done with the session when it is over, on the world's thread; the world's own end, with
/// its verdicts, comes after.
using session_end = std::function<void(served_world&)>;

/// Serves until a signal. Writes `listening on ADDRESS` to `out` first, and what a dev server says
/// of its key and root token; messages go to `err`.
/// @return 0 all held, 1 something did not, 2 it could not begin
[[nodiscard]] int serve(const serve_options& options, const session_end& end, std::ostream& out,
                        std::ostream& err);

} // namespace lapse::serve
