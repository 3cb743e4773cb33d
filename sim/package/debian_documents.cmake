# Run by cpack between installing and packing: gives documents the places and forms that Debian asks
# for.
file(GLOB packages "${CPACK_TEMPORARY_DIRECTORY}/*/usr")
find_program(GZIP gzip)
# SOURCE_DATE_EPOCH, if it is set.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(root IN LISTS packages)
  get_filename_component(name "${root}" DIRECTORY)
  get_filename_component(name "${name}" NAME)
  string(REPLACE "_" "-" name "${name}")
  set(source "${CMAKE_CURRENT_LIST_DIR}/../..")
  set(documents "${root}/share/doc/${name}")
  file(MAKE_DIRECTORY "${documents}")
  file(COPY_FILE "${source}/LICENSE" "${documents}/copyright")
  file(REMOVE "${documents}/LICENSE")
  # Whatever the umask of who builds it.
  file(CHMOD "${documents}/copyright" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  if(GZIP)
    file(GLOB pages "${root}/share/man/man1/*.1")
    file(WRITE "${documents}/changelog" "lapse (${CPACK_PACKAGE_VERSION}) unstable; urgency=low\n\n"
      "  * What is new stands in CHANGELOG.md.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
    execute_process(COMMAND "${GZIP}" -9n ${pages} "${documents}/changelog"
      COMMAND_ERROR_IS_FATAL ANY)
    file(CHMOD "${documents}/changelog.gz" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endif()
endforeach()
