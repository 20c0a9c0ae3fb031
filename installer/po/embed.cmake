# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUT=zh_CN.mo -DOUTPUT=zh_CN.c -DNAME=ce_catalogue_zh_CN -P embed.cmake: a file's bytes as a C array, with a NUL behind them.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "#include <stddef.h>
extern const unsigned char ${NAME}[];
extern const size_t ${NAME}_size;
const unsigned char ${NAME}[] = {
${bytes}0};
const size_t ${NAME}_size = sizeof ${NAME} - 1;
")
