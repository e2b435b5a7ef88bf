// CWebAssets: files of others that pages need, taken from the system's packages at build time.
// Nothing enters; bytes leave. Their sources are not part of this repository.

#ifndef FLEETMARK_CWEBASSETS_H
#define FLEETMARK_CWEBASSETS_H

#include <stddef.h>

/// A file's bytes, which live as long as the program.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} fleetmark_web_asset;

/// The chart library dygraphs, for browsers, from Debian's package libjs-dygraphs.
fleetmark_web_asset fleetmark_dygraphs_script(void);

/// Who wrote it, and under which terms it may be passed on (MIT).
fleetmark_web_asset fleetmark_dygraphs_licence(void);

#endif
