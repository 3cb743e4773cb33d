#pragma once

#include <span>
#include <string_view>

namespace lapse {

/// A bug that can be switched on in the test programs (`planted`), and what is known of it. Its
/// scenario is NAME.yaml in this folder, the least one known that shows it minimal/NAME.yaml.
struct planted_bug {
  std::string_view name;
  /// What the server does wrong.
  std::string_view sentence;
  /// The rules of the server's behaviour that it breaks.
  std::string_view source;
  /// The built-in rule that notices it in its scenario, or the kind of property that does.
  std::string_view noticed_by;
  /// Only some orders of messages show it: a plain run of its scenario never does.
  bool schedule_only = false;
  /// Steps of the least scenario known, those inside `together` counted each.
  int steps_min = 0;
};

/// All of them, in order of their names.
[[nodiscard]] std::span<const planted_bug> planted_bugs() noexcept;

/// A server that differs from run to run breaks no rule of its own: what the search's check of
/// itself is tried against. None of the bugs above.
extern const planted_bug drifting_order;

/// Null if there is none of that name; `drifting_order` has one, too.
[[nodiscard]] const planted_bug* find_planted(std::string_view name) noexcept;

/// Switches one bug on as long as it lives. One at a time, and not while another thread runs a
/// world.
class plant {
public:
  explicit plant(const planted_bug& what) noexcept;
  ~plant();
  plant(const plant&) = delete;
  plant& operator=(const plant&) = delete;
};

} // namespace lapse
