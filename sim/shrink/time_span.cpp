#include "sim/shrink/time_span.hpp"

#include "actors/ttl/duration.hpp"
#include "sim/document/scalar.hpp"

#include <algorithm>

namespace lapse::shrink {

std::optional<time_span> read_span(std::string_view text) {
  auto ends = document::split_range(text);
  auto low = document::to_duration(ends ? ends->first : text);
  auto high = document::to_duration(ends ? ends->second : text);
  if (!low || !high)
    return std::nullopt;
  return time_span{*low, *high};
}

std::string write_span(const time_span& span) {
  auto low = ttl::format_duration(span.low);
  return span.low == span.high ? low : low + ".." + ttl::format_duration(span.high);
}

std::optional<due_time> due_time_of(const document::document_node& step) {
  for (auto [key, kind] : {std::pair{"at", due_time::kind::at}, {"after", due_time::kind::after}}) {
    if (step.find(key) == nullptr)
      continue;
    auto span = read_span(step.text_of(key));
    return span ? std::optional{due_time{kind, *span}} : std::nullopt;
  }
  return due_time{};
}

due_time joined(const due_time& a, const due_time& b) {
  if (a.what == due_time::kind::same || b.what == due_time::kind::at)
    return b;
  if (b.what == due_time::kind::same)
    return a;
  return {a.what, {ttl::add(a.value.low, b.value.low), ttl::add(a.value.high, b.value.high)}};
}

void due(document::document_node& step, const due_time& time) {
  if (time.what == due_time::kind::same) {
    step.erase("at");
    step.erase("after");
    return;
  }
  auto key = time.what == due_time::kind::at ? "at" : "after";
  auto text = write_span(time.value);
  for (auto other : {"at", "after"})
    if (auto* entry = step.find(other)) {
      entry->key = key;
      entry->text = std::move(text);
      return;
    }
  step.children.insert(step.children.begin(), document::plain_entry(key, std::move(text)));
}

namespace {

instant fixed(const document::document_node& map, std::string_view key) {
  auto span = read_span(map.text_of(key));
  return span ? std::max(span->high, instant{0}) : instant{0};
}

// Times and counts are bounded by the loader's checks; `add` stops at the end of time.
instant times(duration each, std::int64_t count) {
  if (each <= duration::zero() || count <= 0)
    return instant{0};
  return count > never / each ? never : each * count;
}

// Follows steps from `now`; `last` is the latest instant so far. Returns when the next is due.
instant follow(const document::document_node& steps, instant now, instant& last);

instant follow_repeat(const document::document_node& repeat, instant start, instant& last) {
  const auto* steps = repeat.find("steps");
  auto count_text = repeat.text_of("times");
  auto ends = document::split_range(count_text);
  auto count = document::to_integer(ends ? ends->second : count_text).value_or(1);
  auto until = fixed(repeat, "until");
  auto end = steps != nullptr ? follow(*steps, start, last) : start;
  if (repeat.find("every") != nullptr) {
    auto begun = repeat.find("until") != nullptr
                     ? until
                     : ttl::add(start, times(fixed(repeat, "every"), count - 1));
    last = std::max(last, ttl::add(begun, end - start));
    return start;
  }
  end = repeat.find("until") != nullptr ? std::max(until, start)
                                        : ttl::add(start, times(end - start, count));
  last = std::max(last, end);
  return end;
}

instant follow(const document::document_node& steps, instant now, instant& last) {
  for (const auto& step : steps.children) {
    auto time = due_time_of(step).value_or(due_time{});
    if (time.what == due_time::kind::at)
      now = std::max(now, time.value.high);
    else if (time.what == due_time::kind::after)
      now = ttl::add(now, std::max(time.value.high, duration::zero()));
    last = std::max(last, now);
    if (const auto* repeat = step.find("repeat"))
      now = follow_repeat(*repeat, now, last);
    else if (step.find("keep") != nullptr)
      last = std::max(last, fixed(step, "until"));
  }
  return now;
}

} // namespace

instant last_due(const document::document_node& document) {
  instant last{0};
  if (const auto* steps = document.find("steps"))
    follow(*steps, instant{0}, last);
  return last;
}

} // namespace lapse::shrink
