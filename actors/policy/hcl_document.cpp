#include "actors/policy/hcl_document.hpp"

#include "actors/policy/hcl_reader.hpp"

namespace lapse::policy {

tl::expected<std::vector<hcl_item>, hcl_error> parse_hcl(std::string_view text) {
  // Blanks beyond ASCII count, too, though no JSON may begin with them.
  auto rest = text;
  constexpr std::string_view blanks[] = {" ",      "\t",     "\n",     "\v",     "\f",
                                         "\r",     "\u00a0", "\u0085", "\u1680", "\u2028",
                                         "\u2029", "\u202f", "\u205f", "\u3000"};
  for (auto more = true; more;) {
    more = false;
    for (auto blank : blanks)
      for (; rest.starts_with(blank); more = true)
        rest.remove_prefix(blank.size());
  }
  if (rest.starts_with('{'))
    return parse_json_hcl(text);
  return parse_native_hcl(text);
}

} // namespace lapse::policy
