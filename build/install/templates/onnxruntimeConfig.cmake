# find_package(onnxruntime) gives the target onnxruntime::onnxruntime, a static library with all that it needs.
# Paths are relative to this file, so that the tree can be moved as a whole.
if(NOT TARGET onnxruntime::onnxruntime)
  get_filename_component(_onnxruntime_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  add_library(onnxruntime::onnxruntime STATIC IMPORTED)
  # The libraries of the .pc file. The C++ one is named, and not left to CMake, so that projects in C alone link too.
  set_target_properties(onnxruntime::onnxruntime PROPERTIES
    IMPORTED_LOCATION "${_onnxruntime_prefix}/lib/libonnxruntime.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_onnxruntime_prefix}/include/onnxruntime"
    INTERFACE_LINK_LIBRARIES "{{range .Needs}}-l:{{.}};{{end}}{{range $i, $flag := .Libraries}}{{if $i}};{{end}}{{$flag}}{{end}}"
{{- if .Opened}}
    # Where the shared libraries are found while a program is developed.
    INTERFACE_LINK_DIRECTORIES "${_onnxruntime_prefix}/lib"
{{- end}}
{{- if .LinkFlags}}
    INTERFACE_LINK_OPTIONS "{{range $i, $flag := .LinkFlags}}{{if $i}};{{end}}{{$flag}}{{end}}{{if .Opened}};-Wl,-rpath,${_onnxruntime_prefix}/lib{{end}}"
{{- end}})
  unset(_onnxruntime_prefix)
endif()
