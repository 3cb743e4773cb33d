#include "sim/explore/estate_generator_timeline.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::explore {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t steps_min = 10;
constexpr std::size_t steps_max = 60;

} // namespace

const std::vector<estate_timeline::offer>& estate_timeline::offers() {
  using feature = estate_feature;
  using self = estate_timeline;
  static const std::vector<offer> table = {{feature::always, 24, &self::create},
                                           {feature::login, 8, &self::log_in},
                                           {feature::always, 16, &self::read_secret},
                                           {feature::kv, 3, &self::use_kv},
                                           {feature::cubbyhole, 3, &self::use_cubbyhole},
                                           {feature::lookup, 3, &self::look_up},
                                           {feature::lookup, 2, &self::look_up_lease},
                                           {feature::renew_token, 8, &self::renew},
                                           {feature::keep, 2, &self::keep},
                                           {feature::renew_lease, 7, &self::renew_lease},
                                           {feature::wrapping, 5, &self::unwrap},
                                           {feature::revoke, 4, &self::revoke},
                                           {feature::revoke_accessor, 2, &self::revoke_by_accessor},
                                           {feature::revoke_self, 3, &self::revoke_self},
                                           {feature::revoke_orphan, 3, &self::revoke_orphan},
                                           {feature::revoke_lease, 5, &self::revoke_lease},
                                           {feature::revoke_prefix, 2, &self::revoke_prefix},
                                           {feature::revoke_force, 2, &self::revoke_force},
                                           {feature::tune, 2, &self::tune},
                                           {feature::mount_change, 1, &self::disable},
                                           {feature::policy_edit, 2, &self::edit_policy},
                                           {feature::role_edit, 3, &self::edit_role},
                                           {feature::seal, 1, &self::seal},
                                           {feature::tidy, 1, &self::tidy},
                                           {feature::backend_down, 3, &self::break_backend},
                                           {feature::backend_slow, 2, &self::slow_backend},
                                           {feature::fail_revocation, 3, &self::fail_revocation}};
  return table;
}

// -- the frame -------------------------------------------------------------------------

void estate_timeline::write(document::document_node& scenario) {
  auto count = steps_min + draws_.below(steps_max - steps_min + 1);
  for (std::size_t i = 0; i < count; ++i) {
    pass_time();
    if (now_and_then(estate_feature::together, 15))
      write_together();
    else if (now_and_then(estate_feature::repeat, 4))
      write_repeat();
    else
      put(next());
  }
  while (!planned_.empty()) { // a seal is opened again in every scenario
    pass_time();
    put(std::move(planned_.front().step));
    planned_.pop_front();
  }
  // Some runs end in the middle of things, others when all is over, retries included.
  auto wait = span();
  if (draws_.chance(50))
    wait += estate_.spans.back() + seconds{700};
  now_ += wait;
  // Every request is to be answered (L27), and a slow backend may need longer than any time that is
  // drawn here: without `until` the run goes on for as long as it takes.
  if (slow_) {
    auto health = document::empty_map();
    health.add("method", document::plain_value("GET"));
    health.add("path", document::plain_value("sys/health"));
    generated_step last;
    last.add("request", std::move(health));
    put(std::move(last));
  }
  scenario.add("steps", std::move(steps_));
  if (!slow_)
    scenario.add("until", document::plain_value(ttl::format_duration(now_)));
}

void estate_timeline::pass_time() {
  auto kind = draws_.below(100);
  auto wait = span();
  auto deadline = book_.next_deadline(now_);
  if (kind < 40)
    return;
  if (kind < 55)
    now_ += seconds{1};
  else if (kind < 75 || deadline == never)
    now_ += wait;
  else if (kind < 90) // the last instant before a deadline
    now_ = deadline;
  else if (kind < 97)
    now_ = deadline + seconds{1};
  else
    now_ += milliseconds{500};
}

generated_step estate_timeline::next() {
  for (auto& p : planned_)
    p.after -= p.after > 0 ? 1 : 0;
  auto due =
      std::find_if(planned_.begin(), planned_.end(), [](const planned& p) { return p.after == 0; });
  if (due != planned_.end()) {
    auto step = std::move(due->step);
    planned_.erase(due);
    sealed_ = sealed_ && !planned_.empty();
    return step;
  }
  generated_step step;
  while (!say_one(step))
    step = {};
  return step;
}

bool estate_timeline::say_one(generated_step& step) {
  int total = 0;
  for (const auto& offer : offers())
    total += has(offer.needs) ? offer.weight : 0;
  auto drawn = static_cast<int>(draws_.below(static_cast<std::size_t>(total)));
  for (const auto& offer : offers()) {
    drawn -= has(offer.needs) ? offer.weight : 0;
    if (drawn < 0)
      return (this->*offer.say)(step);
  }
  return false;
}

void estate_timeline::put(generated_step step) {
  auto node = step.take();
  if (now_ != written_)
    node.children.insert(node.children.begin(),
                         document::plain_entry("at", ttl::format_duration(now_)));
  written_ = now_;
  steps_.children.push_back(std::move(node));
}

// Two to four clients at once, most of them on the same token.
void estate_timeline::write_together() {
  auto count = 2 + draws_.below(3);
  focus_ = book_.some_token(draws_, now_);
  in_together_ = true;
  auto inner = document::sequence_of();
  for (std::size_t i = 0; i < count; ++i) {
    generated_step step;
    while (!say_one(step))
      step = {};
    inner.children.push_back(step.take());
  }
  in_together_ = false;
  focus_ = -1;
  bind_waiting();
  generated_step outer;
  outer.add("together", std::move(inner));
  put(std::move(outer));
}

// A few tokens and what they read, all alike: their deadlines are equal.
void estate_timeline::write_repeat() {
  auto number = ++repeats_made_;
  auto times = 2 + draws_.below(3);
  auto ttl = span();
  generated_step inner;
  inner.add("create", fmt::format("x{}y{{i}}", number));
  auto caller = add_caller(inner, 50);
  inner.add("ttl", ttl::format_duration(ttl));
  inner.add("policies", document::sequence_of({document::plain_value("maker")}));
  auto steps = document::sequence_of({inner.take()});
  auto reads = !estate_.roles.empty() && draws_.chance(60);
  if (reads) {
    const auto& role = draws_.one_of(estate_.roles);
    generated_step read;
    add_read(read, role);
    read.add("as", fmt::format("x{}y{{i}}", number));
    steps.children.push_back(read.take());
  }
  auto repeat = document::empty_map();
  repeat.add("times", document::plain_value(std::to_string(times)));
  repeat.add("steps", std::move(steps));
  generated_step outer;
  outer.add("repeat", std::move(repeat));
  put(std::move(outer));
  for (std::size_t i = 1; i <= times; ++i)
    book_.add(generated_token{fmt::format("x{}y{}", number, i), now_ + ttl, false, false, caller});
}

void estate_timeline::bind_waiting() {
  for (auto& token : waiting_tokens_)
    book_.add(std::move(token));
  for (auto& lease : waiting_leases_)
    book_.add(std::move(lease));
  waiting_tokens_.clear();
  waiting_leases_.clear();
}

// -- draws -----------------------------------------------------------------------------

std::string estate_timeline::span_text(duration span) {
  if (!now_and_then(estate_feature::range, 25))
    return ttl::format_duration(span);
  auto other = draws_.one_of(estate_.spans);
  auto [low, high] = std::minmax(span, other);
  return low == high ? ttl::format_duration(low)
                     : fmt::format("{}..{}", ttl::format_duration(low), ttl::format_duration(high));
}

int estate_timeline::some_token() {
  if (focus_ >= 0 && draws_.chance(70))
    return focus_;
  return book_.some_token(draws_, now_);
}

const std::string& estate_timeline::name_of(int token) const {
  static const std::string root = "root";
  return token < 0 ? root : book_.tokens()[static_cast<std::size_t>(token)].name;
}

const std::string& estate_timeline::name_of_lease(int lease) const {
  return book_.leases()[static_cast<std::size_t>(lease)].name;
}

int estate_timeline::add_caller(generated_step& step, int root_percent) {
  if (draws_.chance(root_percent))
    return -1;
  auto caller = some_token();
  if (caller >= 0)
    step.add("as", name_of(caller));
  return caller;
}

void estate_timeline::add_wrapping(generated_step& step) {
  if (!now_and_then(estate_feature::wrapping, 20))
    return;
  auto ttl = span();
  generated_token wrapper;
  wrapper.name = fmt::format("w{}", ++tokens_made_);
  wrapper.wrapping = true;
  wrapper.end = now_ + ttl;
  step.add("wrap", wrapper.name);
  step.add("wrap_ttl", ttl::format_duration(ttl));
  waiting_tokens_.push_back(std::move(wrapper));
}

std::string estate_timeline::some_mount() {
  std::vector<std::string> mounts;
  for (const auto& role : estate_.roles)
    mounts.push_back(role.mount);
  return mounts.empty() ? std::string{} : draws_.one_of(mounts);
}

} // namespace lapse::explore
