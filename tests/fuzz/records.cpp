#include "properties/records.h"

#include "fuzz/target.h"

// What comes over a FastCGI connection, see the property.
FUZZ_TARGET(check_records)
