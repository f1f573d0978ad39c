// Making foreign tables of samples: IMPORT FOREIGN SCHEMA and the options of tables. See
// fdw_import.cpp.
//
// Zone: PG.
#pragma once

#include "pg/compat.hpp"

namespace almanac::store {

// CREATE FOREIGN TABLE statements for the streams, from their declarations. The only schema to
// import from is `samples`.
List* import_schema(ImportForeignSchemaStmt* statement, Oid server);

// Checks the options of an object of catalog `catalog`. Tables need `stream`; nothing else has any
// option.
void validate_options(List* options, Oid catalog);

}  // namespace almanac::store
