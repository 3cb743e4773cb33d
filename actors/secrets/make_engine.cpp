#include "actors/secrets/make_engine.hpp"

#include "actors/api/field.hpp"
#include "actors/secrets/aws.hpp"
#include "actors/secrets/database.hpp"
#include "actors/secrets/generic.hpp"
#include "actors/secrets/kv1.hpp"
#include "actors/secrets/kv2.hpp"
#include "actors/secrets/pki.hpp"
#include "actors/secrets/rabbitmq.hpp"

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

bool option_is(const json& options, std::string_view name, std::string_view value) {
  return api::field_reader{options}.text(name).value == std::optional<std::string>{value};
}

template <class Engine>
constexpr secrets_engine_kind kind(std::string_view type,
                                   const secrets_setup& (*setup)() = nullptr) {
  return {
      type,
      [](const json&) -> std::unique_ptr<runtime::engine> { return std::make_unique<Engine>(); },
      &Engine::table, setup};
}

constexpr secrets_engine_kind unversioned(std::string_view type,
                                          const secrets_setup& (*setup)() = nullptr) {
  return {type,
          [](const json& options) -> std::unique_ptr<runtime::engine> {
            return std::make_unique<kv1_engine>(option_is(options, "leased_passthrough", "true"));
          },
          &kv1_engine::table, setup};
}

} // namespace

std::span<const secrets_engine_kind> secrets_engine_kinds() {
  static constexpr secrets_engine_kind kinds[] = {
      kind<aws_engine>("aws", aws_engine::setup),
      kind<database_engine>("database", database_engine::setup),
      kind<generic_engine>("generic", generic_engine::setup),
      unversioned("generic"),
      unversioned("kv", kv1_engine::setup),
      unversioned("kv-v1"),
      kind<kv2_engine>("kv"),
      kind<kv2_engine>("kv-v2"),
      kind<pki_engine>("pki", pki_engine::setup),
      kind<rabbitmq_engine>("rabbitmq", rabbitmq_engine::setup)};
  return kinds;
}

const secrets_setup* find_secrets_setup(std::string_view type) {
  for (const auto& kind : secrets_engine_kinds())
    if (kind.type == type && kind.setup != nullptr)
      return &kind.setup();
  return nullptr;
}

std::unique_ptr<runtime::engine> make_secrets_engine(std::string_view type, const json& options,
                                                     bool generic_is_leased) {
  const bool second = (type == "kv" && option_is(options, "version", "2")) ||
                      (type == "generic" && !generic_is_leased);
  bool skip = second;
  for (const auto& kind : secrets_engine_kinds()) {
    if (kind.type != type)
      continue;
    if (!skip)
      return kind.make(options);
    skip = false;
  }
  return nullptr;
}

} // namespace lapse::secrets
