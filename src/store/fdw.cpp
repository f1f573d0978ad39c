#include "store/fdw.hpp"

#include "pg/function.hpp"
#include "store/fdw_import.hpp"
#include "store/fdw_modify.hpp"
#include "store/fdw_plan.hpp"
#include "store/fdw_scan.hpp"

namespace almanac::store {

FdwRoutine* samples_routine() {
  FdwRoutine* routine = makeNode(FdwRoutine);
  routine->GetForeignRelSize = get_rel_size;
  routine->GetForeignPaths = get_paths;
  routine->GetForeignPlan = get_plan;
  routine->BeginForeignScan = pg::callback<begin_scan>;
  routine->IterateForeignScan = pg::callback<iterate_scan>;
  routine->ReScanForeignScan = pg::callback<rescan>;
  routine->EndForeignScan = pg::callback<end_scan>;
  routine->ExplainForeignScan = pg::callback<explain_scan>;

  routine->IsForeignRelUpdatable = updatable;
  routine->AddForeignUpdateTargets = pg::callback<refuse_row_identity>;
  routine->ExecForeignTruncate = pg::callback<refuse_truncate>;
  routine->BeginForeignModify = pg::callback<begin_modify>;
  routine->BeginForeignInsert = pg::callback<begin_insert>;
  routine->ExecForeignInsert = pg::callback<insert>;
  routine->EndForeignModify = pg::callback<end_insert>;
  routine->EndForeignInsert = pg::callback<end_insert>;

  routine->ImportForeignSchema = import_schema;
  return routine;
}

}  // namespace almanac::store
