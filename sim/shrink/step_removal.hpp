#pragma once

#include "sim/document/node.hpp"

#include <cstdint>
#include <set>

namespace lapse::shrink {

/// What becomes of a step whose asker (`as: H`) is no longer there.
enum class orphaned_step : std::uint8_t {
  goes,     ///< it goes too
  to_maker, ///< the token that made H, or made its maker, and so on, asks instead; a token that had
            ///< its policies from H keeps them
  to_root   ///< root asks instead
};

/// Removes `doomed` steps and everything that then refers to handles no step binds: steps that need
/// them, expectations, properties. The times of the other steps stay what they were: a step
/// inherits the time of the one before, and `until` that of the last.
void remove_steps(document::document_node& document, const std::set<document::node_id>& doomed,
                  orphaned_step orphans);

/// Removes what refers to handles no step binds, and containers without steps. To be called after
/// an edit that may have taken a name away; `before` is the document before it.
void remove_unbound(document::document_node& document, const document::document_node& before);

} // namespace lapse::shrink
