# Everything seep links, from the distribution, statically. docs/dependencies.md says what each one saves.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

function(seep_static_library name archive)
  find_library(${name}_ARCHIVE ${archive} REQUIRED)
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${${name}_ARCHIVE})
endfunction()
seep_static_library(seep_zstd libzstd.a)
seep_static_library(seep_deflate libdeflate.a)
seep_static_library(seep_zlib libz.a)
seep_static_library(yaml-cpp libyaml-cpp.a)
seep_static_library(seep_re2 libre2.a)
seep_static_library(seep_iberty libiberty.a)

# Debian ships fmt as headers plus a shared library. Its functions are compiled here once and linked into the one binary;
# header-only, every file that formats anything compiled them anew and took half as long again.
add_library(seep_fmt STATIC ${CMAKE_SOURCE_DIR}/cmake/fmt.cc)

if(SEEP_TESTS)
  find_package(GTest REQUIRED)
endif()
