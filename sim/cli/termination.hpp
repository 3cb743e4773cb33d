#pragma once

namespace lapse::cli {

/// What has to be settled before anything is opened: descriptors 0 to 2 that the caller closed are
/// taken, so that no report becomes one of them; a signal that ends the process, and memory that
/// runs out in whatever thread, leave no temporary file behind; a file that grows beyond its limit
/// is an error of the write. A closed pipe ends the process quietly, as the shell expects it.
void prepare_process();

/// What the signal does outside of an `interruption_guard`: ends the process, cleanly.
void end_cleanly_on(int signal);

} // namespace lapse::cli
