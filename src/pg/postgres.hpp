// The one place that includes PostgreSQL's headers.
//
// Order matters. The standard library and Boost come first, because c.h and port.h define macros
// (printf and its family, gettext, `_`) that break them; those macros are undefined again below, so
// that whatever is included later is safe too. Every other file includes this header, never
// postgres.h or one of its friends, and needs no list of PostgreSQL headers of its own. Version
// differences are in compat.hpp.
//
// Zone: PG.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <boost/container/pmr/memory_resource.hpp>
#include <boost/container/pmr/polymorphic_allocator.hpp>
#include <boost/container/pmr/vector.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/container/stable_vector.hpp>
#include <boost/container/static_vector.hpp>

// `text` is a type of PostgreSQL's and the natural name of many a parameter of ours, which would
// shadow it. Here the type is called pg_text (it is struct varlena); macros that mention it are
// made anew at the end.
#define text pg_text

extern "C" {
#include <postgres.h>

#include <access/detoast.h>
#include <access/genam.h>
#include <access/heapam.h>
#include <access/htup_details.h>
#include <access/multixact.h>
#include <access/parallel.h>
#include <access/relation.h>
#include <access/reloptions.h>
#include <access/sysattr.h>
#include <access/table.h>
#include <access/tableam.h>
#include <access/transam.h>
#include <access/tupdesc.h>
#include <access/xact.h>
#include <access/xlog.h>
#include <catalog/catalog.h>
#include <catalog/dependency.h>
#include <catalog/index.h>
#include <catalog/indexing.h>
#include <catalog/namespace.h>
#include <catalog/objectaccess.h>
#include <catalog/partition.h>
#include <catalog/pg_am.h>
#include <catalog/pg_authid.h>
#include <catalog/pg_class.h>
#include <catalog/pg_control.h>
#include <catalog/pg_database.h>
#include <catalog/pg_extension.h>
#include <catalog/pg_foreign_server.h>
#include <catalog/pg_foreign_table.h>
#include <catalog/pg_index.h>
#include <catalog/pg_namespace.h>
#include <catalog/pg_proc.h>
#include <catalog/pg_statistic_ext.h>
#include <catalog/pg_tablespace.h>
#include <catalog/pg_type.h>
#include <commands/dbcommands.h>
#include <commands/defrem.h>
#include <commands/explain.h>
#include <commands/extension.h>
#include <commands/tablespace.h>
#include <commands/user.h>
#include <commands/vacuum.h>
#include <common/controldata_utils.h>
#include <common/relpath.h>
#include <executor/executor.h>
#include <executor/instrument.h>
#include <executor/spi.h>
#include <fmgr.h>
#include <foreign/fdwapi.h>
#include <foreign/foreign.h>
#include <funcapi.h>
#include <lib/stringinfo.h>
#include <libpq/pqsignal.h>
#include <mb/pg_wchar.h>
#include <miscadmin.h>
#include <nodes/extensible.h>
#include <nodes/makefuncs.h>
#include <nodes/nodeFuncs.h>
#include <nodes/pathnodes.h>
#include <nodes/pg_list.h>
#include <nodes/plannodes.h>
#include <nodes/supportnodes.h>
#include <optimizer/clauses.h>
#include <optimizer/cost.h>
#include <optimizer/optimizer.h>
#include <optimizer/pathnode.h>
#include <optimizer/paths.h>
#include <optimizer/plancat.h>
#include <optimizer/planmain.h>
#include <optimizer/planner.h>
#include <optimizer/restrictinfo.h>
#include <optimizer/tlist.h>
#include <parser/analyze.h>
#include <parser/parsetree.h>
#include <partitioning/partbounds.h>
#include <partitioning/partdesc.h>
#include <pgstat.h>
#include <port/atomics.h>
#include <portability/instr_time.h>
#include <postmaster/autovacuum.h>
#include <postmaster/bgworker.h>
#include <postmaster/interrupt.h>
#include <replication/slot.h>
#include <replication/walreceiver.h>
#include <replication/walsender.h>
#include <storage/bufmgr.h>
#include <storage/condition_variable.h>
#include <storage/dsm.h>
#include <storage/fd.h>
#include <storage/ipc.h>
#include <storage/latch.h>
#include <storage/lmgr.h>
#include <storage/lock.h>
#include <storage/lwlock.h>
#include <storage/proc.h>
#include <storage/procarray.h>
#include <storage/shm_mq.h>
#include <storage/shm_toc.h>
#include <storage/shmem.h>
#include <storage/spin.h>
#include <tcop/tcopprot.h>
#include <tcop/utility.h>
#include <utils/acl.h>
#include <utils/array.h>
#include <utils/builtins.h>
#include <utils/date.h>
#include <utils/datum.h>
#include <utils/elog.h>
#include <utils/errcodes.h>
#include <utils/float.h>
#include <utils/fmgroids.h>
#include <utils/fmgrprotos.h>
#include <utils/guc.h>
#include <utils/guc_tables.h>
#include <utils/hsearch.h>
#include <utils/inval.h>
#include <utils/lsyscache.h>
#include <utils/memutils.h>
#include <utils/pg_lsn.h>
#include <utils/ps_status.h>
#include <utils/rel.h>
#include <utils/relmapper.h>
#include <utils/resowner.h>
#include <utils/ruleutils.h>
#include <utils/selfuncs.h>
#include <utils/snapmgr.h>
#include <utils/syscache.h>
#include <utils/timeout.h>
#include <utils/timestamp.h>
#include <utils/tuplestore.h>
#include <utils/typcache.h>
#include <utils/varlena.h>
#include <utils/wait_event.h>
}

// port.h replaces the printf family by macros, c.h the gettext family when the server is built
// without NLS. A method or a later header with such a name must not be rewritten.
#undef vsnprintf
#undef snprintf
#undef vsprintf
#undef sprintf
#undef vfprintf
#undef fprintf
#undef vprintf
#undef printf
#undef strerror
#undef strerror_r
#undef gettext
#undef dgettext
#undef ngettext
#undef dngettext
#undef _

#undef text
#undef TextDatumGetCString
#define TextDatumGetCString(d) text_to_cstring(reinterpret_cast<pg_text*>(DatumGetPointer(d)))
#undef DatumGetTextPP
#define DatumGetTextPP(d) reinterpret_cast<pg_text*>(PG_DETOAST_DATUM_PACKED(d))
#undef PG_GETARG_TEXT_PP
#define PG_GETARG_TEXT_PP(n) DatumGetTextPP(PG_GETARG_DATUM(n))
