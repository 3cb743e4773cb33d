#pragma once

#include "tests/model/conversation.hpp"

#include <deque>
#include <initializer_list>
#include <string_view>

namespace lapse::sequential {

/// Draws the commands of one conversation, one after the other.
class speaker {
public:
  explicit speaker(std::uint64_t seed) : seed_(seed), whole_seconds_(chance(35)) {}

  command next();

private:
  using json = nlohmann::json;

  static constexpr int handles = 12;

  // -- draws -------------------------------------------------------------------

  std::uint64_t draw() { return mix(seed_ ^ mix(++drawn_)); }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(draw() % bound); }

  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }

  std::string one_of(std::initializer_list<const char*> list) {
    return *(list.begin() + below(list.size()));
  }

  std::string handle(const char* kind) { return '$' + (kind + std::to_string(below(handles))); }

  // Wrapping tokens are tokens too, and the root is the one that may do most.
  std::string any_token() { return chance(8) ? handle("w") : handle("t"); }

  std::string caller() { return chance(45) ? std::string("$root") : any_token(); }

  std::string span() {
    return one_of({"1s", "2s", "3s", "4s", "5s", "6s", "7s", "8s", "9s", "1500ms", "60s", "2h"});
  }

  json policy_list() {
    static const std::vector<json> lists = {
        {"default"},       {"maker"},         {"maker", "default"},  {"sudo"}, {"kvp"},
        {"maker", "kvp"},  {"ghost"},         {"kvp", "narrow"},     {"root"}, {"db"},
        {"db", "default"}, {"lister", "kvp"}, {"maker", "db", "kvp"}};
    return lists[below(lists.size())];
  }

  duration wait();

  // -- subjects ------------------------------------------------------------------

  void create(command& c);
  void look(command& c);
  void renew(command& c);
  void revoke(command& c);
  void log_in(command& c);
  void secret(command& c);
  void lease(command& c);
  void leases_by_prefix(command& c);
  void keys_and_values(command& c);
  void wrapping(command& c);
  void capabilities(command& c);
  void administrate(command& c);
  void tune(command& c);
  void mount(command& c);
  void trouble(command& c);

  // -- several commands that belong together, said between others ---------------------

  void later(std::string by, operation op, std::string path, json body, std::string save = {});
  void family();
  void role_child();
  void batch_child();
  void narrowed();
  void guesses();

  std::deque<command> planned_;
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
  bool sealed_ = false;
  /// Whether this conversation keeps to whole seconds.
  bool whole_seconds_;
};

/// The text of a policy that conversations know by name.
[[nodiscard]] std::string policy_text(std::string_view name);

} // namespace lapse::sequential
