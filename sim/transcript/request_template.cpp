#include "sim/transcript/request_template.hpp"

#include "actors/http/read_request.hpp"

namespace lapse::transcript {

using json = nlohmann::json;

namespace {

/// Calls `f` with each string of a body and its place. Depth is bounded by `transcript_depth_max`.
template <class F>
void each_text(const json& value, const json::json_pointer& place, F f) {
  if (value.is_string()) {
    f(place, value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      each_text(value[i], place / i, f);
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.items())
      each_text(item, place / key, f);
  }
}

} // namespace

request_template::request_template(const transcript_line& line, symbol_table& symbols)
  : line_{&line}, path_{line.path, symbols, false} {
  if (line.as)
    as_.emplace(*line.as, symbols, false);
  const auto use = [&](symbol_index symbol) { used_.push_back(symbol); };
  path_.each_symbol(use);
  if (line.raw)
    raw_.emplace(*line.raw, symbols, false).each_symbol(use);
  for (const auto& [name, value] : line.headers)
    headers_.emplace_back(name, text_pattern{value, symbols, false}).second.each_symbol(use);
  if (line.body.is_structured() || line.body.is_string())
    each_text(line.body, json::json_pointer{},
              [&](const json::json_pointer& place, const std::string& text) {
                if (text.find('$') == std::string::npos)
                  return;
                text_pattern pattern{text, symbols, false};
                if (pattern.is_literal())
                  return;
                pattern.each_symbol(use);
                texts_.emplace_back(place, std::move(pattern));
              });
}

credential request_template::caller(const symbol_table& symbols, bool by_number) const {
  if (!as_)
    return {{}, http::token_of(headers(symbols)).value_or(std::string{})};
  if (!as_->is_symbol())
    return {{}, as_->fill(symbols)};
  const auto& value = symbols.value(as_->symbol());
  if (value.what == symbol_value::kind::token)
    return {token_id{value.number}, {}};
  if (by_number && value.chosen)
    return {value.chosen, {}};
  return {{}, as_->fill(symbols)};
}

bool request_template::is_current(const symbol_table& symbols) const {
  for (std::size_t i = 0; i < used_.size(); ++i)
    if (!(symbols.value(used_[i]) == last_[i]))
      return false;
  return true;
}

const request_ptr& request_template::fill(const symbol_table& symbols) {
  if (request_ && is_current(symbols))
    return request_;
  last_.clear();
  for (const auto symbol : used_)
    last_.push_back(symbols.value(symbol));
  auto made = raw_ ? http::parse_raw_request(line_->method, path_.fill(symbols),
                                             raw_->fill(symbols), headers(symbols))
                   : with_body(symbols);
  // The loader lets only known methods pass.
  request_ = std::make_shared<request>(made ? std::move(*made) : request{});
  return request_;
}

std::optional<request> request_template::with_body(const symbol_table& symbols) const {
  auto body = line_->body;
  for (const auto& [place, text] : texts_)
    body[place] = text.fill(symbols);
  auto result = http::parse_request(line_->method, path_.fill(symbols), std::move(body));
  if (result)
    http::read_headers(headers(symbols), *result);
  return result;
}

http::header_list request_template::headers(const symbol_table& symbols) const {
  http::header_list result;
  for (const auto& [name, value] : headers_)
    result.emplace_back(name, value.fill(symbols));
  return result;
}

} // namespace lapse::transcript
