#include "command.hpp"
#include "tests/support/places.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <sys/wait.h>

scratch::scratch() {
  auto pattern = (std::filesystem::temp_directory_path() / "lapse-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("cannot make a folder for the test");
  folder_ = pattern;
}

scratch::~scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string scratch::path(const std::string& name) const { return folder_ + "/" + name; }

std::string scratch::write(const std::string& name, std::string_view text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

outcome lapse(const std::string& arguments) { return shell("\"$LAPSE\" " + arguments); }

outcome shell(const std::string& line) {
  scratch place;
  auto errors = place.path("stderr");
  auto whole = "cd '" + source_folder().string() + "' && export NO_COLOR=1 LAPSE='" +
               lapse_program() + "' && (" + line + ") 2>'" + errors + "'";
  auto* pipe = popen(whole.c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot start " + line);
  outcome result;
  std::array<char, 65536> buffer;
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    result.out.append(buffer.data(), n);
  auto status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.err = read_file(errors);
  return result;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
