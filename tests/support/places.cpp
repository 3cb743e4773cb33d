#include "tests/support/places.hpp"

std::filesystem::path source_folder() { return LAPSE_SOURCE_DIR; }

std::string lapse_program() { return LAPSE_BINARY; }
