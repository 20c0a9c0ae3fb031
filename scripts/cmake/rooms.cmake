# SPDX-License-Identifier: Apache-2.0
# ce_room(): one static library per directory of installer/, with the include floors enforced.
#
# A room sees its own headers and those of the rooms in USES, nothing else: each room's headers are offered through an
# include directory of its own (build/include/<room>/<room> -> installer/<room>). USES may name lower floors only, and
# on floor 2 also ports; anything else stops the configuration.

set(CE_FLOOR_base 0)
set(CE_FLOOR_model 1)
set(CE_FLOOR_ports 1)
set(CE_FLOOR_po 1)
foreach(room plan trust bundle device guard)
  set(CE_FLOOR_${room} 2)
endforeach()
set(CE_FLOOR_txn 3)
set(CE_FLOOR_engine 4)
foreach(room cli gtk publish)
  set(CE_FLOOR_${room} 5)
endforeach()

# ce_room(NAME SOURCES file... USES room... [LIBRARIES target...])
function(ce_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  if(NOT DEFINED CE_FLOOR_${name})
    message(FATAL_ERROR "room ${name} has no floor in scripts/cmake/rooms.cmake")
  endif()
  set(view ${PROJECT_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${view}/${name} SYMBOLIC)
  add_library(ce_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(ce_${name} PUBLIC ${view})
  target_link_libraries(ce_${name} PRIVATE ce_flags)
  foreach(used IN LISTS ROOM_USES)
    if(NOT CE_FLOOR_${used} LESS CE_FLOOR_${name})
      message(FATAL_ERROR "room ${name} (floor ${CE_FLOOR_${name}}) may not use ${used} (floor ${CE_FLOOR_${used}})")
    endif()
    target_link_libraries(ce_${name} PUBLIC ce_${used})
  endforeach()
  target_link_libraries(ce_${name} PUBLIC ${ROOM_LIBRARIES})
endfunction()
