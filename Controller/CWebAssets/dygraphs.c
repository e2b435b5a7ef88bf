#include "CWebAssets.h"

// The places of Debian's package libjs-dygraphs. `#embed` is C23; the compiler knows it as an
// extension in earlier standards and tracks the files as sources of this one.

static const unsigned char script[] = {
#embed "/usr/share/javascript/dygraphs/dygraph.min.js"
};

static const unsigned char licence[] = {
#embed "/usr/share/doc/libjs-dygraphs/copyright"
};

fleetmark_web_asset fleetmark_dygraphs_script(void) {
    return (fleetmark_web_asset){script, sizeof script};
}

fleetmark_web_asset fleetmark_dygraphs_licence(void) {
    return (fleetmark_web_asset){licence, sizeof licence};
}
