// Where processes publish what they do, in PostgreSQL 14 to 18, and how to read it without a lock.
//
// PGPROC and PgBackendStatus are arrays in shared memory that never move. Each process writes its
// own elements; a reader may find them half written, or of a process that has gone since: status
// entries have a counter that tells, for the rest see below.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::pg::compat {

// Elements of PGPROC that belong to processes, not to prepared transactions.
inline int process_slots() { return MaxBackends + NUM_AUXILIARY_PROCS; }

inline volatile PGPROC* process_slot(int i) { return &ProcGlobal->allProcs[i]; }

// The status entry of a process, by its PGPROC and pid; nullptr if it has none. This process must
// have one itself.
inline volatile PgBackendStatus* status_of([[maybe_unused]] volatile PGPROC* process,
                                           [[maybe_unused]] int pid) {
#if PG_VERSION_NUM >= 170000
  volatile PgBackendStatus* first = MyBEEntry - MyProcNumber;
  return first + (process - process_slot(0));
#else
  volatile PgBackendStatus* first = MyBEEntry - (MyBackendId - 1);
  if (process - process_slot(0) < MaxBackends) {
    const BackendId id = process->backendId;
    return id >= 1 && id <= MaxBackends ? first + (id - 1) : nullptr;
  }
  for (int i = MaxBackends; i < MaxBackends + NUM_AUXPROCTYPES; ++i) {
    if (first[i].st_procpid == pid) return first + i;
  }
  return nullptr;
#endif
}

// What one process says of itself.
struct ProcessStatus {
  int pid;
  int leader;  // pid of the process that this one works for in parallel; 0: none
  BackendType type;
  BackendState state;
  Oid database;
  Oid role;
  std::uint64_t query;
  std::uint32_t event;  // 0: it does not wait
  TimestampTz started;
};

// Reads an entry until it is whole. False: it is of no process, or of another.
inline bool read_status(volatile PgBackendStatus* entry, int pid, ProcessStatus& out) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    int before;
    int after;
    pgstat_begin_read_activity(entry, before);
    out.pid = entry->st_procpid;
    out.type = entry->st_backendType;
    out.state = entry->st_state;
    out.database = entry->st_databaseid;
    out.role = entry->st_userid;
    out.query = static_cast<std::uint64_t>(entry->st_query_id);
    out.started = entry->st_proc_start_timestamp;
    pgstat_end_read_activity(entry, after);
    if (pgstat_read_activity_complete(before, after)) return out.pid == pid;
  }
  return false;
}

// Reads what the process in slot `i` does. False: there is none, or it has just changed. A process
// that leaves while it is looked at may be taken for the next in its slot, if that has its pid.
inline bool read_process(int i, ProcessStatus& out) {
  volatile PGPROC* process = process_slot(i);
  const int pid = process->pid;
  if (pid == 0) return false;
  volatile PgBackendStatus* entry = status_of(process, pid);
  if (entry == nullptr || !read_status(entry, pid, out)) return false;
  out.event = process->wait_event_info;
  out.leader = 0;
  volatile PGPROC* leader = process->lockGroupLeader;
  if (leader != nullptr && leader != process) {
    out.leader = leader->pid;
    // Not every parallel worker says what it works on.
    ProcessStatus of_leader;
    volatile PgBackendStatus* led_by = status_of(leader, out.leader);
    if (out.query == 0 && led_by != nullptr && read_status(led_by, out.leader, of_leader)) {
      out.query = of_leader.query;
    }
  }
  return true;
}

}  // namespace almanac::pg::compat
