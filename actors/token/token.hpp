#pragma once

#include "actors/lease/granting.hpp"
#include "actors/token/maker.hpp"
#include "actors/token/server_data.hpp"

#include <map>
#include <string>
#include <vector>

namespace lapse::token {

/// One token. It admits the requests made with it (life, use counter, ACL), performs those about
/// itself, and supervises the tokens it made and its secret leases: its end is the end of all of
/// them.
class token final : public lease::lease_owner {
public:
  /// @param wrapped what a wrapping token holds; null for all others.
  token(caf::actor_config& cfg, server_data& shared, runtime::slot_ref self, shared_facts facts,
        std::unique_ptr<wrapped_answer> wrapped);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "token"; }

  /// What lies at `auth/token/`, which a token performs itself.
  [[nodiscard]] static const runtime::actor_paths<token>& paths();

  void undeliverable(caf::mailbox_element& what) override;

private:
  // -- admission (admission.cpp) ---------------------------------------------------------

  void on_serve(const runtime::serve& msg);
  /// Whether a request with this token would be let in now.
  [[nodiscard]] bool usable() const;
  [[nodiscard]] refusal_kind unusable_kind() const;
  [[nodiscard]] refusal_ptr refused_by_rights(const runtime::exchange_ptr& x, operation op);
  /// Whether its entity, if it has one, is there and not disabled.
  [[nodiscard]] bool entity_admits() const;
  void refuse_entity(const runtime::exchange_ptr& x);
  /// What its entity and the entity's groups grant now; null: nothing.
  [[nodiscard]] shared_names identity_policies();
  /// The ACL of its own policies and of those of its entity.
  [[nodiscard]] const policy::acl& rights();
  [[nodiscard]] std::shared_ptr<const policy::acl> made_rights(const shared_names& granted);
  /// The operation the ACL is asked for: `create` where the item does not exist yet.
  /// An error: the request's fields cannot be converted.
  [[nodiscard]] tl::expected<operation, answer> asked_operation(const lapse::request& what);
  /// Whether the path asks for `sudo` beside the ordinary capability.
  [[nodiscard]] bool needs_sudo(std::string_view path);
  [[nodiscard]] std::shared_ptr<const caller_view> view(const runtime::exchange& x, operation op,
                                                        bool allowed);
  void spend_use(const runtime::exchange_ptr& x);
  void route(const runtime::exchange_ptr& x);

  // -- requests of its own (requests.cpp, renewal.cpp, paths.cpp) ---------------------------

  void create(const runtime::exchange_ptr& x, const api::field_data& in, bool orphan_path);
  void create_child(const runtime::exchange_ptr& x, const api::field_data& in) {
    create(x, in, false);
  }
  void create_orphan(const runtime::exchange_ptr& x, const api::field_data& in) {
    create(x, in, true);
  }
  void look_up(const runtime::exchange_ptr& x, const api::field_data& in);
  void look_up_self(const runtime::exchange_ptr& x, const api::field_data& in);
  void look_up_accessor(const runtime::exchange_ptr& x, const api::field_data& in);
  void renew(const runtime::exchange_ptr& x, const api::field_data& in);
  void renew_self(const runtime::exchange_ptr& x, const api::field_data& in);
  void renew_accessor(const runtime::exchange_ptr& x, const api::field_data& in);
  void renew_at(const runtime::exchange_ptr& x, const runtime::slot* whose, duration increment);
  void revoke(const runtime::exchange_ptr& x, const api::field_data& in);
  void send_revocation(runtime::slot_ref whom, const runtime::revoke_token& msg);
  void revoke_self(const runtime::exchange_ptr& x, const api::field_data& in);
  void revoke_orphan(const runtime::exchange_ptr& x, const api::field_data& in);
  void revoke_accessor(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_accessors(const runtime::exchange_ptr& x, const api::field_data& in);
  void tidy(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_roles(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_role(const runtime::exchange_ptr& x, const api::field_data& in);
  void write_role(const runtime::exchange_ptr& x, const api::field_data& in);
  void delete_role(const runtime::exchange_ptr& x, const api::field_data& in);
  [[nodiscard]] bool has_role(const api::field_data& in) const;
  void unwrap(const runtime::exchange_ptr& x);
  void on_perform(const runtime::perform& msg) { unwrap(msg.x); }

  // -- its cubbyhole (cubbyhole.cpp) -------------------------------------------------------

  [[nodiscard]] static const runtime::actor_paths<token>& cubbyhole_paths();
  void read_secret(const runtime::exchange_ptr& x, const api::field_data& in);
  void write_secret(const runtime::exchange_ptr& x, const api::field_data& in);
  void delete_secret(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_secrets(const runtime::exchange_ptr& x, const api::field_data& in);
  [[nodiscard]] bool has_secret(const api::field_data& in) const;
  void cubbyhole_written();

  // -- requests about it (requests.cpp, renewal.cpp) -----------------------------------------

  /// Passes a request on to the token it is about, which may be this one.
  void ask(const runtime::slot& whom, const runtime::lease_request& msg);
  [[nodiscard]] static answer unknown_token(const runtime::lease_request& msg);
  void on_request(const runtime::lease_request& msg);
  [[nodiscard]] answer describe(bool hide_id);
  [[nodiscard]] answer describe_lease() const;
  [[nodiscard]] answer capabilities(const lapse::request& what);
  void show_mounts(const runtime::exchange_ptr& x);
  /// Why its own lease can't be renewed through sys/leases/renew.
  [[nodiscard]] const char* lease_refusal() const;
  /// Why it can't be renewed at any time, as a clause.
  [[nodiscard]] const char* never_renewable() const;
  void renew_lease(const runtime::exchange_ptr& x, duration increment);

  /// What bounds a renewal besides the mount.
  struct renewal_bounds {
    duration ttl{0};
    duration max_ttl{0};
    duration period{0};
    duration explicit_max{0};
  };
  /// False if the request has been answered: the method refuses, or answers nothing.
  [[nodiscard]] bool ask_method(const runtime::exchange_ptr& x, renewal_bounds& out,
                                const std::function<void(std::string_view)>& fail);
  void extend(const ttl::ttl_result& grant);
  void refresh_groups();

  // -- supervision (token.cpp) -----------------------------------------------------------------

  void supervise(runtime::slot_ref child, std::vector<runtime::slot_ref>& list);
  void on_down(const caf::down_msg& msg);
  void on_lose_parent(const runtime::lose_parent&) { parent_ = {}; }
  void on_issue(const runtime::issue_lease& msg);

  // -- end of life (token.cpp) -------------------------------------------------------------------

  void on_deadline(const runtime::deadline& msg);
  void on_use_up(const runtime::use_up&);
  void on_revoke(const runtime::revoke_token& msg);
  void on_prefix(const runtime::revoke_lease& msg);
  void stop_standing(end_cause cause, token_id because);
  void queue_revocation();
  void walk();
  void on_revocation_done(const runtime::revocation_done&);
  void list_children();
  /// Whether its down message has not come yet.
  [[nodiscard]] bool supervised(runtime::slot_ref child) const;
  [[nodiscard]] bool revoke_former_child();
  void conclude();
  void empty_cubbyhole();
  void delete_record();
  void release_children();
  void arm();
  void expire_at(instant at);
  void taint();

  [[nodiscard]] token_id topmost() const noexcept {
    return end_cause_ == end_cause::ancestor ? because_ : id();
  }
  [[nodiscard]] token_id id() const noexcept { return facts_->name.id; }
  [[nodiscard]] bool batch() const noexcept { return facts_->batch(); }
  [[nodiscard]] std::string_view auth_mount() const;

  server_data& shared_;

  const shared_facts facts_;
  token_id parent_;   ///< 0: orphan, or orphaned since
  std::int64_t uses_; ///< left; 0: unlimited, -1: tainted (R-536)
  instant expire_;
  duration granted_;        ///< what a renewal without increment repeats (R-405)
  instant renewed_ = never; ///< when last; `never`: not yet

  std::vector<runtime::slot_ref> children_;
  std::vector<runtime::slot_ref> leases_;
  std::uint64_t made_ = 0;   ///< ordinal of the last token made by it
  std::uint64_t leased_ = 0; ///< ordinal of the last lease issued under it

  std::shared_ptr<const policy::acl> rights_;
  std::uint64_t rights_version_ = 0;
  /// Of a token with an entity: the version of the identity store that `rights_` hold for.
  std::uint64_t identity_version_ = 0;
  std::unique_ptr<std::map<std::string, nlohmann::json, std::less<>>> cubbyhole_;

  runtime::timer_id timer_ = 0;
  std::uint64_t armed_ = 0;
  std::uint32_t batch_children_ = 0;
  bool ended_ = false;
  end_cause end_cause_ = end_cause::deadline;
  token_id because_;

  /// What `walk` has to do yet.
  struct revocation {
    bool orphan_children = false;
    runtime::slot_ref awaited;
    std::vector<runtime::slot_ref> path; ///< children still to revoke, last first
    std::vector<runtime::revoke_token> waiting;
  };
  std::unique_ptr<revocation> walk_; ///< null until it is revoked: most tokens are not yet

  std::unique_ptr<wrapped_answer> wrapped_; ///< of a wrapping token
};

} // namespace lapse::token
