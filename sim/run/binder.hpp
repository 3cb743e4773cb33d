#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/run/handle_table.hpp"
#include "sim/run/request_writer.hpp"

#include <set>

namespace lapse::run {

/// Finds what an answer gives a name to. Most of it stands in the answer; what a wrapped answer
/// hides stands in the ledger.
class binder {
public:
  /// `lives` must outlive the binder.
  explicit binder(const lives::ledger& lives) : lives_(lives) {}

  /// To be called before a request (or a `together`): what is made from now on is its doing.
  void begin();

  /// The handle of `what`; of kind `failed` if the answer has nothing to name.
  [[nodiscard]] bound_handle bind(const plan::binding& what, const round_numbers& rounds,
                                  const credential& by, const request_ptr& request,
                                  const answer& reply);

private:
  [[nodiscard]] static bool bind_token(const token_name& name, bound_handle& out);
  [[nodiscard]] static bool bind_lease(const lease_name& name, bound_handle& out);
  [[nodiscard]] bool bind_inside_wrapping(const plan::binding& what, const credential& by,
                                          const request_ptr& request, const answer& reply,
                                          bound_handle& out);
  [[nodiscard]] bool bind_saved(std::string_view path, const answer& reply, bound_handle& out);

  const lives::ledger& lives_;
  /// The first life that may have been made since `begin`.
  lives::ledger::slot first_ = 0;
  /// Leases that got their name from a wrapped answer.
  std::set<lives::ledger::slot> claimed_;
};

} // namespace lapse::run
