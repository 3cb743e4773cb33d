#pragma once

#include "actors/http/read_request.hpp"
#include "actors/protocol/request.hpp"
#include "sim/transcript/symbol_table.hpp"
#include "sim/transcript/text_pattern.hpp"
#include "sim/transcript/transcript.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace lapse::transcript {

/// The request of one line, compiled. It is built anew only when its symbols stand for other
/// values than the last time.
class request_template {
public:
  request_template(const transcript_line& line, symbol_table& symbols);

  /// `by_number`: a chosen id may be named by its number, because no two tokens of the transcript
  /// have the same one.
  [[nodiscard]] credential caller(const symbol_table& symbols, bool by_number) const;

  [[nodiscard]] const request_ptr& fill(const symbol_table& symbols);

private:
  [[nodiscard]] bool is_current(const symbol_table& symbols) const;
  [[nodiscard]] std::optional<request> with_body(const symbol_table& symbols) const;
  [[nodiscard]] http::header_list headers(const symbol_table& symbols) const;

  const transcript_line* line_;
  std::optional<text_pattern> as_;
  text_pattern path_;
  std::optional<text_pattern> raw_;
  std::vector<std::pair<std::string, text_pattern>> headers_;
  /// The strings of the body with symbols in them.
  std::vector<std::pair<nlohmann::json::json_pointer, text_pattern>> texts_;
  std::vector<symbol_index> used_;
  std::vector<symbol_value> last_;
  request_ptr request_;
};

} // namespace lapse::transcript
