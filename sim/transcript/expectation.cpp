#include "sim/transcript/expectation.hpp"

namespace lapse::transcript {

using json = nlohmann::json;

// -- typed comparison --------------------------------------------------------------

bool recorded::names::matches(const std::vector<std::string>& actual, comparison& in) const {
  if (!patterns)
    return false;
  if (all_literal)
    return actual == literals;
  if (actual.size() != patterns->size())
    return false;
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (!(*patterns)[i].matches(actual[i], in))
      return false;
  return true;
}

bool recorded::names::matches(const shared_names& actual, comparison& in) const {
  return actual ? matches(*actual, in) : !patterns;
}

bool recorded::names::matches(const std::optional<names>& expected, const shared_names& actual,
                              comparison& in) {
  if (!actual || actual->empty())
    return !expected;
  return expected && expected->matches(*actual, in);
}

namespace {

bool matches_map(const recorded::literals& expected, const shared_map& actual) {
  return actual ? expected && *expected == *actual : !expected;
}

bool matches_text(const text_pattern& expected, const shared_text& actual, comparison& in) {
  return expected.matches(actual ? std::string_view{*actual} : std::string_view{}, in);
}

/// A token's id where it may be hidden.
bool matches_id(const text_pattern& expected, const token_name& actual, bool hidden,
                comparison& in) {
  return hidden ? expected.matches("", in) : expected.matches_token(actual, in);
}

/// Something that is left out unless it is set.
template <class T, class U>
bool matches_optional(const std::optional<T>& expected, const std::optional<U>& actual) {
  return expected ? actual && expected->matches(*actual) : !actual;
}

const json no_body;

instant whole_second(instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

} // namespace

bool recorded::auth::matches(const auth_block& actual, comparison& in) const {
  const auto& t = *actual.facts;
  return type == t.name.type && lease_duration.matches(actual.lease_duration_s) &&
         renewable.matches(t.renewable) && orphan.matches(!t.parent) &&
         num_uses.matches(actual.num_uses) && matches_id(token, t.name, actual.hide_token, in) &&
         accessor.matches_accessor(t.name, in) && policies.matches(all_policies(actual), in) &&
         names::matches(token_policies, t.policies, in) &&
         names::matches(identity_policies, actual.identity_policies, in) &&
         matches_map(metadata, t.meta) && matches_text(entity, t.entity, in);
}

bool recorded::token::matches(const token_lookup& actual, comparison& in) const {
  const auto& t = *actual.facts;
  const auto has_role = t.role && !t.role->empty();
  const auto period_s = whole_seconds(t.period);
  const auto& renewed = actual.last_renewal;
  if (type != t.name.type || has_role != role.has_value() ||
      (t.period != duration::zero()) != period.has_value() ||
      t.shows_lease() != issue_time.has_value() || t.shows_lease() != renewable.has_value() ||
      renewed.has_value() != last_renewal.has_value() ||
      renewed.has_value() != last_renewal_time.has_value())
    return false;
  return num_uses.matches(actual.num_uses) && creation_ttl.matches(whole_seconds(t.ttl)) &&
         ttl.matches(actual.ttl_s) && explicit_max_ttl.matches(whole_seconds(t.explicit_max)) &&
         orphan.matches(actual.orphan) && creation_time.matches(t.created()) &&
         expire_time.matches(actual.expire_time) && (!period || period->matches(period_s)) &&
         (!t.shows_lease() ||
          (renewable->matches(actual.renewable) && issue_time->matches(t.lease_issue()))) &&
         (!renewed || (last_renewal->matches(*renewed) &&
                       last_renewal_time->matches(whole_second(*renewed)))) &&
         matches_id(id, t.name, actual.hide_token, in) && accessor.matches_accessor(t.name, in) &&
         policies.matches(t.looked_up_policies(), in) &&
         names::matches(bound_cidrs, t.bound_cidrs, in) &&
         names::matches(identity_policies, actual.identity_policies, in) &&
         matches_map(meta, t.meta) && matches_text(path, t.path, in) &&
         matches_text(display_name, t.display_name, in) && matches_text(entity, t.entity, in) &&
         (!has_role || matches_text(*role, t.role, in));
}

bool recorded::lease::matches(const lease_lookup& actual, comparison& in) const {
  return ttl.matches(actual.ttl_s) && renewable.matches(actual.renewable) &&
         issue_time.matches(actual.issue_time) && expire_time.matches(actual.expire_time) &&
         last_renewal.matches(actual.last_renewal) &&
         actual.revoke_error.empty() != revoke_error.has_value() &&
         id.matches_lease(actual.lease, in) && matches_text(path, actual.lease.path, in) &&
         (!revoke_error || revoke_error->matches(actual.revoke_error, in));
}

bool recorded::wrapping::matches(const wrap_info& actual, comparison& in) const {
  const bool token_shown = actual.wrapped && actual.wrapped->type != token_type::batch;
  const bool shown = token_shown || !actual.wrapped_secret_id.empty();
  if (shown != wrapped_accessor.has_value())
    return false;
  return ttl.matches(actual.ttl_s) && creation_time.matches(actual.creation_time) &&
         token.matches_token(actual.token, in) && accessor.matches_accessor(actual.token, in) &&
         creation_path.matches(actual.creation_path, in) &&
         (!shown || (token_shown ? wrapped_accessor->matches_accessor(*actual.wrapped, in)
                                 : wrapped_accessor->matches(actual.wrapped_secret_id, in)));
}

bool expectation::matches_envelope(const answer& body, comparison& in) const {
  if (body.warnings.empty() ? warnings_.has_value()
                            : !warnings_ || !warnings_->matches(body.warnings, in))
    return false;
  if (wrap_.has_value() != body.wrap.has_value() || (wrap_ && !wrap_->matches(*body.wrap, in)))
    return false;
  return renewable_.matches(body.renewable) && lease_duration_.matches(body.lease_duration_s) &&
         (body.lease ? lease_id_.matches_lease(*body.lease, in) : lease_id_.matches("", in));
}

/// No value: the answer has another form than the expectation, so that only comparing JSON can
/// decide.
std::optional<bool> expectation::matches_typed(const answer& body, comparison& in,
                                               std::int64_t start_unix_s) const {
  if (form_ == form::none && body.shape == envelope::none)
    return true;
  if (form_ == form::errors && body.shape == envelope::errors)
    return errors_.matches(body.errors, in) &&
           (body.warnings.empty() ? !warnings_.has_value()
                                  : warnings_ && warnings_->matches(body.warnings, in));
  // What is left is an envelope, or is compared as JSON.
  if (form_ != form::envelope || body.shape != shape_)
    return std::nullopt;
  if (std::holds_alternative<std::monostate>(body_)) {
    const auto* data = std::get_if<json>(&body.body);
    if (!std::holds_alternative<std::monostate>(body.body) && !(data && data->is_null()))
      return std::nullopt;
    return matches_envelope(body, in);
  }
  if (const auto* block = std::get_if<recorded::auth>(&body_)) {
    const auto* actual = std::get_if<auth_block>(&body.body);
    return actual ? std::optional{matches_envelope(body, in) && block->matches(*actual, in)}
                  : std::nullopt;
  }
  if (const auto* found = std::get_if<recorded::token>(&body_)) {
    const auto* actual = std::get_if<token_lookup>(&body.body);
    return actual ? std::optional{matches_envelope(body, in) && found->matches(*actual, in)}
                  : std::nullopt;
  }
  if (const auto* found = std::get_if<recorded::lease>(&body_)) {
    const auto* actual = std::get_if<lease_lookup>(&body.body);
    return actual ? std::optional{matches_envelope(body, in) && found->matches(*actual, in)}
                  : std::nullopt;
  }
  const auto* actual = std::get_if<json>(&body.body);
  if (!actual)
    return std::nullopt;
  return matches_envelope(body, in) &&
         std::get<json_pattern>(body_).matches(*actual, in, start_unix_s);
}

bool expectation::matches(const answer& actual, comparison& in, std::int64_t start_unix_s) const {
  if (actual.status != status_)
    return false;
  const auto typed = matches_typed(shown(actual), in, start_unix_s);
  return typed ? *typed : matches_plainly(actual, in, start_unix_s);
}

bool expectation::matches_plainly(const answer& actual, comparison& in, std::int64_t start_unix_s,
                                  std::vector<field_difference>* out) const {
  const auto same_status = actual.status == status_;
  if (!same_status && out)
    out->push_back({"status", std::to_string(status_), std::to_string(actual.status)});
  if (!same_status && !out)
    return false;
  // Of an answer of another kind every field would differ: that says nothing.
  const auto same_kind = (actual.status < 400) == (status_ < 400);
  if (!whole_)
    whole_.emplace(reply_ ? *reply_ : no_body, in.symbols);
  return whole_->matches(to_json(actual, start_unix_s), in, start_unix_s,
                         same_kind ? out : nullptr) &&
         same_status;
}

} // namespace lapse::transcript
