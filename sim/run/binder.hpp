#pragma once

#include "actors/protocol/event.hpp"
#include "sim/run/handle_table.hpp"
#include "sim/run/request_writer.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace lapse {

/// Finds what an answer gives a name to. Most of it stands in the answer; what a wrapped answer
/// hides, and the path that a token's own lease is named after, come from the event stream.
class binder final : public event_reader {
public:
  void on_event(const event& e) override;

  /// Forgets what earlier requests made; to be called before a request (or a `together`).
  void begin();

  /// The handle of `what`; of kind `failed` if the answer has nothing to name.
  [[nodiscard]] bound_handle bind(const binding& what, const round_numbers& rounds,
                                  const credential& by, const request_ptr& request,
                                  const answer& reply);

  /// Path of a token made since `begin`, or made inside a wrapped answer; null if unknown.
  [[nodiscard]] shared_text path_of(token_id token) const;

private:
  struct made_token {
    token_id token;
    shared_text path;
  };
  struct made_lease {
    lease_name lease;
    token_id maker;
    bool claimed = false;
  };

  [[nodiscard]] bool bind_token(const token_name& name, bound_handle& out);
  [[nodiscard]] static bool bind_lease(const lease_name& name, bound_handle& out);
  [[nodiscard]] bool bind_inside_wrapping(const binding& what, const credential& by,
                                          const request_ptr& request, const answer& reply,
                                          bound_handle& out);
  [[nodiscard]] bool bind_saved(const answer& reply, bound_handle& out);

  std::vector<made_token> tokens_;
  std::vector<made_lease> leases_;
  /// Paths of tokens that went into a wrapping and may get their handle at `unwrap`.
  std::unordered_map<std::uint64_t, shared_text> wrapped_;
};

} // namespace lapse
