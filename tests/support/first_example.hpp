#pragma once

#include <string>

/// The first example of the scenario format (scenarios/FORMAT.md), whole.
inline const std::string first_example = R"(lapse: 1
name: cloud keys die with the app's token
about: The app's token ends at 1h; its keys had 8h left.

policies:
  deploy: |
    path "aws/creds/deploy"  { capabilities = ["read"] }
    path "auth/token/create" { capabilities = ["update"] }

secrets:
  aws/:
    type: aws
    roles:
      deploy: { default_ttl: 9h, max_ttl: 12h }

steps:
  - create: app                   # verb: the handle the result gets
    as: root                      # which token makes the request
    ttl: 1h
    policies: [deploy]
    meta: { owner: team-a }
  - create: job
    as: app
    ttl: 4h
  - read: aws/creds/deploy
    as: job
    save: keys                    # handle for the lease
    expect: { lease_duration: 9h, renewable: true }
  - at: 59m59s
    expect: { app: alive, job: alive, keys: alive }
  - at: 1h1s
    expect:
      app: expired
      job: { state: revoked, at: 1h, because: app, lived: 1h }
      keys: { state: revoked, at: 1h, because: app }
  - as: job
    read: aws/creds/deploy
    expect: { status: 403 }
)";
