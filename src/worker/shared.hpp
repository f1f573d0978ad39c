// What the processes of the extension tell each other: one struct in shared memory, there only when
// the library is preloaded. Its spinlock protects every field but `ready`; bodies under it are
// straight-line copies.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::worker {

// What a backend can ask the repository worker to do.
enum Request : std::uint32_t {
  kRequestSnapshot = 1,
  kRequestSeal = 2,
  kRequestPurge = 4,
};

enum class WorkerState : std::int32_t {
  down,       // not running
  starting,   // connecting
  no_schema,  // running, the extension is not created in its database
  outdated,   // running, the extension there has another version than the library
  disabled,   // running, pg_almanac.enabled is off
  no_space,   // running, less is free than pg_almanac.min_free_space
  idle,
  busy,
};

struct Shared {
  slock_t mutex;
  TimestampTz boot;  // start of this server, or of its last crash restart
  bool stats_lost;   // the cumulative statistics began anew then

  pid_t launcher_pid;
  pid_t worker_pid;  // 0: no repository worker
  Latch* worker_latch;
  WorkerState state;
  Oid database;  // the repository's, InvalidOid while nobody is connected
  TimestampTz worker_started;
  bool worker_left;  // it ended because it was asked to, not because something failed
  std::int64_t worker_private_bytes;
  std::int64_t worker_cpu_us;
  std::int64_t stored_bytes;  // of all history, when last measured
  std::int64_t free_bytes;    // on the volume that has least, when last measured; -1: not known
  double cpu_share;           // of one core that recording uses, over the last hour or so
  std::int64_t interval_us;   // in use; 0: none yet
  std::int64_t relation_interval_us;
  std::int64_t upkeep_cpu_us;  // of sealing and maintenance since the worker started
  std::int64_t upkeep_wal_bytes;

  // Requests are served in the order they come: whoever asks takes the next ticket and waits until
  // it is served.
  std::uint64_t asked;
  std::uint64_t served;
  std::uint32_t requests;  // of the tickets not served yet
  std::int64_t last_snapshot_id;
  std::int64_t last_sealed_rows;
  std::int64_t last_dropped;  // partitions
  int last_sqlstate;          // of what was served last; 0: no error
  char last_message[256];
  ConditionVariable changed;  // served or worker_pid changed

  // Nobody of us connects to this database until then, by the monotonic clock: somebody wants to
  // drop, rename, move or copy it.
  Oid released_database;
  std::int64_t released_until;
};

// The struct; nullptr without preloading.
Shared* shared();

// From _PG_init, when preloading: asks for the memory and installs the start-up hook.
void request_shared_memory();

// True if the processes of the extension must stay away from the database now.
bool is_released(Oid database);

}  // namespace almanac::worker
