#include "actors/token/creation.hpp"

#include "actors/lease/granting.hpp"
#include "actors/policy/policy_set.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/token/entity_alias.hpp"
#include "actors/ttl/calculate.hpp"
#include "actors/ttl/duration.hpp"

#include <algorithm>

namespace lapse::token {

namespace {

constexpr std::string_view custom_id_warning =
    "Supplying a custom ID for the token uses the weaker SHA1 hashing instead of the more secure "
    "SHA2-256 HMAC for token obfuscation. SHA1 hashed tokens on the wire leads to less secure "
    "lookups.";

shared_names share(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

std::vector<std::string> strip_default(std::vector<std::string> names) {
  names.erase(std::remove(names.begin(), names.end(), "default"), names.end());
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// `["a" "b"]`, as Go prints a list of quoted texts.
std::string quoted_list(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const auto& name : names) {
    if (text.size() > 1)
      text += ' ';
    text += quote(name);
  }
  return text + "]";
}

} // namespace

const create_params& create_params::of(const request& what, const api::field_data& in) {
  // A request has one path, and only create paths are read into this.
  if (auto* known = dynamic_cast<const create_params*>(what.parsed.get()))
    return *known;
  auto made = std::make_shared<create_params>();
  auto& p = *made;
  p.id = in.text("id");
  p.display_name = in.text("display_name");
  p.num_uses = in.integer("num_uses");
  p.policies = in.list("policies");
  p.ttl = in.text("ttl");
  p.lease = in.text("lease");
  p.explicit_max_ttl = in.text("explicit_max_ttl");
  p.period = in.text("period");
  p.no_parent = in.boolean("no_parent");
  p.no_default_policy = in.boolean("no_default_policy");
  p.renewable = in.boolean("renewable");
  // Metadata that are null are none, unlike an empty object.
  if (in.given("meta") && !in.body()["meta"].is_null())
    p.meta = std::make_shared<const std::map<std::string, std::string>>(in.pairs("meta"));
  p.type = in.text("type");
  p.entity_alias = in.text("entity_alias");
  p.asks_policies = !p.policies.empty();
  p.with_default = share(policy::sanitize_policies(p.policies, true));
  p.policies = policy::sanitize_policies(std::move(p.policies), false);
  p.without_default = share(strip_default(p.policies));
  what.parsed = made;
  return *made;
}

namespace {

// One resolution of a create request; each member function is one group of the checks of R-203.
class resolution {
public:
  resolution(server_data& shared, const creator& by, const create_params& params,
             std::string_view role_name, bool orphan_path)
    : shared_(shared), by_(by), params_(params), role_name_(role_name), orphan_path_(orphan_path) {}

  tl::expected<token_plan, token_refusal> run() {
    if (caller() && fields() && policies() && parent() && durations() && lifetime() && identity())
      return std::move(plan_);
    return tl::unexpected{
        token_refusal{error_answer(refusal_status_, std::move(refusal_)), std::move(why_)}};
  }

private:
  bool refuse(std::string text) {
    refusal_ = std::move(text);
    return false;
  }

  // #0 to #3
  bool caller() {
    if (!role_name_.empty()) {
      role_ = shared_.roles->find(role_name_);
      if (role_ == nullptr)
        return refuse("unknown role " + std::string{role_name_});
    }
    if (by_.uses_left < 0)
      return refuse("parent token lookup failed: no parent found");
    if (by_.facts.name.type == token_type::batch)
      return refuse("batch tokens cannot create more tokens");
    if (by_.uses_left > 0)
      return refuse("restricted use token cannot generate child tokens");
    return true;
  }

  // a client that always sends `type` gets what it sent of `default-batch`.
  std::string_view resolved_type() const {
    if (role_ == nullptr)
      return params_.type.empty() ? std::string_view{"service"} : std::string_view{params_.type};
    if (role_->type == "service" || role_->type == "batch")
      return role_->type;
    if (!params_.type.empty())
      return params_.type;
    return role_->type == "default-batch" ? "batch" : "service";
  }

  static bool zero(const std::string& text) { return parse_duration(text) == duration::zero(); }

  // #5 to #9
  bool fields() {
    auto type = resolved_type();
    batch_ = type == "batch";
    if (batch_) {
      if (!zero(params_.explicit_max_ttl))
        return refuse("batch tokens cannot have \"explicit_max_ttl\" set");
      if (params_.num_uses != 0)
        return refuse("batch tokens cannot have \"num_uses\" set");
      if (!zero(params_.period))
        return refuse("batch tokens cannot have \"period\" set");
    }
    if (type != "batch" && type != "service")
      return refuse("invalid 'token_type' value");
    if (params_.num_uses < 0)
      return refuse("number of uses cannot be negative");
    if (!params_.entity_alias.empty() && !take_entity())
      return false;
    if (!params_.id.empty() && !by_.sudo)
      return refuse("root or sudo privileges required to specify token id");
    plan_.facts.name.type = batch_ ? token_type::batch : token_type::service;
    return true;
  }

  bool take_entity() {
    auto entity = entity_of_alias(shared_, role_, params_.entity_alias);
    if (!entity) {
      refusal_status_ = entity.error().status;
      return refuse(entity.error().text);
    }
    plan_.facts.entity = std::move(*entity);
    return true;
  }

  // #10 to #12. R-225: only a role with lists decides on `default`; R-227: the
  // policy of wrapping tokens is nobody's to give.
  bool policies() {
    static const std::vector<std::string> none;
    const auto& own = by_.facts.policies ? *by_.facts.policies : none;
    auto& out = plan_.facts.policies;
    if (role_ != nullptr && role_->limits_policies()) {
      if (!role_policies(own))
        return false;
    } else if (!params_.asks_policies) {
      out = by_.facts.policies;
      if (params_.no_default_policy && contains(own, "default"))
        out = share(strip_default(own));
    } else {
      auto add_default = by_.sudo || contains(own, "default");
      if (!by_.sudo && !policy::is_subset(params_.policies, own)) {
        why_ = refusal_of(refusal_kind::policies, policy::excess_words(params_.policies, own),
                          "a maker that has them, or `sudo` in its rule for the path");
        return refuse("child policies must be subset of parent");
      }
      if (params_.no_default_policy)
        out = params_.without_default;
      else
        out = add_default ? params_.with_default : share(params_.policies);
    }
    if (!out)
      out = share({});
    if (contains(*out, "response-wrapping"))
      return refuse("cannot assign policy \"response-wrapping\"");
    root_ = policy::is_root(*out);
    if (root_ && !by_.root)
      return refuse("root tokens may not be created without parent token being root");
    if (root_ && batch_)
      return refuse("batch tokens cannot be root tokens");
    return true;
  }

  //
  bool role_policies(const std::vector<std::string>& own) {
    auto add_default = !params_.no_default_policy && !role_->no_default_policy &&
                       !contains(role_->disallowed_policies, "default") &&
                       !policy::any_glob_match(role_->disallowed_policies_glob, "default");
    auto limits = !role_->allowed_policies.empty() || !role_->allowed_policies_glob.empty();
    auto allowed = policy::sanitize_policies(role_->allowed_policies, add_default);
    auto globs = policy::sanitize_policies(role_->allowed_policies_glob, false);
    std::vector<std::string> final;
    if (params_.asks_policies)
      final = add_default ? *params_.with_default : params_.policies;
    if (!final.empty()) {
      if (limits)
        for (const auto& name : final)
          if (!contains(allowed, name) && !policy::any_glob_match(globs, name))
            return refuse("token policies (" + quoted_list(final) +
                          ") must be subset of the role's allowed policies (" +
                          quoted_list(allowed) + ") or glob policies (" + quoted_list(globs) + ")");
    } else if (limits) {
      final = allowed;
    } else {
      final = policy::sanitize_policies(own, add_default);
    }
    for (const auto& name : final)
      if (contains(role_->disallowed_policies, name) ||
          policy::any_glob_match(role_->disallowed_policies_glob, name))
        return refuse("token policy " + quote(name) + " is disallowed by this role");
    if (params_.no_default_policy)
      final = strip_default(std::move(final));
    plan_.facts.policies = share(std::move(final));
    return true;
  }

  // #13
  bool parent() {
    auto& r = plan_.facts;
    r.maker = by_.facts.name.id;
    r.parent = by_.facts.name.id;
    if (role_ != nullptr) {
      if (role_->orphan)
        r.parent = {};
    } else if (params_.no_parent) {
      // Asked on create-orphan too, where the path alone would have done.
      if (!by_.sudo)
        return refuse("root or sudo privileges required to create orphan token");
      r.parent = {};
    } else if (orphan_path_) {
      r.parent = {};
    }
    if (r.parent) {
      if (!r.entity)
        r.entity = by_.facts.entity;
      r.bound_cidrs = by_.facts.bound_cidrs;
    }
    if (role_ != nullptr)
      r.bound_cidrs = role_->bound_cidrs.empty() ? nullptr : share(role_->bound_cidrs);
    return true;
  }

  bool read(const std::string& text, std::string_view name, duration& out) {
    if (text.empty())
      return true;
    auto parsed = parse_duration(text);
    if (!parsed)
      return refuse(std::move(parsed.error()));
    out = *parsed;
    if (out < duration::zero())
      return refuse(std::string{name} + " must be positive");
    return true;
  }

  // #14 and #15. Facts keep what the request said; a role's limits and
  // its period, for which nobody needs sudo, bind without being shown.
  bool durations() {
    auto& r = plan_.facts;
    if (!read(params_.explicit_max_ttl, "explicit_max_ttl", r.explicit_max) ||
        !read(params_.period, "period", r.period))
      return false;
    if (params_.ttl.empty() ? !read(params_.lease, "lease", r.asked)
                            : !read(params_.ttl, "ttl", r.asked))
      return false;
    if (r.period > duration::zero() && !by_.sudo)
      return refuse("root or sudo privileges required to create periodic token");
    explicit_max_ = r.explicit_max;
    period_ = r.period;
    if (role_ != nullptr && !batch_) {
      merge(explicit_max_, role_->explicit_max_ttl, "Explicit max TTL");
      merge(period_, role_->period, "Period");
    }
    return true;
  }

  void merge(duration& asked, duration of_role, std::string_view what) {
    if (of_role <= duration::zero())
      return;
    if (asked <= duration::zero()) {
      asked = of_role;
      return;
    }
    asked = std::min(asked, of_role);
    plan_.warnings.push_back(std::string{what} +
                             " specified both during creation call and in role; using the "
                             "lesser value of " +
                             std::to_string(whole_seconds(asked)) + " seconds");
  }

  // #16. What the parent has left limits nothing.
  bool lifetime() {
    auto& r = plan_.facts;
    auto now = shared_.env.now();
    r.issue = now;
    auto root_free = root_ && period_ <= duration::zero() && r.asked <= duration::zero();
    if (root_free) {
      // with no TTL asked for a root token never ends; with only an explicit
      // maximum it gets just that, uncapped.
      r.ttl = explicit_max_;
      r.bound = explicit_max_ > duration::zero() ? ttl_bound::explicit_max : ttl_bound::none;
    } else {
      auto in = lease::mount_limits(shared_.env, "auth/token/");
      in.backend_ttl = r.asked;
      in.period = period_;
      in.explicit_max = explicit_max_;
      auto out = ttl::calculate_ttl(in);
      if (out.error != nullptr)
        return refuse(out.error);
      r.ttl = out.ttl;
      r.bound = out.bound;
      for (auto& warning : out.warnings)
        plan_.warnings.push_back(std::move(warning));
    }
    if (r.ttl <= duration::zero() && by_.facts.ttl > duration::zero())
      return refuse("expiring root tokens cannot create non-expiring root tokens");
    r.renewable = params_.renewable && !batch_ && r.ttl > duration::zero() &&
                  (role_ == nullptr || role_->renewable);
    if (r.ttl <= duration::zero())
      r.bound_cidrs = nullptr;
    auto& uses = plan_.shown_uses;
    uses = params_.num_uses;
    if (role_ != nullptr && role_->num_uses > 0 && (uses == 0 || role_->num_uses < uses))
      uses = role_->num_uses;
    r.uses = batch_ ? 0 : uses;
    r.has_lease = !batch_;
    if (r.ttl > duration::zero())
      r.expire = later(batch_ ? r.created() : now, r.ttl);
    return true;
  }

  // #17 and what the token is called
  bool identity() {
    auto& r = plan_.facts;
    if (!params_.id.empty() && !batch_ && !custom_id())
      return false;
    if (!params_.id.empty())
      plan_.warnings.emplace_back(custom_id_warning);
    for (const auto& name : *r.policies)
      if (!shared_.policies->exists(name, shared_.env.unix_now()))
        plan_.warnings.push_back("Policy " + quote(name) + " does not exist");
    r.display_name = display_name();
    r.meta = params_.meta;
    r.no_default_policy = params_.no_default_policy;
    plan_.bucket = &bucket();
    r.path = plan_.bucket->path;
    if (role_ != nullptr)
      r.role = std::make_shared<const std::string>(role_name_);
    return true;
  }

  //
  runtime::path_bucket& bucket() {
    auto& known = orphan_path_ ? shared_.create_orphan_path : shared_.create_path;
    if (role_ == nullptr) {
      if (known == nullptr)
        known = &shared_.env.slots.bucket(orphan_path_ ? "auth/token/create-orphan"
                                                       : "auth/token/create");
      return *known;
    }
    auto path = "auth/token/create/" + std::string{role_name_};
    if (!role_->path_suffix.empty())
      path += "/" + role_->path_suffix;
    return shared_.env.slots.bucket(path);
  }

  bool custom_id() {
    const auto& id = params_.id;
    if (id.substr(0, 4) == "hvs.")
      return refuse("custom token ID cannot have the 'hvs.' prefix");
    if (id.substr(0, 2) == "s.")
      return refuse("custom token ID cannot have the 's.' prefix");
    if (id.find('.') != std::string::npos)
      return refuse("custom token ID cannot have a '.' in the value");
    if (shared_.env.slots.custom_taken(id))
      return refuse("cannot create a token with a duplicate ID");
    plan_.facts.name.custom = std::make_shared<const std::string>(id);
    return true;
  }

  shared_text display_name() const {
    static const auto plain = std::make_shared<const std::string>("token");
    if (params_.display_name.empty())
      return plain;
    // One `-` for each character outside the set, however many bytes it takes (R-1709).
    std::string name = "token-";
    for (auto byte : params_.display_name) {
      auto c = static_cast<unsigned char>(byte);
      auto plain_letter =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (plain_letter)
        name += byte;
      else if (c < 0x80 || c >= 0xc0)
        name += '-';
    }
    if (name.back() == '-')
      name.pop_back();
    return std::make_shared<const std::string>(std::move(name));
  }

  server_data& shared_;
  const creator& by_;
  const create_params& params_;
  std::string_view role_name_;
  bool orphan_path_;
  const token_role* role_ = nullptr;
  bool batch_ = false;
  bool root_ = false;
  duration explicit_max_{0};
  duration period_{0};
  token_plan plan_;
  std::string refusal_; ///< every refusal is a bare text
  refusal_ptr why_;     ///< more than the text says; null: nothing
  int refusal_status_ = 400;
};

} // namespace

tl::expected<token_plan, token_refusal> plan_token(server_data& shared, const creator& by,
                                                   const create_params& params,
                                                   std::string_view role_name, bool orphan_path) {
  return resolution{shared, by, params, role_name, orphan_path}.run();
}

} // namespace lapse::token
