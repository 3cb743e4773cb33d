#include "actors/ttl/calculate.hpp"

#include "actors/ttl/duration.hpp"

namespace lapse::ttl {

namespace {

struct limit {
  duration value;
  ttl_bound bound;
};

// The least of the maxima that are given (R-231, effMax); R-240 has worked values.
limit effective_max(const ttl_inputs& in) {
  limit max{in.mount_max, ttl_bound::mount_max};
  if (in.backend_max > duration::zero() && in.backend_max < max.value)
    max = {in.backend_max, ttl_bound::backend_max};
  if (in.explicit_max > duration::zero() && in.explicit_max < max.value)
    max = {in.explicit_max, ttl_bound::explicit_max};
  return max;
}

// The first TTL source that is set, and which it is.
limit requested_ttl(const ttl_inputs& in) {
  if (in.increment > duration::zero())
    return {in.increment, ttl_bound::increment};
  if (in.backend_ttl > duration::zero())
    return {in.backend_ttl, ttl_bound::own};
  return {in.mount_default, ttl_bound::mount_default};
}

std::string capped(std::string_view subject, duration value, duration max, std::string_view noun) {
  std::string text{subject};
  text += " of \"" + format_duration(value) + "\" exceeded the effective max_ttl of \"" +
          format_duration(max) + "\"; ";
  text += noun;
  return text += " value is capped accordingly";
}

// Cuts a TTL at its deadline, counted from the issue and not from now.
void cut_at(instant deadline, ttl_bound bound, instant now, ttl_result& out) {
  auto left = deadline - now;
  if (left <= duration::zero()) {
    out.error = "past the max TTL, cannot renew";
    return;
  }
  if (out.ttl > left) {
    out.warnings.push_back(capped("TTL", out.ttl, left, "TTL"));
    out.ttl = left;
    out.bound = bound;
  }
}

} // namespace

ttl_result calculate_ttl(const ttl_inputs& in) {
  ttl_result out;
  // R-1308: whole seconds here, nanoseconds in what stands on the record.
  auto now = floor_second(in.now);
  auto start = floor_second(in.start.value_or(in.now));
  auto max = effective_max(in);
  if (max.value <= duration::zero()) {
    out.error = "max TTL must be greater than zero";
    return out;
  }
  if (in.period <= duration::zero()) {
    auto requested = requested_ttl(in);
    out.ttl = requested.value;
    out.bound = requested.bound;
    cut_at(add(start, max.value), max.bound, now, out);
    return out;
  }
  out.ttl = in.period;
  out.bound = ttl_bound::period;
  if (in.period > max.value) {
    out.warnings.push_back(capped("period", in.period, max.value, "period"));
    out.ttl = max.value;
    out.bound = max.bound;
  }
  // A periodic token has no end but its own explicit maximum, and that uncapped.
  if (in.explicit_max > duration::zero())
    cut_at(add(start, in.explicit_max), ttl_bound::explicit_max, now, out);
  return out;
}

} // namespace lapse::ttl
