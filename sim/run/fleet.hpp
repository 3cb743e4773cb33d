#pragma once

#include "sim/clients/client.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/plan/plan.hpp"
#include "sim/run/client_faults.hpp"
#include "sim/run/handle_table.hpp"
#include "sim/run/property_monitor.hpp"
#include "sim/run/refusal_notes.hpp"
#include "sim/run/request_writer.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lapse::run {

/// What the clients of a run may ask for, and get: a file that no machine could run ends so.
struct fleet_limits {
  std::uint64_t requests = 200'000'000;
  std::uint64_t lives = 10'000'000; ///< tokens and secrets
};

/// The clients of a scenario in one run. It stands between their models, which know times and
/// answers alone (`clients::client`), and the world: it writes their requests, puts what is wrong
/// on the way between (`client_faults`), keeps who got which token, and gives that its names.
class fleet final : public engine::client_host, private clients::surroundings {
public:
  /// What it acts on; all must outlive it.
  struct world {
    engine::simulation& server;
    client_faults& faults;
    const request_writer& texts;
    handle_table& handles;
    property_monitor& properties;
    std::uint64_t& requests;  ///< counts those of clients, too
    std::uint64_t& unreached; ///< of these, those that a fault kept from the server
    /// Tells what keeps the run from being what the file says.
    std::function<void(rule_broken)> fail;
    const refusal_notes& refusals;
    fleet_limits most = {};
  };

  fleet(const plan::plan& what, std::uint64_t seed, const world& in);
  ~fleet() override;

  /// Declares the families and makes their clients, which start at their times.
  void start();

  /// When the last client has started, and each family that stops has stopped.
  [[nodiscard]] instant settled() const;

  /// Families of which no client ever got its whole set, though they asked: the line of each, and
  /// what to say of it.
  [[nodiscard]] std::vector<std::pair<int, std::string>> never_complete() const;

  void woken(std::uint32_t client, std::uint64_t tag) override;
  void answered(std::uint32_t client, std::uint64_t tag, const answer& reply) override;

private:
  struct family;
  struct member;
  struct late_answer;

  // -- surroundings of the client that acts ------------------------------------------

  [[nodiscard]] instant now() const override;
  [[nodiscard]] std::uint64_t wake(instant at, std::uint64_t tag) override;
  void cancel(std::uint64_t timer) override;
  void send(std::uint64_t tag, client_request what, std::uint32_t part,
            duration increment) override;
  void changed(client_changed::kind what, std::uint32_t part) override;

  // -- pieces --------------------------------------------------------------------------

  [[nodiscard]] client_name name_of(const member& of) const;
  [[nodiscard]] std::string handle_of(const member& of, std::uint32_t part) const;
  [[nodiscard]] credential token_of(const member& of) const;
  /// What it sends such a request with.
  [[nodiscard]] credential asks_by(const member& of, client_request what) const;
  [[nodiscard]] request_ptr renewal(const member& of, client_request what, std::uint32_t part,
                                    duration increment);
  /// Whether the clients have asked, or got, all they may; said once, and none acts any more.
  [[nodiscard]] bool spent();
  /// Keeps the first refusal of a family, which no fault on the way explains.
  void note_refusal(const member& of, std::uint64_t tag, const answer& reply);
  void hear(std::uint32_t client, std::uint64_t tag, const answer& reply, bool reached);
  void hear_later(std::uint32_t client, std::uint64_t tag, const answer* reply, instant at);
  void got(member& of, std::uint32_t part, const answer& reply);
  void name(member& of, std::uint32_t part, bound_handle handle);

  const plan::plan& plan_;
  const std::uint64_t seed_;
  const world in_;
  std::deque<family> families_;
  std::vector<member> members_;
  /// Answers on their way, by number.
  std::map<std::uint64_t, late_answer> late_;
  std::uint64_t late_count_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t got_ = 0; ///< tokens and secrets
  bool spent_ = false;
  std::uint32_t acting_ = 0; ///< which client
};

} // namespace lapse::run
