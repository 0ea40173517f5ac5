# Man pages and shell completion, made from each program's own --help when it is built. Without Python or help2man, or
# where programs are built for another machine, there are none.
find_package(Python3 QUIET COMPONENTS Interpreter)
find_program(HELP2MAN help2man)
mark_as_advanced(HELP2MAN)
if(CMAKE_CROSSCOMPILING OR NOT Python3_FOUND)
  message(STATUS "Man pages and shell completion: no (they need Python 3, and programs that run here)")
elseif(NOT HELP2MAN)
  message(STATUS "Man pages: no (help2man is missing); shell completion: yes")
else()
  message(STATUS "Man pages and shell completion: yes")
endif()

# cmrt1_help_pages(NAME PROGRAM FILES...): pages of PROGRAM, called NAME once installed, made anew where one of FILES
# or targets changes.
function(cmrt1_help_pages name program)
  if(CMAKE_CROSSCOMPILING OR NOT Python3_FOUND)
    return()
  endif()
  set(makers ${PROJECT_SOURCE_DIR}/cmake/help)
  set(folder ${PROJECT_BINARY_DIR}/help)
  set(python ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 ${Python3_EXECUTABLE})
  set(made ${folder}/bash/${name} ${folder}/zsh/_${name} ${folder}/fish/${name}.fish)
  add_custom_command(OUTPUT ${made}
    COMMAND ${python} ${makers}/completions.py ${name} ${program} ${folder}
    DEPENDS ${ARGN} ${makers}/completions.py ${makers}/help_text.py COMMENT "Shell completion of ${name}" VERBATIM)
  install(FILES ${folder}/bash/${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${folder}/zsh/_${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${folder}/fish/${name}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  if(HELP2MAN)
    set(page ${folder}/man1/${name}.1)
    file(MAKE_DIRECTORY ${folder}/man1)
    add_custom_command(OUTPUT ${page}
      COMMAND ${python} ${makers}/man_page.py ${name} ${program} ${PROJECT_VERSION} ${page} ${CMRT1_COMMANDS}
      DEPENDS ${ARGN} ${makers}/man_page.py ${makers}/help_text.py COMMENT "Man page of ${name}" VERBATIM)
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    list(APPEND made ${page})
  endif()
  add_custom_target(help_of_${name} ALL DEPENDS ${made})
endfunction()
