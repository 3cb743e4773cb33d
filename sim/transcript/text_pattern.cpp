#include "sim/transcript/text_pattern.hpp"

namespace lapse::transcript {

namespace {

constexpr std::string_view any_word = "$any";

/// Whether `text` is `parts` with anything between them; the first part stands at the start, the
/// last at the end. Taking each part where it first fits is enough, so this is linear in practice
/// and never backtracks.
bool matches_gapped(std::string_view text, const std::vector<std::string>& parts) {
  const auto& first = parts.front();
  const auto& last = parts.back();
  if (text.size() < first.size() + last.size() || text.substr(0, first.size()) != first ||
      text.substr(text.size() - last.size()) != last)
    return false;
  text = text.substr(first.size(), text.size() - first.size() - last.size());
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const auto at = text.find(parts[i]);
    if (at == std::string_view::npos)
      return false;
    text = text.substr(at + parts[i].size());
  }
  return true;
}

} // namespace

text_pattern::text_pattern(std::string_view text, symbol_table& symbols, bool in_answer)
  : source_{text} {
  if (in_answer && text == any_word) {
    kind_ = kind::any;
    return;
  }
  if (lapse::transcript::is_symbol(text)) {
    kind_ = kind::symbol;
    symbol_ = symbols.intern(text);
    if (in_answer)
      symbols.bindable(symbol_);
    return;
  }
  std::string literal;
  for (std::size_t i = 0; i < text.size();) {
    const auto close = text.substr(i, 2) == "{$" ? text.find('}', i) : std::string_view::npos;
    const auto name =
        close == std::string_view::npos ? std::string_view{} : text.substr(i + 1, close - i - 1);
    if (!lapse::transcript::is_symbol(name)) {
      literal += text[i++];
      continue;
    }
    pieces_.push_back({kind::literal, std::move(literal), symbol_table::none});
    literal.clear();
    if (in_answer && name == any_word)
      pieces_.push_back({kind::any, {}, symbol_table::none});
    else
      pieces_.push_back({kind::symbol, std::string{name}, symbols.intern(name)});
    i = close + 1;
  }
  if (pieces_.empty())
    return;
  kind_ = kind::mixed;
  pieces_.push_back({kind::literal, std::move(literal), symbol_table::none});
  if (in_answer)
    for (const auto& part : pieces_)
      if (part.what == kind::symbol)
        symbols.bindable(part.symbol);
}

bool text_pattern::matches(std::string_view actual, comparison& in) const {
  switch (kind_) {
    case kind::literal:
      return actual == source_;
    case kind::any:
      return true;
    case kind::symbol:
      return in.symbols.meet(symbol_, text_value(actual), in.may_alias);
    case kind::mixed:
      break;
  }
  return matches_mixed(actual, in);
}

bool text_pattern::matches_mixed(std::string_view actual, comparison& in) const {
  std::vector<std::string> parts(1);
  symbol_index open = symbol_table::none;
  std::size_t gaps = 0;
  for (const auto& part : pieces_) {
    if (part.what == kind::literal) {
      parts.back() += part.text;
    } else if (part.what == kind::symbol && in.symbols.bound(part.symbol)) {
      parts.back() += text(in.symbols.value(part.symbol));
    } else {
      open = part.what == kind::symbol ? part.symbol : symbol_table::none;
      ++gaps;
      parts.emplace_back();
    }
  }
  if (gaps == 0)
    return actual == parts.front();
  if (!matches_gapped(actual, parts))
    return false;
  // One gap that is a symbol's first occurrence has an unambiguous extent.
  if (gaps == 1 && open != symbol_table::none) {
    const auto inner =
        actual.substr(parts[0].size(), actual.size() - parts[0].size() - parts[1].size());
    return in.symbols.meet(open, text_value(inner), in.may_alias);
  }
  return true;
}

bool text_pattern::matches_token(const token_name& actual, comparison& in) const {
  if (kind_ == kind::symbol)
    return in.symbols.meet(symbol_, token_value(actual), in.may_alias);
  return kind_ == kind::any || matches(text(actual), in);
}

bool text_pattern::matches_accessor(const token_name& actual, comparison& in) const {
  if (kind_ == kind::symbol)
    return in.symbols.meet(symbol_, accessor_value(actual), in.may_alias);
  if (actual.type == token_type::batch && kind_ == kind::literal)
    return source_.empty();
  return kind_ == kind::any || matches(accessor_text(actual), in);
}

bool text_pattern::matches_lease(const lease_name& actual, comparison& in) const {
  if (kind_ == kind::symbol)
    return in.symbols.meet(symbol_, lease_value(actual), in.may_alias);
  return kind_ == kind::any || matches(text(actual), in);
}

std::string text_pattern::fill(const symbol_table& symbols) const {
  const auto filled = [&](symbol_index symbol, std::string_view unbound) {
    return symbols.bound(symbol) ? text(symbols.value(symbol)) : std::string{unbound};
  };
  if (kind_ == kind::symbol)
    return filled(symbol_, source_);
  if (kind_ != kind::mixed)
    return source_;
  std::string result;
  for (const auto& part : pieces_) {
    if (part.what != kind::symbol)
      result += part.text;
    else if (symbols.is_bindable(part.symbol))
      result += filled(part.symbol, part.text);
    else
      result += '{' + part.text + '}';
  }
  return result;
}

} // namespace lapse::transcript
