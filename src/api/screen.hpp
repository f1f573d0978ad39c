// What ends on somebody's terminal.
//
// Zone: C++.
#pragma once

#include "core/memory.hpp"
#include "pg/boundary.hpp"

namespace almanac::api {

// Whether the client takes block elements and the like: database and client have an encoding that
// has them.
bool draws_unicode() noexcept;

// A text of the database's encoding as a line of at most so many columns: white space and whatever
// commands terminals or turns the direction of writing becomes one blank. Blanks at both ends go.
core::String one_line(std::string_view text, int columns, core::Resource* resource);

}  // namespace almanac::api
