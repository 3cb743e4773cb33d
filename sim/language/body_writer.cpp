#include "sim/language/body_writer.hpp"

#include "sim/document/scalar.hpp"

#include "actors/ttl/duration.hpp"

#include <algorithm>

namespace lapse::language {

using pointer = nlohmann::json::json_pointer;

// -- texts -------------------------------------------------------------------------

plan::issued_text counters_text(const load_context& context, std::string_view text) {
  plan::issued_text result;
  if (!text.empty())
    result.pieces.emplace_back(context.counted(text));
  return result;
}

namespace {

struct named_part {
  std::string_view name;
  plan::handle_part part = plan::handle_part::token;
};

named_part split_part(std::string_view text) {
  constexpr std::pair<std::string_view, plan::handle_part> suffixes[] = {
      {".accessor", plan::handle_part::accessor}, {".lease", plan::handle_part::token_lease}};
  for (const auto& [suffix, part] : suffixes)
    if (text.size() > suffix.size() && text.substr(text.size() - suffix.size()) == suffix)
      return {text.substr(0, text.size() - suffix.size()), part};
  return {text, plan::handle_part::token};
}

// End of the braces that open at `at`, npos if they do not close. Names are short; a text full of
// open braces is not searched over and over.
std::size_t closing_brace(std::string_view text, std::size_t at) {
  constexpr std::size_t name_max = 220;
  auto end = std::min(text.size(), at + name_max);
  int depth = 0;
  for (auto i = at; i < end; ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0)
      return i;
  }
  return std::string_view::npos;
}

} // namespace

plan::issued_text handles_text(load_context& context, const document::document_node& node) {
  plan::issued_text result;
  std::string_view text = node.text;
  std::size_t begin = 0;
  auto flush = [&](std::size_t end) {
    if (end > begin)
      result.pieces.emplace_back(context.counted(text.substr(begin, end - begin)));
  };
  for (auto open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    auto close = closing_brace(text, open);
    if (close == std::string_view::npos)
      continue;
    auto [name, part] = split_part(text.substr(open + 1, close - open - 1));
    auto counter = std::find(context.counters.begin(), context.counters.end(), name);
    if (counter != context.counters.end() || !context.handles.announced(name))
      continue;
    flush(open);
    result.pieces.emplace_back(plan::handle_text{context.use(node, name), part});
    begin = close + 1;
    open = close;
  }
  flush(text.size());
  return result;
}

plan::issued_text identifier(plan::handle_ref handle, plan::handle_part part) {
  plan::issued_text result;
  result.pieces.emplace_back(plan::handle_text{std::move(handle), part});
  return result;
}

std::optional<std::string> fixed_text(const plan::issued_text& text) {
  std::string result;
  for (const auto& piece : text.pieces) {
    const auto* counted = std::get_if<plan::counted_text>(&piece);
    if (counted == nullptr || !counted->fixed())
      return std::nullopt;
    result += counted->raw();
  }
  return result;
}

// -- bodies ------------------------------------------------------------------------

void body_writer::text(pointer at, plan::issued_text value) {
  auto fixed = fixed_text(value);
  (*body_)[at] = fixed.value_or("");
  if (!fixed)
    holes_->push_back({std::move(at), std::move(value)});
}

bool body_writer::range(const pointer& at, const document::document_node& value,
                        document::value_shape shape) {
  if (!value.plain || !document::split_range(value.text))
    return false;
  auto may_be_number =
      shape == document::value_shape::number || shape == document::value_shape::json;
  if (may_be_number) {
    auto before = context_->ranges;
    if (auto numbers = context_->number_range(value)) {
      (*body_)[at] = numbers->low;
      holes_->push_back({at, *numbers});
      return true;
    }
    context_->ranges = before;
  }
  if (shape == document::value_shape::number)
    return false;
  auto durations = context_->duration_range(value);
  if (!durations)
    return false;
  (*body_)[at] = ttl::format_duration(durations->low);
  holes_->push_back({at, *durations});
  return true;
}

void body_writer::scalar(const pointer& at, const document::document_node& value, bool as_text) {
  if (has_counter(value.text, context_->counters))
    text(at, counters_text(*context_, value.text));
  else
    (*body_)[at] = as_text ? nlohmann::json(value.text) : document::scalar_json(value);
}

void body_writer::parameter(pointer at, const document::document_node& value,
                            document::value_shape shape) {
  using enum document::value_shape;
  if (shape == json || shape == object)
    return anything(std::move(at), value);
  if (value.is_sequence()) {
    (*body_)[at] = nlohmann::json::array();
    for (const auto& item : value.items())
      if (item.is_scalar())
        scalar(at / (*body_)[at].size(), item, true);
    return;
  }
  if (!value.is_scalar())
    return;
  if (shape == flag)
    (*body_)[at] = document::to_flag(value).value_or(false);
  else if ((shape != duration && shape != span && shape != number) || !range(at, value, shape))
    scalar(at, value, shape != duration && shape != span && shape != number && shape != word);
}

void body_writer::anything(pointer at, const document::document_node& value) {
  if (value.is_map()) {
    (*body_)[at] = nlohmann::json::object();
    for (const auto& entry : value.entries()) {
      anything(at / entry.key, entry);
      if (has_counter(entry.key, context_->counters))
        key_holes_->push_back({at, entry.key, context_->counted(entry.key)});
    }
    return;
  }
  if (value.is_sequence()) {
    (*body_)[at] = nlohmann::json::array();
    for (std::size_t i = 0; i < value.children.size(); ++i)
      anything(at / i, value.children[i]);
    return;
  }
  if (value.is_null() || range(at, value, document::value_shape::json)) {
    if (value.is_null())
      (*body_)[at] = nullptr;
    return;
  }
  auto issued = handles_text(*context_, value);
  if (fixed_text(issued))
    (*body_)[at] = document::scalar_json(value);
  else
    text(std::move(at), std::move(issued));
}

} // namespace lapse::language
