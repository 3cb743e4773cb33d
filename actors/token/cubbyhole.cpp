// A token's own store, which goes with it (R-1001, R-1002).

#include "actors/api/answers.hpp"
#include "actors/api/key_tree.hpp"
#include "actors/token/token.hpp"

namespace lapse::token {

const runtime::actor_paths<token>& token::cubbyhole_paths() {
  using enum operation;
  static const runtime::actor_paths<token> table{
      {},
      {{.pattern = "{path*}",
        .fields = {{"path"}},
        .operations = {{read, runtime::by<&token::read_secret>},
                       {update, runtime::by<&token::write_secret>},
                       {delete_, runtime::by<&token::delete_secret>},
                       {list, runtime::by<&token::list_secrets>}},
        .exists = runtime::known_by<&token::has_secret>,
        .help = "a value only the calling token sees"}}};
  return table;
}

bool token::has_secret(const api::field_data& in) const {
  return cubbyhole_ && cubbyhole_->count(std::string{in.captured("path")}) != 0;
}

void token::cubbyhole_written() {
  if (env_.observed())
    env_.emit(cubbyhole_changed{id(), static_cast<std::int64_t>(cubbyhole_->size())});
}

void token::read_secret(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = in.captured("path");
  if (wrapped_ && path == "response") {
    // R-1014: the old way of unwrapping.
    auto reply = data_answer(
        {{"response", to_json(*wrapped_->reply, env_.config().start_unix_s)
                          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}});
    reply.warnings = {"Reading from 'cubbyhole/response' is deprecated. Please use "
                      "sys/wrapping/unwrap to unwrap responses, as it provides additional "
                      "security checks and other benefits."};
    return finish(x, std::move(reply));
  }
  if (path.empty())
    return finish(x, wrapped_error(500, "missing path"));
  auto i = cubbyhole_->find(std::string{path});
  finish(x, i == cubbyhole_->end() ? nothing_found() : data_answer(i->second));
}

void token::write_secret(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (!in.body().is_object() || in.body().empty())
    return finish(x, wrapped_error(500, "missing data fields"));
  if (in.captured("path").empty())
    return finish(x, wrapped_error(500, "missing path"));
  (*cubbyhole_)[std::string{in.captured("path")}] = in.body();
  cubbyhole_written();
  finish(x, no_content());
}

void token::delete_secret(const runtime::exchange_ptr& x, const api::field_data& in) {
  cubbyhole_->erase(std::string{in.captured("path")});
  cubbyhole_written();
  finish(x, no_content());
}

void token::list_secrets(const runtime::exchange_ptr& x, const api::field_data& in) {
  finish(x, api::key_list(api::keys_below(*cubbyhole_, in.captured("path"))));
}

} // namespace lapse::token
