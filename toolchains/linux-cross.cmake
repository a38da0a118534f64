# CMake toolchain file for Linux targets that are not this machine's own: another processor, or another C library.
#
# The name of the system and the processor come with -D, which makes each build a cross build, also for the processor of
# this machine: CMake then runs nothing that it has built, but with CMAKE_CROSSCOMPILING_EMULATOR.
#
# As in linux.cmake, nothing of this machine may be found; here it would not even link. The compilers search their own
# folders by themselves.
list(APPEND CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}/nothing-of-this-machine")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
