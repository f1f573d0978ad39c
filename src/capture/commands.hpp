// Commands that change what queries depend on (tables, indexes, functions, settings of databases
// and roles), with their exact time and who ran them: noted when they have succeeded, handed over
// when their transaction commits, through a queue in shared memory.
//
//   a command begins   the utility hook notes what it is about to touch, by OID
//   while it runs      the object access hook, there only meanwhile, notes what is created,
//                      dropped and truncated, cascades included
//   it succeeds        names are looked up; what it did is pending, with its subtransaction
//   a subtransaction   is rolled back: what is pending of it is forgotten
//   the transaction    commits: pending commands go into the queue; is rolled back: are forgotten
//
// Commands that commit by themselves (CREATE INDEX CONCURRENTLY, VACUUM) are handed over when they
// have succeeded as a whole. Temporary relations, TOAST, what an extension's script does, schema
// almanac, and what this extension's processes do are left out.
//
// Zone: PG.
#pragma once

#include "core/command_kind.hpp"
#include "core/command_queue.hpp"
#include "pg/postgres.hpp"

namespace almanac::capture {

// From _PG_init, when preloading: asks for the memory and installs the hooks.
void request_command_memory();

// Does not exist() without preloading.
core::CommandQueue& commands();

// The latch of the process that reads the queue, set once when it has become half full.
void set_reader_latch(Latch* latch);
// Whether it is so full that it should be read now.
bool commands_are_waiting();

namespace detail {

// From the hooks. A command that has succeeded, of the current subtransaction. The pointer is valid
// until the next call of any of these; nullptr: there were too many, it was counted with another.
core::CommandEvent* add_pending(core::CommandKind kind);
int pending_count();
core::CommandEvent& pending(int i);
void remove_pending(int i);

// How many commands of interest surround what runs now: while there are any, nothing is handed
// over.
extern int commands_running;

void install_command_hook();

}  // namespace detail
}  // namespace almanac::capture
