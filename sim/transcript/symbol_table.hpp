#pragma once

#include "sim/transcript/symbol_value.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::transcript {

/// Position of a symbol in its table.
using symbol_index = std::uint32_t;

/// The symbols of one transcript and what they stand for in the present replay. A symbol stands for
/// one value throughout, and no two stand for the same one, except that a token may be reached
/// under two names where the caller allows it (R-1731).
class symbol_table {
public:
  static constexpr symbol_index none = ~symbol_index{0};

  // -- before a replay -----------------------------------------------------------

  /// The position of `name` (with its `$`).
  symbol_index intern(std::string_view name);

  /// Notes that an answer or a `save` can give the symbol a value.
  void bindable(symbol_index symbol) { entries_[symbol].bindable = true; }

  [[nodiscard]] std::string_view name(symbol_index symbol) const { return entries_[symbol].name; }
  [[nodiscard]] bool is_bindable(symbol_index symbol) const { return entries_[symbol].bindable; }

  // -- during a replay -------------------------------------------------------------

  /// Forgets all values.
  void restart();

  [[nodiscard]] bool bound(symbol_index symbol) const {
    return entries_[symbol].value.what != symbol_value::kind::none;
  }

  /// Of kind `none` if unbound.
  [[nodiscard]] const symbol_value& value(symbol_index symbol) const {
    return entries_[symbol].value;
  }

  /// The symbol that was first bound to the value; `none` if there is none.
  [[nodiscard]] symbol_index named(const symbol_value& value) const;

  /// Gives an unbound symbol a value, even if other symbols have it too.
  void bind(symbol_index symbol, const symbol_value& value);

  /// Gives an unbound symbol a value that has no name yet and is not empty; else does nothing.
  void bind_if_nameless(symbol_index symbol, const symbol_value& value);

  /// Whether an answer's value is what the symbol stands for; binds it at its first occurrence. An
  /// unbound symbol also meets its own name: the server echoes what was sent literally.
  [[nodiscard]] bool meet(symbol_index symbol, const symbol_value& value, bool may_alias);

private:
  struct entry {
    std::string name;
    bool bindable = false;
    symbol_value value;
  };

  [[nodiscard]] std::size_t slot_of(const symbol_value& value) const;

  std::vector<entry> entries_;
  std::map<std::string, symbol_index, std::less<>> by_name_;
  /// Open addressing over the values; always at least twice as many slots as symbols.
  std::vector<symbol_index> by_value_;
};

/// Whether the text is a symbol: `$`, a letter or `_`, then letters, digits, `_`, `-` and `.`.
[[nodiscard]] bool is_symbol(std::string_view text);

} // namespace lapse::transcript
