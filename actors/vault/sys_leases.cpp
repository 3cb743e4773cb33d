// sys/leases: lookups, renewals and every revocation that may reach several leases (section 6.2).

#include "actors/api/answers.hpp"
#include "actors/api/key_tree.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

namespace {

answer queued() {
  answer reply;
  reply.status = 202;
  return reply;
}

} // namespace

// -- finding -----------------------------------------------------------------------------------

std::string vault::lease_text(const runtime::slot_identity& s) const {
  lease_name name;
  name.path = s.bucket->path;
  if (s.kind == runtime::slot_kind::token) {
    name.token = s.facts->name;
  } else {
    name.lease = lease_id{s.id};
    name.order = s.lease->order;
  }
  return text(name);
}

const runtime::slot_identity* vault::find_lease(std::string_view text) {
  auto parsed = parse_lease(text);
  if (parsed) {
    const auto* s = parsed->lease ? env_.slots.find(parsed->lease) : env_.slots.find(parsed->token);
    if (s != nullptr && s->has_lease && *s->bucket->path == parsed->path)
      return s;
  }
  // The salt of a chosen id tells nothing: compare those of the path.
  auto cut = text.rfind('/');
  if (cut == std::string_view::npos || text.size() - cut - 1 != 40)
    return nullptr;
  for (const auto* bucket : env_.slots.buckets_under(text.substr(0, cut))) {
    if (*bucket->path != text.substr(0, cut))
      continue;
    for (auto index : bucket->members) {
      const auto& s = env_.slots.member(index);
      if (s.custom && s.has_lease && lease_text(s) == text)
        return &s;
    }
  }
  return nullptr;
}

std::vector<std::pair<std::string, runtime::slot_ref>>
vault::leases_under(std::string_view prefix) {
  // a prefix that is exactly a lease id means that lease, all others whole path segments.
  std::vector<std::pair<std::string, runtime::slot_ref>> found;
  if (!prefix.empty() && prefix.back() != '/') {
    if (const auto* s = find_lease(prefix)) {
      found.emplace_back(std::string{prefix}, env_.slots.ref_of(*s));
      return found;
    }
  }
  std::string folder{prefix};
  if (!folder.empty() && folder.back() != '/')
    folder += '/';
  auto stem = std::string_view{folder}.substr(0, folder.empty() ? 0 : folder.size() - 1);
  for (const auto* bucket : env_.slots.buckets_under(stem)) {
    if (!(*bucket->path + "/").starts_with(folder))
      continue;
    for (auto index : bucket->members) {
      const auto& s = env_.slots.member(index);
      if (s.has_lease)
        found.emplace_back(lease_text(s), env_.slots.ref_of(s));
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return found;
}

// -- lookup and renewal ---------------------------------------------------------------------

namespace {

// the body's wins.
std::string lease_id_of(const api::field_data& in) {
  auto id = in.text("lease_id");
  return id.empty() ? std::string{in.captured("url_lease_id")} : id;
}

} // namespace

void vault::look_up_lease(const runtime::exchange_ptr& x, const api::field_data& in) {
  lease_lookup_or_renew(x, in.text("lease_id"), false, duration::zero());
}

void vault::renew_lease(const runtime::exchange_ptr& x, const api::field_data& in) {
  lease_lookup_or_renew(x, lease_id_of(in), true, in.seconds("increment"));
}

void vault::lease_lookup_or_renew(const runtime::exchange_ptr& x, const std::string& wanted,
                                  bool renew, duration increment) {
  if (wanted.empty())
    return finish(x, error_answer(400, "lease_id must be specified"));
  auto verb = renew ? runtime::lease_request::what::renew : runtime::lease_request::what::lookup;
  const auto* s = find_lease(wanted); // whoever asks
  if (s == nullptr || !tell(env_.slots.ref_of(*s), runtime::lease_request{x, verb, increment}))
    finish(x, error_answer(400, renew ? "lease not found" : "invalid lease"));
}

//
void vault::list_leases(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto folder = in.text("prefix");
  if (!folder.empty() && folder.back() != '/')
    folder += '/';
  std::vector<std::string> keys;
  for (const auto& [id, at] : leases_under(folder))
    api::list_below(std::string_view{id}.substr(folder.size()), keys);
  finish(x, api::key_list(keys));
}

void vault::list_irrevocable_leases(const runtime::exchange_ptr& x, const api::field_data& in) {
  list_irrevocable(x, in, false);
}

void vault::count_irrevocable_leases(const runtime::exchange_ptr& x, const api::field_data& in) {
  list_irrevocable(x, in, true);
}

void vault::list_irrevocable(const runtime::exchange_ptr& x, const api::field_data& in,
                             bool count_only) {
  // no other type is known.
  if (in.text("type") != "irrevocable")
    return finish(x, nothing_found());
  struct row {
    instant expire;
    std::string id;
    std::string mount;
    std::string error;
  };
  std::vector<row> rows;
  for (const auto& [number, error] : env_.slots.given_up()) {
    const auto* s = env_.slots.find(lease_id{number});
    if (s == nullptr)
      continue;
    const auto* m = env_.mounts.route(*s->bucket->path).at;
    rows.push_back({s->expire, lease_text(*s), m != nullptr ? m->accessor : "", error});
  }
  std::sort(rows.begin(), rows.end(), [](const row& a, const row& b) {
    return a.expire != b.expire ? a.expire < b.expire : a.id < b.id;
  });
  nlohmann::json counts = nlohmann::json::object();
  nlohmann::json leases = nlohmann::json::array();
  for (const auto& r : rows) {
    counts[r.mount] = counts.value(r.mount, 0) + 1;
    leases.push_back({{"lease_id", r.id}, {"mount_id", r.mount}, {"error", r.error}});
  }
  if (count_only) // both are empty where nothing was given up (R-1722)
    finish(x, data_answer({{"lease_count", rows.size()}, {"counts", std::move(counts)}}));
  else
    finish(x, data_answer({{"lease_count", rows.size()}, {"leases", std::move(leases)}}));
}

// -- revocation -----------------------------------------------------------------------------

void vault::revoke_lease_by_id(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = lease_id_of(in);
  if (wanted.empty())
    return finish(x, error_answer(400, "lease_id must be specified"));
  revocation_job job;
  job.x = x;
  // the default in code is true, whatever the documentation says.
  job.mode =
      in.boolean("sync") ? runtime::revoke_lease::how::sync : runtime::revoke_lease::how::async;
  if (const auto* s = find_lease(wanted))
    job.targets.emplace_back(wanted, env_.slots.ref_of(*s));
  start_job(std::move(job));
}

void vault::revoke_prefix(const runtime::exchange_ptr& x, const api::field_data& in) {
  revoke_all_under(x, in.captured("prefix"),
                   in.boolean("sync") ? runtime::revoke_lease::how::sync
                                      : runtime::revoke_lease::how::async);
}

void vault::revoke_force(const runtime::exchange_ptr& x, const api::field_data& in) {
  revoke_all_under(x, in.captured("prefix"),
                   runtime::revoke_lease::how::force); // synchronous
}

void vault::revoke_all_under(const runtime::exchange_ptr& x, std::string_view prefix,
                             runtime::revoke_lease::how mode) {
  revocation_job job;
  job.x = x;
  job.by_prefix = true;
  job.cause = end_cause::prefix;
  job.mode = mode;
  job.targets = leases_under(prefix);
  start_job(std::move(job));
}

void vault::start_job(revocation_job job) {
  if (job.mode == runtime::revoke_lease::how::async) {
    for (const auto& [id, at] : job.targets)
      notify(at, runtime::revoke_lease{job.mode, job.cause, {}});
    return finish(job.x, queued());
  }
  auto ticket = ++tickets_;
  jobs_.emplace(ticket, std::move(job));
  continue_job(ticket, {});
}

void vault::continue_job(std::uint64_t ticket, const std::string& error) {
  auto i = jobs_.find(ticket);
  if (i == jobs_.end())
    return;
  auto& job = i->second;
  if (!error.empty()) {
    // the first failure stops; what came before is gone, what comes after is untouched.
    auto text = "failed to revoke entry: resp: (*logical.Response)(nil) err: " + error;
    if (job.by_prefix)
      text = "failed to revoke \"" + job.targets[job.next - 1].first + "\" (" +
             std::to_string(job.next) + " / " + std::to_string(job.targets.size()) + "): " + text;
    return finish_job(ticket, std::move(text));
  }
  while (job.next < job.targets.size()) {
    auto at = job.targets[job.next++].second;
    const auto* s = env_.slots.find(at);
    if (s != nullptr && s->present &&
        tell(at, runtime::revoke_lease{job.mode, job.cause, {self_, ticket}}))
      return;
  }
  finish_job(ticket, {});
}

void vault::finish_job(std::uint64_t ticket, std::string failure) {
  const auto i = jobs_.find(ticket);
  const auto job = std::move(i->second);
  jobs_.erase(i);
  if (!job.migration.empty())
    return end_migration(job.migration, failure.empty());
  if (!failure.empty())
    return finish(job.x, error_answer(400, std::move(failure)));
  if (!job.unmount.empty())
    take_away(job.unmount, "was disabled", job.x->caller.id);
  finish(job.x, no_content());
}

void vault::tidy_leases(const runtime::exchange_ptr& x, const api::field_data&) {
  // leases whose token is gone or is a batch token no longer valid, whatever their backends
  // say. Expired and used-up service tokens whose record is still there count as present.
  env_.slots.for_each_record([&](const runtime::slot_identity& s) {
    if (s.kind != runtime::slot_kind::lease)
      return;
    const auto* maker = env_.slots.find(s.lease->maker);
    if (maker != nullptr && maker->facts->batch() &&
        !env_.slots.parent_usable(maker->facts->parent, env_.now()))
      maker = nullptr;
    if (maker == nullptr)
      notify(env_.slots.ref_of(s),
             runtime::revoke_lease{runtime::revoke_lease::how::force, end_cause::tidy, {}});
  });
  finish(x, api::tidy_started());
}

} // namespace lapse::vault
