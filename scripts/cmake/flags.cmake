# SPDX-License-Identifier: Apache-2.0
# ce_flags: warnings for every target, sanitizers or hardening by preset.
add_library(ce_flags INTERFACE)
target_compile_definitions(ce_flags INTERFACE _GNU_SOURCE CERTENV_VERSION="${PROJECT_VERSION}")
target_compile_options(ce_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Werror
  -fno-common -ffunction-sections -fdata-sections -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
target_link_options(ce_flags INTERFACE -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

# gcc runs as many link-time jobs as there are cores when told so; clang has another option for that.
set(ce_lto -flto)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  set(ce_lto -flto=auto)
endif()

if(CERTENV_PRESET STREQUAL "debug")
  target_compile_options(ce_flags INTERFACE -O1 -g -fno-omit-frame-pointer
    -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(ce_flags INTERFACE -fsanitize=address,undefined)
elseif(CERTENV_PRESET STREQUAL "release")
  # Asserts stay: a broken promise must stop the installer, not pass.
  target_compile_options(ce_flags INTERFACE -O2 -g1 ${ce_lto} -fstack-protector-strong -fstack-clash-protection
    -D_FORTIFY_SOURCE=3)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(ce_flags INTERFACE -fcf-protection)
  endif()
  target_link_options(ce_flags INTERFACE ${ce_lto})
else()
  message(FATAL_ERROR "CERTENV_PRESET is '${CERTENV_PRESET}'; it must be debug or release")
endif()

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ce_flags INTERFACE -Wno-format-truncation)
  set(CMAKE_AR gcc-ar)
  set(CMAKE_RANLIB gcc-ranlib)
  # Two hundred test programs are linked in a third of the time by lld.
  find_program(CE_LLD NAMES ld.lld)
  if(CERTENV_PRESET STREQUAL "debug" AND CE_LLD)
    target_link_options(ce_flags INTERFACE -fuse-ld=lld)
  endif()
elseif(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  # Archives of LTO objects need llvm's ar; the linker that reads them is lld.
  find_program(CE_LLVM_AR NAMES llvm-ar llvm-ar-14 REQUIRED)
  find_program(CE_LLVM_RANLIB NAMES llvm-ranlib llvm-ranlib-14 REQUIRED)
  set(CMAKE_AR ${CE_LLVM_AR})
  set(CMAKE_RANLIB ${CE_LLVM_RANLIB})
  target_link_options(ce_flags INTERFACE -fuse-ld=lld)
  if(CERTENV_PRESET STREQUAL "debug")
    # The fuzzers see what the rooms do with an input only when the rooms count their branches, too.
    # Lines for a report are enough: who looks with a debugger has the programs of the other compiler.
    target_compile_options(ce_flags INTERFACE -fsanitize=fuzzer-no-link -gline-tables-only)
  endif()
endif()

# ce_executable(NAME SOURCES... ): a program of ours, position-independent.
function(ce_executable name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE ce_flags)
  target_link_options(${name} PRIVATE -pie)
endfunction()
