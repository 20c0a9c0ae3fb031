# SPDX-License-Identifier: Apache-2.0
# Libraries by name. What people download must run on a machine that has none of them, so archives are linked where
# Debian offers them; the programs then need libc only.
find_package(Threads REQUIRED)

# ce_static_library(TARGET header archive...)
function(ce_static_library target header)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  foreach(archive IN LISTS ARGN)
    find_library(${target}_${archive} NAMES lib${archive}.a REQUIRED)
    target_link_libraries(${target} INTERFACE ${${target}_${archive}})
  endforeach()
endfunction()

ce_static_library(lib_jansson jansson.h jansson)
ce_static_library(lib_crypto openssl/evp.h crypto)
ce_static_library(lib_ssl openssl/ssl.h ssl)
target_link_libraries(lib_ssl INTERFACE lib_crypto)
ce_static_library(lib_seccomp seccomp.h seccomp)
ce_static_library(lib_archive archive.h archive zstd)
target_link_libraries(lib_archive INTERFACE lib_crypto)
target_link_libraries(lib_crypto INTERFACE ${CMAKE_DL_LIBS} Threads::Threads)

# libcurl is built from Debian's source: its own archive cannot be linked without shared libraries.
set(CE_CURL ${PROJECT_SOURCE_DIR}/build/sources/curl)
if(NOT EXISTS ${CE_CURL}/lib/libcurl.a)
  message(FATAL_ERROR "libcurl is not built yet: run scripts/source curl (scripts/build does)")
endif()
find_library(CE_NGHTTP2 NAMES libnghttp2.a REQUIRED)
add_library(lib_curl INTERFACE)
target_include_directories(lib_curl SYSTEM BEFORE INTERFACE ${CE_CURL}/include)
target_compile_definitions(lib_curl INTERFACE CURL_STATICLIB)
target_link_libraries(lib_curl INTERFACE ${CE_CURL}/lib/libcurl.a ${CE_NGHTTP2} lib_ssl)

find_library(CE_CMOCKA cmocka REQUIRED)
find_path(CE_P11KIT_INCLUDE p11-kit/pkcs11.h PATH_SUFFIXES p11-kit-1 REQUIRED)
add_library(lib_p11kit_headers INTERFACE)
target_include_directories(lib_p11kit_headers SYSTEM INTERFACE ${CE_P11KIT_INCLUDE})
