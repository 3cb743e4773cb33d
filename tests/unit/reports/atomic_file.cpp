#include "reports/output/atomic_file.hpp"

#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

namespace fs = std::filesystem;
using namespace lapse;
using namespace lapse::output;

namespace {

/// A folder of its own for each test.
struct scratch {
  fs::path path = fs::temp_directory_path() / ("lapse-atomic-file-" + std::to_string(::getpid()));
  scratch() { fs::create_directories(path); }
  ~scratch() { fs::remove_all(path); }
  [[nodiscard]] std::string file(const char* name) const { return (path / name).string(); }
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator{path}, fs::directory_iterator{});
  }
};

std::string content(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("a file gets its name only when it is whole") {
  scratch folder;
  auto path = folder.file("report");
  atomic_file file;
  REQUIRE(file.open(path).empty());
  file.stream() << "hello";
  file.stream().flush();
  CHECK_FALSE(fs::exists(path));
  CHECK(file.commit().empty());
  CHECK(content(path) == "hello");
  CHECK(folder.count() == 1);
}

TEST_CASE("what is given up leaves the old file, and nothing beside it") {
  scratch folder;
  auto path = folder.file("report");
  std::ofstream{path} << "old";
  {
    atomic_file file;
    REQUIRE(file.open(path).empty());
    file.stream() << "new";
  }
  CHECK(content(path) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("a folder that is not there is an error with its reason") {
  atomic_file file;
  auto error = file.open("/no/such/folder/report");
  CHECK(error == "cannot write to /no/such/folder/report: No such file or directory");
}

TEST_CASE("a full disk is noticed") {
  if (!fs::exists("/dev/full"))
    return;
  atomic_file file;
  REQUIRE(file.open("/dev/full").empty());
  file.stream() << "hello";
  CHECK(file.commit() == "cannot write /dev/full: No space left on device");
}

TEST_CASE("a link stays a link, and its target gets the report") {
  scratch folder;
  auto target = folder.file("target");
  auto link = folder.file("link");
  std::ofstream{target} << "old";
  fs::create_symlink(target, link);
  atomic_file file;
  REQUIRE(file.open(link).empty());
  file.stream() << "new";
  CHECK(file.commit().empty());
  CHECK(fs::is_symlink(link));
  CHECK(content(target) == "new");
}
