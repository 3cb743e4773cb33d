#pragma once

#include "actors/identity/records.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lapse::identity {

/// The entities of a server with their aliases, found by any of their names at the cost of one
/// lookup. Names are compared in lower case. What is in the table is changed by
/// putting a changed copy.
class entity_table {
public:
  /// Null if there is none; so are the others.
  [[nodiscard]] const identity_entity* find(std::string_view id) const;
  [[nodiscard]] const identity_entity* named(std::string_view name) const;
  [[nodiscard]] const identity_alias* alias_with_id(std::string_view id) const;
  [[nodiscard]] const identity_alias* alias_of(std::string_view accessor,
                                               std::string_view name) const;

  /// Adds an entity, or puts it in the place of the one with its id.
  const identity_entity& put(identity_entity entity);
  void erase(std::string_view id);

  [[nodiscard]] std::size_t size() const noexcept { return entities_.size(); }

  /// In order of their ids.
  [[nodiscard]] auto begin() const noexcept { return entities_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entities_.end(); }

private:
  void forget_names(const identity_entity& entity);
  void learn_names(const identity_entity& entity);
  [[nodiscard]] const identity_alias* alias_in(const identity_entity* entity,
                                               std::string_view alias_id) const;

  /// Which entity has an alias, and the alias's id.
  struct owned {
    std::string entity;
    std::string alias;
  };

  std::map<std::string, identity_entity, std::less<>> entities_;
  std::unordered_map<std::string, std::string> by_name_;
  std::unordered_map<std::string, std::string> by_alias_id_;
  /// By accessor and name, which no accessor has a line break in.
  std::unordered_map<std::string, owned> by_alias_;
};

} // namespace lapse::identity
