#include "actors/auth/principal_store.hpp"

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"

#include <utility>

namespace lapse {

const token_params* principal_store::find(std::string_view name) const {
  const auto i = items_.find(name);
  return i == items_.end() ? nullptr : &i->second;
}

answer principal_store::handle(operation op, std::string_view name, const nlohmann::json& body) {
  if (name.empty())
    return op == operation::list ? key_list(items_) : unsupported_operation();
  const auto* existing = find(name);
  switch (op) {
    case operation::read:
      return existing ? data_answer(to_json(*existing)) : nothing_found();
    case operation::create:
    case operation::update: {
      auto parsed = parse(body, existing ? *existing : token_params{});
      if (auto* error = std::get_if<std::string>(&parsed))
        return error_answer(400, std::move(*error));
      items_.insert_or_assign(std::string{name}, std::get<token_params>(std::move(parsed)));
      return no_content();
    }
    case operation::delete_:
      if (existing)
        items_.erase(items_.find(name));
      return no_content();
    default:
      return unsupported_operation();
  }
}

answer only_logins() { return error_answer(405, "unsupported operation"); }

answer barred_address() { return error_answer(403, "permission denied"); }

engine_reply logged_in(login_terms terms, const nlohmann::json& body,
                       std::initializer_list<std::string_view> known) {
  engine_reply result;
  result.reply.status = 200;
  result.reply.shape = envelope::normal;
  if (auto warning = ignored_parameters(body, known); !warning.empty())
    result.reply.warnings.push_back(std::move(warning));
  result.login = std::move(terms);
  return result;
}

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

} // namespace lapse
