// Looking into another database, and asking its catalogs: a background worker that lives for some
// milliseconds there, and the repository's side that starts it and receives what it found.
//
//   repository worker                            database worker
//   dsm segment with a queue, register  ------>  connect, scan, statistics, files
//   wait for the queue, outside of any  <------  rows, in messages
//   transaction                                  end
//
// A process can be connected to one database for its life, hence the second process. While it is
// connected nobody can drop the database or copy it; those who try wait up to 5 s for it, so it
// does nothing but collect and end. Whatever goes wrong on one side ends the other: the queue tells
// each that its partner is gone.
//
// Zone: C++.
#pragma once

#include "collect/relations.hpp"

namespace almanac::worker {

struct DatabaseLook {
  collect::RelationsOptions options;
  int timeout_ms = 30000;                      // then the worker is terminated
  const collect::KnownSizes* known = nullptr;  // what the last look left in RelationsObserved
};

// Looks into `database` through a worker and fills `out` (cleared before, out.known too). Whatever
// fails is told in out.trouble, among others: 3D000 no such database, 53400 no background worker
// slot free, 57014 timeout, 57P01 the worker was terminated or this process is asked to shut down,
// 08006 the worker ended without an answer.
//
// Must be called outside of a transaction, so that this process holds no snapshot meanwhile. Serves
// interrupts while it waits: throws pg::Error when cancelled, after having ended the worker. Uses
// the latch of the process.
void look_into(Oid database, const DatabaseLook& request, collect::RelationsObserved& out);

struct CatalogAnswer {
  std::string rows;  // the first column of each, text, with commas between them
  std::int64_t elapsed_us = 0;
  std::optional<collect::Trouble> trouble;  // as of a look
};

// Asks `database` a question about its catalogs, one query that only reads, through a worker as
// look_into() does; or as `role`, whose session it is then from the beginning, statements of which
// the last returns rows, in a transaction that is read only for as long as the role leaves it so.
// What is not valid in this database's encoding is shown by question marks. The
// worker is ended after `timeout_ms`, and when somebody wants the database for himself.
//
// Must be called outside of a transaction; see look_into().
CatalogAnswer ask(Oid database, std::string_view question, int timeout_ms, Oid role = InvalidOid);

}  // namespace almanac::worker
