#pragma once

namespace lapse {

/// A visitor of events derives from this and names the kinds it has no use for; it has an overload
/// for each other kind. A new kind of event then fails to compile until every reader has decided
/// what it means to it:
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
