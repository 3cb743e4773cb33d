#include "sim/run/setup_answers.hpp"

namespace lapse::run {

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

} // namespace

request_ptr with_answers(const plan::setup_request& setup, const request_writer& texts,
                         const std::function<answer(const request_ptr&)>& ask) {
  if (setup.asks.empty() && setup.holes.empty())
    return setup.what;
  auto made = std::make_shared<request>(*setup.what);
  made->body = texts.fill(std::move(made->body), setup.holes, {});
  for (const auto& one : setup.asks) {
    const auto reply = ask(one.ask);
    const auto* data = std::get_if<nlohmann::json>(&reply.body);
    const auto found = data == nullptr ? std::string{} : data->value(one.key, std::string{});
    auto& place = made->body[one.at];
    place = one.replaces.empty()
                ? found
                : replaced(place.get<std::string>(), one.before + one.replaces + one.after,
                           one.before + found + one.after);
  }
  return made;
}

} // namespace lapse::run
