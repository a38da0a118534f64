# Execution providers that ONNX Runtime builds as shared libraries, in the form that this project wants them.
# project.cmake includes this file, after it has set builder_source. Variables, all given to CMake by the builder:
#
#   builder_providers  names of these providers, a list: "cuda;dnnl"; empty for none
#   builder_cuda_jobs  how many files of the CUDA provider are compiled at once; needed with cuda
#
# What the builder takes from here, beside the targets onnxruntime_providers_NAME and onnxruntime_providers_shared:
#
#   builder_no_providers      static library with an empty table of linked providers
#   builder_static_providers  static library with a table of all of builder_providers, for isolated objects
#   builder_entry_NAME        object library with the entry of an isolated provider
#   objects_NAME.txt          in this folder, when CMake has generated: the objects of the module, one a line, the
#                             entry's last

set(builder_own "${CMAKE_CURRENT_LIST_DIR}")

# builder_map_provider_path(<target> <folder> <name>) hides what comes from outside the tree: only a provider's files
# include it. To all other files the option would be nothing but another command line, which a compiler cache does not
# know. A CUDA file's host half is compiled by the C++ compiler.
function(builder_map_provider_path target folder name)
  if(NOT folder)
    return()
  endif()
  file(REAL_PATH "${folder}" real)
  foreach(path IN LISTS real folder)
    target_compile_options(${target} PRIVATE
      "$<$<COMPILE_LANGUAGE:C,CXX>:-ffile-prefix-map=${path}=${name}>"
      "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Xcompiler \"-ffile-prefix-map=${path}=${name}\">")
  endforeach()
endfunction()

# builder_provider(<name>) settles how the shared library is compiled and linked, and what an isolated object is made of.
function(builder_provider name)
  set(target onnxruntime_providers_${name})
  if(NOT TARGET ${target})
    message(FATAL_ERROR "there is no target ${target}: this configuration of ONNX Runtime builds no provider ${name}")
  endif()
  # The first two are for CUDA: project.cmake hides them from the other languages.
  builder_map_provider_path(${target} "${builder_source}" onnxruntime)
  builder_map_provider_path(${target} "${PROJECT_BINARY_DIR}" build)
  builder_map_provider_path(${target} "${onnxruntime_CUDA_HOME}" cuda)
  builder_map_provider_path(${target} "${onnxruntime_CUDNN_HOME}" cudnn)
  builder_map_provider_path(${target} "${onnxruntime_DNNL_HOME}" dnnl)

  # Symbols of the kind STB_GNU_UNIQUE cannot be made local, so a provider would share its state with the core. Of the
  # compilers only GCC makes them.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>" "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Xcompiler -fno-gnu-unique>")
  endif()

  # The libraries that it needs lie beside it, nowhere else. ONNX Runtime sets a run path among the link flags of some
  # providers, and CMake adds the folders of what is linked.
  get_target_property(flags ${target} LINK_FLAGS)
  if(flags)
    string(REGEX REPLACE "-Xlinker -rpath=[^ ]*" "" flags "${flags}")
    set_target_properties(${target} PROPERTIES LINK_FLAGS "${flags}")
  endif()
  if(APPLE)
    set(origin "@loader_path")
  else()
    set(origin "$ORIGIN")
    target_link_options(${target} PRIVATE "LINKER:--enable-new-dtags")
  endif()
  set_target_properties(${target} PROPERTIES
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "${origin}" INSTALL_RPATH_USE_LINK_PATH OFF)

  # Compiled as the provider is, so that the object's parts agree.
  add_library(builder_entry_${name} OBJECT "${builder_own}/provider_entry.cc")
  target_compile_definitions(builder_entry_${name} PRIVATE BUILDER_PROVIDER=${name})
  file(GENERATE OUTPUT "${builder_own}/objects_${name}.txt"
    CONTENT "$<JOIN:$<TARGET_OBJECTS:${target}>;$<TARGET_OBJECTS:builder_entry_${name}>,\n>\n")
endfunction()

function(builder_provider_targets)
  foreach(name IN LISTS builder_providers)
    builder_provider(${name})
    list(APPEND rows "PROVIDER(${name})")
  endforeach()
  list(JOIN rows " " rows)
  add_library(builder_no_providers STATIC EXCLUDE_FROM_ALL "${builder_own}/no_providers.cc")
  add_library(builder_static_providers STATIC EXCLUDE_FROM_ALL "${builder_own}/static_providers.cc")
  target_compile_definitions(builder_static_providers PRIVATE "BUILDER_PROVIDERS=${rows}")

  # One file of CUDA code takes gigabytes of memory to compile. Ninja cannot tell files of one target apart, so the
  # pool is for all files of the provider.
  if("cuda" IN_LIST builder_providers)
    if(NOT builder_cuda_jobs MATCHES "^[1-9][0-9]*$")
      message(FATAL_ERROR "builder_cuda_jobs is \"${builder_cuda_jobs}\", not a number of jobs")
    endif()
    set_property(GLOBAL APPEND PROPERTY JOB_POOLS cuda=${builder_cuda_jobs})
    set_target_properties(onnxruntime_providers_cuda PROPERTIES JOB_POOL_COMPILE cuda)
  endif()
endfunction()

# The targets are not there yet: this runs at the end of ONNX Runtime's CMakeLists.txt.
cmake_language(DEFER CALL builder_provider_targets)
