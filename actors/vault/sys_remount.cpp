// sys/remount: a mount moves to another path with all that it keeps; what it leased and whom it let
// in ends.

#include "actors/http/target.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/protocol/utf8.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

namespace {

constexpr std::uint64_t migration_maker = 0x6d6f7665ULL;
constexpr std::string_view auth_mounts = "auth/";

std::string sanitized(std::string_view path) {
  std::string result{path};
  if (!result.ends_with('/'))
    result += '/';
  if (result.front() == '/')
    result.erase(0, 1);
  return result;
}

/// Why a mount can't be made at `path` whatever is mounted; empty: it can.
std::string malformed(const std::string& path) {
  auto cleaned = http::cleaned('/' + path).substr(1);
  if (cleaned != path)
    return "path '" + path + "' does not match cleaned path '" + cleaned + '\'';
  return is_printable(path) ? std::string{} : "path cannot contain non-printable characters";
}

bool starts_with_one_of(std::string_view path, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return path.starts_with(start); });
}

/// Why the mount at `from` can't move to `to`, as far as the paths say; empty: it can. In the order
/// of the server's checks.
std::string refusal(const std::string& from, const std::string& to) {
  if (from.empty() || to.empty())
    return "both 'from' and 'to' path must be specified as a string";
  if (from.starts_with(' ') || from.ends_with(' '))
    return "'from' path cannot contain trailing whitespace";
  if (to.starts_with(' ') || to.ends_with(' '))
    return "'to' path cannot contain trailing whitespace";
  const auto source = sanitized(from);
  const auto target = sanitized(to);
  if (target.empty())
    return "invalid destination mount path " + quote(to);
  if (auto why = malformed(target); !why.empty())
    return "invalid destination mount: " + why;
  if (source.starts_with(auth_mounts)) {
    if (!target.starts_with(auth_mounts))
      return "cannot remount auth mount to non-auth mount " + quote(target);
    if (source.starts_with("auth/token"))
      return "cannot remount " + quote(source);
    return target.starts_with("auth/token") ? "cannot remount to destination " + quote(target)
                                            : std::string{};
  }
  const auto is_protected = [](std::string_view path) {
    return starts_with_one_of(path, {"audit/", auth_mounts, "sys/", "cubbyhole/", "identity/"});
  };
  if (is_protected(source))
    return "cannot remount " + quote(source);
  return is_protected(target) ? "cannot remount to destination " + target : std::string{};
}

/// The mount that a mount at `path` would lie under or above; empty: none.
std::string in_the_way(runtime::mount_table& mounts, const std::string& path) {
  if (const auto* around = mounts.route(path).at)
    return around->path;
  for (const auto& [known, entry] : mounts.all())
    if (known.starts_with(path))
      return known;
  return {};
}

} // namespace

void vault::remount(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto refuse = [&](std::string why) { finish(x, error_answer(400, std::move(why))); };
  if (auto why = refusal(in.text("from"), in.text("to")); !why.empty())
    return refuse(std::move(why));
  const auto source = sanitized(in.text("from"));
  const auto target = sanitized(in.text("to"));
  auto* m = env_.mounts.route(source).at;
  if (m == nullptr)
    return refuse("no matching mount at " + quote(source));
  if (const auto taken = in_the_way(env_.mounts, target); !taken.empty())
    return refuse("path already in use at " + quote(taken));
  auto id = uuid_text(derive(migration_maker, migrations_.size() + 1));
  migrations_.emplace(id, migration{source, target});
  auto reply = data_answer({{"migration_id", id}});
  reply.shape = envelope::top_level;
  reply.warnings.emplace_back("Mount move has been queued. Progress will be reported in OpenBao's "
                              "server log, tagged with the returned migration_id");
  // The server answers before it begins.
  finish(x, std::move(reply));
  if (m->path != source) // a path below a mount is found, and then does not move
    return end_migration(id, false);
  env_.mounts.change(*m).tainted = true;
  revocation_job job;
  job.by_prefix = true;
  job.cause = end_cause::mount;
  job.migration = std::move(id);
  job.targets = leases_under(source);
  start_job(std::move(job));
}

void vault::end_migration(const std::string& id, bool revoked) {
  auto& one = migrations_.at(id);
  const auto* found = revoked ? env_.mounts.find(one.source) : nullptr;
  const bool moves = found != nullptr && in_the_way(env_.mounts, one.target).empty();
  one.status = moves ? "success" : "failure";
  if (!moves)
    return;
  auto& old = env_.mounts.change(*found);
  // Events and tokens may name the mount by what it was.
  const mount_identity before = old;
  runtime::mount moved = std::move(old);
  static_cast<mount_identity&>(old) = before;
  take_away(one.source, "moved to `" + one.target + "`", {});
  moved.path = one.target;
  moved.tainted = false;
  place(std::move(moved));
}

void vault::read_migration(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto i = migrations_.find(in.captured("migration_id"));
  if (i == migrations_.end())
    return finish(x, nothing_found());
  const auto& found = i->second;
  finish(x, data_answer({{"migration_id", i->first},
                         {"migration_info",
                          {{"source_mount", found.source},
                           {"target_mount", found.target},
                           {"status", found.status}}}}));
}

} // namespace lapse::vault
