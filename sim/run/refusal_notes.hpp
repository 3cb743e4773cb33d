#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/run/failed_request.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse::run {

/// What a run has seen of refusals and warnings: what decided about the latest request, and those
/// of which no `expect` spoke.
class refusal_notes final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger&) override {
    const auto* answered = std::get_if<request_answered>(&e.body);
    if (answered == nullptr || !answered->what)
      return;
    const auto failed = answered->reply != nullptr && !answered->reply->ok();
    refused_ += failed ? 1 : 0;
    latest_ = {answered->refused, answered->caller, failed ? refused_ : 0};
    if (!failed)
      return;
    if (e.at != failed_at_)
      failed_now_.clear();
    failed_at_ = e.at;
    failed_now_[answered->by.id.value] = latest_;
  }

  /// Of the request that was answered last.
  [[nodiscard]] const judgement& latest() const noexcept { return latest_; }

  /// Of the request with this token that failed last at this instant: clients hear of an answer
  /// only after others may have got theirs.
  [[nodiscard]] judgement failed_now(token_id by) const {
    const auto found = failed_now_.find(by.value);
    return found == failed_now_.end() ? judgement{} : found->second;
  }

  /// A refusal as events and reports have it.
  [[nodiscard]] static told_refusal told(const failed_request& what, const lives::ledger& lives);

  /// Counts a refusal of which nobody spoke, and gives the event that says so.
  [[nodiscard]] unexpected_refusal unspoken(const failed_request& what, const lives::ledger& lives);

  [[nodiscard]] std::uint64_t unspoken() const noexcept { return unspoken_; }

  /// A warning, of the set-up or in an answer whose `expect` says nothing of warnings. 0: no line.
  void warned(int line, const std::string& text);

  /// What breaks `strict`: what else passes though nobody may have meant it to.
  [[nodiscard]] std::vector<rule_broken> strict_verdicts(bool expects_something) const;

private:
  judgement latest_;
  std::map<std::uint64_t, judgement> failed_now_;
  instant failed_at_{0};
  std::uint64_t refused_ = 0;
  std::uint64_t unspoken_ = 0;
  std::optional<told_refusal> first_;
  std::uint64_t warnings_ = 0;
  std::string first_warning_;
  int first_warning_line_ = 0;
};

} // namespace lapse::run
