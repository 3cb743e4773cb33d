#pragma once

#include "reports/html/facts.hpp"

#include <ostream>

namespace lapse::html {

/// Fills page.mustache with all sections and writes it.
void html_page(std::ostream& out, const page_facts& facts);

} // namespace lapse::html
