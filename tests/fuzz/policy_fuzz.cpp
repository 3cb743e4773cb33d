// Any text as a policy: it is refused with an error text, or an ACL answers what is asked of it,
// and its answers agree. The first line of the input is the path that is asked for.

#include "actors/policy/acl.hpp"
#include "actors/policy/parse.hpp"
#include "tests/fuzz/must.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lapse;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto end = std::min(input.find('\n'), input.size());
  const auto path = input.substr(0, end);
  const auto text = input.substr(std::min(end + 1, input.size()));
  constexpr std::int64_t now = 1'770'000'000;
  const auto read = policy::read_policy("fuzz", text, now);
  if (!read) {
    must(!read.error().text.empty());
    return 0;
  }
  const policy::policy* policies[] = {&*read};
  const policy::acl acl{policies, false, {}, now};
  const auto capabilities = acl.capabilities(path);
  must(!capabilities.empty());
  const nlohmann::json body = {{"ttl", "1h"}, {"policies", {"a"}}};
  for (const auto op : {operation::read, operation::create, operation::update, operation::delete_,
                        operation::list, operation::patch, operation::scan}) {
    const auto decision = acl.check(op, path, &body, std::chrono::seconds{60});
    static_cast<void>(acl.denial(op, path, &body, std::chrono::seconds{60}, !decision.sudo));
    if (decision.allowed) {
      must(capabilities.front() != "deny");
      must(!acl.granted_by(op, path).policies.empty());
    }
  }
  return 0;
}
