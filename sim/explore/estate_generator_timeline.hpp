#pragma once

#include "sim/explore/estate_generator_book.hpp"
#include "sim/explore/estate_generator_estate.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::explore {

/// One step on its way into the document.
class generated_step {
public:
  void add(std::string_view key, std::string_view value) {
    node_.add(key, document::plain_value(std::string{value}));
  }
  void add(std::string_view key, document::document_node value) {
    node_.add(key, std::move(value));
  }
  [[nodiscard]] document::document_node take() { return std::move(node_); }

private:
  document::document_node node_ = document::empty_map();
};

/// Writes the steps of a generated scenario. A member function per subject; each writes one step
/// and answers whether it has something to say now.
class estate_timeline {
public:
  estate_timeline(const generated_estate& estate, const estate_features& features,
                  estate_draws& draws)
    : estate_(estate), features_(features), draws_(draws) {}

  /// Adds `steps` to the scenario and, but for estates with a slow backend, `until`.
  void write(document::document_node& scenario);

private:
  using subject = bool (estate_timeline::*)(generated_step&);
  struct offer {
    estate_feature needs;
    int weight;
    subject say;
  };
  [[nodiscard]] static const std::vector<offer>& offers();

  // -- the frame ---------------------------------------------------------------------
  [[nodiscard]] generated_step next();
  [[nodiscard]] bool say_one(generated_step& step);
  void pass_time();
  void put(generated_step step);
  void write_together();
  void write_repeat();
  void bind_waiting();

  // -- draws ---------------------------------------------------------------------------
  [[nodiscard]] bool has(estate_feature what) const { return features_.has(what); }
  /// Whether the feature is used, and then with this probability here.
  [[nodiscard]] bool now_and_then(estate_feature what, int percent) {
    return has(what) && draws_.chance(percent);
  }
  [[nodiscard]] duration span() { return draws_.one_of(estate_.spans); }
  /// A duration, or a range of two where those are used.
  [[nodiscard]] std::string span_text(duration span);
  /// Index of the token a step is about: in a `together` mostly the one all its steps race on.
  [[nodiscard]] int some_token();
  [[nodiscard]] const std::string& name_of(int token) const;
  [[nodiscard]] const std::string& name_of_lease(int lease) const;
  /// Writes `as:` and returns the caller's index, -1 for root.
  int add_caller(generated_step& step, int root_percent);
  /// Wraps the answer where that is drawn.
  void add_wrapping(generated_step& step);
  [[nodiscard]] std::string some_mount();

  // -- tokens (estate_generator_tokens.cpp) ----------------------------------------------
  bool create(generated_step& step);
  bool log_in(generated_step& step);
  bool look_up(generated_step& step);
  bool renew(generated_step& step);
  bool keep(generated_step& step);
  bool revoke(generated_step& step);
  bool revoke_by_accessor(generated_step& step);
  bool revoke_self(generated_step& step);
  bool revoke_orphan(generated_step& step);
  bool unwrap(generated_step& step);
  bool use_cubbyhole(generated_step& step);
  void add_parameters(generated_step& step, generated_token& token);
  void add_policies(generated_step& step, int caller);

  // -- leases (estate_generator_leases.cpp) ----------------------------------------------
  /// Writes the request that makes the role give a credential out.
  void add_read(generated_step& step, const generated_role& role);
  bool read_secret(generated_step& step);
  bool renew_lease(generated_step& step);
  bool revoke_lease(generated_step& step);
  bool look_up_lease(generated_step& step);
  bool revoke_prefix(generated_step& step);
  bool revoke_force(generated_step& step);
  bool use_kv(generated_step& step);
  [[nodiscard]] std::string some_prefix();

  // -- the server and its backends (estate_generator_server.cpp) ---------------------------
  bool tune(generated_step& step);
  bool disable(generated_step& step);
  bool edit_policy(generated_step& step);
  bool edit_role(generated_step& step);
  bool seal(generated_step& step);
  bool tidy(generated_step& step);
  bool break_backend(generated_step& step);
  bool slow_backend(generated_step& step);
  bool fail_revocation(generated_step& step);

  const generated_estate& estate_;
  const estate_features& features_;
  estate_draws& draws_;
  generated_book book_;
  document::document_node steps_ = document::sequence_of();
  instant now_{0};
  instant written_{0};
  /// Steps that answer an earlier one (`unseal`), and how many others come before.
  struct planned {
    std::size_t after;
    generated_step step;
  };
  std::deque<planned> planned_;
  /// What the steps of a `together` bind: the others cannot know it.
  std::vector<generated_token> waiting_tokens_;
  std::vector<generated_lease> waiting_leases_;
  std::size_t tokens_made_ = 0;
  std::size_t leases_made_ = 0;
  std::size_t repeats_made_ = 0;
  int focus_ = -1;
  bool in_together_ = false;
  /// Some backend is slow at some time.
  bool slow_ = false;
  bool sealed_ = false;
};

} // namespace lapse::explore
