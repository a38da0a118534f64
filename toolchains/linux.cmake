# CMake toolchain file for Linux targets.
#
# A toolchain file says what the target is and where things of it may be found; the -D definitions of build/cmake say
# what is wanted of ONNX Runtime. So the search paths stand here, where a cross or a CUDA build changes them.
# It sets no CMAKE_SYSTEM_NAME: that would make CMake take each build for a cross build.
#
# Here nothing of the machine's own packages may be found: ONNX Runtime and its dependencies ask for optional headers
# and libraries on their way (find_path of SafeInt.hpp, zlib in protobuf, …), and take what an installed -dev package,
# CMAKE_PREFIX_PATH or a package registry offers in place of the pinned archives. So each search for a header, a
# library or a package is moved below a folder that does not exist. Programs are searched as ever, and the compiler's
# own search path is not touched.
#
# A build that needs something of the machine (CUDA) appends its folder to CMAKE_FIND_ROOT_PATH.
list(APPEND CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}/nothing-of-this-machine")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
