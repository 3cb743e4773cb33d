#pragma once

#include "actors/api/path_table.hpp"
#include "actors/runtime/exchange.hpp"
#include "actors/runtime/mount.hpp"

namespace lapse::runtime {

/// The paths that an actor performs itself:
/// `actor_paths<vault>{{…}, {{.pattern = "seal", .fields = {}, .operations = {{operation::update,
/// by<&vault::seal>}}}}}`.
template <class Actor>
using actor_paths = api::path_table<void (*)(Actor&, const exchange_ptr&, const api::field_data&),
                                    bool (*)(const Actor&, const api::field_data&)>;

/// An actor's member function as the handler of a path. It takes the exchange and the request's
/// fields, which are good until it returns.
template <auto Method>
void by(typename detail::class_of<decltype(Method)>::type& whose, const exchange_ptr& x,
        const api::field_data& in) {
  (whose.*Method)(x, in);
}

/// An actor's member function as the existence check of a path.
template <auto Method>
bool known_by(typename detail::class_of<decltype(Method)>::type& whose, const api::field_data& in) {
  return (whose.*Method)(in);
}

} // namespace lapse::runtime
