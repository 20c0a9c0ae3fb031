/* SPDX-License-Identifier: Apache-2.0
 * The host's libpcsclite, opened at run time; private to device/. */
#ifndef CE_DEVICE_PCSC_LIBRARY_H
#define CE_DEVICE_PCSC_LIBRARY_H

#include <stdbool.h>
#include <winscard.h>

#define CE_PCSC_FUNCTIONS                                                                                    \
  CE_PCSC_FUNCTION(SCardEstablishContext)                                                                    \
  CE_PCSC_FUNCTION(SCardReleaseContext)                                                                      \
  CE_PCSC_FUNCTION(SCardListReaders)                                                                         \
  CE_PCSC_FUNCTION(SCardGetStatusChange)                                                                     \
  CE_PCSC_FUNCTION(SCardConnect)                                                                             \
  CE_PCSC_FUNCTION(SCardDisconnect)                                                                          \
  CE_PCSC_FUNCTION(SCardGetAttrib)

struct ce_pcsc_library {
#define CE_PCSC_FUNCTION(name) __typeof__(&(name)) name;
  CE_PCSC_FUNCTIONS
#undef CE_PCSC_FUNCTION
};

/* False when it cannot be had. It stays loaded until the process ends. */
bool ce_pcsc_library_open(const char *file, struct ce_pcsc_library *ret);

#endif
