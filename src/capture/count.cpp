#include "capture/count.hpp"

#include "pg/compat.hpp"

namespace almanac::capture {

constinit detail::Remembered detail::remembered[remembered_count];

namespace {

core::SlotReference others[2];  // of this database, by toplevel

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
  detail::place_of(statement.queryid, statement.toplevel) = {
      statement.queryid, detail::user_and_level(statement.userid, statement.toplevel), found};
  return found.slot;
}

// Runs f(slot of the statement) in a section.
template <class F>
void with_slot(const Statement& statement, F f) {
  core::Participant& me = participant();
  bool claimed = false;
  me.enter();
  const detail::Remembered& r = detail::place_of(statement.queryid, statement.toplevel);
  const std::uint64_t who = detail::user_and_level(statement.userid, statement.toplevel);
  f(detail::is_right(r, statement.queryid, who) ? r.reference.slot : look_up(statement, claimed));
  me.leave();
  if (claimed) {
    wake_keeper_if_needed();
  }
}

// The timer has fired, and for this statement: it is not set any more, and its time is over.
bool timed_out() {
  return StatementTimeout > 0 && !get_timeout_active(STATEMENT_TIMEOUT) &&
         get_timeout_finish_time(STATEMENT_TIMEOUT) <= GetCurrentTimestamp();
}

}  // namespace

[[gnu::noinline, gnu::cold]] void detail::count_call_elsewhere(std::uint64_t queryid, Oid userid,
                                                               bool toplevel, std::uint64_t ns) {
  const TimestampTz now = GetCurrentStatementStartTimestamp();
  with_slot({queryid, userid, toplevel},
            [ns, now](std::uint32_t slot) { table().count_call(slot, ns, now); });
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
