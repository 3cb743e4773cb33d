#pragma once

// Where tests find the repository and the program. Only places.cpp is compiled with these absolute
// paths, so that checkouts in different folders share what ccache kept of all other sources.

#include <filesystem>
#include <string>

/// The root of the repository.
[[nodiscard]] std::filesystem::path source_folder();

/// The program `lapse` of this build.
[[nodiscard]] std::string lapse_program();
