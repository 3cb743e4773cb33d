#include "actors/policy/hcl_reader.hpp"

namespace lapse::policy {

namespace {

using kind = hcl_token_kind;

// How reading an item ended. `end` is not an error by itself: an object whose end is missing says
// so itself, with the place it has reached by then.
enum class outcome { ok, end, failed };

class native_reader : public hcl_reader {
public:
  explicit native_reader(std::string_view text) : hcl_reader(text, hcl_dialect::native) {
    // nop
  }

  bool document(std::vector<hcl_item>& out) {
    auto ok = items(out, false);
    // A lexical error explains any other one.
    if (scanner().error().empty())
      return ok;
    auto at = scanner().error_at();
    return fail("At " + std::to_string(at.line) + ':' + std::to_string(at.column) + ": " +
                    scanner().error(),
                at);
  }

private:
  bool items(std::vector<hcl_item>& out, bool in_object) {
    for (;;) {
      if (in_object) {
        auto closes = scan() == kind::rbrace;
        unscan();
        if (closes)
          return true;
      }
      hcl_item item;
      auto result = read_item(item);
      if (result != outcome::ok)
        return result == outcome::end;
      out.push_back(std::move(item));
      // Items may be separated by commas.
      if (scan() != kind::comma)
        unscan();
    }
  }

  outcome read_item(hcl_item& item) {
    std::string written;
    auto result = read_keys(item.keys, written);
    // Keys without a value are told below, whatever follows them.
    auto valueless = !item.keys.empty() && (result == outcome::end || token().kind == kind::rbrace);
    if (result != outcome::ok && !valueless)
      return result;
    switch (token().kind) {
      case kind::assign:
        item.assign_line = token().at.line;
        return read_value(item.value);
      case kind::lbrace:
        return read_object(item.value) ? outcome::ok : outcome::failed;
      default:
        fail_at_token("key '" + written + "' expected start of object ('{') or assignment ('=')");
        return outcome::failed;
    }
  }

  // `written` gets the keys as they stand in the text, for errors.
  outcome read_keys(std::vector<hcl_key>& keys, std::string& written) {
    auto failed = [&](const std::string& text) {
      fail_at_token(text);
      return outcome::failed;
    };
    for (;;) {
      auto what = scan();
      auto name = std::string{to_string(what)};
      switch (what) {
        case kind::end:
          return outcome::end;
        case kind::assign:
          if (keys.size() > 1)
            return failed("nested object expected: LBRACE got: " + name);
          if (keys.empty())
            return failed("no object keys found!");
          return outcome::ok;
        case kind::lbrace:
          if (keys.empty())
            return failed("expected: IDENT | STRING got: " + name);
          return outcome::ok;
        case kind::identifier:
        case kind::string:
          (written += keys.empty() ? "" : " ") += token().written;
          keys.push_back({token().text, token().at});
          break;
        case kind::illegal:
          return failed("illegal character");
        default:
          return failed("expected: IDENT | STRING | ASSIGN | LBRACE got: " + name);
      }
    }
  }

  outcome read_value(hcl_node& out) {
    switch (scan()) {
      case kind::number:
      case kind::float_:
      case kind::boolean:
      case kind::string:
      case kind::heredoc:
        out = literal(token());
        return outcome::ok;
      case kind::lbrace:
        return read_object(out) ? outcome::ok : outcome::failed;
      case kind::lbrack:
        return read_list(out) ? outcome::ok : outcome::failed;
      case kind::end:
        return outcome::end;
      default: {
        auto at = token().at;
        fail_at_token("Unknown token: " + std::to_string(at.line) + ':' +
                      std::to_string(at.column) + ' ' + std::string{to_string(token().kind)} + ' ' +
                      std::string{token().written});
        return outcome::failed;
      }
    }
  }

  // The opening brace is the current token.
  bool read_object(hcl_node& out) {
    nesting level{*this};
    if (level.too_deep())
      return fail_at_token("nesting is too deep");
    out.is = hcl_node::type::object;
    out.at = token().at;
    if (!items(out.items, true))
      return false;
    if (scan() != kind::rbrace)
      return fail_at_token("object expected closing RBRACE got: " +
                           std::string{to_string(token().kind)});
    return true;
  }

  // The opening bracket is the current token.
  bool read_list(hcl_node& out) {
    nesting level{*this};
    if (level.too_deep())
      return fail_at_token("nesting is too deep");
    out.is = hcl_node::type::list;
    out.at = token().at;
    for (auto needs_comma = false;;) {
      auto what = scan();
      if (what == kind::rbrack)
        return true;
      if (what == kind::comma) {
        needs_comma = false;
        continue;
      }
      if (needs_comma)
        return fail_at_token("error parsing list, expected comma or list end, got: " +
                             std::string{to_string(what)});
      if (!read_element(out.elements.emplace_back()))
        return false;
      // After a list in a list the server does not insist on a comma.
      needs_comma = what != kind::lbrack;
    }
  }

  // An error inside tells of the place where the outer value began, and of its own.
  bool wrap_error(std::string_view what, hcl_position at) {
    return fail("At " + std::to_string(at.line) + ':' + std::to_string(at.column) +
                    ": error while trying to parse " + std::string{what} +
                    " within list: " + error().text,
                at);
  }

  bool read_element(hcl_node& out) {
    const auto at = token().at;
    switch (token().kind) {
      case kind::number:
      case kind::float_:
      case kind::boolean:
      case kind::string:
      case kind::heredoc:
        out = literal(token());
        return true;
      case kind::lbrace:
        return read_object(out) || wrap_error("object", at);
      case kind::lbrack:
        return read_list(out) || wrap_error("list", at);
      default:
        return fail_at_token("unexpected token while parsing list: " +
                             std::string{to_string(token().kind)});
    }
  }
};

} // namespace

tl::expected<std::vector<hcl_item>, hcl_error> parse_native_hcl(std::string_view text) {
  native_reader reader{text};
  std::vector<hcl_item> items;
  if (reader.document(items))
    return items;
  return tl::unexpected{reader.error()};
}

} // namespace lapse::policy
