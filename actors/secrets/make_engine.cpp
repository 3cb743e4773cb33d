#include "actors/secrets/make_engine.hpp"

#include "actors/runtime/field.hpp"
#include "actors/secrets/aws.hpp"
#include "actors/secrets/database.hpp"
#include "actors/secrets/generic.hpp"
#include "actors/secrets/kv1.hpp"
#include "actors/secrets/kv2.hpp"
#include "actors/secrets/pki.hpp"

namespace lapse {

namespace {

bool option_is(const nlohmann::json& options, std::string_view name, std::string_view value) {
  return field_reader{options}.text(name).value == std::optional<std::string>{value};
}

} // namespace

std::unique_ptr<engine> make_secrets_engine(std::string_view type, const nlohmann::json& options,
                                            bool generic_is_leased) {
  if (type == "kv-v2" || (type == "kv" && option_is(options, "version", "2")))
    return std::make_unique<kv2_engine>();
  if (type == "kv" || type == "kv-v1" || (type == "generic" && !generic_is_leased))
    return std::make_unique<kv1_engine>(option_is(options, "leased_passthrough", "true"));
  if (type == "generic")
    return std::make_unique<generic_engine>();
  if (type == "database")
    return std::make_unique<database_engine>();
  if (type == "aws")
    return std::make_unique<aws_engine>();
  if (type == "pki")
    return std::make_unique<pki_engine>();
  return nullptr;
}

} // namespace lapse
