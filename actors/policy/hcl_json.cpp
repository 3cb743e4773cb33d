#include "actors/policy/hcl_reader.hpp"

#include <algorithm>
#include <utility>

namespace lapse::policy {

namespace {

using kind = hcl_token_kind;

enum class outcome { ok, end, failed };

// Nobody looks at the keys behind these.
constexpr std::size_t keys_max = 4;

class json_reader : public hcl_reader {
public:
  explicit json_reader(std::string_view text) : hcl_reader(text, hcl_dialect::json) {
    // nop
  }

  bool document(std::vector<hcl_item>& out) {
    scan();
    hcl_node root;
    auto ok = read_object(root) != outcome::failed;
    if (!scanner().error().empty()) {
      auto at = scanner().error_at();
      return fail(
          std::to_string(at.line) + ':' + std::to_string(at.column) + ": " + scanner().error(), at);
    }
    out = std::move(root.items);
    return ok;
  }

private:
  // The opening brace is the current token. A text that just ends is taken as if all its braces
  // were closed.
  outcome read_object(hcl_node& out) {
    nesting level{*this};
    if (level.too_deep()) {
      fail("nesting is too deep", token().at);
      return outcome::failed;
    }
    out.is = hcl_node::type::object;
    do {
      hcl_item item;
      auto result = read_item(item);
      if (result == outcome::end || (result == outcome::failed && token().kind == kind::rbrace))
        return outcome::ok;
      if (result == outcome::failed)
        return result;
      out.items.push_back(std::move(item));
    } while (scan() == kind::comma);
    return outcome::ok;
  }

  outcome read_item(hcl_item& item) {
    for (auto what = scan(); what != kind::colon || item.keys.empty(); what = scan()) {
      if (what == kind::end)
        return outcome::end;
      if (what != kind::string) {
        fail("expected: STRING got: " + std::string{to_string(what)}, token().at);
        return outcome::failed;
      }
      if (item.keys.size() < keys_max)
        item.keys.push_back({token().text, {}});
    }
    item.assign_line = token().at.line;
    return read_value(item.value);
  }

  outcome read_value(hcl_node& out) {
    switch (scan()) {
      case kind::number:
      case kind::float_:
      case kind::boolean:
      case kind::null:
      case kind::string:
        out = placeless();
        return outcome::ok;
      case kind::lbrace:
        return read_object(out);
      case kind::lbrack:
        return read_list(out);
      case kind::end:
        return outcome::end;
      default: {
        auto at = token().at;
        fail("Expected object value, got unknown token: " + std::to_string(at.line) + ':' +
                 std::to_string(at.column) + ' ' + std::string{to_string(token().kind)} + ' ' +
                 std::string{token().written},
             at);
        return outcome::failed;
      }
    }
  }

  [[nodiscard]] hcl_node placeless() const {
    auto node = literal(token());
    node.at = {};
    // `null` has become an empty text when anybody looks at it.
    if (node.literal == kind::null)
      node.literal = kind::string, node.text.clear();
    return node;
  }

  // The opening bracket is the current token. The server passes over booleans and the brackets of
  // inner lists.
  outcome read_list(hcl_node& out) {
    out.is = hcl_node::type::list;
    for (;;) {
      switch (scan()) {
        case kind::number:
        case kind::float_:
        case kind::string:
          out.elements.push_back(placeless());
          break;
        case kind::lbrace:
          if (read_object(out.elements.emplace_back()) == outcome::failed)
            return outcome::failed;
          break;
        case kind::comma:
        case kind::boolean:
        case kind::lbrack:
          break;
        case kind::rbrack:
          return outcome::ok;
        default:
          fail("unexpected token while parsing list: " + std::string{to_string(token().kind)},
               token().at);
          return outcome::failed;
      }
    }
  }
};

bool all_objects(const std::vector<hcl_node>& nodes) {
  return !nodes.empty() && std::all_of(nodes.begin(), nodes.end(), [](const hcl_node& node) {
    return node.is == hcl_node::type::object;
  });
}

bool all_objects(const std::vector<hcl_item>& items) {
  return !items.empty() && std::all_of(items.begin(), items.end(), [](const hcl_item& item) {
    return item.value.is == hcl_node::type::object;
  });
}

// JSON cannot say `path "a" {…}`: an object of objects stands for one item per inner object with
// the keys of both, a list of objects for one item each.
class flattener {
public:
  // False if the keys that had to be repeated for it take too much memory.
  bool flatten(std::vector<hcl_item>& items) {
    std::vector<hcl_item> out;
    for (auto& item : items)
      add(std::move(item), out);
    items = std::move(out);
    return copied_ <= copied_max;
  }

private:
  // Far more than any real policy needs; a long key over many objects would take gigabytes.
  static constexpr std::size_t copied_max = std::size_t{1} << 24;

  void add(hcl_item item, std::vector<hcl_item>& out) {
    auto& value = item.value;
    if (value.is == hcl_node::type::list && all_objects(value.elements)) {
      for (auto& element : value.elements)
        add_inner(item, {}, std::move(element), out);
    } else if (value.is == hcl_node::type::object && all_objects(value.items)) {
      for (auto& inner : value.items)
        add_inner(item, std::move(inner.keys), std::move(inner.value), out);
    } else {
      flatten(value.items);
      out.push_back(std::move(item));
    }
  }

  void add_inner(const hcl_item& item, std::vector<hcl_key> more, hcl_node value,
                 std::vector<hcl_item>& out) {
    for (const auto& key : item.keys)
      copied_ += key.text.size() + sizeof(key);
    if (copied_ > copied_max)
      return;
    auto keys = item.keys;
    for (auto& key : more)
      if (keys.size() < keys_max)
        keys.push_back(std::move(key));
    add({std::move(keys), item.assign_line, std::move(value)}, out);
  }

  std::size_t copied_ = 0;
};

} // namespace

tl::expected<std::vector<hcl_item>, hcl_error> parse_json_hcl(std::string_view text) {
  json_reader reader{text};
  std::vector<hcl_item> items;
  if (!reader.document(items))
    return tl::unexpected{reader.error()};
  if (!flattener{}.flatten(items))
    return tl::unexpected{hcl_error{"object is too large", {}}};
  return items;
}

} // namespace lapse::policy
