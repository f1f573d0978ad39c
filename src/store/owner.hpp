// Who writes the history: the owner of the extension, whoever calls.
//
// A user with INSERT on a foreign table of samples has no rights on the tables behind it and needs
// none. The code here switches to the extension's owner for the length of a scope, as a SECURITY
// DEFINER function does.
//
// Zone: C++.
#pragma once

#include <string>

#include "pg/boundary.hpp"

namespace almanac::store {

// How the extension in this database goes with this library. They differ between the installation
// of another version and ALTER EXTENSION pg_almanac UPDATE: tables are then not what the code here
// expects. Nothing is written until they are the same again.
enum class Fit { missing, older, newer, fits };

struct Installed {
  Fit fit = Fit::missing;
  Oid oid = InvalidOid;
  Oid owner = InvalidOid;
  char version[32] = "";
};

// What there is. One look into pg_extension.
Installed installed();

// The version that this library belongs to.
const char* library_version();

// What is wrong if it does not fit, and what to do: message and hint of an error.
struct Misfit {
  std::string message;
  std::string hint;
};
Misfit describe(const Installed& found);

// The extension in this database. Throws Failure (55000) with a hint if it has not been created or
// does not fit. All that writes comes through here, or through what follows.
Oid extension();

// The same, kept from being dropped until the end of the transaction. For transactions that lock
// many of its tables: DROP EXTENSION, which locks them all in an order of its own, waits for them
// to end instead of ending in a deadlock. Throws Error (55P03) if it is being dropped and
// lock_timeout is set.
Oid hold_extension();

// The schema that holds its tables. Throws Error (3F000) if there is none.
Oid schema();

// A relation in that schema by name, InvalidOid if there is none. O(1): two look-ups in the system
// caches.
Oid find_relation(const char* name);

// The same; throws Failure (42P01) if there is none, or as extension() if that is why.
Oid relation(const char* name);

// Runs as the owner of the extension until the scope ends. An abort of the transaction puts the
// user back as well. Throws as extension(), and Error.
class AsOwner {
 public:
  AsOwner();
  ~AsOwner();
  AsOwner(const AsOwner&) = delete;
  AsOwner& operator=(const AsOwner&) = delete;

 private:
  Oid user_ = InvalidOid;
  int security_ = 0;
};

}  // namespace almanac::store
