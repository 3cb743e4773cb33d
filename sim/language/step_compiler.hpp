#pragma once

#include "sim/language/load_context.hpp"
#include "sim/language/step_budget.hpp"
#include "sim/language/verbs.hpp"

namespace lapse::language {

/// Compiles the timeline: order, times, repeats and `together`, and what each step asks. Times are
/// followed at the lower ends of their ranges.
class step_compiler {
public:
  explicit step_compiler(load_context& context) : context_(&context), budget_(context.faults) {}

  /// Counts the mounts that the file sets up.
  void charge_mounts(const document::document_node& scenario);

  [[nodiscard]] std::vector<plan::step> compile(const document::document_node& steps);

  /// Reports at the scenario's `until` (null: it has none), read as `end`, when it comes before the
  /// last compiled step, which would never run.
  void check_end(const document::document_node* until, instant end);

  /// When the last compiled step is done.
  [[nodiscard]] instant end() const noexcept { return now_; }

private:
  void compile_list(const document::document_node& steps, std::vector<plan::step>& result);
  [[nodiscard]] plan::step compile_step(const document::document_node& node);
  [[nodiscard]] plan::step_time compile_time(const document::document_node& node);
  [[nodiscard]] plan::fault_step compile_fault(const document::document_node& node,
                                               const verb_spec& verb);
  [[nodiscard]] plan::keep_step compile_keep(const document::document_node& node,
                                             const verb_spec& verb);
  [[nodiscard]] plan::repeat_step compile_repeat(const document::document_node& node,
                                                 const document::document_node& repeat);
  [[nodiscard]] plan::together_step compile_together(const document::document_node& list);
  void compile_expect(const document::document_node& node, const verb_spec* verb,
                      plan::step& result);

  /// Rounds of a repeat whose body takes `body` (without `every`); none if it would never end.
  [[nodiscard]] std::optional<std::int64_t> rounds_of(const document::document_node& repeat,
                                                      const plan::repeat_step& made, instant start,
                                                      duration body);
  /// What a request may leave behind in the server.
  void charge_writes(const document::document_node& node, const verb_spec& verb);
  void go_to(const document::document_node& at, instant time);
  /// Lets `by` pass `times` times; time that nothing can count is an error at `at`.
  void run_on(document::file_position at, duration by, std::int64_t times);

  load_context* context_;
  instant now_{0};
  /// Line of the step that set `now_`.
  int now_line_ = 0;
  step_budget budget_;
  int together_count_ = 0;
  /// Steps in a `together` are issued at once.
  bool in_together_ = false;
  int repeat_depth_ = 0;
};

} // namespace lapse::language
