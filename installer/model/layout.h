/* SPDX-License-Identifier: Apache-2.0
 * Where certenv keeps things below the root: the one place that spells these paths. */
#ifndef CE_MODEL_LAYOUT_H
#define CE_MODEL_LAYOUT_H

#define CE_HOME          "opt/certenv"
#define CE_VERSIONS      CE_HOME "/versions" /* <version>/, <version>.partial while it is unpacked */
#define CE_CURRENT       CE_HOME "/current"  /* link: versions/<version> */
#define CE_STATE         "var/lib/certenv"
#define CE_RECEIPT       CE_STATE "/receipt.json"
#define CE_JOURNAL       CE_STATE "/journal"
#define CE_LOCK          CE_STATE "/lock"
#define CE_BUSY          CE_STATE "/busy" /* locked as CE_LOCK is, for all to see */
#define CE_TUF           CE_STATE "/tuf"
#define CE_CACHE         CE_STATE "/cache"  /* <sha256>.tar.zst of the installed package */
#define CE_BACKUP        CE_STATE "/backup" /* <txid>-<step>: files that were replaced */
#define CE_PREREQUISITES CE_STATE "/prerequisites.json"
#define CE_ALLOWANCES    CE_STATE "/allowances.json"  /* what security software was told */
#define CE_MADE          CE_STATE "/made-directories" /* parents of CE_STATE that certenv made, a line each */
#define CE_LOG_DIRECTORY "var/log/certenv"

/* The private CCID driver. Manifests speak of the first directory; where pcscd has another one, it is there.
 */
#define CE_DRIVER_DIRECTORY "usr/lib/pcsc/drivers"
#define CE_DRIVER_BUNDLE    "ifd-certenv.bundle"
#define CE_DRIVER_FILE      "libccid.so"
#define CE_DRIVER_PLACE     CE_DRIVER_BUNDLE "/Contents/Linux/" CE_DRIVER_FILE
#define CE_DRIVER_PLIST     CE_DRIVER_BUNDLE "/Contents/Info.plist"

#define CE_STATE_MODE     0755
#define CE_DIRECTORY_MODE 0755

#endif
