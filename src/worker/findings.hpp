// Looking for findings: the catalogs of one database after the other are asked, then history and
// what they said are judged, in SQL (control/install/7*).
//
// Zone: C++.
#pragma once

#include <cstdint>
#include <optional>

namespace almanac::worker {

// Returns how many findings there are; empty if `must_leave` said so meanwhile. A database that
// cannot be asked is told in almanac.catalog_looks, and what it said before holds. Must be called
// outside of a transaction. Throws pg::Error.
std::optional<std::int32_t> find_findings(bool (*must_leave)());

}  // namespace almanac::worker
