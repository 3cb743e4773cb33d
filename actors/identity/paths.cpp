// The paths at `identity/`.

#include "actors/identity/identity_store.hpp"

namespace lapse::identity {

namespace {

using row = identity_store::paths_type::row;
using enum api::field_kind;

template <auto Method>
answer as(identity_store& store, const identity_call& call) {
  return (store.*Method)(call);
}

std::vector<api::field_row> entity_fields() {
  return {{"id"}, {"name"}, {"metadata", pairs}, {"policies", comma_list}, {"disabled", boolean}};
}

std::vector<api::field_row> group_fields() {
  return {{"id"},
          {"type"},
          {"name"},
          {"metadata", pairs},
          {"policies", comma_list},
          {"member_group_ids", comma_list},
          {"member_entity_ids", comma_list}};
}

std::vector<api::field_row> alias_fields() {
  return {{"id"}, {"entity_id"}, {"canonical_id"}, {"mount_accessor"}, {"name"}};
}

std::vector<api::field_row> with_custom_metadata(std::vector<api::field_row> fields) {
  fields.push_back({"custom_metadata", pairs});
  return fields;
}

std::vector<api::field_row> group_alias_fields() {
  return {{"id"}, {"name"}, {"mount_accessor"}, {"canonical_id"}};
}

std::vector<api::field_row> lookup_fields() {
  return {{"name"}, {"id"}, {"alias_id"}, {"alias_name"}, {"alias_mount_accessor"}};
}

// What a fresh server says of what is left out, where that is asked for often (R-1227).

answer no_issuer(identity_store&, const identity_call&) { return data_answer({{"issuer", ""}}); }

answer keep_no_issuer(identity_store&, const identity_call& call) {
  return call.in.text("issuer").empty()
             ? no_content()
             : api::not_modelled("identity/oidc/config", "no tokens of OpenID Connect");
}

answer no_method_named(identity_store&, const identity_call&) {
  return error_answer(400, "missing method ID");
}

answer no_methods(identity_store&, const identity_call&) { return nothing_found(); }

} // namespace

const identity_store::paths_type& identity_store::paths() {
  using enum operation;
  using store = identity_store;
  static const paths_type table = [] {
    std::vector<row> rows;
    // What is written at `pattern`, or at its id below it, and listed there.
    auto add_kind = [&](std::string_view all, std::string_view by_id, std::string_view ids,
                        const std::vector<api::field_row>& fields, auto write, auto read_one,
                        auto remove, auto list_all, std::string_view help) {
      rows.push_back(
          {.pattern = all, .fields = fields, .operations = {{update, write}}, .help = help});
      rows.push_back({.pattern = by_id,
                      .fields = fields,
                      .operations = {{update, write}, {read, read_one}, {delete_, remove}},
                      .help = help});
      rows.push_back(
          {.pattern = ids, .fields = {}, .operations = {{list, list_all}}, .help = help});
    };
    auto add_names = [&](std::string_view by_name, std::string_view names,
                         const std::vector<api::field_row>& fields, auto write, auto read_one,
                         auto remove, auto list_all, std::string_view help) {
      rows.push_back({.pattern = by_name,
                      .fields = fields,
                      .operations = {{update, write}, {read, read_one}, {delete_, remove}},
                      .help = help});
      rows.push_back(
          {.pattern = names, .fields = {}, .operations = {{list, list_all}}, .help = help});
    };
    add_kind("entity", "entity/id/{id}", "entity/id/?", entity_fields(), as<&store::write_entity>,
             as<&store::read_entity>, as<&store::delete_entity>, as<&store::list_entities_by_id>,
             "an entity: who logs in under its aliases");
    add_names("entity/name/{name+}", "entity/name/?", entity_fields(), as<&store::write_entity>,
              as<&store::read_entity>, as<&store::delete_entity>, as<&store::list_entities_by_name>,
              "an entity, by its name");
    rows.push_back({.pattern = "entity/batch-delete",
                    .fields = {{"entity_ids", comma_list}},
                    .operations = {{update, as<&store::delete_entities>}},
                    .help = "delete several entities"});
    add_kind("entity-alias", "entity-alias/id/{id}", "entity-alias/id/?",
             with_custom_metadata(alias_fields()), as<&store::write_alias>, as<&store::read_alias>,
             as<&store::delete_alias>, as<&store::list_aliases>,
             "a name at an auth mount that stands for an entity");
    add_kind("alias", "alias/id/{id}", "alias/id/?", alias_fields(), as<&store::write_alias>,
             as<&store::read_alias>, as<&store::delete_alias>, as<&store::list_aliases>,
             "an old path of entity-alias");
    add_kind("group-alias", "group-alias/id/{id}", "group-alias/id/?", group_alias_fields(),
             as<&store::write_group_alias>, as<&store::read_group_alias>,
             as<&store::delete_group_alias>, as<&store::list_group_aliases>,
             "a name at an auth mount that stands for an external group");
    add_kind("group", "group/id/{id}", "group/id/?", group_fields(), as<&store::write_group>,
             as<&store::read_group>, as<&store::delete_group>, as<&store::list_groups_by_id>,
             "a group of entities and of groups");
    add_names("group/name/{name+}", "group/name/?", group_fields(), as<&store::write_group>,
              as<&store::read_group>, as<&store::delete_group>, as<&store::list_groups_by_name>,
              "a group, by its name");
    rows.push_back({.pattern = "lookup/entity",
                    .fields = lookup_fields(),
                    .operations = {{update, as<&store::look_up_entity>}},
                    .help = "find an entity"});
    rows.push_back({.pattern = "lookup/group",
                    .fields = lookup_fields(),
                    .operations = {{update, as<&store::look_up_group>}},
                    .help = "find a group"});
    rows.push_back({.pattern = "oidc/config/?",
                    .fields = {{"issuer"}},
                    .operations = {{read, no_issuer}, {update, keep_no_issuer}},
                    .help = "who issues identity tokens: nobody"});
    rows.push_back({.pattern = "mfa/method/?",
                    .fields = {},
                    .operations = {{read, no_method_named}, {list, no_methods}},
                    .help = "second factors: there are none"});
    for (auto [pattern, why] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"entity/merge/?", "entities are not merged"},
             {"persona{/path}", "an old name of entities"},
             {"oidc/{path+}", "no identity tokens"},
             {"mfa/{path+}", "no second factor (R-1605)"}})
      rows.push_back({.pattern = pattern, .fields = {}, .operations = {}, .not_modelled = why});
    return paths_type{{}, std::move(rows)};
  }();
  return table;
}

} // namespace lapse::identity
