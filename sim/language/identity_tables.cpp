// What a scenario says of entities and groups.

#include "sim/language/tables.hpp"

namespace lapse::language {

namespace {

using shape = document::value_shape;

} // namespace

const document::key_table& identity_table() {
  static const document::key_table table{
      "identity",
      "the identities",
      {
          {"entities",
           shape::map_of,
           "Entities by name: who logs in, and what that grants beside the policies of a token.",
           {},
           identity_entity_table},
          {"groups",
           shape::map_of,
           "Groups by name: what they grant their members.",
           {},
           identity_group_table},
      }};
  return table;
}

const document::key_table& identity_entity_table() {
  static const document::key_table table{
      "identity_entity",
      "an entity",
      {
          {"policies", shape::names, "Policies that its tokens have at each request."},
          {"metadata", shape::object, "Texts by name, for templates of policies."},
          {"aliases", shape::names, "Logins that are it: MOUNT/NAME, as `userpass/amy`."},
          {"disabled", shape::flag, "Its tokens are refused while this is true."},
      }};
  return table;
}

const document::key_table& identity_group_table() {
  static const document::key_table table{
      "identity_group",
      "a group",
      {
          {"policies", shape::names, "Policies that tokens of its members have at each request."},
          {"metadata", shape::object, "Texts by name, for templates of policies."},
          {"members", shape::names, "Its entities, and groups whose members are its members."},
          {"alias", shape::text,
           "An external group: logins at this MOUNT that name this group, MOUNT/NAME, are in it."},
      }};
  return table;
}

} // namespace lapse::language
