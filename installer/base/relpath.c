#include "base/relpath.h"
