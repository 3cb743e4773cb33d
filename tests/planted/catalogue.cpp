#include "tests/planted/catalogue.hpp"

#include <algorithm>

namespace lapse {

namespace {

constexpr bool any_run = false;
constexpr bool some_schedules = true;

// In order of their names.
constexpr planted_bug bugs[] = {
    {"backend-asked-twice",
     "a lease that is handed to the queue again after its job is done is revoked again",
     "R-634, R-645", "L20", some_schedules, 2},
    {"batch-lease-owned-by-nobody",
     "a lease made by a batch token does not belong to the token's parent", "R-604", "L18", any_run,
     2},
    {"batch-token-outlives-its-parent", "a batch token is not told that its parent has ended",
     "R-122, R-522, R-525", "L07", any_run, 2},
    {"child-slips-through",
     "a child made between a token's last look for children and its taint lives on", "R-528", "L02",
     some_schedules, 2},
    {"children-listed-once",
     "a revocation lists a token's children once; those made meanwhile live on", "R-511, R-528",
     "L02", some_schedules, 3},
    {"cubbyhole-keeps-the-record",
     "the record of a token with something in its cubbyhole is not deleted", "R-514", "L24",
     any_run, 2},
    {"denied-request-costs-no-use", "a request that the policies refuse takes no use", "R-306",
     "L06", any_run, 2},
    {"deny-does-not-win",
     "a policy's `deny` does not cancel what another policy grants on the same path", "R-903",
     "always", any_run, 2},
    {"expired-child-left-to-its-timer",
     "a revocation leaves a child whose deadline has come to the child's own timer", "R-511, R-521",
     "L02", any_run, 2},
    {"expired-token-renewed",
     "a token that has expired can be renewed as long as its record exists", "R-403", "L16",
     any_run, 2},
    {"failed-revocation-removes-the-lease",
     "a revocation by request removes the lease although the backend refused", "R-614", "L21",
     any_run, 3},
    {"first-down-is-enough",
     "a token revokes all children at once and goes when the first of them is gone", "R-511", "L02",
     some_schedules, 3},
    {"grandchildren-forgotten", "a revocation stops at the children; what they made lives on",
     "R-511, R-521", "L02", any_run, 3},
    {"idle-worker-leaves", "a worker that finds the queue empty does not come back", "R-631", "L24",
     any_run, 2},
    {"irrevocable-after-five", "a lease is given up after the fifth failed attempt", "R-641", "L22",
     any_run, 2},
    {"job-lost-when-workers-are-full",
     "a lease that is submitted while no worker is free is forgotten", "R-631", "L24", any_run, 2},
    {"last-use-taints-late", "the last use taints the token only when its request is over",
     "R-302, R-310", "L06", some_schedules, 3},
    {"lease-expires-a-second-late", "a lease's timer is set a second too late", "R-631", "L15",
     any_run, 1},
    {"lease-of-a-dying-token-forgotten",
     "a lease issued while its token's children are being revoked is not revoked", "R-514", "L03",
     some_schedules, 3},
    {"lease-outlives-its-batch-token",
     "a lease made by a batch token is not cut to the token's end", "R-605", "L11", any_run, 2},
    {"lease-registered-late", "a token takes note of a lease only after it was issued", "R-514",
     "L03", some_schedules, 2},
    {"lease-renewed-past-the-maximum",
     "the maximum counts from a lease's renewal instead of from its issue", "R-423, R-410", "L19",
     any_run, 2},
    {"lease-survives-its-token", "of several leases of a token the latest is not revoked with it",
     "R-514", "L03", any_run, 3},
    {"mount-maximum-ignored", "the maximum that a mount was tuned to does not count", "R-233",
     "L19", any_run, 1},
    {"old-timer-still-fires", "a renewal leaves the timer of the old deadline running", "R-404",
     "L13", any_run, 2},
    {"orphan-revoked-with-its-maker", "an orphan is supervised by its maker and ends with it",
     "R-115, R-211", "L14", any_run, 2},
    {"pauses-add-up", "the pause between attempts grows by 20 s each time instead of doubling",
     "R-641", "L23", any_run, 2},
    {"periodic-token-ends-at-the-maximum",
     "renewals of a periodic token are cut at the maximum, counted from its issue", "R-231, R-410",
     "always", any_run, 2},
    {"policies-from-nowhere",
     "a token without sudo gives its children policies that it does not have", "R-221", "L09",
     any_run, 2},
    {"prefix-misses-the-last", "the revocation of a prefix leaves out the last of several leases",
     "R-616", "eventually", any_run, 3},
    {"prefix-wins-over-exact", "a policy's prefix decides although a path of it matches exactly",
     "R-905", "never", any_run, 2},
    {"renewal-forgets-the-timer", "a renewal cancels the old timer and sets no new one", "R-404",
     "L15", any_run, 2},
    {"renewed-past-explicit-maximum",
     "a renewal looks only at the maximum of the mount, not at the token's own", "R-231, R-406",
     "L05", any_run, 2},
    {"retry-lost", "after the second failed attempt to revoke a lease no third is planned", "R-641",
     "L24", any_run, 2},
    {"revoke-orphan-takes-children-along",
     "revoke-orphan revokes the children instead of letting them go", "R-524", "always", any_run,
     2},
    {"revoked-lease-renewed",
     "a lease revoked while the backend is asked for its renewal comes back", "R-426", "L16",
     some_schedules, 3},
    {"role-period-ignored", "a renewal forgets the period of the token's role", "R-407", "always",
     any_run, 2},
    {"second-caller-forgotten",
     "who asks for the revocation of a token that is being revoked hears nothing", "R-514", "L24",
     some_schedules, 4},
    {"tidy-takes-live-leases", "tidy removes leases whose tokens are alive", "R-620", "L14",
     any_run, 2},
    {"tie-goes-to-the-parent", "a child whose deadline has come ends because of its parent",
     "R-120, R-1604", "L12", some_schedules, 2},
    {"token-expires-a-second-early", "a token's timer is set a second too early", "R-120", "L13",
     any_run, 1},
    {"use-counted-twice", "a use of a token with more than two uses left takes two", "R-302", "L06",
     any_run, 2},
    {"used-up-child-passed-over", "a revocation passes over a child whose last use still runs",
     "R-303, R-511", "L02", any_run, 2},
    {"wrapping-token-opened-twice",
     "a wrapping token can be opened by others until its revocation is done", "R-1008", "L06",
     some_schedules, 3},
};

} // namespace

constinit const planted_bug drifting_order{
    "order-drifts-from-run-to-run",
    "siblings are revoked in another order in every second walk of the process",
    "R-511",
    "--verify-determinism",
    any_run,
    4};

std::span<const planted_bug> planted_bugs() noexcept { return bugs; }

const planted_bug* find_planted(std::string_view name) noexcept {
  const auto* found = std::find_if(std::begin(bugs), std::end(bugs),
                                   [&](const planted_bug& bug) { return bug.name == name; });
  if (found != std::end(bugs))
    return found;
  return name == drifting_order.name ? &drifting_order : nullptr;
}

} // namespace lapse
