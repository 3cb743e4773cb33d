# The planted bugs are patches. They are all applied, in order of their names, to one copy of the
# sources that they touch. The product knows nothing of them.
#
#   cmake -D OUTPUT=FOLDER -P overlay.cmake     writes the patched copies into FOLDER
#
# Fails with the name of the first patch that no longer applies; refresh.py writes it anew.
cmake_minimum_required(VERSION 3.25)

set(planted_root "${CMAKE_CURRENT_LIST_DIR}/../..")
cmake_path(NORMAL_PATH planted_root)
set(planted_folder "${CMAKE_CURRENT_LIST_DIR}")

# The patches in the order in which they are applied, and the sources that they touch.
function(planted_overlay PATCHES SOURCES)
  if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(watched CONFIGURE_DEPENDS)
  endif()
  file(GLOB patches ${watched} "${planted_folder}/*.patch")
  file(GLOB last ${watched} "${planted_folder}/drift/*.patch")
  list(SORT patches)
  list(APPEND patches ${last})
  set(sources "")
  foreach(patch IN LISTS patches)
    file(STRINGS "${patch}" touched REGEX "^\\+\\+\\+ b/")
    list(TRANSFORM touched REPLACE "^\\+\\+\\+ b/([^\t]*).*" "\\1")
    list(APPEND sources ${touched})
  endforeach()
  list(REMOVE_DUPLICATES sources)
  list(SORT sources)
  set(${PATCHES} "${patches}" PARENT_SCOPE)
  set(${SOURCES} "${sources}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  find_program(patch_program patch REQUIRED)
  planted_overlay(patches sources)
  set(work "${OUTPUT}/applying")
  file(REMOVE_RECURSE "${work}")
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    if(NOT EXISTS "${planted_root}/${source}")
      message(FATAL_ERROR "planted bugs: there is no ${source} any more; see refresh.py --help")
    endif()
    file(COPY "${planted_root}/${source}" DESTINATION "${work}/${folder}")
  endforeach()
  foreach(patch IN LISTS patches)
    execute_process(
      COMMAND "${patch_program}" --strip=1 --fuzz=0 --batch --forward --no-backup-if-mismatch
              --reject-file=- --directory "${work}" --input "${patch}"
      RESULT_VARIABLE failed OUTPUT_VARIABLE messages ERROR_VARIABLE messages)
    if(failed)
      message(FATAL_ERROR "the planted bug ${patch} no longer applies; "
        "tests/planted/refresh.py writes it anew (see CONTRIBUTING.md).\n${messages}")
    endif()
  endforeach()
  foreach(source IN LISTS sources)
    file(READ "${work}/${source}" text)
    cmake_path(GET source PARENT_PATH folder)
    file(MAKE_DIRECTORY "${OUTPUT}/${folder}")
    file(WRITE "${work}/${source}" "#include \"tests/planted/planted.hpp\"\n#line 1\n${text}")
    file(COPY_FILE "${work}/${source}" "${OUTPUT}/${source}" ONLY_IF_DIFFERENT)
  endforeach()
  file(REMOVE_RECURSE "${work}")
endif()
