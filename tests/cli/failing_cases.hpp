#pragma once

#include <string>
#include <string_view>

// Scenarios that fail, for the tests of what is said of them.
namespace failing_cases {

/// A scenario that fails, and the cause that every format has to name.
struct failing_case {
  const char* text;
  const char* cause;
};

inline constexpr failing_case failing[] = {
    {R"(lapse: 1
auth:
  approle/: { type: approle, roles: { web: { token_ttl: 20m, token_max_ttl: 4h } } }
steps:
  - { login: web, with: approle/web }
  - { keep: web, every: 10m, until: 5h }
  - { at: 8h, expect: { web: alive } }
)",
     "it reached the maximum TTL of role 'web' (token_max_ttl 4h)"},
    {R"(lapse: 1
policies:
  ci: path "auth/token/create" { capabilities = ["update"] }
steps:
  - { create: ci, policies: [ci] }
  - { create: deploy, as: ci, orphan: true }
  - { lookup: deploy, as: deploy, by: accessor }
  - expect: { deploy: alive }
)",
     "line 6 (create deploy as ci) was refused with 403"},
    {R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - { create: job, as: app, ttl: 4h }
  - { at: 2h, expect: { job: alive } }
)",
     "its parent 'app' expired: its own TTL ran out"},
    {R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - { at: 2h, lookup: app, self: true, expect: { status: 200 } }
)",
     "'app' expired at 1h: its own TTL ran out"},
    {R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - { create: job, as: app, ttl: 30m }
  - expect: { tokens: 2 }
)",
     "1 below 'app'"},
    {R"(lapse: 1
steps:
  - { create: a, ttl: 20m }
  - { create: b, ttl: 3h }
  - { at: 1h, lookup: b }
always:
  - { alive: a, from: 0s, to: 2h }
)",
     "expired at 20m, lived 20m: its own TTL ran out"},
    // Whatever a request is about and has ended.
    {R"(lapse: 1
secrets: { aws/: { type: aws, roles: { ci: { default_ttl: 1h } } } }
steps:
  - { read: aws/creds/ci, save: keys }
  - { at: 2h, renew_lease: keys, expect: { status: 200 } }
)",
     "'keys' expired at 1h: the TTL of role 'ci' ran out"},
    {R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - { at: 30m, revoke: app }
  - { at: 2h, renew: app, expect: { status: 200 } }
)",
     "'app' was revoked at 30m: 'root' revoked it"},
    {R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - at: 2h
    request: { method: GET, path: auth/token/lookup-self, token: "{app}" }
    expect: { status: 200 }
)",
     "'app' expired at 1h: its own TTL ran out"},
    {R"(lapse: 1
policies: { p: 'path "auth/token/create" { capabilities = ["update"] }' }
steps:
  - { create: ci, policies: [p] }
  - { create: job, as: ci, no_parent: true }
  - { renew: job, expect: { status: 200 } }
)",
     "'job' was never made: line 5 (create job as ci) was refused with 400"},
    // Logins.
    {R"(lapse: 1
auth:
  userpass/: { type: userpass, users: { amy: { token_bound_cidrs: ["10.0.0.0/8"] } } }
steps:
  - { login: amy, with: userpass/amy }
  - { at: 1h, expect: { amy: alive } }
)",
     "'token_bound_cidrs' do not hold the client's address"},
    {R"(lapse: 1
auth: { approle/: { type: approle, roles: { ci: { secret_id_num_uses: 1 } } } }
steps:
  - { login: a, with: approle/ci }
  - { login: b, with: approle/ci, expect: { status: 200 } }
)",
     "role 'ci' has no such secret id"},
    // Others than the caller.
    {R"(lapse: 1
secrets: { db/: { type: database, roles: { app: { default_ttl: 1h } } } }
steps:
  - { create: app, ttl: 30m }
  - { read: db/creds/app, as: app, save: k }
  - { at: 40m, expect: { k: { state: expired, at: 1h } } }
)",
     "its token 'app' expired: its own TTL ran out"},
    {R"(lapse: 1
steps:
  - { create: a, ttl: 20m }
  - { create: b, ttl: 3h }
  - { at: 1h, lookup: b }
eventually:
  - { dead: b, within: 30m, after: 0s }
)",
     "not reached by 30m: b is alive"},
    {R"(lapse: 1
secrets: { kv/: { type: kv } }
policies: { p: 'path "kv/*" { capabilities = ["deny"] }' }
steps:
  - { create: a, policies: [p] }
  - { read: kv/x, as: a }
never:
  - { status: 403 }
)",
     "'kv/*' of policy 'p' denies it"},
};

/// Formats set names apart in their own ways, and text is wrapped.
inline std::string plain(std::string text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto rest = std::string_view{text}.substr(at);
    if (rest.starts_with("&#39;") || rest.starts_with("&apos;")) {
      result += '\'';
      at += rest.find(';');
    } else if (rest.starts_with("<bdi>") || rest.starts_with("</bdi>")) {
      at += rest.find('>');
    } else if (rest.starts_with("<code>") || rest.starts_with("</code>")) {
      result += '\'';
      at += rest.find('>');
    } else if (text[at] == ' ' || text[at] == '\n') {
      if (!result.ends_with(' '))
        result += ' ';
    } else {
      result += text[at] == '`' ? '\'' : text[at];
    }
  }
  return result;
}

} // namespace failing_cases
