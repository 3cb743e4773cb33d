#pragma once

#include "actors/policy/hcl_document.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lapse::policy {

/// What the two grammars have in common: tokens with one step back, the first error, and the
/// bound on nesting.
class hcl_reader {
public:
  hcl_reader(std::string_view text, hcl_dialect dialect) : scanner_(text, dialect) {
    // nop
  }

  [[nodiscard]] const hcl_error& error() const noexcept { return error_; }

protected:
  ~hcl_reader() = default;

  /// Takes the next token; `token()` is it from then on.
  hcl_token_kind scan() {
    if (!std::exchange(repeat_, false))
      token_ = scanner_.next();
    return token_.kind;
  }

  /// Makes the next `scan` give the current token again.
  void unscan() noexcept { repeat_ = true; }

  [[nodiscard]] const hcl_token& token() const noexcept { return token_; }

  [[nodiscard]] const hcl_scanner& scanner() const noexcept { return scanner_; }

  /// Keeps an error; always false.
  bool fail(std::string text, hcl_position at = {}) {
    error_ = {std::move(text), at};
    return false;
  }

  bool fail_at_token(const std::string& text) {
    auto at = token_.at;
    return fail("At " + std::to_string(at.line) + ':' + std::to_string(at.column) + ": " + text,
                at);
  }

  [[nodiscard]] static hcl_node literal(hcl_token token) {
    hcl_node node;
    node.at = token.at;
    node.literal = token.kind;
    node.text = std::move(token.text);
    return node;
  }

  /// Counts one more level of nesting while it lives.
  class nesting {
  public:
    explicit nesting(hcl_reader& reader) : reader_(reader) { ++reader_.depth_; }

    nesting(const nesting&) = delete;
    nesting& operator=(const nesting&) = delete;

    ~nesting() { --reader_.depth_; }

    [[nodiscard]] bool too_deep() const noexcept { return reader_.depth_ > hcl_depth_max; }

  private:
    hcl_reader& reader_;
  };

private:
  hcl_scanner scanner_;
  hcl_token token_;
  hcl_error error_;
  bool repeat_ = false;
  int depth_ = 0;
};

/// Reads the native form; see `parse_hcl`.
[[nodiscard]] tl::expected<std::vector<hcl_item>, hcl_error>
parse_native_hcl(std::string_view text);

/// Reads the JSON form; see `parse_hcl`.
[[nodiscard]] tl::expected<std::vector<hcl_item>, hcl_error> parse_json_hcl(std::string_view text);

} // namespace lapse::policy
