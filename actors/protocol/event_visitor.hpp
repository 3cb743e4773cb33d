#pragma once

namespace lapse {

/// A visitor of events derives from this and names the kinds it has no use for; it has an overload
/// for each other kind. A new kind of event then fails to compile until each of these visitors has
/// decided what it means to it; readers that ask for single kinds (`std::get_if`) are not warned:
///
///     struct counter : ignores<run_started, run_ended /* … */> {
///       using ignores::operator();
///       void operator()(const token_created&) { ++made; }
///       int made = 0;
///     };
template <class... Events>
struct ignores : ignores<Events>... {
  using ignores<Events>::operator()...;
};

template <class Event>
struct ignores<Event> {
  void operator()(const Event&) const noexcept {}
};

} // namespace lapse
