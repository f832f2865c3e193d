#include "properties/proof.h"

#include "fuzz/target.h"

// A message that claims to come from Vonage, see the property.
FUZZ_TARGET(check_proof)
