#include "properties/requests.h"

#include "fuzz/target.h"

// Parameters of a message, see the property.
FUZZ_TARGET(check_three_forms)
