#include "actors/auth/principal_store.hpp"

#include "actors/api/answers.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/runtime/address.hpp"

#include <memory>
#include <utility>

namespace lapse::auth {

const token_params* principal_store::find(std::string_view name) const {
  const auto i = items_.find(name);
  return i == items_.end() ? nullptr : &i->second;
}

answer principal_store::list() const { return api::key_list(items_); }

answer principal_store::read(const api::field_data& in) const {
  const auto* existing = find(in.captured("name"));
  return existing ? data_answer(to_json(*existing)) : nothing_found();
}

answer principal_store::write(const api::field_data& in) {
  const auto* existing = find(in.captured("name"));
  auto parsed = parse(in, existing ? *existing : token_params{});
  if (!parsed)
    return error_answer(400, std::move(parsed.error()));
  items_.insert_or_assign(std::string{in.captured("name")}, std::move(*parsed));
  return no_content();
}

answer principal_store::remove(const api::field_data& in) {
  items_.erase(std::string{in.captured("name")});
  return no_content();
}

// -- users and roles of a method --------------------------------------------------

template <principal_method::store Store>
bool principal_method::has_one(const api::field_data& in) const {
  return (this->*Store).find(in.captured("name")) != nullptr;
}

template <principal_method::store Store>
answer principal_method::list_all(const runtime::engine_call&) const {
  return (this->*Store).list();
}

template <principal_method::store Store>
answer principal_method::read_one(const runtime::engine_call& call) const {
  return (this->*Store).read(call.in);
}

template <principal_method::store Store>
answer principal_method::write_one(const runtime::engine_call& call) {
  return (this->*Store).write(call.in);
}

template <principal_method::store Store>
answer principal_method::remove_one(const runtime::engine_call& call) {
  return (this->*Store).remove(call.in);
}

template <principal_method::store Store>
std::vector<runtime::engine_paths::row> principal_method::rows(std::string_view list_pattern,
                                                               std::string_view item_pattern) {
  using enum operation;
  return {{.pattern = list_pattern,
           .fields = {},
           .operations = {{operation::list, runtime::on<&principal_method::list_all<Store>>}},
           .help = "the names of all of them"},
          {.pattern = item_pattern,
           .fields = principal_store::fields(),
           .operations = {{operation::read, runtime::on<&principal_method::read_one<Store>>},
                          {update, runtime::on<&principal_method::write_one<Store>>},
                          {delete_, runtime::on<&principal_method::remove_one<Store>>}},
           .exists = runtime::has<&principal_method::has_one<Store>>,
           .help = "what tokens of this name are like"}};
}

std::vector<runtime::engine_paths::row> principal_method::principal_rows() {
  auto result = rows<&principal_method::users_>("users/?", "users/{name+}");
  auto more = rows<&principal_method::roles_>("roles/?", "roles/{name+}");
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

const token_params* principal_method::find(std::string_view name) const {
  const auto* user = users_.find(name);
  return user ? user : roles_.find(name);
}

// -- answers of logins -------------------------------------------------------------

runtime::engine_reply refused_login(answer reply, std::string why, std::string remedy) {
  runtime::engine_reply result{std::move(reply)};
  result.refused = refusal_of(refusal_kind::login, std::move(why), std::move(remedy));
  return result;
}

runtime::engine_reply barred_address() {
  return refused_login(error_answer(403, "permission denied"),
                       "its `token_bound_cidrs` do not hold the client's address, which is " +
                           std::string{runtime::client_address},
                       runtime::admission_remedy());
}

runtime::engine_reply locked_out() {
  return refused_login(error_answer(403, "permission denied"),
                       "it is locked out after too many failed logins",
                       "time, or a write to sys/locked-users/MOUNT/unlock/NAME");
}

runtime::engine_reply logged_in(runtime::login_terms terms) {
  runtime::engine_reply result;
  result.reply.status = 200;
  result.reply.shape = envelope::normal;
  result.login = std::move(terms);
  return result;
}

} // namespace lapse::auth
