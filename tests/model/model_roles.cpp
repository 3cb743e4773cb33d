// Roles of the token store (R-223, R-239, R-245, R-247, R-1711, R-1712).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <cctype>

namespace lapse::sequential {

using nlohmann::json;

namespace {

// Somewhere in the text: a word character, one or more of word characters, `-` and `.`, and a word
// character.
bool suffix_fine(const std::string& text) {
  auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (std::size_t from = 0; from < text.size(); ++from) {
    if (!word(text[from]))
      continue;
    for (std::size_t to = from + 1; to < text.size(); ++to) {
      if (to >= from + 2 && word(text[to]))
        return true;
      if (!word(text[to]) && text[to] != '-' && text[to] != '.')
        break;
    }
  }
  return false;
}

// As the server keeps lists that are not sanitised: trimmed, lower-cased, single, sorted.
names plain(const names& list) {
  std::set<std::string> out;
  for (auto name : list) {
    for (auto& c : name)
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!name.empty())
      out.insert(name);
  }
  return {out.begin(), out.end()};
}

std::string batch_conflict(const token_role& r) {
  if (r.type != "batch")
    return {};
  std::string start = "'token_type' cannot be 'batch' when role is set to generate ";
  if (!r.orphan)
    return start + "non-orphan tokens";
  if (r.period.count() != 0)
    return start + "periodic tokens";
  if (r.renewable)
    return start + "renewable tokens";
  return r.explicit_max.count() != 0 ? start + "tokens with an explicit max TTL" : std::string{};
}

/// The parameters common to all makers of tokens, before the type that is asked for and the old
/// names are looked at.
std::string token_fields_conflict(const fields& f, const token_role& before,
                                  const token_role& after) {
  if (after.num_uses < 0)
    return "'token_num_uses' cannot be negative";
  if (f.has("token_type") || (before.type != "batch" && before.type != "default-batch"))
    return {};
  std::string start = "'token_type' cannot be 'batch' or 'default_batch' when set to generate ";
  auto period = f.has("token_period") ? after.period : before.period;
  if (period.count() != 0)
    return start + "periodic tokens";
  return after.num_uses != 0 ? start + "tokens with limited use count" : std::string{};
}

} // namespace

answer model::token_roles(call& c) {
  auto name = c.rest.size() > 6 ? c.rest.substr(6) : std::string{};
  auto op = c.what.op;
  if (name.empty()) {
    if (op != operation::list)
      return unsupported_operation();
    names keys;
    for (auto& [key, role] : roles_)
      keys.push_back(key);
    return key_list(keys);
  }
  if (op == operation::read)
    return read_token_role(name);
  if (op == operation::delete_) {
    roles_.erase(name);
    return no_content();
  }
  if (op == operation::update || op == operation::create)
    return write_token_role(c, name);
  return unsupported_operation();
}

answer model::write_token_role(call& c, const std::string& name) {
  fields f(c.what.body);
  auto old = roles_.find(name);
  auto r = old == roles_.end() ? token_role{} : old->second;
  const auto before = r;
  names warnings;
  r.orphan = f.flag("orphan", r.orphan);
  r.renewable = f.flag("renewable", r.renewable);
  auto suffix = f.text("path_suffix");
  auto list = [&](const char* field, names& into, auto shape) {
    auto given = f.comma_names(field);
    if (f.has(field))
      into = shape(given);
  };
  auto sanitised = [](const names& l) { return normal_policies(l, false); };
  list("allowed_policies", r.allowed, sanitised);
  list("allowed_policies_glob", r.allowed_glob, sanitised);
  list("disallowed_policies", r.disallowed, plain);
  list("disallowed_policies_glob", r.disallowed_glob, plain);
  list("token_bound_cidrs", r.cidrs, [](const names& l) { return l; });
  if (!f.has("token_bound_cidrs"))
    list("bound_cidrs", r.cidrs, [](const names& l) { return l; });
  auto span = [&](const std::string& field, duration& into, duration& kept) {
    auto given = f.whole_seconds("token_" + field);
    auto deprecated = f.whole_seconds(field);
    if (f.has("token_" + field)) {
      into = given;
      kept = duration{0};
      if (f.has(field))
        warnings.push_back("Both 'token_" + field + "' and deprecated '" + field +
                           "' value supplied, ignoring the deprecated value");
    } else if (f.has(field)) {
      into = kept = deprecated;
    }
  };
  span("period", r.period, r.old_period);
  span("explicit_max_ttl", r.explicit_max, r.old_explicit_max);
  auto type = f.text("token_type");
  r.no_default = f.flag("token_no_default_policy", r.no_default);
  auto uses = f.whole("token_num_uses");
  if (f.has("token_num_uses"))
    r.num_uses = uses;
  auto aliases = f.comma_names("allowed_entity_aliases");
  if (f.has("allowed_entity_aliases"))
    r.entity_aliases = plain(aliases);
  // Known, and without effect.
  (void)f.flag("token_strictly_bind_ip");
  (void)f.whole_seconds("token_ttl");
  (void)f.whole_seconds("token_max_ttl");
  (void)f.comma_names("token_policies");
  if (!f.error().empty())
    return error_answer(400, f.error());
  if (f.has("path_suffix")) {
    if (!suffix.empty() && !suffix_fine(suffix))
      return error_answer(400, "given role path suffix contains invalid characters; must match "
                               "\\w[\\w-.]+\\w");
    r.path_suffix = suffix;
  }
  if (r.path_suffix.find("..") != std::string::npos)
    return error_answer(400, "error registering path suffix: path cannot contain parent "
                             "references");
  if (c.what.body.contains("token_type") && c.what.body["token_type"].is_null())
    return error_answer(400, "Invalid 'token_type' value: null");
  if (auto refused = token_fields_conflict(f, before, r); !refused.empty())
    return error_answer(400, "error parsing role fields: " + refused);
  if (f.has("token_type")) {
    bool fine = false;
    for (auto known : {"service", "batch", "default-service", "default-batch"})
      fine = fine || type == known;
    if (!fine)
      return error_answer(400, "invalid 'token_type' value \"" + type + '"');
    r.type = type;
  }
  //
  auto most = max_ttl(mounts_.at("auth/token/"));
  auto checked = f.has("token_explicit_max_ttl") ? r.explicit_max : r.old_explicit_max;
  if (checked > most)
    warnings.push_back("Given explicit max TTL of " + std::to_string(seconds(checked)) +
                       " is greater than system/mount allowed value of " +
                       std::to_string(seconds(most)) +
                       " seconds; until this is fixed attempting to create tokens against this "
                       "role will result in an error");
  if (auto conflict = batch_conflict(r); !conflict.empty())
    return error_answer(400, conflict);
  roles_[name] = r;
  if (auto unknown = f.unknown(); !unknown.empty())
    warnings.push_back(unknown);
  return done(warnings);
}

answer model::read_token_role(const std::string& name) const {
  auto at = roles_.find(name);
  if (at == roles_.end())
    return nothing_found();
  auto& r = at->second;
  json data = {{"allowed_entity_aliases", nullptr},
               {"allowed_policies", r.allowed},
               {"allowed_policies_glob", r.allowed_glob},
               {"disallowed_policies", r.disallowed},
               {"disallowed_policies_glob", r.disallowed_glob},
               {"explicit_max_ttl", seconds(r.old_explicit_max)},
               {"name", name},
               {"orphan", r.orphan},
               {"path_suffix", r.path_suffix},
               {"period", seconds(r.old_period)},
               {"renewable", r.renewable},
               {"token_explicit_max_ttl", seconds(r.explicit_max)},
               {"token_no_default_policy", r.no_default},
               {"token_period", seconds(r.period)},
               {"token_type", r.type}};
  if (r.entity_aliases)
    data["allowed_entity_aliases"] = *r.entity_aliases;
  if (!r.cidrs.empty())
    data["token_bound_cidrs"] = r.cidrs;
  if (r.num_uses > 0)
    data["token_num_uses"] = r.num_uses;
  return data_answer(std::move(data));
}

} // namespace lapse::sequential
