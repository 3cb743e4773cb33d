#pragma once

#include "sim/transcript/transcript.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse {

using namespace transcript;

/// Turns recorded answers back into typed ones: each symbol gets an identifier of its own.
class answer_maker {
public:
  explicit answer_maker(const lapse::transcript::transcript& source);

  /// The typed answer where the reply has such a form, else one that holds it as JSON.
  [[nodiscard]] answer make(const transcript_line& line) const;

  /// The same body as one piece of JSON.
  [[nodiscard]] answer make_raw(const transcript_line& line) const;

  [[nodiscard]] token_name token(const std::string& symbol) const;

private:
  void learn(const nlohmann::json& value, const std::string& path);
  void pair(const nlohmann::json& token, const nlohmann::json& accessor, bool batch);
  [[nodiscard]] nlohmann::json filled(const nlohmann::json& value) const;
  [[nodiscard]] std::string filled_text(const std::string& text) const;
  [[nodiscard]] std::optional<answer> make_typed(const transcript_line& line) const;
  [[nodiscard]] std::optional<auth_block> make_auth(const nlohmann::json& from) const;
  [[nodiscard]] std::optional<token_lookup> make_lookup(const nlohmann::json& from) const;
  [[nodiscard]] std::optional<lease_lookup> make_lease(const nlohmann::json& from) const;
  [[nodiscard]] std::optional<wrap_info> make_wrap(const nlohmann::json& from) const;

  std::uint64_t next_ = 1;
  /// Number of the token that a token's or an accessor's symbol stands for.
  std::map<std::string, std::uint64_t> numbers_;
  std::map<std::string, bool> batch_;
  std::map<std::string, std::string> lease_paths_;
};

/// A server that gives prepared answers in order, whatever the requests are.
class recorded_door : public door {
public:
  recorded_door(token_name root, const std::vector<answer>& answers)
    : root_{std::move(root)}, answers_{answers} {}

  [[nodiscard]] token_name root() const override { return root_; }
  void advance(instant at) override { now = at; }
  void ask(const credential& by, request_ptr what, answer_taker take) override;
  void inject(const fault& what) override { faults.push_back(what); }

  instant now{0};
  std::vector<instant> asked_at;
  std::vector<credential> callers;
  std::vector<request_ptr> requests;
  std::vector<fault> faults;
  /// Keep `asked_at`, `callers` and `requests`.
  bool keep = false;
  /// Requests after so many get no answer.
  std::size_t silent_after = std::numeric_limits<std::size_t>::max();

private:
  token_name root_;
  const std::vector<answer>& answers_;
  std::size_t next_ = 0;
};

} // namespace lapse
