// Counting what a statement of this process did. Nothing here raises an error, waits or allocates.
//
// Zone: PG.
#pragma once

#include "capture/memory.hpp"

namespace almanac::capture {

// A statement of the current database.
struct Statement {
  std::uint64_t queryid;
  Oid userid;
  bool toplevel;
};

namespace detail {

// Where statements were found the last time. It may be wrong: the version tells. No statement has
// queryid 0, so that what is empty is never right.
struct Remembered {
  std::uint64_t queryid;
  std::uint64_t user_and_level;
  core::SlotReference reference;
};
inline constexpr std::size_t remembered_count = 1024;
extern Remembered remembered[remembered_count];

inline Remembered& place_of(std::uint64_t queryid, bool toplevel) {
  return remembered[(queryid + (toplevel ? 1 : 0)) % remembered_count];
}

inline std::uint64_t user_and_level(Oid userid, bool toplevel) {
  return userid | (toplevel ? std::uint64_t{1} << 32 : 0);
}

// In a section.
inline bool is_right(const Remembered& r, std::uint64_t queryid, std::uint64_t who) {
  return r.queryid == queryid && r.user_and_level == who && table().is_current(r.reference);
}

void count_call_elsewhere(std::uint64_t queryid, Oid userid, bool toplevel, std::uint64_t ns);

}  // namespace detail

// Nearly always the slot is where it was the last time: inline, because each statement pays for it.
[[gnu::always_inline]] inline void count_call(std::uint64_t queryid, Oid userid, bool toplevel,
                                              std::uint64_t ns) {
  const detail::Remembered& r = detail::place_of(queryid, toplevel);
  core::Participant& me = participant();
  const TimestampTz now = GetCurrentStatementStartTimestamp();
  me.enter();
  if (likely(detail::is_right(r, queryid, detail::user_and_level(userid, toplevel)))) {
    table().count_call(r.reference.slot, ns, now);
    me.leave();
  } else {
    me.leave();
    detail::count_call_elsewhere(queryid, userid, toplevel, ns);
  }
}

// In PG_CATCH: the statement ended with the error that is being handled. Cancellations and
// statement timeouts are counted apart.
void count_failure(const Statement& statement);

}  // namespace almanac::capture
