#pragma once

#include "sim/language/body_writer.hpp"
#include "sim/language/verbs.hpp"

#include <string_view>

namespace lapse::language {

/// Compiles the request of one step: who asks, what, what the answer gives names to and what is
/// expected of it. The verb's row says most of it; the verb's own function the rest, through the
/// second half of this class.
class request_builder {
public:
  request_builder(load_context& context, const document::document_node& step,
                  const verb_spec& verb);

  /// Of a verb that is answered.
  [[nodiscard]] plan::request_step build();

  // -- for the functions of verbs ----------------------------------------------------------

  [[nodiscard]] load_context& context() noexcept { return context_; }
  [[nodiscard]] const document::document_node& step() const noexcept { return step_; }
  /// The verb's own value.
  [[nodiscard]] const document::document_node& object() const noexcept { return object_; }
  [[nodiscard]] const verb_spec& verb() const noexcept { return verb_; }
  [[nodiscard]] plan::request_step& result() noexcept { return result_; }
  [[nodiscard]] body_writer& body() noexcept { return body_; }

  /// Value of a key of the step; null if it has none that is a scalar.
  [[nodiscard]] const document::document_node* scalar(std::string_view key) const;
  /// Value of a flag of the step; `otherwise` if it has none.
  [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const;

  /// The answer gives nothing a name.
  void nameless() noexcept { names_ = false; }

  void to(std::string_view method, std::string_view path);
  void asks(usual_caller who) noexcept { caller_ = who; }
  /// `save` is sure to name a lease.
  void names_a_lease() noexcept { leased_ = true; }
  /// An identifier of the handle that `object` names, into the body.
  void identify(std::string_view key, plan::handle_part part);

private:
  void follow_row();
  void send_parameters();
  void made_by();
  void wrapped();
  void finish();
  void bind(plan::binding::kind what, const document::document_node* name);

  load_context& context_;
  const document::document_node& step_;
  const verb_spec& verb_;
  const document::document_node& object_;
  plan::request_step result_;
  body_writer body_;
  usual_caller caller_;
  bool leased_ = false;
  bool names_ = true;
};

/// The step in words: `create job{i} as S`.
[[nodiscard]] plan::counted_text
step_words(const load_context& context, const document::document_node& step, const verb_spec* verb);

} // namespace lapse::language
