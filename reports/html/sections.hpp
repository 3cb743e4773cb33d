#pragma once

#include "reports/html/facts.hpp"

#include <kainjow/mustache.hpp>

namespace lapse::html {

// One function per section of page.mustache: the values that the template names. Whatever comes
// from the scenario is plain text here, `escaped` so that control characters and direction marks
// are seen instead of obeyed; what HTML needs besides, the template does.

[[nodiscard]] kainjow::mustache::object verdict_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object findings_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object causes_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object deaths_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object survivors_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object lifelines_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object clients_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object counts_section(const page_facts& facts);
[[nodiscard]] kainjow::mustache::object tree_section(const page_facts& facts);

} // namespace lapse::html
