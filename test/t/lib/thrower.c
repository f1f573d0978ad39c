/* Raises an error in a hook of the executor, where thrower.at says: behind the hooks of pg_almanac if it is preloaded. */
#include "postgres.h"

#include "executor/executor.h"
#include "fmgr.h"
#include "optimizer/planner.h"
#include "tcop/utility.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

static char *at;
static planner_hook_type next_planner;
static ExecutorStart_hook_type next_start;
static ExecutorRun_hook_type next_run;
static ExecutorFinish_hook_type next_finish;
static ExecutorEnd_hook_type next_end;
static ProcessUtility_hook_type next_utility;

/* Only for statements that say so. */
static void
pass(const char *place, const char *text)
{
	if (at != NULL && strcmp(at, place) == 0 && text != NULL && strstr(text, "thrown") != NULL)
		ereport(ERROR, (errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION), errmsg("thrown at %s", place)));
}

static PlannedStmt *
plan(Query *parse, const char *text, int options, ParamListInfo parameters)
{
	PlannedStmt *planned;

	pass("before planner", text);
	planned = next_planner(parse, text, options, parameters);
	pass("after planner", text);
	return planned;
}

static void
start(QueryDesc *query, int flags)
{
	pass("before start", query->sourceText);
	next_start(query, flags);
	pass("after start", query->sourceText);
}

static void
run(QueryDesc *query, ScanDirection direction, uint64 count
#if PG_VERSION_NUM < 180000
	,bool once
#endif
)
{
	pass("before run", query->sourceText);
	next_run(query, direction, count
#if PG_VERSION_NUM < 180000
			 ,once
#endif
		);
	pass("after run", query->sourceText);
}

static void
finish(QueryDesc *query)
{
	pass("before finish", query->sourceText);
	next_finish(query);
	pass("after finish", query->sourceText);
}

static void
end(QueryDesc *query)
{
	pass("before end", query->sourceText);
	next_end(query);
}

static void
utility(PlannedStmt *planned, const char *text, bool read_only, ProcessUtilityContext context, ParamListInfo parameters,
		QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	pass("before utility", text);
	next_utility(planned, text, read_only, context, parameters, environment, receiver, completion);
	pass("after utility", text);
}

void
_PG_init(void)
{
	DefineCustomStringVariable("thrower.at", "Where to raise an error.", NULL, &at, "", PGC_USERSET, 0, NULL, NULL, NULL);
	next_planner = planner_hook ? planner_hook : standard_planner;
	planner_hook = plan;
	next_start = ExecutorStart_hook ? ExecutorStart_hook : standard_ExecutorStart;
	ExecutorStart_hook = start;
	next_run = ExecutorRun_hook ? ExecutorRun_hook : standard_ExecutorRun;
	ExecutorRun_hook = run;
	next_finish = ExecutorFinish_hook ? ExecutorFinish_hook : standard_ExecutorFinish;
	ExecutorFinish_hook = finish;
	next_end = ExecutorEnd_hook ? ExecutorEnd_hook : standard_ExecutorEnd;
	ExecutorEnd_hook = end;
	next_utility = ProcessUtility_hook ? ProcessUtility_hook : standard_ProcessUtility;
	ProcessUtility_hook = utility;
}
