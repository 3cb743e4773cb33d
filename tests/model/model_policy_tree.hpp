#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapse::sequential {

struct place {
  int line = 1;
  int column = 1;
};

/// `At 3:14: `, as the server begins an error.
[[nodiscard]] std::string at(place p);

/// A policy's text as a tree: a literal, a list, or an object whose keys may repeat.
struct node {
  enum class kind { literal, list, object } what = kind::literal;
  nlohmann::json literal;
  std::vector<node> items;
  std::vector<std::string> keys;
  std::vector<int> lines;
  place where;
};

/// The tree of a text in HCL or JSON, or why there is none, in the server's words.
[[nodiscard]] std::variant<node, std::string> policy_tree_from(std::string_view text);

} // namespace lapse::sequential
