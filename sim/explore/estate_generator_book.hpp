#pragma once

#include "sim/explore/estate_generator_draws.hpp"

#include "actors/protocol/time.hpp"

#include <string>
#include <vector>

namespace lapse::explore {

/// A token that an earlier step asked for.
struct generated_token {
  std::string name;
  /// When it ends if nothing else happens; a guess.
  instant end{0};
  /// A wrapping token: what it can do is be unwrapped.
  bool wrapping = false;
  /// Something ended it, as far as the generator knows.
  bool dead = false;
  /// Index of its parent; -1: none, or root.
  int parent = -1;
};

struct generated_lease {
  std::string name;
  instant end{0};
  /// Index of the token that read it; -1: root.
  int owner = -1;
  bool dead = false;
};

/// What the generator believes of the handles of earlier steps, to speak mostly of what lives. It
/// is no model of the server: being wrong costs a refused request, nothing else.
class generated_book {
public:
  void add(generated_token token) { tokens_.push_back(std::move(token)); }
  void add(generated_lease lease) { leases_.push_back(std::move(lease)); }

  [[nodiscard]] const std::vector<generated_token>& tokens() const noexcept { return tokens_; }
  [[nodiscard]] const std::vector<generated_lease>& leases() const noexcept { return leases_; }

  [[nodiscard]] bool alive(const generated_token& token, instant now) const;
  [[nodiscard]] bool alive(const generated_lease& lease, instant now) const;

  /// Index of a token, mostly one that lives; -1 if there is none of the kind.
  [[nodiscard]] int some_token(estate_draws& draws, instant now, bool wrapping = false) const;
  [[nodiscard]] int some_lease(estate_draws& draws, instant now) const;

  void extend(int token, instant end);
  void extend_lease(int lease, instant end);
  void end_token(int token);
  void end_lease(int lease);

  /// The next believed deadline after `now`; `never` if there is none.
  [[nodiscard]] instant next_deadline(instant now) const;

private:
  std::vector<generated_token> tokens_;
  std::vector<generated_lease> leases_;
};

} // namespace lapse::explore
