#include "capture/hooks.hpp"

#include "capture/count.hpp"
#include "capture/plans.hpp"
#include "capture/rules.hpp"
#include "pg/compat.hpp"
#include "settings.hpp"

namespace almanac::capture {
namespace {

using rules::level;

constexpr double ns_per_s = 1e9;

// Hooks that every statement passes go without the stack protector: a tenth of what they take.
// There is no buffer in them but what sigsetjmp() fills.

planner_hook_type next_planner = nullptr;
ExecutorStart_hook_type next_start = nullptr;
ExecutorRun_hook_type next_run = nullptr;
ExecutorFinish_hook_type next_finish = nullptr;
ExecutorEnd_hook_type next_end = nullptr;
ProcessUtility_hook_type next_utility = nullptr;

inline bool counts(std::uint64_t queryid) {
  return queryid != 0 && settings::capture && rules::tracks();
}

// A statement of this level and user.
Statement statement_now(std::uint64_t queryid) { return {queryid, GetUserId(), level == 0}; }

// An error context, because it is cheaper than PG_TRY: what fails here is counted when the error is
// reported. Its callback sees messages too; those have other SQLSTATEs.
struct Starting {
  ErrorContextCallback context;
  const QueryDesc* query;
  int level;
  bool failed;
};

void failed_to_start(void* argument) {
  auto* starting = static_cast<Starting*>(argument);
  const std::uint64_t queryid = starting->query->plannedstmt->queryId;
  const int category = ERRCODE_TO_CATEGORY(geterrcode());
  if (starting->failed || category == ERRCODE_SUCCESSFUL_COMPLETION ||
      category == ERRCODE_WARNING || category == ERRCODE_NO_DATA) {
    return;
  }
  starting->failed = true;
  const int inner_level = level;
  level = starting->level;
  if (counts(queryid)) {
    count_failure(statement_now(queryid));
  }
  level = inner_level;
}

// In PG_CATCH, when the level is that of the statement again.
void failed(std::uint64_t queryid, Oid user) {
  if (counts(queryid)) {
    count_failure({queryid, user, level == 0});
  }
}

// Planning evaluates constants, so statements fail here too.
PlannedStmt* plan(Query* parse, const char* text, int options, ParamListInfo parameters) {
  const Oid user = GetUserId();
  const int outer_level = level;
  PlannedStmt* planned = nullptr;
  level += pg::compat::planning_nests ? 1 : 0;
  PG_TRY();
  { planned = next_planner(parse, text, options, parameters); }
  PG_CATCH();
  {
    level = outer_level;
    failed(parse->queryId, user);
    PG_RE_THROW();
  }
  PG_END_TRY();
  level = outer_level;
  return planned;
}

// Without memory the statement goes on, and is not counted.
[[gnu::noinline]] void add_timer(QueryDesc* query) {
  void* memory = MemoryContextAllocExtended(query->estate->es_query_cxt, sizeof(Instrumentation),
                                            MCXT_ALLOC_NO_OOM);
  if (memory != nullptr) {
    query->totaltime = static_cast<Instrumentation*>(memory);
    InstrInit(query->totaltime, INSTRUMENT_TIMER);
  }
}

[[gnu::no_stack_protector]] void start(QueryDesc* query, int flags) {
  Starting starting{{error_context_stack, failed_to_start, nullptr}, query, level, false};
  starting.context.arg = &starting;
  error_context_stack = &starting.context;
  next_start(query, flags);
  error_context_stack = starting.context.previous;
  if (unlikely(query->totaltime == nullptr) && counts(query->plannedstmt->queryId)) {
    add_timer(query);
  }
}

[[gnu::no_stack_protector]] void run(ALMANAC_EXECUTOR_RUN_PARAMETERS) {
  const Oid user = GetUserId();
  const int outer_level = level;
  ++level;
  PG_TRY();
  { next_run(ALMANAC_EXECUTOR_RUN_ARGUMENTS); }
  PG_CATCH();
  {
    level = outer_level;
    failed(query->plannedstmt->queryId, user);
    PG_RE_THROW();
  }
  PG_END_TRY();
  level = outer_level;
}

// Where triggers run, and constraints fail.
[[gnu::noinline]] void finish_change(QueryDesc* query) {
  const Oid user = GetUserId();
  const int outer_level = level;
  ++level;
  PG_TRY();
  { next_finish(query); }
  PG_CATCH();
  {
    level = outer_level;
    failed(query->plannedstmt->queryId, user);
    PG_RE_THROW();
  }
  PG_END_TRY();
  level = outer_level;
}

void finish(QueryDesc* query) {
  if (query->operation == CMD_SELECT && !query->plannedstmt->hasModifyingCTE) {
    next_finish(query);  // runs nothing
  } else {
    finish_change(query);
  }
}

// `counter` is what ran since the last InstrEndLoop(), which others call after us, or have called.
std::uint64_t nanoseconds(const Instrumentation* time) {
  const double s = INSTR_TIME_GET_DOUBLE(time->counter) + time->total;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(s * ns_per_s + 0.5));
}

void end(QueryDesc* query) {
  const std::uint64_t queryid = query->plannedstmt->queryId;
  if (query->totaltime != nullptr && counts(queryid)) {
    const std::uint64_t ns = nanoseconds(query->totaltime);
    count_call(queryid, GetUserId(), level == 0, ns);
    count_plan(query, queryid, level == 0, ns);
  }
  next_end(query);
}

// Nothing of the statement may be looked at after it ran: ROLLBACK frees it.
void utility(PlannedStmt* planned, const char* text, bool read_only_tree,
             ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment* environment,
             DestReceiver* receiver, QueryCompletion* completion) {
  const Node* node = planned->utilityStmt;
  const bool tracked =
      *rules::track_utility && rules::tracks() && pg::compat::counts_as_utility(node);
  const bool nests = pg::compat::utility_nests(node, tracked);
  if (!nests) {
    next_utility(planned, text, read_only_tree, context, parameters, environment, receiver,
                 completion);
    return;
  }
  const bool counted = tracked && settings::capture && planned->queryId != 0;
  const Statement before = statement_now(planned->queryId);
  const int outer_level = level;
  instr_time begun;
  instr_time duration;
  INSTR_TIME_SET_CURRENT(begun);
  ++level;
  PG_TRY();
  {
    next_utility(planned, text, read_only_tree, context, parameters, environment, receiver,
                 completion);
  }
  PG_CATCH();
  {
    level = outer_level;
    if (counted) {
      count_failure(before);
    }
    PG_RE_THROW();
  }
  PG_END_TRY();
  level = outer_level;
  if (counted) {
    INSTR_TIME_SET_CURRENT(duration);
    INSTR_TIME_SUBTRACT(duration, begun);
    count_call(before.queryid, GetUserId(), level == 0,
               static_cast<std::uint64_t>(INSTR_TIME_GET_DOUBLE(duration) * ns_per_s + 0.5));
  }
}

}  // namespace

void install_hooks() {
  static bool installed = false;
  if (installed) {
    return;
  }
  installed = true;
  EnableQueryId();
  find_rules();
  next_planner = planner_hook != nullptr ? planner_hook : standard_planner;
  planner_hook = plan;
  next_start = ExecutorStart_hook != nullptr ? ExecutorStart_hook : standard_ExecutorStart;
  ExecutorStart_hook = start;
  next_run = ExecutorRun_hook != nullptr ? ExecutorRun_hook : standard_ExecutorRun;
  ExecutorRun_hook = run;
  next_finish = ExecutorFinish_hook != nullptr ? ExecutorFinish_hook : standard_ExecutorFinish;
  ExecutorFinish_hook = finish;
  next_end = ExecutorEnd_hook != nullptr ? ExecutorEnd_hook : standard_ExecutorEnd;
  ExecutorEnd_hook = end;
  next_utility = ProcessUtility_hook != nullptr ? ProcessUtility_hook : standard_ProcessUtility;
  ProcessUtility_hook = utility;
}

}  // namespace almanac::capture
