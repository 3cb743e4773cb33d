#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

#include <algorithm>

namespace lapse {

namespace {

using namespace std::chrono_literals;

class leases_keep_the_maximum final : public rule {
public:
  explicit leases_keep_the_maximum(rule_context& in)
    : rule(l19.info, in, leases_made | leases_renewed) {}

  void lease_made(past_slot l, const lease_created& e) override {
    if (mount_of_.size() <= l)
      mount_of_.resize(std::max<std::size_t>(l + 1, mount_of_.size() * 2));
    mount_of_[l] = number_of(e.mount);
    judge(l, e.expire);
  }

  void lease_renews(past_slot l, const lease_renewed& e) override { judge(l, e.expire); }

private:
  // Mounts are few, and leases come in runs from one.
  [[nodiscard]] std::uint32_t number_of(const std::string& mount) {
    if (last_ < mounts_.size() && mounts_[last_] == mount)
      return last_;
    auto i = std::find(mounts_.begin(), mounts_.end(), mount);
    last_ = static_cast<std::uint32_t>(i - mounts_.begin());
    if (i == mounts_.end())
      mounts_.push_back(mount);
    return last_;
  }

  void judge(past_slot l, instant expire) {
    auto max = in().limits().max_for(mounts_[mount_of_[l]]);
    // The second is what whole-second arithmetic may overshoot.
    auto latest = later(later(floor_second(lease(l).created), max), 1s);
    if (expire > latest)
      broken_by_lease(l, "{subject} was granted until " + format_duration(expire) +
                             ", more than the maximum of " + format_duration(max) +
                             " after its issue at " + format_duration(lease(l).created));
  }

  std::vector<std::string> mounts_;
  std::vector<std::uint32_t> mount_of_;
  std::uint32_t last_ = 0;
};

} // namespace

constinit const built_in_rule l19{{"L19",
                                   "no grant lets a lease live longer after its issue than the "
                                   "maximum of its mount or the system",
                                   "R-231, R-233, R-410, R-423, R-602",
                                   {}},
                                  &make_rule<leases_keep_the_maximum>};

} // namespace lapse
