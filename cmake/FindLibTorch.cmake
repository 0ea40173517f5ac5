# Imported target `libtorch`: libtorch_cpu and libc10 alone, from one of
#   -DLIBTORCH_DIR=...        a folder that holds include/ and lib/
#   -DCMAKE_PREFIX_PATH=...   a LibTorch of your own
#   the folder that scripts/setup.sh fills (${XDG_CACHE_HOME:-~/.cache}/cmrt1)
# find_package(Torch) is not used: the configuration inside the wheel asks for a CUDA toolkit.
set(_cache "$ENV{XDG_CACHE_HOME}")
if(NOT _cache)
  set(_cache "$ENV{HOME}/.cache")
endif()
set(LIBTORCH_DIR "" CACHE PATH "Folder with LibTorch's include/ and lib/")
set(_hints ${LIBTORCH_DIR} ${CMAKE_PREFIX_PATH} "${_cache}/cmrt1/libtorch-2.11.0/torch")
find_path(LIBTORCH_INCLUDE_DIR torch/script.h HINTS ${_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(LIBTORCH_CPU_LIBRARY torch_cpu HINTS ${_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LIBTORCH_C10_LIBRARY c10 HINTS ${_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LIBTORCH_CPU_LIBRARY LIBTORCH_C10_LIBRARY LIBTORCH_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "cmrt1 needs LibTorch: run scripts/setup.sh, which brings it, or name one of your own \
with -DLIBTORCH_DIR=FOLDER (the one that holds include/ and lib/)")
if(LibTorch_FOUND AND NOT TARGET libtorch)
  add_library(libtorch INTERFACE)
  # SYSTEM: torch's headers bring an fmt of their own that must not meet spdlog's.
  target_include_directories(libtorch SYSTEM INTERFACE
    ${LIBTORCH_INCLUDE_DIR} ${LIBTORCH_INCLUDE_DIR}/torch/csrc/api/include)
  target_link_libraries(libtorch INTERFACE ${LIBTORCH_CPU_LIBRARY} ${LIBTORCH_C10_LIBRARY})
  get_filename_component(_lib ${LIBTORCH_CPU_LIBRARY} DIRECTORY)
  # libtorch_cpu needs libcudart and libcupti even on a CPU; the wheels put them beside torch/.
  get_filename_component(_wheels ${_lib}/../.. ABSOLUTE)
  target_link_options(libtorch INTERFACE
    "LINKER:-rpath-link,${_wheels}/nvidia/cu13/lib" "LINKER:-rpath-link,${_lib}")
  # Whatever libtorch_cpu needs from these folders is installed with the programs; nothing from the system's.
  set(LIBTORCH_BUNDLED "^(${_lib}|${_wheels}/nvidia)/")
  if(_lib MATCHES "^(/usr)?/lib")
    set(LIBTORCH_BUNDLED "^$")
  endif()
endif()
