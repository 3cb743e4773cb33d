# `cpack -G DEB` in a build folder makes two packages: lapse, the program with all its files, and
# lapse-dev, the CMake package.
set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME lapse)
# The first line of what the packages say of themselves; the components have the others.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_VENDOR "lapse developers")
set(CPACK_PACKAGE_CONTACT "lapse developers <lapse@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL lapse lapse_dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_SOURCE_DIR}/debian_documents.cmake")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# Folders of packages are readable by all, whatever the umask of who builds them.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
  GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_LAPSE_PACKAGE_NAME lapse)
set(CPACK_DEBIAN_LAPSE_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_LAPSE_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LAPSE_DESCRIPTION "lapse simulates the tokens \
and secret leases of a Vault or OpenBao server in
virtual time, each as an actor. Scenario files tell stories about them; lapse
tells what dies with what, when and why, searches other histories of the same
story for one in which a rule breaks, and writes reports for people, CI
servers and other tools.")

set(CPACK_DEBIAN_LAPSE_DEV_PACKAGE_NAME lapse-dev)
set(CPACK_DEBIAN_LAPSE_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LAPSE_DEV_PACKAGE_DEPENDS "libcaf-dev, libboost-dev, libexpected-dev, libfmt-dev, \
libpugixml-dev, libssl-dev, libyaml-cpp-dev, nlohmann-json3-dev")
set(CPACK_DEBIAN_LAPSE_DEV_DESCRIPTION "Static libraries and headers \
to search scenarios from C++ tests: the scenario
loader, the runner, the lifecycle rules, the search for failing histories, the
shrinker and the generator of random estates. A CMake project gets them as the
target lapse::sim by find_package(lapse).")

include(CPack)
