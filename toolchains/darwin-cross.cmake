# CMake toolchain file for macOS targets on a machine that is no Mac: compilers without Apple's SDK, so without its
# frameworks.
#
# The name of the system and the processor come with -D. Nothing of this machine may be found, as in linux.cmake.
list(APPEND CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}/nothing-of-this-machine")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# CMake would ask Xcode for the folder of its SDK. The compilers bring the headers of the C library themselves.
set(CMAKE_OSX_SYSROOT "" CACHE STRING "no SDK")
# Nothing is installed, so nothing needs other install names; CMake stops where it finds no such program.
set(CMAKE_INSTALL_NAME_TOOL "/bin/false" CACHE FILEPATH "not used")
# ONNX Runtime asks for iconv, and calls nothing of it. The compilers bring its header without its library.
set(Iconv_IS_BUILT_IN TRUE CACHE BOOL "not used")
# ONNX Runtime asks for C++20 on macOS, and CMake then for a program that looks for modules in each file. There are none.
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
