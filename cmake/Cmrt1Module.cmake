# cmrt1_module(NAME [MODULES lower modules...] [PUBLIC libraries...] [PRIVATE libraries...])
# One static library per module from src/NAME/*.cpp, headers in include/cmrt1/NAME.
function(cmrt1_module name)
  cmake_parse_arguments(ARG "" "" "MODULES;PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}_empty.cpp "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/${name}_empty.cpp)
  endif()
  add_library(cmrt1_${name} STATIC ${sources})
  target_include_directories(cmrt1_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                           PRIVATE ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_MODULES PREPEND cmrt1_)
  target_link_libraries(cmrt1_${name} PUBLIC ${ARG_MODULES} ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  cmrt1_warnings(cmrt1_${name})
endfunction()

# GCC 12 warns of an overlap inside std::string's operator+ that does not exist (its bug 105651).
function(cmrt1_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wno-restrict
                                           $<$<BOOL:${CMRT1_WERROR}>:-Werror>)
endfunction()

# cmrt1_tests(NAME [PRIVATE libraries...]): tests/NAME/*_test.cpp become the program NAME_test, each
# TEST one ctest case.
function(cmrt1_tests name)
  cmake_parse_arguments(ARG "" "" "PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE cmrt1_${name} ${ARG_PRIVATE} GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE CMRT1_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  cmrt1_warnings(${name}_test)
  # What is tested is in the libraries; optimising the tests takes a quarter of their compile time.
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60)
endfunction()
