// Entities, aliases and groups, and what they grant at each request.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

constexpr auto reads_kv = R"(path "secret/data/x" { capabilities = ["read"] })";

/// A server on which bob has logged in as `bob`.
struct bobs_estate : estate_probe {
  bobs_estate() {
    policy("reader", reads_kv);
    policy("maker", R"(path "auth/token/create*" { capabilities = ["update"] })");
    user("bob", {{"token_policies", {"maker"}}});
    log_in("bob", "bob");
  }

  std::string entity() { return look("bob")["entity_id"].get<std::string>(); }
  std::string accessor(const std::string& mount) {
    return root().get("sys/auth/" + mount).data()["accessor"].get<std::string>();
  }
  bool reads(const std::string& handle) { return as(handle).get("secret/data/x").status == 404; }
  void grant(json policies) {
    CHECK(root().post("identity/entity/id/" + entity(), {{"policies", policies}}).status == 204);
  }
};

} // namespace

TEST_CASE("policies of an entity hold at each request, on children too (R-114, E-31)") {
  bobs_estate estate;
  auto made = estate.create("child", json::object(), "bob");
  CHECK_FALSE(made.auth().contains("identity_policies"));
  CHECK_FALSE(estate.reads("child"));
  estate.grant({"reader"});
  CHECK(estate.reads("bob"));
  CHECK(estate.reads("child"));
  auto found = estate.as("child").look().data();
  CHECK(found["identity_policies"] == json{"reader"});
  CHECK(found["external_namespace_policies"] == json::object());
  CHECK(found["policies"] == json{"default", "maker"});
  auto renewed = estate.as("child").renew().auth();
  CHECK(renewed["policies"] == json{"default", "maker", "reader"});
  CHECK(renewed["token_policies"] == json{"default", "maker"});
  CHECK(renewed["identity_policies"] == json{"reader"});
  CHECK(estate.create("greedy", {{"policies", {"reader"}}}, "bob").error() ==
        "child policies must be subset of parent");
  auto asked = estate.root().post("sys/capabilities",
                                  {{"token", estate.id("child")}, {"paths", {"secret/data/x"}}});
  CHECK(asked.data()["capabilities"] == json{"read"});
  estate.grant(json::array());
  CHECK_FALSE(estate.reads("child"));
  CHECK_FALSE(estate.as("child").look().data().contains("identity_policies"));
}

TEST_CASE("an entity is written, found by any case of its name, and renamed (R-714)") {
  estate_probe estate;
  auto root = estate.root();
  auto made = root.post("identity/entity", {{"name", "Amy"}, {"policies", "B,a,B"}});
  CHECK(made.data()["aliases"].is_null());
  auto id = made.data()["id"].get<std::string>();
  CHECK(root.get("identity/entity/name/amy").data()["policies"] == json{"a", "b"});
  CHECK(root.post("identity/entity/name/AMY", {{"disabled", true}}).status == 204);
  CHECK(root.get("identity/entity/id/" + id).data()["disabled"] == true);
  CHECK(root.post("identity/entity", {{"name", "bob"}}).status == 200);
  CHECK(root.post("identity/entity/id/" + id, {{"name", "BOB"}}).error() ==
        "entity name is already in use");
  CHECK(root.post("identity/entity", {{"id", "none"}}).error() == "entity not found from id");
  CHECK(root.post("identity/entity", {{"policies", "root"}}).error() ==
        "policies cannot contain root");
  CHECK(root.post("identity/entity", {{"metadata", {{"a b", "1"}}}}).error() ==
        "1 error occurred:\n\t* invalid entity metadata: failed to load metadata pair (\"a b\", "
        "\"1\"): key contains invalid characters\n\n");
  auto unnamed = root.post("identity/entity").data()["name"].get<std::string>();
  CHECK(unnamed.substr(0, 7) == "entity_");
  CHECK(unnamed.size() == 20);
  CHECK(root.remove("identity/entity/name/bob").status == 204);
  CHECK(root.remove("identity/entity/name/bob").status == 204);
  CHECK(root.get("identity/entity/name/bob").status == 404);
}

TEST_CASE("empty lists and maps are forgotten by the next write (R-715)") {
  estate_probe estate;
  auto root = estate.root();
  root.post("identity/entity", {{"name", "amy"}, {"metadata", json::object()}});
  CHECK(root.get("identity/entity/name/amy").data()["metadata"] == json::object());
  root.post("identity/entity/name/amy", {{"disabled", false}});
  CHECK(root.get("identity/entity/name/amy").data()["metadata"].is_null());
}

TEST_CASE("entities and groups are listed, read and looked up (R-716)") {
  bobs_estate estate;
  auto root = estate.root();
  auto entity = estate.entity();
  auto shown = root.get("identity/entity/id/" + entity).data();
  CHECK(shown["name"] == "entity_" + entity.substr(0, 8) + ".root");
  CHECK(shown["namespace_id"] == "root");
  CHECK(shown["merged_entity_ids"].is_null());
  auto alias = shown["aliases"][0];
  CHECK(alias["name"] == "bob");
  CHECK(alias["canonical_id"] == entity);
  CHECK(alias["mount_path"] == "auth/userpass/");
  CHECK(alias["metadata"].is_null());
  auto listed = root.list("identity/entity/id").data();
  CHECK(listed["keys"] == json{entity});
  CHECK(listed["key_info"][entity]["aliases"][0]["mount_type"] == "userpass");
  CHECK_FALSE(root.list("identity/entity/name").data().contains("key_info"));
  CHECK(root.list("identity/group/id").status == 404);
  auto look_up = [&](json what) { return root.post("identity/lookup/entity", std::move(what)); };
  CHECK(look_up({{"alias_id", alias["id"]}}).data()["id"] == entity);
  CHECK(look_up({{"alias_name", "BOB"}, {"alias_mount_accessor", estate.accessor("userpass")}})
            .data()["id"] == entity);
  CHECK(look_up({{"name", "nobody"}}).status == 204);
  CHECK(look_up(json::object()).error() == "query parameter not supplied");
  CHECK(look_up({{"id", entity}, {"name", "x"}}).error() ==
        "query parameter conflict; please supply distinct set of query parameters");
  CHECK(look_up({{"alias_name", "bob"}}).error() ==
        "both 'alias_name' and 'alias_mount_accessor' needs to be set");
}

TEST_CASE("an alias decides which entity a login gets (R-710, R-717)") {
  bobs_estate estate;
  auto root = estate.root();
  auto mount = estate.accessor("userpass");
  auto amy = root.post("identity/entity", {{"name", "amy"}}).data()["id"];
  auto write = [&](json what) { return root.post("identity/entity-alias", std::move(what)); };
  CHECK(write({{"name", "x"}}).error() == "'id' or 'mount_accessor' and 'name' must be provided");
  CHECK(write({{"name", "x"}, {"mount_accessor", "no"}}).error() ==
        "invalid mount accessor \"no\"");
  CHECK(write({{"name", "x"}, {"mount_accessor", mount}, {"canonical_id", "no"}}).error() ==
        "invalid canonical ID");
  CHECK(write({{"id", "no"}}).error() == "invalid alias ID provided");
  auto made = write({{"name", "ann"}, {"mount_accessor", mount}, {"canonical_id", amy}});
  CHECK(made.data()["canonical_id"] == amy);
  CHECK(write({{"name", "ANN"}, {"mount_accessor", mount}, {"canonical_id", amy}}).status == 200);
  CHECK(write({{"name", "eve"}, {"mount_accessor", mount}, {"canonical_id", amy}}).error() ==
        "Alias already exists for requested entity and mount accessor");
  estate.user("ann");
  estate.log_in("ann", "ann");
  CHECK(estate.look("ann")["entity_id"] == amy);
  auto id = made.data()["id"].get<std::string>();
  CHECK(root.post("identity/entity-alias/id/" + id, json::object()).status == 204);
  CHECK(root.post("identity/entity-alias/id/" + id, {{"canonical_id", estate.entity()}}).error() ==
        "Alias cannot be updated as the given entity already has an alias for this mount ");
  CHECK(root.get("identity/entity-alias/id/" + id).data()["custom_metadata"] == json::object());
  CHECK(root.remove("identity/entity-alias/id/" + id).status == 204);
  estate.log_in("again", "ann");
  CHECK(estate.look("again")["entity_id"] != amy);
}

TEST_CASE("a group grants to its members and to those of its member groups (R-718)") {
  bobs_estate estate;
  auto root = estate.root();
  auto inner =
      root.post("identity/group", {{"name", "inner"}, {"member_entity_ids", estate.entity()}})
          .data()["id"]
          .get<std::string>();
  CHECK_FALSE(estate.reads("bob"));
  auto outer =
      root.post("identity/group",
                {{"name", "outer"}, {"policies", {"reader"}}, {"member_group_ids", {inner}}})
          .data()["id"]
          .get<std::string>();
  CHECK(estate.reads("bob"));
  CHECK(estate.look("bob")["identity_policies"] == json{"reader"});
  auto entity = root.get("identity/entity/id/" + estate.entity()).data();
  CHECK(entity["direct_group_ids"] == json{inner});
  CHECK(entity["inherited_group_ids"] == json{outer});
  CHECK(root.get("identity/group/id/" + outer).data()["member_group_ids"] == json{inner});
  CHECK(root.get("identity/group/name/INNER").data()["parent_group_ids"] == json{outer});
  CHECK(root.post("identity/group/id/" + inner, {{"member_group_ids", outer}}).error() ==
        "cyclic relationship detected for member group ID \"" + outer + "\"");
  CHECK(root.post("identity/group/id/" + inner, {{"type", "external"}}).error() ==
        "group type cannot be changed");
  CHECK(root.post("identity/group", {{"member_entity_ids", "x"}}).error() ==
        "1 error occurred:\n\t* invalid entity ID \"x\"\n\n");
  CHECK(root.post("identity/group/id/" + outer, {{"member_group_ids", json::array()}}).status ==
        204);
  CHECK_FALSE(estate.reads("bob"));
  CHECK(root.remove("identity/group/name/outer").status == 204);
  CHECK(root.post("identity/group", {{"name", "inner"}, {"policies", "reader"}}).status == 204);
  CHECK(estate.reads("bob"));
}

TEST_CASE("a group that is refused draws no id, and names that are drawn are free (R-718)") {
  const auto id_after = [](bool refused) {
    bobs_estate estate;
    if (refused)
      CHECK(estate.root().post("identity/group", {{"member_entity_ids", "x"}}).status == 500);
    return estate.root().post("identity/group", {{"policies", "p"}}).data()["id"];
  };
  CHECK(id_after(true) == id_after(false));
  const auto named_by_alias = [](const std::string& taken) {
    bobs_estate estate;
    estate.root().post("identity/group/name/" + taken, json::object());
    const auto made = estate.root().post(
        "identity/group-alias", {{"name", "g"}, {"mount_accessor", estate.accessor("userpass")}});
    const auto id = made.data()["canonical_id"].get<std::string>();
    return estate.root().get("identity/group/id/" + id).data()["name"].get<std::string>();
  };
  const auto name = named_by_alias("other");
  CHECK(named_by_alias(name) != name);
}

TEST_CASE("logins put entities into external groups, and renewals put them back (R-415, R-718)") {
  bobs_estate estate;
  auto root = estate.root();
  root.post("sys/auth/sso", {{"type", "generic"}});
  auto mount = estate.accessor("sso");
  auto group = root.post("identity/group", {{"type", "external"}, {"policies", {"reader"}}}).data();
  CHECK(root.post("identity/group-alias",
                  {{"name", "devs"}, {"mount_accessor", mount}, {"canonical_id", group["id"]}})
            .status == 200);
  CHECK(root.post("identity/group/id/" + group["id"].get<std::string>(),
                  {{"member_entity_ids", estate.entity()}})
            .error() == "member entities can't be set manually for external groups");
  auto log_in = [&](const std::string& handle, json groups) {
    return estate.keep(handle, estate.nobody().post("auth/sso/login/amy", {{"groups", groups}}));
  };
  CHECK(log_in("first", {"devs", "others"}).auth()["identity_policies"] == json{"reader"});
  CHECK(estate.reads("first"));
  estate.root().post("sys/policies/acl/maker2", {{"policy", "path \"a\" {}"}});
  CHECK_FALSE(log_in("second", json::array()).auth().contains("identity_policies"));
  CHECK_FALSE(estate.reads("first"));
  estate.as("first").renew();
  CHECK(estate.reads("second"));
  estate.as("second").renew();
  CHECK_FALSE(estate.reads("first"));
}

TEST_CASE("a renewed child takes its entity out of all external groups (R-718)") {
  bobs_estate estate;
  auto root = estate.root();
  root.post("sys/auth/sso", {{"type", "generic"}});
  root.post("auth/sso/roles/amy", {{"token_policies", {"maker"}}});
  auto made = root.post("identity/group-alias",
                        {{"name", "devs"}, {"mount_accessor", estate.accessor("sso")}});
  root.post("identity/group/id/" + made.data()["canonical_id"].get<std::string>(),
            {{"policies", {"reader"}}});
  estate.keep("amy", estate.nobody().post("auth/sso/login/amy", {{"groups", {"devs"}}}));
  estate.create("child", json::object(), "amy");
  CHECK(estate.reads("child"));
  CHECK(estate.as("child").renew().status == 200);
  CHECK_FALSE(estate.reads("amy"));
}

TEST_CASE("a disabled or deleted entity stops its tokens without ending them (R-126, R-719)") {
  bobs_estate estate;
  estate.create("limited", {{"num_uses", 5}}, "bob");
  auto path = "identity/entity/id/" + estate.entity();
  estate.root().post(path, {{"disabled", true}});
  auto refused = estate.as("limited").look();
  CHECK(refused.status == 403);
  CHECK(refused.error() == "permission denied");
  CHECK(estate.look("limited")["num_uses"] == 4);
  CHECK(estate.root()
            .post("sys/capabilities", {{"token", estate.id("bob")}, {"paths", {"a"}}})
            .status == 400);
  auto login = estate.log_in("late", "bob");
  CHECK(login.status == 403);
  CHECK(login.error() == "permission denied");
  estate.root().post(path, {{"disabled", false}});
  CHECK(estate.works("limited"));
  auto old = estate.entity();
  estate.root().remove(path);
  CHECK_FALSE(estate.works("bob"));
  estate.log_in("again", "bob");
  CHECK(estate.look("again")["entity_id"] != old);
  CHECK_FALSE(estate.works("bob"));
}

TEST_CASE("a token role's entity alias is the new token's entity (R-714)") {
  estate_probe estate;
  auto root = estate.root();
  root.post("auth/token/roles/r", {{"allowed_entity_aliases", {"svc-*"}}, {"orphan", true}});
  auto made = estate.create("t", {{"entity_alias", "SVC-a"}}, "root", "auth/token/create/r");
  CHECK(made.status == 200);
  auto entity = estate.look("t")["entity_id"].get<std::string>();
  CHECK(root.get("identity/entity/id/" + entity).data()["aliases"][0]["mount_path"] ==
        "auth/token/");
  estate.create("u", {{"entity_alias", "svc-A"}}, "root", "auth/token/create/r");
  CHECK(estate.look("u")["entity_id"] == entity);
  root.post("identity/entity/id/" + entity, {{"disabled", true}});
  auto refused = estate.create("v", {{"entity_alias", "svc-a"}}, "root", "auth/token/create/r");
  CHECK(refused.status == 403);
  CHECK(refused.error() == "entity from given entity alias is disabled");
}

TEST_CASE("templates are filled in from entity, alias and groups of the caller (R-925)") {
  bobs_estate estate;
  auto root = estate.root();
  estate.policy("own",
                R"(path "secret/data/{{identity.entity.metadata.site}}" { capabilities = ["read"] }
                   path "secret/data/{{identity.entity.aliases.)" +
                    estate.accessor("userpass") + R"(.name}}" { capabilities = ["read"] }
                   path "secret/data/{{identity.groups.names.devs.metadata.team}}/*" {
                     capabilities = ["read"]
                   })");
  estate.grant({"own"});
  auto reads = [&](const std::string& name) {
    return estate.as("bob").get("secret/data/" + name).status == 404;
  };
  CHECK(reads("bob"));
  CHECK_FALSE(reads("berlin"));
  CHECK_FALSE(reads("blue/x"));
  root.post("identity/entity/id/" + estate.entity(), {{"metadata", {{"site", "berlin"}}}});
  CHECK(reads("berlin"));
  root.post(
      "identity/group",
      {{"name", "devs"}, {"metadata", {{"team", "blue"}}}, {"member_entity_ids", estate.entity()}});
  CHECK(reads("blue/x"));
  root.post("identity/group/name/devs", {{"metadata", {{"team", "a/b"}}}});
  CHECK_FALSE(reads("a/b/x"));
  CHECK(root.ask("PATCH", "sys/policies/acl/own", {{"allow_slashes_in_identity_templates", true}})
            .status == 200);
  CHECK(reads("a/b/x"));
}
