// almanac.samples_handler(), almanac.samples_validator(): the entry points of the foreign-data
// wrapper.

#include "pg/function.hpp"
#include "store/fdw.hpp"
#include "store/fdw_import.hpp"

namespace almanac::api {

ALMANAC_FUNCTION(almanac_samples_handler) {
  return pg::call([] { return PointerGetDatum(store::samples_routine()); });
}

ALMANAC_FUNCTION(almanac_samples_validator) {
  pg::call([fcinfo] {
    store::validate_options(untransformRelOptions(PG_GETARG_DATUM(0)), PG_GETARG_OID(1));
  });
  return pg::void_result();
}

}  // namespace almanac::api
