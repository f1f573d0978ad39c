#include "capture/count.hpp"

#include "capture/memory.hpp"
#include "pg/compat.hpp"

namespace almanac::capture {
namespace {

// Where statements were found the last time. It may be wrong: the version tells.
struct Remembered {
  std::uint64_t queryid;
  Oid userid;
  std::uint32_t toplevel;
  core::SlotReference reference;
};
constexpr std::size_t remembered_count = 1024;

constinit Remembered remembered[remembered_count];
core::SlotReference others[2];  // of this database, by toplevel

inline Remembered& place_of(const Statement& statement) {
  return remembered[(statement.queryid + statement.toplevel) % remembered_count];
}

inline bool is_right(const Remembered& r, const Statement& statement) {
  // No statement has queryid 0, so that what is empty is never right.
  return r.queryid == statement.queryid && r.userid == statement.userid &&
         r.toplevel == static_cast<std::uint32_t>(statement.toplevel) &&
         table().is_current(r.reference);
}

// In a section. Where the statement has no slot, that for others.
[[gnu::noinline]] std::uint32_t look_up(const Statement& statement, bool& claimed) {
  core::StatementTable& slots = table();
  const core::StatementKey key{statement.queryid, MyDatabaseId, statement.userid,
                               statement.toplevel ? 1U : 0U};
  const core::SlotReference found = slots.find(key, GetCurrentStatementStartTimestamp(), claimed);
  if (found.slot == 0) {
    core::SlotReference& other = others[statement.toplevel ? 1 : 0];
    if (other.slot == 0) {
      other = slots.other(MyDatabaseId, statement.toplevel);
    }
    return other.slot;
  }
  place_of(statement) = {statement.queryid, statement.userid, statement.toplevel ? 1U : 0U, found};
  return found.slot;
}

// Runs f(slot of the statement) in a section.
template <class F>
void with_slot(const Statement& statement, F f) {
  core::Participant& me = participant();
  bool claimed = false;
  me.enter();
  const Remembered& r = place_of(statement);
  f(is_right(r, statement) ? r.reference.slot : look_up(statement, claimed));
  me.leave();
  if (claimed) {
    wake_keeper_if_needed();
  }
}

[[gnu::noinline, gnu::cold]] void count_call_elsewhere(std::uint64_t queryid, Oid userid,
                                                       bool toplevel, std::uint64_t ns) {
  const TimestampTz now = GetCurrentStatementStartTimestamp();
  with_slot({queryid, userid, toplevel},
            [ns, now](std::uint32_t slot) { table().count_call(slot, ns, now); });
}

// The timer has fired, and for this statement: it is not set any more, and its time is over.
bool timed_out() {
  return StatementTimeout > 0 && !get_timeout_active(STATEMENT_TIMEOUT) &&
         get_timeout_finish_time(STATEMENT_TIMEOUT) <= GetCurrentTimestamp();
}

}  // namespace

// Nearly always the slot is where it was the last time.
void count_call(std::uint64_t queryid, Oid userid, bool toplevel, std::uint64_t ns) {
  const Statement statement{queryid, userid, toplevel};
  const Remembered& r = place_of(statement);
  core::Participant& me = participant();
  const TimestampTz now = GetCurrentStatementStartTimestamp();
  me.enter();
  if (likely(is_right(r, statement))) {
    table().count_call(r.reference.slot, ns, now);
    me.leave();
    return;
  }
  me.leave();
  count_call_elsewhere(queryid, userid, toplevel, ns);
}

void count_failure(const Statement& statement) {
  const TimestampTz now = GetCurrentStatementStartTimestamp();
  const int sqlstate = geterrcode();
  if (sqlstate == ERRCODE_QUERY_CANCELED) {
    const auto counter =
        timed_out() ? &core::StatementCounts::timeouts : &core::StatementCounts::cancels;
    with_slot(statement,
              [counter, now](std::uint32_t slot) { table().count_failure(slot, counter, now); });
  } else {
    with_slot(statement, [sqlstate, now](std::uint32_t slot) {
      table().count_error(slot, core::error_class_of(sqlstate), now);
    });
  }
}

}  // namespace almanac::capture
