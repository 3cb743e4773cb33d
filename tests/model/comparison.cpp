// Asks two servers the same and compares their answers under a one-to-one relation of identifiers.

#include "tests/model/conversation.hpp"

#include <algorithm>
#include <map>

namespace lapse::sequential {

using nlohmann::json;

namespace {

// Values no lifecycle rule speaks of.
bool unspoken(const std::string& key) {
  return key == "username" || key == "password" || key == "uuid";
}

// What a server's handles stand for.
class bindings {
public:
  explicit bindings(const token_name& root) { tokens_["$root"] = root; }

  void bind(const std::string& handle, const answer& reply) {
    auto& shown = reply.unwrapped ? *reply.unwrapped : reply;
    if (auto block = std::get_if<auth_block>(&shown.body); block && !block->hide_token)
      token(handle, block->facts->name);
    if (shown.wrap)
      token(handle, shown.wrap->token);
    if (shown.lease)
      texts_[handle + ".lease"] = text(*shown.lease);
  }

  [[nodiscard]] credential caller(const std::string& handle) const {
    credential out;
    if (auto at = tokens_.find(handle); at != tokens_.end())
      out.id = at->second.id;
    else
      out.text = handle;
    return out;
  }

  [[nodiscard]] json filled(const json& value) const {
    if (value.is_string()) {
      auto at = texts_.find(value.get<std::string>());
      return at == texts_.end() ? value : json(at->second);
    }
    auto out = value;
    if (out.is_structured())
      for (auto& inner : out)
        inner = filled(inner);
    return out;
  }

private:
  void token(const std::string& handle, const token_name& name) {
    tokens_[handle] = name;
    texts_[handle] = text(name);
    if (auto accessor = accessor_text(name); !accessor.empty())
      texts_[handle + ".accessor"] = accessor;
  }

  std::map<std::string, token_name> tokens_;
  std::map<std::string, std::string> texts_;
};

class relation {
public:
  // The path of the first difference, or empty.
  std::string compare(const json& a, const json& b, const std::string& where) {
    if (a.type() != b.type() && !(a.is_number_integer() && b.is_number_integer()))
      return where + " has another type";
    if (a.is_object())
      return objects(a, b, where);
    if (a.is_array())
      return arrays(a, b, where);
    if (a.is_string())
      return strings(a.get<std::string>(), b.get<std::string>()) ? std::string{} : where;
    return a == b ? std::string{} : where;
  }

private:
  std::string objects(const json& a, const json& b, const std::string& where) {
    for (auto& [key, value] : b.items())
      if (!a.contains(key))
        return where + '.' + key + " (second only)";
    for (auto& [key, value] : a.items()) {
      if (!b.contains(key))
        return where + '.' + key + " (first only)";
      if (unspoken(key))
        continue;
      auto found = key == "keys" && value.is_array() && b[key].is_array()
                       ? sets(value, b[key], where + '.' + key)
                       : compare(value, b[key], where + '.' + key);
      if (!found.empty())
        return found;
    }
    return {};
  }

  std::string arrays(const json& a, const json& b, const std::string& where) {
    if (a.size() != b.size())
      return where + " has another length";
    for (std::size_t i = 0; i < a.size(); ++i)
      if (auto found = compare(a[i], b[i], where + '[' + std::to_string(i) + ']'); !found.empty())
        return found;
    return {};
  }

  // Known names must have their partners; of unknown identifiers only the number is compared.
  std::string sets(const json& a, const json& b, const std::string& where) {
    if (a.size() != b.size())
      return where + " has another length";
    for (auto& name : a) {
      auto partner = forth_.find(name.get<std::string>());
      auto wanted = partner == forth_.end() ? name.get<std::string>() : partner->second;
      bool known = partner != forth_.end() || !identifier(wanted);
      if (known && std::find(b.begin(), b.end(), json(wanted)) == b.end())
        return where + " lacks " + wanted;
    }
    return {};
  }

  static bool word(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
  }

  // Token ids, accessors, salts, tails and UUIDs: long words without a space.
  static bool identifier(std::string_view text) {
    if (text.starts_with("s.") || text.starts_with("b."))
      text.remove_prefix(2);
    return text.size() >= 24 && word(text);
  }

  bool strings(std::string a, std::string b) {
    auto slash = [](const std::string& s) { return s.rfind('/'); };
    // A lease id is a path followed by an identifier.
    if (slash(a) != std::string::npos && slash(b) != std::string::npos &&
        identifier(a.substr(slash(a) + 1))) {
      if (a.substr(0, slash(a)) != b.substr(0, slash(b)))
        return false;
      a.erase(0, slash(a) + 1);
      b.erase(0, slash(b) + 1);
    }
    // Why lapse leaves a path out only the server says.
    if (constexpr std::string_view left_out = "lapse does not model "; a.starts_with(left_out))
      return a.substr(0, a.find(": ")) == b.substr(0, b.find(": "));
    // A backend's own words are its own.
    if (a.find(" err: ") != std::string::npos && b.find(" err: ") != std::string::npos) {
      auto known = [](const std::string& s) {
        return s.substr(0, std::min(s.find('"'), s.find(" err: ")));
      };
      return known(a) == known(b);
    }
    auto forth = forth_.find(a);
    auto back = back_.find(b);
    if (forth != forth_.end() || back != back_.end())
      return forth != forth_.end() && back != back_.end() && forth->second == b;
    if (a == b && !identifier(a))
      return true;
    if (!identifier(a) || !identifier(b))
      return false;
    forth_[a] = b;
    back_[b] = a;
    return true;
  }

  std::map<std::string, std::string> forth_;
  std::map<std::string, std::string> back_;
};

answer issue(door& server, const bindings& names, const command& c) {
  auto what = std::make_shared<request>();
  what->op = c.op;
  what->path = c.path;
  what->body = names.filled(c.body);
  what->wrap_ttl = c.wrap_ttl;
  // Backends are never slow in a conversation, so no answer needs time.
  return server.ask_now(names.caller(c.by), what).value();
}

// Bodies of status paths describe the process, not the rules.
bool only_status(const command& c) { return c.path == "sys/unseal" || c.path == "sys/health"; }

} // namespace

std::optional<disagreement> compare(door& first, door& second, const std::vector<command>& commands,
                                    std::int64_t start_unix_s) {
  bindings first_names(first.root());
  bindings second_names(second.root());
  relation same;
  instant now{0};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto& c = commands[i];
    now += c.wait;
    first.advance(now);
    second.advance(now);
    if (c.trouble) {
      first.inject(*c.trouble);
      second.inject(*c.trouble);
      continue;
    }
    auto a = issue(first, first_names, c);
    auto b = issue(second, second_names, c);
    auto a_json = json{{"status", a.status}, {"body", to_json(a, start_unix_s)}};
    auto b_json = json{{"status", b.status}, {"body", to_json(b, start_unix_s)}};
    if (only_status(c)) {
      a_json.erase("body");
      b_json.erase("body");
    }
    if (auto where = same.compare(a_json, b_json, ""); !where.empty())
      return disagreement{i, where, a_json, b_json};
    if (!c.save.empty() && a.ok() && b.ok()) {
      first_names.bind(c.save, a);
      second_names.bind(c.save, b);
    }
  }
  return std::nullopt;
}

} // namespace lapse::sequential
