// Users of userpass and roles of approle (R-704, R-1711, R-1713, R-1714).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <cctype>

namespace lapse::sequential {

using nlohmann::json;

namespace {

// Digits, dots, colons and a mask: enough to tell an address from a word.
bool address(const std::string& text) {
  bool parts = false;
  for (char c : text) {
    if (!std::isxdigit(static_cast<unsigned char>(c)) && c != '.' && c != ':' && c != '/')
      return false;
    parts = parts || c == '.' || c == ':';
  }
  return parts;
}

std::string bad_setting(const login_settings& s) {
  if (s.num_uses < 0)
    return "'token_num_uses' cannot be negative";
  if (s.type == "batch" && (s.period.count() != 0 || s.num_uses != 0))
    return std::string("'token_type' cannot be 'batch' or 'default_batch' when set to generate ") +
           (s.period.count() != 0 ? "periodic tokens" : "tokens with limited use count");
  if (s.ttl.count() > 0 && s.max_ttl.count() > 0 && s.ttl > s.max_ttl)
    return "'token_ttl' cannot be greater than 'token_max_ttl'";
  if (s.strictly_bind_ip && !s.cidrs.empty())
    return "'token_strictly_bind_ip' conflicts with 'token_bound_cidrs'; set only one";
  return {};
}

// R-704; the answer's text, or empty. Only fields that are given change (R-1711).
std::string read_settings(fields& f, login_settings& s) {
  auto span = [&](const char* field, const char* old_name, duration& into) {
    auto given = f.whole_seconds(field);
    if (f.has(field)) {
      into = given;
      s.old_names.erase(old_name);
    } else if (*old_name) {
      auto old = f.whole_seconds(old_name);
      if (f.has(old_name)) {
        into = old;
        s.old_names.insert(old_name);
      }
    }
  };
  span("token_ttl", "ttl", s.ttl);
  span("token_max_ttl", "max_ttl", s.max_ttl);
  span("token_explicit_max_ttl", "", s.explicit_max);
  span("token_period", "", s.period);
  auto policies = f.comma_names("token_policies");
  auto old_policies = f.comma_names("policies");
  if (f.has("token_policies")) {
    s.policies = policies;
    s.old_names.erase("policies");
  } else if (f.has("policies")) {
    s.policies = old_policies;
    s.old_names.insert("policies");
  }
  auto cidrs = f.comma_names("token_bound_cidrs");
  s.no_default = f.flag("token_no_default_policy", s.no_default);
  s.strictly_bind_ip = f.flag("token_strictly_bind_ip", s.strictly_bind_ip);
  auto uses = f.whole("token_num_uses");
  if (f.has("token_num_uses"))
    s.num_uses = uses;
  auto type = f.text("token_type");
  if (!f.error().empty())
    return f.error();
  if (f.has("token_bound_cidrs")) {
    s.cidrs.clear();
    for (auto& cidr : cidrs) {
      if (!address(cidr))
        return "error parsing address \"" + cidr + "\": Unable to convert \"" + cidr +
               "\" to an IPv4 or IPv6 address, or a UNIX Socket";
      s.cidrs.push_back(cidr.ends_with("/32") ? cidr.substr(0, cidr.size() - 3) : cidr);
    }
  }
  if (f.has("token_type")) {
    if (!type.empty() && type != "default" && type != "service" && type != "batch")
      return "invalid 'token_type' value \"" + type + '"';
    s.type = type.empty() ? "default" : type;
  }
  return bad_setting(s);
}

json shown_settings(const login_settings& s) {
  json data = {
      {"token_bound_cidrs", s.cidrs},        {"token_explicit_max_ttl", seconds(s.explicit_max)},
      {"token_max_ttl", seconds(s.max_ttl)}, {"token_no_default_policy", s.no_default},
      {"token_num_uses", s.num_uses},        {"token_period", seconds(s.period)},
      {"token_policies", s.policies},        {"token_strictly_bind_ip", s.strictly_bind_ip},
      {"token_ttl", seconds(s.ttl)},         {"token_type", s.type}};
  if (s.old_names.contains("ttl") && s.ttl.count() > 0)
    data["ttl"] = seconds(s.ttl);
  if (s.old_names.contains("max_ttl") && s.max_ttl.count() > 0)
    data["max_ttl"] = seconds(s.max_ttl);
  if (s.old_names.contains("policies") && !s.policies.empty())
    data["policies"] = s.policies;
  return data;
}

std::string lower(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

names keys_of(const std::map<std::string, login_settings>& map) {
  names out;
  for (auto& [key, value] : map)
    out.push_back(key);
  return out;
}

} // namespace

answer model::auth_method(call& c) {
  if (c.at->type == "userpass" && (c.rest == "users" || c.rest.starts_with("users/")))
    return userpass_users(c);
  if (c.at->type == "approle" && (c.rest == "role" || c.rest.starts_with("role/")))
    return approle_roles(c);
  if (c.at->type == "userpass" || c.at->type == "approle")
    return unsupported_path();
  return not_modelled(c.path);
}

answer model::userpass_users(call& c) {
  auto name = lower(c.rest.size() > 6 ? c.rest.substr(6) : std::string{});
  auto op = c.what.op;
  auto& users = c.at->logins;
  if (name.empty())
    return op == operation::list ? key_list(keys_of(users)) : unsupported_operation();
  if (name.find('/') != std::string::npos)
    return not_modelled(c.path);
  auto at = users.find(name);
  if (op == operation::read)
    return at == users.end() ? nothing_found() : data_answer(shown_settings(at->second));
  if (op == operation::delete_) {
    users.erase(name);
    return no_content();
  }
  if (op != operation::update && op != operation::create)
    return unsupported_operation();
  fields f(c.what.body);
  auto s = at == users.end() ? login_settings{} : at->second;
  auto password = f.text("password");
  if (at == users.end() && password.empty())
    return error_answer(400, "must provide either password or password_hash");
  if (auto error = read_settings(f, s); !error.empty())
    return error_answer(400, error);
  if (!password.empty())
    s.password = password;
  users[name] = s;
  auto unknown = f.unknown();
  return unknown.empty() ? no_content() : done({unknown});
}

answer model::approle_roles(call& c) {
  auto rest = c.rest.size() > 5 ? c.rest.substr(5) : std::string{};
  auto op = c.what.op;
  bool update = op == operation::update || op == operation::create;
  auto& roles = c.at->logins;
  if (rest.empty())
    return op == operation::list ? key_list(keys_of(roles)) : unsupported_operation();
  auto slash = rest.find('/');
  auto name = lower(rest.substr(0, slash));
  auto leaf = slash == std::string::npos ? std::string{} : rest.substr(slash + 1);
  auto at = roles.find(name);
  if (leaf == "role-id" && op == operation::read)
    return at == roles.end() ? nothing_found() : data_answer({{"role_id", at->second.role_id}});
  if (leaf == "secret-id" && update) {
    if (at == roles.end())
      return error_answer(400, "role \"" + name + "\" does not exist");
    return approle_secret_id(c, at->second);
  }
  if (!leaf.empty())
    return not_modelled(c.path);
  if (op == operation::read) {
    if (at == roles.end())
      return nothing_found();
    auto& s = at->second;
    auto data = shown_settings(s);
    data["bind_secret_id"] = s.bind_secret_id;
    data["local_secret_ids"] = false;
    data["secret_id_bound_cidrs"] = nullptr;
    data["secret_id_num_uses"] = s.secret_id_num_uses;
    data["secret_id_ttl"] = seconds(s.secret_id_ttl);
    return data_answer(std::move(data));
  }
  if (op == operation::delete_) {
    roles.erase(name);
    return no_content();
  }
  if (!update)
    return unsupported_operation();
  fields f(c.what.body);
  auto s = at == roles.end() ? login_settings{} : at->second;
  s.bind_secret_id = f.flag("bind_secret_id", s.bind_secret_id);
  auto uses = f.whole("secret_id_num_uses");
  if (f.has("secret_id_num_uses"))
    s.secret_id_num_uses = uses;
  auto ttl = f.whole_seconds("secret_id_ttl");
  if (f.has("secret_id_ttl"))
    s.secret_id_ttl = ttl;
  if (auto error = read_settings(f, s); !error.empty())
    return error_answer(400, error);
  if (s.role_id.empty())
    s.role_id = uuid_text(derive(4, ++made_));
  roles[name] = s;
  return no_content();
}

answer model::approle_secret_id(call&, login_settings& role) {
  auto id = uuid_text(derive(5, ++made_));
  role.secret_ids[id] = role.secret_id_num_uses;
  return data_answer({{"secret_id", id},
                      {"secret_id_accessor", uuid_text(derive(6, made_))},
                      {"secret_id_num_uses", role.secret_id_num_uses},
                      {"secret_id_ttl", seconds(role.secret_id_ttl)}});
}

} // namespace lapse::sequential
