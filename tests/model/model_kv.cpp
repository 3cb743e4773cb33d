// Secrets without leases: cubbyhole and the two kv engines (R-601, R-1001, R-1718).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

namespace lapse::sequential {

using nlohmann::json;

namespace {

// One level below `folder`; deeper ones end in `/`.
template <class Map>
names keys_below(const Map& map, const std::string& folder) {
  std::set<std::string> keys;
  for (auto& [key, value] : map)
    if (key.starts_with(folder)) {
      auto rest = key.substr(folder.size());
      auto slash = rest.find('/');
      keys.insert(slash == std::string::npos ? rest : rest.substr(0, slash + 1));
    }
  return {keys.begin(), keys.end()};
}

} // namespace

answer model::cubbyhole(call& c) {
  auto& t = *c.caller;
  // R-1002.
  if (t.batch())
    return error_answer(400, "cubbyhole operations are only supported by 'service' type tokens");
  auto op = c.what.op;
  if (op == operation::list)
    return key_list(keys_below(t.cubbyhole, c.rest));
  if (op == operation::read) {
    auto at = t.cubbyhole.find(c.rest);
    return at == t.cubbyhole.end() ? nothing_found() : data_answer(at->second);
  }
  if (op == operation::delete_) {
    t.cubbyhole.erase(c.rest);
    return no_content();
  }
  if (op != operation::update && op != operation::create)
    return unsupported_operation();
  if (!c.what.body.is_object() || c.what.body.empty())
    return wrapped_error(500, "missing data fields");
  t.cubbyhole[c.rest] = c.what.body;
  return no_content();
}

answer model::kv1(call& c) {
  auto& entries = c.at->entries;
  auto op = c.what.op;
  if (op == operation::list)
    return key_list(keys_below(entries, c.rest));
  if (op == operation::delete_) {
    entries.erase(c.rest);
    return no_content();
  }
  if (op == operation::read) {
    auto at = entries.find(c.rest);
    if (at == entries.end())
      return nothing_found();
    auto out = data_answer(at->second);
    out.lease_duration_s = seconds(default_ttl(*c.at));
    for (auto key : {"lease", "ttl"})
      if (at->second.contains(key))
        if (auto text = scalar_text(at->second[key])) {
          auto read = duration_from(*text);
          if (read.error.empty())
            out.lease_duration_s = seconds(read.value);
        }
    return out;
  }
  if (op != operation::update && op != operation::create)
    return unsupported_operation();
  if (!c.what.body.is_object() || c.what.body.empty())
    return error_answer(400, "missing data fields");
  entries[c.rest] = c.what.body;
  return no_content();
}

answer model::kv2(call& c) {
  auto op = c.what.op;
  bool update = op == operation::update || op == operation::create;
  auto slash = c.rest.find('/');
  auto kind = c.rest.substr(0, slash);
  auto name = slash == std::string::npos ? std::string{} : c.rest.substr(slash + 1);
  auto time = [&](instant t) { return rfc3339(t, config_.start_unix_s); };
  auto& all = c.at->versions;
  auto shown = [&](const std::vector<kv_version>& list, std::size_t number) {
    auto& v = list[number - 1];
    return json{{"created_time", time(v.created)},
                {"custom_metadata", nullptr},
                {"deletion_time", v.deleted ? time(*v.deleted) : std::string{}},
                {"destroyed", false},
                {"version", number}};
  };
  if (kind == "metadata" && op == operation::list)
    return key_list(keys_below(all, name));
  if (kind != "data" && kind != "metadata") {
    auto out = data_answer(nullptr);
    out.status = 404;
    out.body = std::monostate{};
    out.warnings = {"Invalid path for a versioned K/V secrets engine. See the API docs for the "
                    "appropriate API endpoints to use. If using the OpenBao CLI, use 'bao kv get' "
                    "for this operation."};
    return out;
  }
  auto at = all.find(name);
  bool there = at != all.end() && !at->second.empty();
  if (kind == "metadata") {
    if (op == operation::delete_) {
      all.erase(name);
      return no_content();
    }
    if (op != operation::read)
      return not_modelled(c.path);
    if (!there)
      return nothing_found();
    json versions = json::object();
    for (std::size_t i = 1; i <= at->second.size(); ++i) {
      auto v = shown(at->second, i);
      v.erase("custom_metadata");
      v.erase("version");
      versions[std::to_string(i)] = v;
    }
    return data_answer({{"cas_required", false},
                        {"created_time", time(at->second.front().created)},
                        {"current_metadata_version", 0},
                        {"current_version", at->second.size()},
                        {"custom_metadata", nullptr},
                        {"delete_version_after", "0s"},
                        {"max_versions", 0},
                        {"metadata_cas_required", false},
                        {"oldest_version", 0},
                        {"updated_time", time(at->second.back().created)},
                        {"versions", versions}});
  }
  if (op == operation::delete_) {
    if (there && !at->second.back().deleted)
      at->second.back().deleted = now_;
    return no_content();
  }
  auto& body = c.what.body;
  if (op == operation::read) {
    if (!there)
      return nothing_found();
    auto number = at->second.size();
    if (body.is_object() && body.contains("version")) {
      fields f(body);
      auto asked = f.whole("version");
      if (asked > 0 && static_cast<std::size_t>(asked) > number)
        return nothing_found();
      number = asked > 0 ? static_cast<std::size_t>(asked) : number;
    }
    auto& v = at->second[number - 1];
    auto out = data_answer(
        {{"data", v.deleted ? json(nullptr) : v.data}, {"metadata", shown(at->second, number)}});
    if (v.deleted)
      out.status = 404;
    return out;
  }
  if (!update)
    return not_modelled(c.path);
  if (!body.is_object() || !body.contains("data"))
    return error_answer(400, "no data provided");
  auto options = body.value("options", json::object());
  auto size = there ? at->second.size() : 0;
  if (options.is_object() && options.contains("cas") && options["cas"] != size)
    return error_answer(400, "check-and-set parameter did not match the current version");
  all[name].push_back({body["data"], now_, std::nullopt});
  return data_answer(shown(all[name], size + 1));
}

} // namespace lapse::sequential
