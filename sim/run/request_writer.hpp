#pragma once

#include "sim/plan/plan.hpp"
#include "sim/plan/range_draw.hpp"
#include "sim/run/handle_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lapse::run {

/// Rounds of the enclosing repeats, counted from 1, outermost first.
using round_numbers = std::vector<std::int64_t>;

/// Fills in what a plan leaves open until a step is issued: counters, handles, ranges.
class request_writer {
public:
  /// All three must outlive it.
  request_writer(const handle_table& handles, const lives::ledger& lives,
                 const plan::range_draw& ranges) noexcept
    : handles_(&handles), lives_(&lives), ranges_(&ranges) {}

  /// The request of a template; null for an HTTP verb that no server knows.
  [[nodiscard]] request_ptr write(const plan::request_template& what,
                                  const round_numbers& rounds) const;

  /// Whose token the request comes with. A handle that names no token gives an unknown one.
  [[nodiscard]] credential write(const plan::caller& by, const round_numbers& rounds) const;

  [[nodiscard]] std::string write(const plan::issued_text& text, const round_numbers& rounds) const;

  /// Of the handles that a request is about one whose own request failed, so that it names nothing
  /// that was ever made; null: there is none.
  [[nodiscard]] const bound_handle* unmade(const plan::request_template& what,
                                           const plan::caller& by,
                                           const round_numbers& rounds) const;

  /// The handle a reference names, null while it is not bound.
  [[nodiscard]] const bound_handle* find(const plan::handle_ref& handle,
                                         const round_numbers& rounds) const;

  /// `json` with its holes filled in.
  [[nodiscard]] nlohmann::json fill(nlohmann::json json, const std::vector<plan::body_hole>& holes,
                                    const round_numbers& rounds) const;

private:
  [[nodiscard]] std::string write(const plan::handle_text& text, const round_numbers& rounds) const;

  const handle_table* handles_;
  const lives::ledger* lives_;
  const plan::range_draw* ranges_;
};

} // namespace lapse::run
