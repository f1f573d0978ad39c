// What a utility statement is about to do, read before it runs: nothing of it may be looked at
// afterwards.
//
// Zone: PG.
#pragma once

#include "core/command_kind.hpp"
#include "core/command_queue.hpp"
#include "pg/postgres.hpp"

namespace almanac::capture {

inline constexpr int most_targets = 16;

struct Intent {
  bool watched = false;  // a command of interest
  bool quiet = false;    // what happens to other objects meanwhile is left out
  bool concurrent = false;
  const char* command = nullptr;  // a static string
  // What the statement does as it says itself; what is created, dropped and truncated is for the
  // object access hook to find.
  bool has_kind = false;
  core::CommandKind kind{};
  int targets = 0;  // relations by OID; 0: the kind concerns what `name` says, or the database
  Oid relations[most_targets] = {};
  int more = 0;             // relations beyond those
  Oid schema = InvalidOid;  // of `name`, where the OID of the one relation may become another
  Oid database = InvalidOid;
  Oid role = InvalidOid;  // that a setting is for
  char name[core::name_bytes] = {};
  char old_value[core::name_bytes] = {};
  char detail[sizeof(core::CommandEvent::detail)] = {};
};

// May raise an error, the same as the statement itself would. `tree` has no side effects.
Intent read_intent(Node* tree);

// Version of an extension; empty if it does not exist.
void extension_version(const char* name, char* out, std::size_t size);

}  // namespace almanac::capture
