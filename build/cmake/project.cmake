# CMake includes this file at the end of project(onnxruntime), through CMAKE_PROJECT_onnxruntime_INCLUDE.
# It names no folder of this machine: the folders are CMake's own variables.

# No absolute path of this machine may get into an object, neither through __FILE__ (ORT_WHERE) nor through the unity
# files' #include lines. As directory options and not as CMAKE_CXX_FLAGS, because ONNX Runtime 1.21 writes those into
# OrtGetBuildInfoString, and with them the paths that are to be hidden. The dependencies inherit them: they are added
# further down. A folder behind a symbolic link is mapped by both of its names.
function(builder_map_path folder name)
  file(REAL_PATH "${folder}" real)
  foreach(path IN LISTS real folder)
    add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX,ASM>:-ffile-prefix-map=${path}=${name}>")
  endforeach()
endfunction()

cmake_path(GET PROJECT_SOURCE_DIR PARENT_PATH builder_source)
builder_map_path("${builder_source}" onnxruntime)
builder_map_path("${PROJECT_BINARY_DIR}" build)

# builder_unity(<target> [<file>…]) compiles the sources of a target in batches, but for some files, each named by the
# end of its path. One that names no source is an error, so that the list of a release stays true.
function(builder_unity target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "there is no target ${target} to compile in batches")
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  foreach(exclusion IN LISTS ARGN)
    set(found FALSE)
    string(LENGTH "/${exclusion}" length)
    foreach(source IN LISTS sources)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${folder}" NORMALIZE)
      string(LENGTH "${source}" start)
      math(EXPR start "${start} - ${length}")
      string(FIND "${source}" "/${exclusion}" position REVERSE)
      if(position GREATER_EQUAL 0 AND position EQUAL start)
        set(found TRUE)
        set_property(SOURCE "${source}" TARGET_DIRECTORY ${target} PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
      endif()
    endforeach()
    if(NOT found)
      message(FATAL_ERROR "unity exclusion ${exclusion} of the release file names no source of target ${target}")
    endif()
  endforeach()
endfunction()

# The targets are not there yet: this runs at the end of ONNX Runtime's CMakeLists.txt.
cmake_language(DEFER CALL builder_unity_targets)
